"""A deterministic stand-in for each protocol, without weights."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

from rag.protocols import Vectors
from rag.records import Draft, Passage, Support
from rag.text.words import split_words


class FakeEmbedder:
    """Bags of hashed words: texts that share words are near each other."""

    def __init__(
        self,
        dimension: int = 64,
        synonyms: dict[str, str] | None = None,
        weights: dict[str, float] | None = None,
    ) -> None:
        self.dimension = dimension
        self.name = f"fake-{dimension}"
        self.max_tokens = None
        self._synonyms = synonyms or {}
        self._weights = weights or {}

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_words(self, words: Sequence[str]) -> Vectors:
        return self._embed(words)

    def word_weights(self, words: Sequence[str]) -> list[float]:
        return [self._weights.get(word, 1.0) for word in words]

    def split_run(self, run: str) -> list[str]:
        return [run[at : at + 2] for at in range(0, len(run), 2)]

    def run_pieces(self) -> Sequence[str]:
        return ()

    def _embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 1e-3
            for word in split_words(text):
                row += self._direction(self._synonyms.get(word, word))
            row /= np.linalg.norm(row)
        return rows

    def _direction(self, word: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)


class FakeGenerator:
    """Claims the whole first chunk of the first passage."""

    mode = "extractive"

    def generate(self, question: str, language: str, passages: Sequence[Passage]) -> Iterator[Draft]:
        for passage in passages[:1]:
            chunk = passage.chunks[0]
            support = Support(chunk.document_id, chunk.id, chunk.page, chunk.start, chunk.end)
            yield Draft(chunk.text, chunk.language, (support,))


class FakeReranker:
    """Prefers the text that shares most words with the question."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        wanted = set(split_words(question))
        return [float(len(wanted & set(split_words(text)))) for text in texts]
