"""The view of the vectors that answers nearest-chunk questions: an exact FAISS scan, derived from the store.

Half precision: half the bytes of float32 and twice its speed, the same ranks (docs/index.md). The store keeps the
same half-precision numbers, so a view built anew gives equal hits.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from rag.index.generation import write_aside
from rag.index.identity import Numbers, best_order, chunk_id, chunk_numbers
from rag.protocols import Vectors
from rag.records import Hit

# Neighbours looked at beyond the limit, to see whether equal scores go on past it.
_MARGIN = 8


class FaissIndex:
    """Nearest chunks by cosine; searches go on undisturbed while chunks are added or removed."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        # FAISS hands back its base class where this one is meant.
        self._index: Any = faiss.IndexIDMap2(flat)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add chunks with their unit rows; a known id is replaced."""
        self.change(chunk_numbers(ids), chunk_numbers(ids), vectors)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove chunks; unknown ids are passed over."""
        self.change(chunk_numbers(ids), np.zeros(0, np.int64), np.zeros((0, self.dimension), np.float32))

    def change(self, gone: Numbers, numbers: Numbers, vectors: Vectors) -> None:
        """Remove chunks and add others in one step: a search sees either all of it or nothing."""
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if rows.shape != (len(numbers), self.dimension):
            raise ValueError(f"{len(numbers)} chunks with {self.dimension} numbers each, not {rows.shape}.")
        changed = faiss.clone_index(self._index)
        if len(gone):
            changed.remove_ids(faiss.IDSelectorBatch(gone))
        if len(numbers):
            changed.add_with_ids(rows, numbers)
        self._index = changed

    def search(self, vector: Vectors, limit: int, allowed: Iterable[str] | None = None) -> list[Hit]:
        """The nearest chunks; score = cosine, ties by chunk id; `allowed` chunk ids limit the search."""
        index = self._index
        question = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dimension)
        chosen = None if allowed is None else chunk_numbers(allowed)
        size = index.ntotal if chosen is None else min(index.ntotal, len(chosen))
        if limit <= 0 or size == 0:
            return []
        parameters = None
        if chosen is not None:
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBatch(chosen)
        # More threads make a single question slower: they wait for each other.
        faiss.omp_set_num_threads(1)
        depth = min(limit + _MARGIN, size)
        while True:
            scores, numbers = index.search(question, depth, params=parameters)
            scores, numbers = scores[0][numbers[0] >= 0], numbers[0][numbers[0] >= 0]
            if depth == size or len(scores) < depth or scores[-1] < scores[limit - 1]:
                break
            depth = min(depth * 4, size)
        best = best_order(scores, numbers)[:limit]
        # Rows of half precision can be longer than 1 by a little.
        cosines = np.clip(scores[best], -1.0, 1.0).tolist()
        return [
            Hit(chunk_id(number), cosine) for number, cosine in zip(numbers[best].tolist(), cosines, strict=True)
        ]

    def numbers(self) -> Numbers:
        """The chunks' numbers, sorted."""
        return np.sort(faiss.vector_to_array(self._index.id_map))

    def contents(self) -> tuple[Numbers, Vectors]:
        """The chunks' numbers and rows, sorted by number."""
        index = self._index
        numbers = faiss.vector_to_array(index.id_map)
        rows = faiss.downcast_index(index.index).reconstruct_n(0, index.ntotal)
        order = np.argsort(numbers)
        return numbers[order], rows.reshape(-1, self.dimension)[order]

    def save(self, path: Path) -> str:
        """Write the view aside, then in place; returns the SHA-256 of its bytes."""
        data = faiss.serialize_index(self._index).tobytes()
        write_aside(path, data)
        return hashlib.sha256(data).hexdigest()


def load_vectors(path: Path, dimension: int, digest: str) -> FaissIndex | None:
    """The view that was saved, or None if the file is missing or its bytes are not those of `digest`."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != digest:
        return None
    view = FaissIndex(dimension)
    view._index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    return view if view._index.d == dimension else None
