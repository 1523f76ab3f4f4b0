"""What each document of an index is about: the words of its title, and the middle of its chunks' vectors.

A question often fits one passage of a document no better than passages of others, and yet says what kind of
document has the answer ("when does the lease end?"). Long documents are not preferred: their middle is one vector.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt

from rag.index import Index
from rag.index.identity import chunk_numbers
from rag.protocols import Vectors, WordEmbedder
from rag.text.speakers import languages_named
from rag.text.words import name_words, split_words

# Chosen on the development sets (docs/retrieval.md).
_TITLE: Final = 0.5
_MIDDLE: Final = 0.5
_LANGUAGE: Final = 0.4


class Subjects:
    """The documents of an index as it is when this is made; titles are compared word by word, in any language."""

    def __init__(self, index: Index, words: WordEmbedder) -> None:
        self._words = words
        self._numbers, rows = index.vectors.contents()
        infos = {info.id: info for info in index.store.documents()}
        owners = index.store.owners()
        places = {document: place for place, document in enumerate(infos)}
        # A chunk whose document was removed since counts for none.
        self._owners = np.array(
            [places.get(owners.get(number, ""), -1) for number in self._numbers.tolist()], np.int64
        )
        self._languages = [info.language for info in infos.values()]
        self._middles = _middles(rows, self._owners, len(infos))
        titles = [self._meaning(f"{info.title} {name_words(info.name)}") for info in infos.values()]
        self._titles = np.stack(titles) if titles else np.zeros((0, 1), np.float32)

    def fit(self, question: str, language: str, *, vector: Vectors, chunks: Collection[str]) -> dict[str, float]:
        """How well the document of each chunk fits a question with this vector; unknown chunks are left out."""
        if not len(self._titles):
            return {}
        fit = _TITLE * (self._titles @ self._meaning(question)) + _MIDDLE * (self._middles @ vector)
        named = languages_named(question, language)
        fit += _LANGUAGE * np.array([spoken in named for spoken in self._languages])
        wanted = chunk_numbers(chunks)
        at = np.minimum(np.searchsorted(self._numbers, wanted), len(self._numbers) - 1)
        owners = np.where(self._numbers[at] == wanted, self._owners[at], -1).tolist()
        return {chunk: float(fit[owner]) for chunk, owner in zip(chunks, owners, strict=True) if owner >= 0}

    def _meaning(self, text: str) -> Vectors:
        """The sum of the words' vectors, each as long as it says much, scaled to length 1."""
        words = split_words(text) or [""]  # a text without words has a vector of zeros
        lengths = np.sqrt(np.array(self._words.word_weights(words), np.float32))
        return _to_unit(lengths @ self._words.embed_words(words))


def _middles(rows: Vectors, owners: npt.NDArray[np.int64], documents: int) -> Vectors:
    """The mean of each document's rows, scaled to length 1."""
    sums = np.zeros((documents, rows.shape[1]), np.float32)
    known = owners >= 0
    np.add.at(sums, owners[known], rows[known])
    return _to_unit(sums)


def _to_unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)
