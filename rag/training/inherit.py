"""Start from an earlier model: its vectors for the pieces it knows, their translations' for the others."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch.nn import functional

from rag.embedding.static import StaticEmbedder
from rag.training.batches import Sampler
from rag.training.lexicon import DICTIONARIES
from rag.training.pairs import Ints
from rag.training.saving import table_of
from rag.training.start import spread
from rag.training.tokenizer import MARK


def inherited_rows(
    folder: Path, sampler: Sampler, pieces: list[str], row: Ints
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a direction for each row from the model in `folder`, and a length, 0 for pieces that are new to it.

    A new word has half its direction from the pieces it was cut into, and half from its dictionary translations.
    """
    table, old = _read(folder)
    unit = functional.normalize(torch.from_numpy(table))
    known = np.array([old.get(piece, -1) for piece in pieces])
    size = len(sampler.counts)
    direction, length = torch.zeros(size, table.shape[1]), torch.zeros(size)
    # Rows that several pieces share take the direction of the last known one, which is the marked one if any.
    order = np.argsort([piece.startswith(MARK) for piece in pieces], kind="stable")
    order = order[known[order] >= 0]
    for place in order.tolist():
        direction[row[place]] = unit[known[place]]
        length[row[place]] = float(np.linalg.norm(table[known[place]]))
    new = np.flatnonzero(length.numpy()[row] == 0)
    embedder = StaticEmbedder(folder, check=False)
    cut = torch.from_numpy(embedder.embed_words([pieces[place].removeprefix(MARK) for place in new.tolist()]))
    guess = torch.zeros(size, table.shape[1])
    guess[torch.from_numpy(row[new])] = cut
    guess = functional.normalize(guess) + 1.5 * spread(sampler, *_meanings(embedder, sampler))
    direction = torch.where((length == 0)[:, None], functional.normalize(guess), direction)
    return direction, length


def _meanings(embedder: StaticEmbedder, sampler: Sampler) -> tuple[Ints, torch.Tensor]:
    """Return the rows of the dictionaries and the mean of each row's vectors in the earlier model."""
    pairs = sampler.pairs
    names = pairs.meta["sources"]
    chosen = np.isin(pairs.sources, [names.index(name) for name in DICTIONARIES if name in names])
    rows = np.flatnonzero(chosen & (pairs.parts == 0))
    texts = np.flatnonzero(chosen[sampler.rows] & (pairs.parts == 0)[sampler.rows])
    place = np.searchsorted(rows, sampler.rows[texts])
    sums = torch.zeros(len(rows), embedder.dimension)
    for first in range(0, len(texts), 50_000):
        block = slice(first, first + 50_000)
        vectors = torch.from_numpy(embedder.embed_words(pairs.texts(texts[block])))
        sums.index_add_(0, torch.from_numpy(place[block]), vectors)
    return rows, functional.normalize(sums)


def _read(folder: Path) -> tuple[npt.NDArray[np.float32], dict[str, int]]:
    """Return a table of one row a piece, and the pieces' numbers."""
    rows = table_of(load_file(folder / "model.safetensors"))
    vocabulary: dict[str, int] = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    return rows, vocabulary
