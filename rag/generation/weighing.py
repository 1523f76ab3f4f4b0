"""A claim, weighed: which of its words have to be proven, how much each counts, what it names."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from rag.generation.matching import pieces_of
from rag.generation.naming import Mark, find_marks
from rag.protocols import Vectors, WordEmbedder
from rag.text.concepts import concepts_in
from rag.text.values import find_values

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CONTENT: Final = 0.15
"""Words that weigh less say too little to be proven (the, of, is)."""

NEARER: Final = 0.55
"""How near two names' vectors must be for one to say the other."""

OPENERS: Final = (
    *("according", "however", "therefore", "additionally", "moreover", "also", "both", "each", "under", "after"),
    *("before", "during", "if", "when", "for", "yes", "no", "these", "this", "its", "their", "furthermore"),
)
"""Words that open a sentence and name nothing; those of other languages are found by their vectors."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim's pieces with their weights, vectors and concepts, and its names and codes."""

    text: str
    pieces: list[str]
    weights: Floats
    vectors: Vectors
    concepts: list[frozenset[str]]
    marks: list[Mark]

    @classmethod
    def of(cls, text: str, language: str, words: WordEmbedder) -> "Weighed":
        """Weigh a claim; values weigh nothing, because they are compared as such, nor do words that only open."""
        pieces = pieces_of(text, words)
        weights = np.asarray(words.word_weights(pieces), dtype=np.float64)
        valued = {piece for value in find_values(text, language) for piece in pieces_of(value.text, words)}
        opening = words.embed_words(pieces) @ words.embed_words(OPENERS).T
        for place, piece in enumerate(pieces):
            if piece in valued or any(char.isnumeric() for char in piece) or opening[place].max() >= NEARER:
                weights[place] = 0.0
        concepts = [concepts_of(piece) for piece in pieces]
        return cls(text, pieces, weights, words.embed_words(pieces), concepts, find_marks(text, language))

    def share(self, met: Flags) -> float:
        """The share of the weight that is met; a claim without weight has none to prove."""
        total = float(self.weights.sum())
        return float(self.weights[met].sum()) / total if total else 0.0

    def longest_run(self, missing: Flags) -> int:
        """The most content words in a row that are missing."""
        longest = run = 0
        for weight, lacks in zip(self.weights, missing, strict=True):
            if weight >= CONTENT:
                run = run + 1 if lacks else 0
                longest = max(longest, run)
        return longest


@lru_cache(maxsize=4096)
def concepts_of(text: str) -> frozenset[str]:
    """The concepts of a text in whatever language."""
    return concepts_in(text)
