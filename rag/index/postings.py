"""Lists of (chunk, count) as bytes: distances between ordinals and counts, each as narrow as it can be.

A list is one byte of widths, then the distances (the first from 0), then the counts unless all are 1. Many lists
are packed and unpacked at once, since a call into numpy costs more than a short list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Ordinals = npt.NDArray[np.int32]

_WIDTHS: Final = (np.dtype("<u1"), np.dtype("<u2"), np.dtype("<u4"))
_ALL_ONES: Final = 0xF0


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists one after the other: list i goes from starts[i] to starts[i + 1]; ordinals rise within a list."""

    starts: npt.NDArray[np.int64]
    ordinals: Ordinals
    counts: Ordinals

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """The number of chunks in each list."""
        return np.diff(self.starts)


def starts_of(sizes: Sequence[int] | npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Where each list starts, and the end."""
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def pack(lists: Lists) -> list[bytes]:
    """Each list as bytes; no list is empty."""
    if len(lists.starts) == 1:
        return []
    heads = lists.starts[:-1]
    gaps = np.diff(lists.ordinals, prepend=0)
    gaps[heads] = lists.ordinals[heads]
    gap_widths = _narrowest(np.maximum.reduceat(gaps, heads))
    highest = np.maximum.reduceat(lists.counts, heads)
    count_widths = np.where(highest == 1, _ALL_ONES >> 4, _narrowest(highest))
    gap_bytes = [gaps.astype(width).tobytes() for width in _WIDTHS]
    count_bytes = [lists.counts.astype(width).tobytes() for width in _WIDTHS]
    packed = []
    bounds = lists.starts.tolist()
    widths = zip(bounds, bounds[1:], gap_widths.tolist(), count_widths.tolist(), strict=False)
    for start, end, gap, count in widths:
        data = gap_bytes[gap][start << gap : end << gap]
        if count != _ALL_ONES >> 4:
            data += count_bytes[count][start << count : end << count]
        packed.append(bytes((gap | count << 4,)) + data)
    return packed


def unpack(packed: Sequence[bytes], sizes: Sequence[int]) -> Lists:
    """The lists of `sizes` chunks that `pack` made; damaged bytes raise ValueError."""
    starts = starts_of(sizes)
    total = int(starts[-1])
    gaps = np.zeros(total, dtype=np.int64)
    counts = np.ones(total, dtype=np.int32)
    gap_rows: dict[int, list[int]] = {}
    count_rows: dict[int, list[int]] = {}
    for row, data in enumerate(packed):
        head = data[0] if data else 0
        gap, count = head & 0xF, head >> 4
        gap_rows.setdefault(gap, []).append(row)
        if count != _ALL_ONES >> 4:
            count_rows.setdefault(count, []).append(row)
        counts_size = 0 if count == _ALL_ONES >> 4 else sizes[row] << count
        if max(gap, count % (_ALL_ONES >> 4)) > 2 or len(data) != 1 + (sizes[row] << gap) + counts_size:
            raise ValueError("A list of chunks has not the length that its first byte says.")
    for gap, rows in gap_rows.items():
        parts = [packed[row][1 : 1 + (sizes[row] << gap)] for row in rows]
        gaps[_places(starts, rows)] = np.frombuffer(b"".join(parts), dtype=_WIDTHS[gap])
    for count, rows in count_rows.items():
        parts = [packed[row][-(sizes[row] << count) :] for row in rows]
        counts[_places(starts, rows)] = np.frombuffer(b"".join(parts), dtype=_WIDTHS[count])
    sums = np.cumsum(gaps)
    before = np.concatenate(([0], sums))[starts[:-1]]
    return Lists(starts, (sums - np.repeat(before, sizes)).astype(np.int32), counts)


def _narrowest(highest: Ordinals) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.array([255, 65535]), highest, side="left").astype(np.int64)


def _places(starts: npt.NDArray[np.int64], rows: Sequence[int]) -> npt.NDArray[np.int64]:
    """Where the members of some lists lie, list after list."""
    chosen = np.asarray(rows)
    sizes = starts[chosen + 1] - starts[chosen]
    inner = starts_of(sizes)
    places: npt.NDArray[np.int64] = np.arange(inner[-1]) + np.repeat(starts[chosen] - inner[:-1], sizes)
    return places
