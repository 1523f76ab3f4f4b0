"""Measures of rankings and of sentence pairs: numbers from 0 to 1, higher is better."""

import math
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt


def ndcg_at(ranked: Sequence[str], right: Collection[str], cut: int = 10) -> float:
    """Return the discounted gain of the first `cut` over the best possible (Järvelin and Kekäläinen 2002).

    Every right item is worth the same; an item counts once. ValueError when nothing is right.
    """
    if not right:
        raise ValueError("nothing is right: nDCG has no meaning")
    places = [place for place, item in enumerate(dict.fromkeys(ranked)) if place < cut and item in right]
    best = sum(1.0 / math.log2(place + 2) for place in range(min(cut, len(set(right)))))
    return sum(1.0 / math.log2(place + 2) for place in places) / best


def hit_at(ranked: Sequence[str], right: Collection[str], cut: int = 5) -> float:
    """Return 1.0 when one of the first `cut` different items is right, else 0.0."""
    return float(any(item in right for item in list(dict.fromkeys(ranked))[:cut]))


def recall_at(ranked: Sequence[str], right: Collection[str], cut: int = 10) -> float:
    """Return the share of the right items among the first `cut` different items."""
    if not right:
        raise ValueError("nothing is right: recall has no meaning")
    return len(set(list(dict.fromkeys(ranked))[:cut]) & set(right)) / len(set(right))


def reciprocal_rank(ranked: Sequence[str], right: Collection[str]) -> float:
    """Return 1 / place of the first right item, 0.0 when there is none."""
    for place, item in enumerate(dict.fromkeys(ranked), start=1):
        if item in right:
            return 1.0 / place
    return 0.0


def bitext_accuracy(left: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Return how often row i of `right` is the nearest to row i of `left`, for rows of length 1."""
    nearest = _nearest(left, right)
    return float(np.mean(nearest == np.arange(len(nearest))))


def bitext_f1(left: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Return the mean F1 over the rows of `right`, each a class that its own row of `left` should choose."""
    nearest = _nearest(left, right)
    chosen = np.bincount(nearest, minlength=len(nearest))
    found = nearest == np.arange(len(nearest))
    return float(np.mean(np.where(found, 2.0 / (1.0 + chosen), 0.0)))


def _nearest(left: npt.ArrayLike, right: npt.ArrayLike) -> npt.NDArray[np.int64]:
    a, b = np.asarray(left, dtype=np.float32), np.asarray(right, dtype=np.float32)
    if a.shape != b.shape:
        raise ValueError(f"sentence pairs need two equal shapes, not {a.shape} and {b.shape}")
    return np.asarray((a @ b.T).argmax(axis=1), dtype=np.int64)
