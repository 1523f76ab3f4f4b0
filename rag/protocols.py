"""What each replaceable part promises; the contract suites in `tests/contracts` assert it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from rag.records import Account, Draft, Hit, LoadedText, Passage

Vectors = npt.NDArray[np.float32]
"""Rows of length 1: shape (count, dimension)."""

TermGroup = tuple[tuple[str, float], ...]
"""Terms that stand for one word of a question, each with a weight from 0 to 1 (1 = the word itself)."""


class Loader(Protocol):
    """One format's bytes -> text. No disk, no network; damaged, locked or empty input raises a DocumentError."""

    def __call__(self, data: bytes) -> LoadedText: ...


class Embedder(Protocol):
    """Texts -> rows of length 1, in the given order, none for none; prefixes stay inside."""

    @property
    def name(self) -> str:
        """The model and its revision: vectors of different names are never compared."""
        ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int | None:
        """The longest text that is read whole, in the model's tokens; None = no limit."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...


class WordEmbedder(Protocol):
    """Single words -> rows of length 1, comparable across languages."""

    @property
    def name(self) -> str: ...

    def embed_words(self, words: Sequence[str]) -> Vectors: ...

    def word_weights(self, words: Sequence[str]) -> list[float]:
        """How much each word says, from 0 (the, of, is) to 1 (names, things)."""
        ...

    def split_run(self, run: str) -> list[str]:
        """The words of a run of a script written without blanks, as the model cuts it."""
        ...

    def run_pieces(self) -> Sequence[str]:
        """All words of two signs or more by which `split_run` cuts; none if the model does not say."""
        ...


class WordNeighbours(Protocol):
    """The words of each language of an index, and which of them are nearest to a vector."""

    def __len__(self) -> int: ...

    @property
    def languages(self) -> tuple[str, ...]: ...

    def words(self, language: str) -> Sequence[str]:
        """The words of a language; "" stands in the place of one that is gone."""
        ...

    def follow(self, wanted: Mapping[str, Collection[str]]) -> None:
        """Hold exactly these words of these languages."""
        ...

    def nearest(self, vectors: Vectors, limit: int, least: float) -> list[dict[str, dict[str, float]]]:
        """For each row the nearest words of each language with their cosines, from `least` on."""
        ...

    def recall(self, path: Path, state: str) -> bool:
        """Take the words kept in a file, unless some are held; whether those held are of `state`."""
        ...

    def keep(self, path: Path, state: str) -> None:
        """Write the words that are held to a file, as those of `state`."""
        ...


class VectorIndex(Protocol):
    """Nearest chunks by cosine, best first, ties by chunk id; `limit` may exceed the size."""

    def __len__(self) -> int: ...

    def add(self, ids: Sequence[str], vectors: Vectors) -> None: ...

    def remove(self, ids: Iterable[str]) -> None: ...

    def search(self, vector: Vectors, limit: int) -> list[Hit]: ...


class LexicalIndex(Protocol):
    """Chunks that share terms with a query (BM25), best first, ties by chunk id; no shared term, no hit."""

    def __len__(self) -> int: ...

    def add(self, ids: Sequence[str], texts: Sequence[str], languages: Sequence[str]) -> None: ...

    def remove(self, ids: Iterable[str]) -> None: ...

    def search(self, groups: Sequence[TermGroup], limit: int) -> list[Hit]: ...

    def cover(self, groups: Sequence[TermGroup], limit: int) -> list[Hit]:
        """As `search`, scores as shares of what covers all groups, comparable between languages."""
        ...

    def identify(self, groups: Sequence[TermGroup], limit: int) -> list[Hit]:
        """As `search`, scores in units of the rarest term of its language."""
        ...

    def words(self) -> dict[str, int]:
        """Every word of every language (as `words.in_language` makes it) and the number of chunks that hold it."""
        ...


class Reranker(Protocol):
    """How well each text answers the question: one score a text, in the given order."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]: ...


class Translator(Protocol):
    """Texts in another language: same count and order; same language = unchanged."""

    @property
    def name(self) -> str:
        """The engine's name, as people see it beside a translation."""
        ...

    @property
    def revision(self) -> str:
        """Tells the engine from others of its name: kept translations of another revision are not used."""
        ...

    def can(self, source: str, target: str) -> bool: ...

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]: ...


class TranslationMemory(Protocol):
    """Translations made before, kept as long as their document; what cannot be kept or read is None, no error."""

    def recall(self, text: str, *, engine: str, target: str) -> str | None: ...

    def remember(self, document_id: str, text: str, translation: str, *, engine: str, target: str) -> None: ...


class Generator(Protocol):
    """Drafts one by one: no passages, no drafts; support is valid; document text is data, never an instruction."""

    @property
    def mode(self) -> str:
        """`extractive` or `llm`."""
        ...

    def generate(self, question: str, language: str, passages: Sequence[Passage]) -> Iterator[Draft]: ...


@runtime_checkable
class Reordering(Protocol):
    """A generator that can tell which of the passages found answer best: the best of them, best first."""

    def reorder(self, question: str, language: str, passages: Sequence[Passage]) -> list[Passage]: ...


@runtime_checkable
class Explaining(Protocol):
    """A generator that can tell how its drafts, or their absence, came about."""

    def explain(
        self, question: str, language: str, passages: Sequence[Passage]
    ) -> tuple[tuple[Draft, ...], Account]: ...
