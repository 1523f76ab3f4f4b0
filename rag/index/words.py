"""WordVectors: the words of an index by language and which are nearest to a vector; derived, kept in one file.

A language of few words is scanned exactly. A large one is coded in half a byte a dimension (Jegou, Douze, Schmid
2011: product quantization; André, Kermarrec, Le Scouarnec 2017: the fast scan of 4-bit codes); the best few
by their codes are embedded anew and compared exactly. So a word needs no vector in memory, and 500,000 words
are scanned in the time that some 20,000 exact ones take.
"""

import contextlib
import hashlib
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np

from rag.errors import IndexFolderError
from rag.index.generation import write_aside
from rag.protocols import Vectors, WordEmbedder

logger = logging.getLogger(__name__)

# Raise it when the same words would be coded otherwise.
_METHOD: Final = 1
# A language of so many words is scanned exactly.
_EXACT: Final = 2_048
# So many candidates by code for each word that is wanted, but none whose code is behind by so much: codes make
# cosines smaller by a tenth, and err by .03 (standard deviation).
_CANDIDATES: Final = 6
_BEHIND: Final = 0.06
_SHORTENED: Final = 0.9
_TRAINED_ON: Final = 4_096
# FAISS asks for 39 rows a centroid.
_LEAST_TRAINED: Final = 39 << 4
_AT_ONCE: Final = 20_000
# A coded language is coded anew when one in so many of its words is gone.
_GONE: Final = 4
_BITS: Final = 4
_DIGEST: Final = hashlib.sha256().digest_size
_KEPT: Final = np.dtype("<f2")


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The words of one language, either with their rows or with an index of their codes; "" = gone."""

    words: Sequence[str]
    rows: Vectors | None = None
    codes: Any = None


class WordVectors:
    """The words of each language of an index; a search sees the words before a change or those after it."""

    def __init__(self, embedder: WordEmbedder, *, exact: int = _EXACT) -> None:
        self._embedder = embedder
        self._exact = exact
        self._spoken: dict[str, _Spoken] = {}
        self._quantizer: Any = None
        self._state = ""

    def __len__(self) -> int:
        return len(set().union(*(spoken.words for spoken in self._spoken.values())) - {""})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have words, sorted."""
        return tuple(self._spoken)

    def words(self, language: str) -> Sequence[str]:
        """The words of a language; "" stands in the place of a word that is gone."""
        return self._spoken[language].words

    def follow(self, wanted: Mapping[str, Collection[str]]) -> None:
        """Hold exactly these words of these languages; only new ones are embedded."""
        held, self._state = dict(self._spoken), ""
        if self._quantizer is None and any(len(words) > self._exact for words in wanted.values()):
            self._train(wanted)
        for language, words in wanted.items():
            known = held.get(language, _Spoken((), rows=self._embedded(())))
            kept = set(words)
            new = sorted(kept.difference(known.words))
            if new or language not in held or not kept.issuperset(known.words):
                held[language] = self._changed(known, kept, new)
        self._spoken = {language: held[language] for language in sorted(wanted)}

    def nearest(self, vectors: Vectors, limit: int, least: float) -> list[dict[str, dict[str, float]]]:
        """For each row the `limit` nearest words of each language with their cosines, from `least` on."""
        spoken = self._spoken
        found: list[dict[str, dict[str, float]]] = [{} for _ in vectors]
        candidates: dict[str, list[list[str]]] = {}
        for language, held in spoken.items():
            if held.rows is None:
                candidates[language] = _coded(held, vectors, limit, least)
                continue
            count = min(limit, len(held.words))
            if not count:
                continue
            cosines = vectors @ held.rows.T
            best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
            values = np.take_along_axis(cosines, best, axis=1).tolist()
            for row, places in enumerate(best.tolist()):
                found[row][language] = {
                    held.words[place]: min(value, 1.0)
                    for place, value in zip(places, values[row], strict=True)
                    if value >= least
                }
        for near, compared in zip(found, self._compared(candidates, vectors), strict=True):
            for language, pairs in compared.items():
                near[language] = {word: min(value, 1.0) for value, word in pairs[:limit] if value >= least}
        return [{language: near.get(language, {}) for language in spoken} for near in found]

    def recall(self, path: Path, state: str) -> bool:
        """Take the words that were kept in a file, unless some are held; whether those held are of `state`."""
        if not self._spoken:
            try:
                self._read(path)
            except (OSError, ValueError, KeyError, RuntimeError) as error:
                logger.info("The words kept in %s are not used: %s", path, error)
        return self._state == state

    def keep(self, path: Path, state: str) -> None:
        """Write the words that are held to a file, as those of `state`; where that fails they are read anew."""
        self._state = state
        blobs: list[bytes] = []
        if self._quantizer is not None:
            blobs.append(_bytes_of(self._quantizer))
        for held in self._spoken.values():
            blobs.append("\n".join(held.words).encode())
            blobs.append(_bytes_of(held.codes) if held.rows is None else held.rows.astype(_KEPT).tobytes())
        header = {
            "method": _METHOD,
            "embedder": self._embedder.name,
            "state": state,
            "dimension": self._embedded(()).shape[1],
            "quantizer": self._quantizer is not None,
            "languages": {language: held.rows is not None for language, held in self._spoken.items()},
            "sizes": [len(blob) for blob in blobs],
        }
        data = b"".join([json.dumps(header).encode(), b"\n", *blobs])
        with contextlib.suppress(IndexFolderError):
            write_aside(path, hashlib.sha256(data).digest() + data)

    def _read(self, path: Path) -> None:
        data = memoryview(path.read_bytes())
        body = data[_DIGEST:]
        if hashlib.sha256(body).digest() != data[:_DIGEST]:
            raise ValueError("its bytes are not those that were written.")
        end = bytes(body[: 1 << 16]).index(b"\n")
        header = json.loads(bytes(body[:end]))
        if (header["method"], header["embedder"]) != (_METHOD, self._embedder.name):
            raise ValueError("they are of another model.")
        starts = np.cumsum([end + 1, *header["sizes"]]).tolist()
        blobs = [body[start:stop] for start, stop in pairwise(starts)]
        if header["quantizer"]:
            self._quantizer = _index_of(blobs.pop(0))
        spoken = {}
        for language, text, rows in zip(header["languages"], blobs[::2], blobs[1::2], strict=True):
            words = str(text, "utf-8").split("\n") if text else []
            if header["languages"][language]:
                matrix = (
                    np.frombuffer(rows, dtype=_KEPT).reshape(len(words), header["dimension"]).astype(np.float32)
                )
                spoken[language] = _Spoken(words, rows=matrix)
            else:
                spoken[language] = _Spoken(words, codes=_index_of(rows))
        self._spoken, self._state = spoken, header["state"]

    def _changed(self, known: _Spoken, wanted: Collection[str], new: list[str]) -> _Spoken:
        """A language with `wanted` words, of which `new` ones are not known."""
        places = [place for place, word in enumerate(known.words) if word in wanted]
        sparse = (len(known.words) - len(places)) * _GONE > len(known.words)
        if self._quantizer is None or (len(wanted) <= self._exact and (known.codes is None or sparse)):
            kept, rows = [known.words[place] for place in places], known.rows
            if rows is None:
                kept, new, rows = [], sorted(wanted), self._embedded(())
            return _Spoken([*kept, *new], rows=np.concatenate([rows[places[: len(kept)]], self._embedded(new)]))
        if known.codes is None or sparse:
            kept, new, codes = [], sorted(wanted), faiss.clone_index(self._quantizer)
        else:
            kept = [word if word in wanted else "" for word in known.words]
            codes = faiss.clone_index(known.codes)
        for at in range(0, len(new), _AT_ONCE):
            codes.add(self._embedded(new[at : at + _AT_ONCE]))
        return _Spoken([*kept, *new], codes=codes)

    def _train(self, wanted: Mapping[str, Collection[str]]) -> None:
        """Learn how to code vectors, if those of the model can be coded."""
        words = sorted(set().union(*wanted.values()))
        rows = self._embedded(words[:: len(words) // _TRAINED_ON + 1])
        if rows.shape[1] % 2 == 0 and len(rows) >= _LEAST_TRAINED:
            size = rows.shape[1] // 2
            self._quantizer = faiss.IndexPQFastScan(rows.shape[1], size, _BITS, faiss.METRIC_INNER_PRODUCT)
            self._quantizer.train(rows)

    def _compared(
        self, candidates: Mapping[str, list[list[str]]], vectors: Vectors
    ) -> list[dict[str, list[tuple[float, str]]]]:
        """For each row the candidates of each language with their exact cosines, nearest first."""
        words = sorted({word for rows in candidates.values() for row in rows for word in row})
        if not words:
            return [{} for _ in vectors]
        places = {word: place for place, word in enumerate(words)}
        embedded = self._embedded(words)
        found = []
        for row, vector in enumerate(vectors):
            asked = [places[word] for rows in candidates.values() for word in rows[row]]
            values = iter((embedded[asked] @ vector).tolist())
            pairs = {
                language: [(next(values), word) for word in rows[row]] for language, rows in candidates.items()
            }
            found.append(
                {
                    language: sorted(known, key=lambda pair: (-pair[0], pair[1]))
                    for language, known in pairs.items()
                }
            )
        return found

    def _embedded(self, words: Sequence[str]) -> Vectors:
        """Rows of half precision, so that a vocabulary that was kept is the one that was made."""
        return self._embedder.embed_words(words).astype(_KEPT).astype(np.float32)


def _coded(held: _Spoken, vectors: Vectors, limit: int, least: float) -> list[list[str]]:
    """For each row the words that may be the nearest, by their codes."""
    # More threads make a single question slower: they wait for each other.
    faiss.omp_set_num_threads(1)
    depth = min(limit * _CANDIDATES, len(held.words))
    scores, places = held.codes.search(np.ascontiguousarray(vectors), depth)
    floors = np.maximum(scores[:, min(limit, depth) - 1], least * _SHORTENED) - _BEHIND
    close = (scores >= floors[:, None]) & (places >= 0)
    found = ([held.words[place] for place in row[near].tolist()] for row, near in zip(places, close, strict=True))
    return [[word for word in row if word] for row in found]


def _bytes_of(index: Any) -> bytes:
    return bytes(faiss.serialize_index(index).tobytes())


def _index_of(data: memoryview) -> Any:
    return faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
