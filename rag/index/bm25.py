"""BM25: what a term is worth in a chunk (Robertson & Zaragoza 2009, idf in Lucene's form)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Final

import numpy as np
import numpy.typing as npt

from rag.protocols import TermGroup

K1: Final = 1.2
B: Final = 0.75

# Chunks that each language is taken to have besides: what is rare among few chunks is not yet known to be common.
_SMOOTHING: Final = 10


@dataclass(frozen=True, slots=True)
class TermList:
    """One term's chunks over all segments: ordinals, what each would score at idf 1, and the term's idf."""

    ordinals: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.float32]
    idf: float


Impacts = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]


def mean_idf(group: TermGroup, lists: Mapping[str, TermList]) -> float:
    """The mean inverse document frequency, by weight, of those of a group's terms that are there; else of all."""
    if len(group) == 1:
        return lists[group[0][0]].idf
    known = [(term, weight) for term, weight in group if len(lists[term].ordinals)] or group
    total = sum(weight for _, weight in known)
    return sum(weight * lists[term].idf for term, weight in known) / total if total > 0 else 0.0


def reachable(group: TermGroup, lists: Mapping[str, TermList]) -> float:
    """What a group is worth at most: its best term that is there, or the least of its weights if none is."""
    known = [weight for term, weight in group if len(lists[term].ordinals)]
    return (max(known) if known else min(weight for _, weight in group)) * mean_idf(group, lists)


def found_with_all(parts: Sequence[TermList], count: int) -> TermList:
    """The list of what has all of some terms: the least of their impacts, the idf of a field of `count`."""
    ordinals, impacts = parts[0].ordinals, parts[0].impacts
    for part in parts[1:]:
        ordinals, mine, theirs = np.intersect1d(ordinals, part.ordinals, assume_unique=True, return_indices=True)
        impacts = np.minimum(impacts[mine], part.impacts[theirs])
    return TermList(ordinals, impacts, inverse_frequency(len(ordinals), count))


def inverse_frequency(holding: int, count: int) -> float:
    """How rare a term is that `holding` of a field's `count` chunks hold."""
    return log1p((count + _SMOOTHING - holding + 0.5) / (holding + 0.5))


def best_of(parts: Sequence[Impacts]) -> Impacts:
    """Each chunk once with its highest impact."""
    ordinals = np.concatenate([part for part, _ in parts])
    impacts = np.concatenate([part for _, part in parts])
    order = np.argsort(ordinals, kind="stable")
    ordinals, impacts = ordinals[order], impacts[order]
    starts = np.flatnonzero(np.diff(ordinals, prepend=-1))
    return ordinals[starts], np.maximum.reduceat(impacts, starts)
