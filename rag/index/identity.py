"""Chunk ids as numbers and rows as hashes: what the store, the vectors and the words of an index share."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
"""Chunk ids as the numbers that SQLite and FAISS keep."""


def chunk_number(chunk_id: str) -> int:
    """The number of a chunk id: 16 hexadecimal digits below 2**63."""
    number = int(chunk_id, 16)
    if len(chunk_id) != 16 or number >= 1 << 63:
        raise ValueError(f"{chunk_id!r} is no chunk id: 16 hexadecimal digits, the first below 8, are expected.")
    return number


def chunk_id(number: int) -> str:
    """The chunk id of a number."""
    return f"{number:016x}"


def chunk_numbers(chunk_ids: Iterable[str]) -> Numbers:
    """The numbers of chunk ids, in order."""
    return np.fromiter(map(chunk_number, chunk_ids), dtype=np.int64)


def best_order(scores: npt.NDArray[np.floating], numbers: Numbers) -> npt.NDArray[np.intp]:
    """Highest score first, ties by chunk id."""
    return np.lexsort((numbers, -scores))


def row_hash(values: Sequence[str | bytes | int | None]) -> bytes:
    """BLAKE2b over a row's values, each with its kind and length, so that no two rows look alike."""
    digest = hashlib.blake2b(digest_size=16)
    for value in values:
        data = value if isinstance(value, bytes) else str(value).encode()
        kind = (
            "n" if value is None else "i" if isinstance(value, int) else "b" if isinstance(value, bytes) else "t"
        )
        digest.update(f"{kind}{len(data)}:".encode())
        digest.update(data)
    return digest.digest()
