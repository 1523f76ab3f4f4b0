"""Words of a question -> nearest words of the index's own vocabulary, in whatever languages it holds.

Method: query expansion by word vectors (Kuzi, Shtok, Kurland 2016), here across languages: the bundled model
puts translations near each other, so that a Portuguese word finds its English, Arabic or Chinese neighbours.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from rag.protocols import TermGroup, Vectors, WordEmbedder
from rag.text.words import WORD, has_no_blanks, split_words

# Chosen on the development sets (docs/retrieval.md).
_LOWEST_COSINE: Final = 0.4
_NEIGHBOURS: Final = 8


class Vocabulary:
    """The words of an index with their vectors; refreshed when the index changes, only new words are embedded."""

    def __init__(self, embedder: WordEmbedder) -> None:
        self._embedder = embedder
        self._words: list[str] = []
        self._places: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._words)

    def refresh(self, words: Iterable[str]) -> None:
        """Take the vocabulary of the index as it is now."""
        wanted = sorted(set(words))
        new = [word for word in wanted if word not in self._places]
        fresh = self._embedder.embed_words(new)
        if self._words:
            kept = [word for word in wanted if word in self._places]
            old = self._vectors[[self._places[word] for word in kept]]
            self._words, self._vectors = kept + new, np.concatenate([old, fresh]) if new else old
        else:
            self._words, self._vectors = new, fresh
        self._places = {word: place for place, word in enumerate(self._words)}

    def expand(self, question: str) -> list[TermGroup]:
        """One group of terms for each word of the question: its nearest words, weight = cosine squared."""
        words = self._question_words(question)
        if not words or not self._words:
            return []
        cosines = self._embedder.embed_words(words) @ self._vectors.T
        return [group for row in cosines if (group := self._nearest(row))]

    def _nearest(self, cosines: Vectors) -> TermGroup:
        count = min(_NEIGHBOURS, len(cosines))
        best = np.argpartition(-cosines, count - 1)[:count]
        chosen = [
            (self._words[place], float(cosines[place])) for place in best if cosines[place] >= _LOWEST_COSINE
        ]
        return tuple((WORD + word, min(cosine, 1.0) ** 2) for word, cosine in sorted(chosen))

    def _question_words(self, question: str) -> list[str]:
        words: dict[str, None] = {}
        for word in split_words(question):
            pieces = self._embedder.split_run(word) if has_no_blanks(word) else [word]
            words |= dict.fromkeys(pieces)
        return list(words)
