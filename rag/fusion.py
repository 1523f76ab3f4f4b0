"""Several rankings of the same chunks -> one."""

from collections.abc import Mapping, Sequence

from rag.records import Hit


def fuse(rankings: Mapping[str, Sequence[Hit]], weights: Mapping[str, float], limit: int) -> list[Hit]:
    """Chunks by the weighted sum of their scores, best first, ties by id; a chunk a ranking lacks gets 0 there.

    Scores must be shares from 0 to 1 that mean the same for every question (`share_of_best`, `share_above_lowest`).
    A ranking that finds little, as words do in another language's documents, then adds little: standard scores
    would stretch its noise to the size of a find (measured in docs/retrieval.md).
    """
    totals: dict[str, float] = {}
    for leg, hits in sorted(rankings.items()):
        weight = weights.get(leg, 0.0)
        for hit in hits:
            totals[hit.chunk_id] = totals.get(hit.chunk_id, 0.0) + weight * hit.score
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return [Hit(chunk_id, score) for chunk_id, score in ordered[:limit]]


def share_of_best(hits: Sequence[Hit], best_possible: float) -> list[Hit]:
    """Scores as shares of the best a chunk could have."""
    if best_possible <= 0.0:
        return []
    return [Hit(hit.chunk_id, hit.score / best_possible) for hit in hits]


def share_above_lowest(hits: Sequence[Hit]) -> list[Hit]:
    """Cosines as shares of the way from the lowest found to 1, since models differ in where unrelated texts lie."""
    lowest = min((hit.score for hit in hits), default=0.0)
    if lowest >= 1.0:
        return [Hit(hit.chunk_id, 1.0) for hit in hits]
    return [Hit(hit.chunk_id, (hit.score - lowest) / (1.0 - lowest)) for hit in hits]
