"""Let the words of one deal concept meet in a trained model.

`python -m rag.training.deals MODEL` changes a saved folder in place. The dictionaries among the training text lack
many words of deals, or training met them too seldom; the concepts of `rag/text/concepts`, which are our own, know
them. Each concept gets one row, the middle of its words' vectors, and a word that the model cuts into pieces that
say something else becomes a piece of that row.
"""

import argparse
import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from rag.text.concepts import LANGUAGES, read_entries
from rag.training.saving import table_of, to_bytes, write_checksums
from rag.training.tokenizer import MARK

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
# A word counts as known where its pieces lie nearer to its concept than this: more words make the file larger and
# gain little (docs/training.md).
_KNOWN = 0.3
_FEWEST = 4  # whole words that must tell where a concept lies
_OUTLIER = 0.25
_LEAST = (("\uac00", "\ud7a3", 2), ("\u0590", "\u06ff", 3), ("\u0900", "\u097f", 3))
_LEAST_LETTERS, _LEAST_UNBLANKED = 4, 2


@dataclass(frozen=True, slots=True)
class Model:
    """A saved folder in memory: `table` has one float row a piece, `pieces` the number of each."""

    arrays: dict[str, npt.NDArray[Any]]
    tokenizer: Tokenizer
    spec: dict[str, Any]
    table: Floats
    pieces: dict[str, int]

    def vector(self, word: str) -> Floats:
        """The sum of the pieces of a marked word."""
        numbers = self.tokenizer.encode(word.removeprefix(MARK), add_special_tokens=False).ids
        total: Floats = self.table[numbers].sum(axis=0)
        return total


def add_deal_words(folder: Path) -> int:
    """Change the model in `folder`, and return how many words became pieces; a second time hardly any are left."""
    model = _read(folder)
    numbers, scale = model.arrays["embeddings"], model.arrays["weights"]
    mapping = model.arrays.get("mapping", np.arange(len(numbers), dtype=np.int32))
    words = words_by_concept(model.tokenizer)
    lengths = np.linalg.norm(model.table, axis=1)
    usual = float(np.median([lengths[model.pieces[word]] for word in _whole(words, model.pieces)]))
    rows: list[Floats] = []
    new: list[tuple[str, int, float]] = []
    for _, members in sorted(words.items()):
        middle = _middle(model.table[[model.pieces[word] for word in members if word in model.pieces]])
        if middle is None:
            continue
        far = [
            word for word in members if word not in model.pieces and _cosine(model.vector(word), middle) < _KNOWN
        ]
        new += [(word, len(rows), min(usual, float(np.linalg.norm(model.vector(word))))) for word in far]
        rows += [middle] if far else []
    if not new:
        return 0
    added, row_scale = to_bytes(np.array(rows, dtype=np.float32))
    own = np.array([row for _, row, _ in new])
    weights = np.array([length for _, _, length in new], dtype=np.float32) * row_scale[own]
    score = float(
        np.median([model.spec["model"]["vocab"][model.pieces[w]][1] for w in _whole(words, model.pieces)])
    )
    model.spec["model"]["vocab"] += [[word, round(score, 2)] for word, _, _ in new]
    arrays = {
        "embeddings": np.concatenate([numbers, added]),
        "mapping": np.concatenate([mapping, own + len(numbers)]).astype(np.int32),
        "weights": np.concatenate([scale, weights]).astype(np.float32),
    }
    save_file(arrays, folder / "model.safetensors")
    text = json.dumps(model.spec, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    write_checksums(folder)
    log.info("%d words of %d concepts became pieces", len(new), len(rows))
    return len(new)


def words_by_concept(tokenizer: Tokenizer) -> dict[str, list[str]]:
    """Return the single words of each concept as marked pieces; words of two concepts are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for concept, entries in read_entries(language).items():
            for entry in entries:
                piece = _as_piece(entry, tokenizer)
                if piece is not None:
                    found[concept].add(piece)
                    owners[piece].add(concept)
    return {concept: sorted(w for w in words if len(owners[w]) == 1) for concept, words in found.items()}


def _as_piece(entry: str, tokenizer: Tokenizer) -> str | None:
    """Return an entry as the piece it would be, or None for ends of compounds, several words and short ones."""
    if entry.startswith("*") or "_" in entry:
        return None
    normal = tokenizer.normalizer.normalize_str(entry.rstrip("*."))
    cut = tokenizer.pre_tokenizer.pre_tokenize_str(normal)
    if len(cut) != 1:
        return None
    piece: str = cut[0][0]
    body = piece.removeprefix(MARK)
    least = next((count for first, last, count in _LEAST if first <= body[:1] <= last), _LEAST_LETTERS)
    return piece if len(body) >= (least if piece.startswith(MARK) else _LEAST_UNBLANKED) else None


def _whole(words: dict[str, list[str]], pieces: dict[str, int]) -> Iterable[str]:
    return (word for members in words.values() for word in members if word in pieces)


def _middle(vectors: Floats) -> Floats | None:
    """Return the direction most of the vectors share: the mean without those that lie apart."""
    if len(vectors) < _FEWEST:
        return None
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    mean = unit.mean(axis=0)
    for _ in range(3):
        near = unit @ (mean / np.linalg.norm(mean))
        mean = unit[near >= max(min(_OUTLIER, float(np.sort(near)[-3])), float(np.median(near)))].mean(axis=0)
    middle: Floats = mean / np.linalg.norm(mean)
    return middle


def _cosine(vector: Floats, direction: Floats) -> float:
    return float(vector @ direction) / max(float(np.linalg.norm(vector)), 1e-9)


def _read(folder: Path) -> Model:
    arrays = load_file(folder / "model.safetensors")
    spec = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    # Two decimals of a log probability are enough to cut words, and 200,000 pieces have many.
    spec["model"]["vocab"] = [[piece, round(score, 2)] for piece, score in spec["model"]["vocab"]]
    pieces = {piece: number for number, (piece, _) in enumerate(spec["model"]["vocab"])}
    return Model(arrays, Tokenizer.from_file(str(folder / "tokenizer.json")), spec, table_of(arrays), pieces)


def main() -> None:
    """Read the command line and change the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    add_deal_words(options.model)


if __name__ == "__main__":
    main()
