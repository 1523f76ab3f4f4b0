"""The legs' scores of the same chunks -> one ranking."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from rag.records import Hit

DENSE: Final = "dense"
LEXICAL: Final = "lexical"
ROMANISED: Final = "romanised"
EXPANDED: Final = "expanded"
NAMED: Final = "named"
LEGS: Final = (DENSE, LEXICAL, ROMANISED, EXPANDED, NAMED)
FUSED: Final = "fused"

# Chosen on the development sets (docs/retrieval.md).
_COVERAGE: Final = 2.5
_COVERED_BY: Final = {LEXICAL: 1.0, ROMANISED: 0.7, EXPANDED: 0.85}
_LITERAL: Final = 3.0
_NAMED: Final = 1.0
# A chunk that is alone in having what is named is hardly wrong; of two or three a little less holds.
_ALONE: Final = 0.5
_NEAR_THE_MOST: Final = 0.6
_LEAST_NAMED: Final = 0.05
_WITHIN_LANGUAGE: Final = {LEXICAL: 1.0, ROMANISED: 0.2, DENSE: 0.05, EXPANDED: 0.2, NAMED: 0.2}

Legs = Mapping[str, float]


def fuse(
    rankings: Mapping[str, Sequence[Hit]],
    limit: int,
    own: Collection[str] = (),
    subjects: Mapping[str, float] | None = None,
) -> list[Hit]:
    """Chunks by meaning plus coverage, best first, ties by id; a chunk that a leg lacks has 0 there.

    Scores must be shares from 0 to 1 (`LexicalIndex.cover`, `share_above_lowest`). The words of a question are
    covered literally, by their sound or by their translations, whichever is best: a page in another language,
    without literal words, is not behind for that. Only a page with nearly all of the words themselves gets
    more: the cube keeps pages that are merely in the asker's language from rising. A page with the very amount,
    date or name that was asked for, however it is written, gets more too, and more still where hardly another
    page has it. `subjects` says how well the chunks' documents fit (`subjects.py`).

    Among themselves the chunks in the asker's language, `own`, are ordered by the words themselves: nothing finds
    better there. They share out the places that they have among the others, so none is pushed back or forth.
    """
    scores: dict[str, dict[str, float]] = {}
    for leg, hits in rankings.items():
        for hit in hits:
            scores.setdefault(hit.chunk_id, {})[leg] = hit.score
    alone, fitting = _alone(rankings.get(NAMED, ())), subjects or {}
    fused = _sorted(
        Hit(chunk_id, _fused(legs) + alone.get(chunk_id, 0.0) + fitting.get(chunk_id, 0.0))
        for chunk_id, legs in scores.items()
    )
    within = iter(
        _sorted(Hit(hit.chunk_id, _within(scores[hit.chunk_id])) for hit in fused if hit.chunk_id in own)
    )
    placed = [Hit(next(within).chunk_id, hit.score) if hit.chunk_id in own else hit for hit in fused]
    return placed[:limit]


def share_above_lowest(hits: Sequence[Hit]) -> list[Hit]:
    """Cosines as shares of the way from the lowest found to 1: models differ in where unrelated texts lie."""
    lowest = min((hit.score for hit in hits), default=0.0)
    if lowest >= 1.0:
        return [Hit(hit.chunk_id, 1.0) for hit in hits]
    return [Hit(hit.chunk_id, (hit.score - lowest) / (1.0 - lowest)) for hit in hits]


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))


def _fused(legs: Legs) -> float:
    coverage = max(weight * legs.get(leg, 0.0) for leg, weight in _COVERED_BY.items())
    literal = _LITERAL * legs.get(LEXICAL, 0.0) ** 3
    return legs.get(DENSE, 0.0) + _COVERAGE * coverage + literal + _NAMED * legs.get(NAMED, 0.0)


def _alone(named: Sequence[Hit]) -> dict[str, float]:
    """What the chunks get that have nearly the most of what is named, less the more of them there are."""
    most = max((hit.score for hit in named), default=0.0)
    if most < _LEAST_NAMED:
        return {}
    having = [hit.chunk_id for hit in named if hit.score >= _NEAR_THE_MOST * most]
    return dict.fromkeys(having, _ALONE / len(having) ** 2)


def _within(legs: Legs) -> float:
    return sum(weight * legs.get(leg, 0.0) for leg, weight in _WITHIN_LANGUAGE.items())
