"""Several rankings of the same chunks -> one."""

from collections.abc import Mapping, Sequence
from math import sqrt

from rag.records import Hit


def fuse(rankings: Mapping[str, Sequence[Hit]], weights: Mapping[str, float], limit: int) -> list[Hit]:
    """Chunks by the weighted sum of their standard scores in each ranking (z-scores), best first, ties by id.

    Rankings have scales of their own; a standard score says how far a chunk stands out of its ranking. A chunk
    that a ranking does not hold gets that ranking's lowest score. Rankings without spread say nothing.
    """
    totals: dict[str, float] = {}
    for leg, hits in sorted(rankings.items()):
        standard = _standard_scores(hits)
        if not standard:
            continue
        lowest = min(standard.values())
        for chunk_id, score in standard.items():
            totals[chunk_id] = totals.get(chunk_id, 0.0) + weights.get(leg, 0.0) * (score - lowest)
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return [Hit(chunk_id, score) for chunk_id, score in ordered[:limit]]


def _standard_scores(hits: Sequence[Hit]) -> dict[str, float]:
    if not hits:
        return {}
    mean = sum(hit.score for hit in hits) / len(hits)
    spread = sqrt(sum((hit.score - mean) ** 2 for hit in hits) / len(hits))
    if spread == 0.0:
        return dict.fromkeys((hit.chunk_id for hit in hits), 1.0)
    return {hit.chunk_id: (hit.score - mean) / spread for hit in hits}
