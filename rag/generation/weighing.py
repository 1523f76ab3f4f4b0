"""A claim, weighed: which of its words have to be proven, how much each counts, what it names."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from rag.generation.matching import pieces_of
from rag.generation.naming import Mark, find_marks
from rag.protocols import Vectors, WordEmbedder
from rag.text.concepts import concepts_in
from rag.text.values import find_values
from rag.text.words import has_no_blanks, split_words

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CONTENT: Final = 0.15
"""Words that weigh less say too little to be proven (the, of, is)."""

NEARER: Final = 0.55
"""How near two names' vectors must be for one to say the other."""

_LONGEST_WINDOW: Final = 4

OPENERS: Final = (
    *("according", "however", "therefore", "additionally", "moreover", "also", "both", "each", "under", "after"),
    *("before", "during", "if", "when", "for", "yes", "no", "these", "this", "its", "their", "furthermore"),
)
"""Words that open a sentence and name nothing; those of other languages are found by their vectors."""


class Window(NamedTuple):
    """Neighbouring pieces of a text, from the place of the first to behind that of the last."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim's pieces with their weights, vectors and concepts, and its names and codes.

    `windows` are neighbouring pieces (start, end), `joint` their vectors: the model cuts words of scripts without
    blanks, and what one language says in one word another says in two.
    """

    text: str
    pieces: list[str]
    weights: Floats
    vectors: Vectors
    concepts: list[frozenset[str]]
    marks: list[Mark]
    windows: list[tuple[int, int]]
    joint: Vectors

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
        windows = windows_of(text, words)
        joint = words.embed_words([window.text for window in windows])
        places = [(window.start, window.end) for window in windows]
        marks = find_marks(text, language)
        return cls(text, pieces, weights, words.embed_words(pieces), concepts, marks, places, joint)

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


def windows_of(text: str, words: WordEmbedder) -> list[Window]:
    """Two neighbouring words, or two to four pieces of a run without blanks; places count as in `pieces_of`."""
    found: list[Window] = []
    at, before = 0, ""
    for word in split_words(text):
        pieces = pieces_of(word, words)
        if has_no_blanks(word):
            found += [
                Window(at + start, at + end, "".join(pieces[start:end]))
                for start in range(len(pieces))
                for end in range(start + 2, min(start + _LONGEST_WINDOW, len(pieces)) + 1)
            ]
        elif before:
            found.append(Window(at - 1, at + 1, f"{before} {word}"))
        before = "" if has_no_blanks(word) or len(pieces) != 1 else word
        at += len(pieces)
    return found


@lru_cache(maxsize=4096)
def concepts_of(text: str) -> frozenset[str]:
    """The concepts of a text in whatever language."""
    return concepts_in(text)
