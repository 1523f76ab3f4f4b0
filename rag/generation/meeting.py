"""Where the words of a question are met: in each sentence, around it, and in its passage."""

from collections.abc import Sequence

import numpy as np

from rag.generation.candidates import Candidate
from rag.generation.matching import CLOSE, Floats, match_texts, piece_counts, question_pieces, rarity
from rag.protocols import WordEmbedder


class Met:
    """Where the words of a question are met: in each sentence, around it, and in its passage."""

    def __init__(self, question: str, language: str, candidates: Sequence[Candidate], words: WordEmbedder) -> None:
        self.asked = question_pieces(question, language, words)
        own = [[candidate.text] for candidate in candidates]
        both = [[c.text, c.title, c.heading, c.before, c.after] for c in candidates]
        texts = {text: c.language for c, group in zip(candidates, both, strict=True) for text in group}
        self.matches = match_texts(question, language, self.asked, texts=texts, words=words)
        self.close = self.matches.best(own, self.matches.closeness)
        self.around = self.matches.best(both, self.matches.closeness)
        self.related, self.related_around = (self.matches.best(g, self.matches.related) for g in (own, both))
        self.grams, self.grams_around = (self.matches.best(group, self.matches.grams) for group in (own, both))
        self.numbers = self.matches.best(both, self.matches.numbers)
        self.focus = self.matches.best(own, self.matches.focus)[0]
        self.passage = _of_passages(candidates, self.around)
        pieces = piece_counts(self.asked, words)
        met = (self.around >= CLOSE).astype(float)
        self.weights, self.gram_weights = rarity(met, pieces), rarity(self.grams_around)
        told = rarity(met) * np.array(words.word_weights(self.asked))
        self.told = told / told.sum() if told.sum() > 0 else told

    def columns(self) -> dict[str, Floats]:
        """The features that are made of words and grams."""
        late, shared = self.weights @ self.close, self.gram_weights @ self.grams
        said_around, related = self.told @ self.around, self.told @ self.related_around
        near, near_around, near_passage = (each >= CLOSE for each in (self.close, self.around, self.passage))
        return {
            "late": late,
            "late_around": self.weights @ self.around,
            "late_z": standardised(late),
            "late_gap": late - late.max(),
            "late_passage": self.weights @ self.passage,
            "said": self.told @ self.close,
            "said_around": said_around,
            "said_passage": self.told @ self.passage,
            "said_gap": said_around - said_around.max(),
            "related": self.told @ self.related,
            "related_gap": related - related.max(),
            "related_z": standardised(self.told @ self.related),
            "missing_related": _heaviest_missing(self.told, self.related_around),
            "missing": _heaviest_missing(self.told, self.around),
            "missing_passage": _heaviest_missing(self.told, self.passage),
            "focus": self.focus,
            "matched": self.weights @ near,
            "matched_around": self.weights @ near_around,
            "matched_passage": self.weights @ near_passage,
            "shared": shared,
            "shared_around": self.gram_weights @ self.grams_around,
            "shared_z": standardised(shared),
        }


def standardised(numbers: Floats) -> Floats:
    """In spreads above the mean; zeros where all are equal."""
    spread = float(numbers.std())
    return (numbers - numbers.mean()) / spread if spread > 1e-9 else np.zeros_like(numbers)


def _of_passages(candidates: Sequence[Candidate], close: Floats) -> Floats:
    """For each candidate the highest closeness anywhere in its passage."""
    result = close.copy()
    numbers = np.array([candidate.passage for candidate in candidates])
    for number in np.unique(numbers):
        inside = numbers == number
        if close.shape[0]:
            result[:, inside] = close[:, inside].max(axis=1, keepdims=True)
    return result


def _heaviest_missing(weights: Floats, close: Floats) -> Floats:
    """For each column the largest weight of a row that is not met; 0 where all are."""
    return (weights[:, None] * (close < CLOSE)).max(axis=0) if close.shape[0] else np.zeros(close.shape[1])
