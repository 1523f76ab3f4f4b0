"""The second look at what the search found: passages in the order of what their best sentences answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rag.generation.matching import Floats
from rag.generation.meeting import standardised
from rag.records import Passage

LOOKED_AT: Final = 15
"""How many of the passages that the search finds are looked at sentence by sentence (docs/retrieval.md)."""

# How much the best sentence counts beside the search, both in spreads.
_SENTENCE: Final = 2.0


def reordered(passages: Sequence[Passage], places: Sequence[int], scores: Floats) -> list[Passage]:
    """The passages, best first by search and best sentence together.

    `places` and `scores` are of the sentences: the place of its passage, and how well it answers. A passage
    without sentences counts as one with the worst. The new score is in the search's own measure.
    """
    found = np.array([passage.score for passage in passages])
    best = np.full(len(passages), scores.min())
    np.maximum.at(best, np.asarray(places), scores)
    together = found + found.std() * _SENTENCE * standardised(best)
    order = np.argsort(-together, kind="stable")
    return [replace(passages[place], score=float(together[place])) for place in order]
