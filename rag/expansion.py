"""Words of a question -> nearest words of the index's own vocabulary, language by language.

Method: query expansion by word vectors (Kuzi, Shtok, Kurland 2016), here across languages: the bundled model
puts translations near each other, so that a Portuguese word finds its English, Arabic or Chinese neighbours.
Each language of the index is asked on its own: else the inflections of the asker's language crowd out the others.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from rag.protocols import TermGroup, Vectors, WordEmbedder
from rag.text.concepts import concepts_by_piece, concepts_in
from rag.text.words import (
    ROMAN,
    WORD,
    has_no_blanks,
    in_language,
    language_and_form,
    split_words,
    word_terms,
)

# Chosen on the development sets (docs/retrieval.md).
_LOWEST_COSINE: Final = 0.3
_NEIGHBOURS: Final = 3
# A word that the language has nothing near to is still asked for: who covers only the rest does not cover all.
_MISSED: Final = 0.15
# Words of one concept mean nearly the same, as a good translation does.
_SAME_CONCEPT: Final = 0.7

Places = npt.NDArray[np.int64]


class Vocabulary:
    """The words of an index with their vectors; refreshed when the index changes, only new words are embedded."""

    def __init__(self, embedder: WordEmbedder) -> None:
        self._embedder = embedder
        self._words: list[str] = []
        self._places: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)
        self._languages: dict[str, Places] = {}
        self._concepts: dict[tuple[str, str], list[str]] = {}

    def __len__(self) -> int:
        return len(self._words)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the index has words of."""
        return tuple(self._languages)

    def refresh(self, words: Iterable[str]) -> None:
        """Take the vocabulary of the index as it is now: words as `words.in_language` makes them."""
        by_language: dict[str, list[str]] = {}
        for term in sorted(words):
            language, word = language_and_form(term)
            by_language.setdefault(language, []).append(word)
        self._hold(sorted({word for found in by_language.values() for word in found}))
        self._languages = {
            language: np.array([self._places[word] for word in found], dtype=np.int64)
            for language, found in by_language.items()
        }
        self._concepts = {}
        for language, found in by_language.items():
            for word in found:
                for concept in concepts_in(word):
                    self._concepts.setdefault((language, concept), []).append(word)

    def expand(self, question: str) -> list[TermGroup]:
        """For each language a group of terms for each word of the question: its nearest words, weight = cosine.

        Words of deals meet those of the same concept besides (`text/concepts.toml`). Weights are lowered for words
        that say little, such as articles.
        """
        words = self.question_words(question)
        if not words or not self._words:
            return []
        cosines = self._embedder.embed_words(words) @ self._vectors.T
        weights = self._embedder.word_weights(words)
        meant: dict[int, list[str]] = {}
        for concept, named_at in concepts_by_piece(question, words).items():
            for at in named_at:
                meant.setdefault(at, []).append(concept)
        groups = []
        for language, places in self._languages.items():
            for at, (word, row, weight) in enumerate(zip(words, cosines, weights, strict=True)):
                near = self._nearest(row[places], places)
                for concept in meant.get(at, []):
                    for same in self._concepts.get((language, concept), []):
                        near[same] = max(near.get(same, 0.0), _SAME_CONCEPT)
                near = near or {word: _MISSED}
                groups.append(
                    tuple(
                        (in_language(WORD + form, language), share * weight)
                        for form, share in sorted(near.items())
                    )
                )
        return groups

    def question_terms(self, question: str) -> list[tuple[str, float]]:
        """The terms of the question's own words, each with the weight of its word, in no language yet.

        In a run without blanks each gram weighs what it says itself.
        """
        words = split_words(question)
        terms = [(word, term) for word in words for term in word_terms(word)]
        weighed = [term[1:] if has_no_blanks(word) and term[0] != ROMAN else word for word, term in terms]
        weights = self._embedder.word_weights(weighed)
        return [(term, weight) for (_, term), weight in zip(terms, weights, strict=True)]

    def question_words(self, question: str) -> list[str]:
        """The different folded words of a question; runs without blanks are cut as the model cuts them."""
        words: dict[str, None] = {}
        for word in split_words(question):
            words |= dict.fromkeys(self._embedder.split_run(word) if has_no_blanks(word) else [word])
        return list(words)

    def _nearest(self, cosines: Vectors, places: Places) -> dict[str, float]:
        """The words of one language nearest to a word, with their cosines."""
        count = min(_NEIGHBOURS, len(cosines))
        best = np.argpartition(-cosines, count - 1)[:count].tolist()
        return {
            self._words[places[at]]: min(float(cosines[at]), 1.0) for at in best if cosines[at] >= _LOWEST_COSINE
        }

    def _hold(self, wanted: Sequence[str]) -> None:
        """Keep the vectors of `wanted` words, embedding those that are new."""
        kept = [word for word in wanted if word in self._places]
        new = [word for word in wanted if word not in self._places]
        fresh = self._embedder.embed_words(new)
        old = self._vectors[[self._places[word] for word in kept]]
        self._vectors = np.concatenate([old.reshape(len(kept), fresh.shape[1]), fresh])
        self._words = kept + new
        self._places = {word: place for place, word in enumerate(self._words)}
