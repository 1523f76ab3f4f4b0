"""Where the vectors start: pieces of rows that say the same begin near each other, in whatever language.

Cross-language random indexing (Sahlgren 2005): every row of translations gets a random direction, and a piece the
sum of the directions of the rows it stands in. Words that translate each other stand in the same rows. Rare words,
which few batches touch, have most of what can be known of them from the first step on.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from rag.training.batches import Sampler
from rag.training.pairs import ragged

_MOST = 400  # occurrences of one piece that are looked at
_RARE = 300  # occurrences below which a piece counts as rare


def rarity(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return a length for each piece, about 1 for rare ones and .2 for the most frequent."""
    return np.asarray(np.log(counts.sum() / (counts + 0.1)) / 16.0)


def random_rows(counts: npt.NDArray[np.int64], dimension: int, seed: int) -> torch.Tensor:
    """Return random directions of length 1: a random projection of a text's words for pieces without data."""
    rows = torch.randn(len(counts), dimension, generator=torch.Generator().manual_seed(seed))
    return functional.normalize(rows)


def indexed_rows(sampler: Sampler, dimension: int, seed: int, *, own: float = 0.3) -> torch.Tensor:
    """Return the direction of each piece from the rows it stands in, with a share `own` of its own direction.

    Held-out rows have no part in it. Memory: one direction for each row of the data.
    """
    pairs, rng = sampler.pairs, np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(sampler.rows)), sampler.lengths)
    keep = sampler.usable[owner] & (rng.random(len(owner)) < _MOST / np.maximum(sampler.counts, 1)[sampler.tokens])
    pieces, texts = sampler.tokens[keep], owner[keep]
    order = np.argsort(pieces, kind="stable")
    pieces, texts = pieces[order].astype(np.int64), texts[order]
    weights = sampler.factor[pairs.sources[sampler.rows[texts]]] / np.sqrt(sampler.lengths[texts])
    directions = torch.randn(len(pairs.sources), dimension, generator=torch.Generator().manual_seed(seed + 1))
    starts = np.searchsorted(pieces, np.arange(len(sampler.counts)))
    sums = functional.embedding_bag(
        torch.from_numpy(sampler.rows[texts]), directions, torch.from_numpy(starts), mode="sum",
        per_sample_weights=torch.from_numpy(weights).float(),
    )  # fmt: skip
    mixed = functional.normalize(sums) + own * random_rows(sampler.counts, dimension, seed)
    return functional.normalize(mixed)


def taught_rows(sampler: Sampler, dimension: int) -> torch.Tensor | None:
    """Return the direction of each piece from the English teacher, or None where it was not asked.

    Every piece of a word list's row, in whatever language, gets what the teacher knows of the row's English texts.
    """
    folder = sampler.pairs.folder
    if not (folder / "teacher_rows.npy").exists():
        return None
    numbers = np.load(folder / "teacher_texts.npy", allow_pickle=False)
    vectors = torch.from_numpy(np.load(folder / "teacher_rows.npy", allow_pickle=False)).float()
    vectors = functional.normalize(principal(functional.normalize(vectors), dimension))
    row, position = np.unique(sampler.rows[numbers], return_inverse=True)
    english = torch.zeros(len(row), dimension).index_add_(0, torch.from_numpy(position), vectors)
    return spread(sampler, row, functional.normalize(english))


def spread(sampler: Sampler, rows: npt.NDArray[np.int64], directions: torch.Tensor) -> torch.Tensor:
    """Return for each piece the mean direction of those of the given rows it stands in, or zeros if in none.

    A text tells the less of a piece the more pieces it has.
    """
    pairs = sampler.pairs
    place = np.full(len(pairs.sources), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    texts = np.flatnonzero(sampler.usable & (place[sampler.rows] >= 0))
    size = sampler.lengths[texts]
    pieces = sampler.tokens[ragged(sampler.token_starts[texts], size)]
    order = np.argsort(pieces, kind="stable")
    owners = np.repeat(texts, size)[order]
    weights = sampler.factor[pairs.sources[sampler.rows[owners]]] / sampler.lengths[owners] ** 1.5
    starts = np.searchsorted(pieces[order], np.arange(len(sampler.counts)))
    sums = functional.embedding_bag(
        torch.from_numpy(place[sampler.rows[owners]]), directions, torch.from_numpy(starts), mode="sum",
        per_sample_weights=torch.from_numpy(weights).float(),
    )  # fmt: skip
    return functional.normalize(sums)


def principal(vectors: torch.Tensor, dimension: int) -> torch.Tensor:
    """Return the vectors without their mean in the directions that vary most, spread over all dimensions."""
    centred = vectors - vectors.mean(dim=0)
    _, axes = torch.linalg.eigh(centred.T @ centred)
    kept = centred @ axes.flip(1)[:, :dimension]
    turn = torch.randn(kept.shape[1], dimension, generator=torch.Generator().manual_seed(3))
    turned: torch.Tensor = kept @ torch.linalg.qr(turn.T).Q.T
    return turned


def even_out(rows: torch.Tensor, counts: npt.NDArray[np.int64], *, power: float = 1.0) -> torch.Tensor:
    """Return rows whose lengths no longer tell how often a piece was trained, times a power of its rarity.

    Each step lengthens a row a little, so rare pieces stay short although they tell texts apart best. They get the
    usual length of pieces of middling frequency; short rows of frequent pieces are learned and stay.
    """
    length = rows.norm(dim=1)
    count = torch.from_numpy(counts)
    middling = (count >= _RARE) & (count < 4 * _RARE)
    usual = float(length[middling].median()) if bool(middling.any()) else float(length.median())
    raised = torch.where(count < _RARE, length.clamp_min(0.85 * usual), length)
    wanted = raised * torch.from_numpy(rarity(counts) / 0.85).float() ** power
    evened: torch.Tensor = rows * (wanted / length.clamp_min(1e-6))[:, None]
    return evened
