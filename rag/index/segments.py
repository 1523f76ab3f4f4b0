"""Segments of the full-text tables: one batch of chunks each; written once, merged, cleared of removed chunks."""

import heapq
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rag.index.identity import Numbers
from rag.index.postings import Lists, Ordinals, pack, starts_of, unpack
from rag.text.words import WORDS_BEFORE, WORDS_FROM

REMOVED: Final = -1
"""In place of the number of a chunk that was removed."""

# Postings handled at once, so that merging a large index does not need much memory.
_AT_ONCE: Final = 2_000_000
_TERMS_AT_ONCE: Final = 5_000

# More segments make searching slower, fewer make adding slower.
_MOST_SEGMENTS: Final = 16
_MERGED_AT_LEAST: Final = 9

Row = tuple[str, int, bytes]


@dataclass(frozen=True, slots=True)
class Segment:
    """The chunks of one segment, and how many terms each has of each field."""

    number: int
    chunks: Numbers
    lengths: Mapping[str, Ordinals]


class Batch:
    """Chunks gathered in memory for a segment: their terms as numbers, in the order of their coming."""

    def __init__(self) -> None:
        self._terms: defaultdict[str, int] = defaultdict()
        # A term not seen before gets the next number: looking it up is all that is done for each of many terms.
        self._terms.default_factory = self._terms.__len__
        self._chunks: dict[int, tuple[Ordinals, Ordinals]] = {}

    def __len__(self) -> int:
        return len(self._chunks)

    def add(self, chunk: int, terms: Mapping[str, int]) -> None:
        """Add a chunk; a known one is replaced."""
        numbers = np.fromiter(map(self._terms.__getitem__, terms), np.int32, len(terms))
        self._chunks[chunk] = (numbers, np.fromiter(terms.values(), np.int32, len(terms)))

    def discard(self, chunk: int) -> None:
        """Forget a chunk, if it is here."""
        self._chunks.pop(chunk, None)

    def rows(self) -> tuple[Segment, Iterable[Row]]:
        """The segment (numbered 0) and its rows, sorted by term."""
        chunks = np.fromiter(self._chunks, np.int64, len(self._chunks))
        sizes = [len(numbers) for numbers, _ in self._chunks.values()]
        numbers = np.concatenate([numbers for numbers, _ in self._chunks.values()])
        counts = np.concatenate([counts for _, counts in self._chunks.values()])
        ordinals = np.repeat(np.arange(len(chunks), dtype=np.int32), sizes)
        names = sorted(self._terms)
        place = np.empty(len(names), dtype=np.int32)
        place[[self._terms[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        keys = place[numbers]
        order = np.argsort(keys, kind="stable")
        list_sizes = np.bincount(keys, minlength=len(names))
        names = [name for name, size in zip(names, list_sizes.tolist(), strict=True) if size]
        list_sizes = list_sizes[list_sizes > 0]
        lists = Lists(starts_of(list_sizes), ordinals[order], counts[order])
        lengths = field_lengths(names, lists, len(chunks))
        rows = zip(names, list_sizes.tolist(), pack(lists), strict=True)
        return Segment(0, chunks, lengths), rows


def load_segments(connection: sqlite3.Connection) -> list[Segment]:
    """All segments in their order, without their lists."""
    lengths: dict[int, dict[str, Ordinals]] = {}
    for number, field, data in connection.execute("SELECT segment, field, data FROM lengths"):
        lengths.setdefault(number, {})[field] = np.frombuffer(data, dtype="<i4")
    rows = connection.execute("SELECT number, chunks FROM segments ORDER BY number")
    return [Segment(number, np.frombuffer(data, dtype="<i8"), lengths.get(number, {})) for number, data in rows]


def read_lists(connection: sqlite3.Connection, segment: int, terms: Iterable[str]) -> list[Row]:
    """The rows of some terms in one segment."""
    query = """SELECT term, count, data FROM postings
               WHERE segment = ? AND term IN (SELECT value FROM json_each(?))"""
    return connection.execute(query, (segment, json.dumps(list(terms)))).fetchall()


def iterate_lists(connection: sqlite3.Connection, segment: int) -> Iterator[Row]:
    """All rows of one segment, sorted by term."""
    return connection.execute("SELECT term, count, data FROM postings WHERE segment = ? ORDER BY term", (segment,))


def write_segment(connection: sqlite3.Connection, segment: Segment, rows: Iterable[Row]) -> int:
    """Write a new segment under the next number, which is returned."""
    number = int(connection.execute("SELECT coalesce(max(number), 0) + 1 FROM segments").fetchone()[0])
    connection.execute("INSERT INTO segments VALUES (?, ?)", (number, segment.chunks.astype("<i8").tobytes()))
    connection.executemany(
        "INSERT INTO lengths VALUES (?, ?, ?)",
        [(number, field, data.astype("<i4").tobytes()) for field, data in sorted(segment.lengths.items())],
    )
    connection.executemany(
        "INSERT INTO postings VALUES (?, ?, ?, ?)", ((number, term, count, data) for term, count, data in rows)
    )
    return number


def add_words(connection: sqlite3.Connection, number: int) -> None:
    """Count the words of a new segment in the table of words."""
    connection.execute(
        """INSERT INTO words
           SELECT term, count FROM postings WHERE segment = ? AND term >= ? AND term < ?
           ON CONFLICT (word) DO UPDATE SET count = count + excluded.count""",
        (number, WORDS_FROM, WORDS_BEFORE),
    )


def count_words(connection: sqlite3.Connection, number: int) -> dict[str, int]:
    """The words of a segment and in how many of its chunks each is."""
    query = "SELECT term, count FROM postings WHERE segment = ? AND term >= ? AND term < ?"
    return dict(connection.execute(query, (number, WORDS_FROM, WORDS_BEFORE)).fetchall())


def _take_words(connection: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    rows = [(count, word) for word, count in counts.items()]
    connection.executemany("UPDATE words SET count = count - ? WHERE word = ?", rows)
    connection.executemany("DELETE FROM words WHERE word = ? AND count <= 0", [(word,) for _, word in rows])


def delete_segment(connection: sqlite3.Connection, number: int) -> None:
    """Delete a segment with its lists."""
    connection.execute("DELETE FROM postings WHERE segment = ?", (number,))
    connection.execute("DELETE FROM lengths WHERE segment = ?", (number,))
    connection.execute("DELETE FROM segments WHERE number = ?", (number,))


def remove_chunks(
    connection: sqlite3.Connection, segment: Segment, slots: Ordinals, terms: Sequence[str] | None
) -> None:
    """Take the chunks in `slots` out of a segment's lists.

    `terms` are the terms of these chunks, if known: only their lists are opened. If the counts taken out do not
    add up to the chunks' lengths, every list of the segment is gone through.
    """
    kept = segment.chunks.copy()
    kept[slots] = REMOVED
    if (kept == REMOVED).all():
        _take_words(connection, count_words(connection, segment.number))
        delete_segment(connection, segment.number)
        return
    expected = sum(int(lengths[slots].sum()) for lengths in segment.lengths.values())
    gone = np.zeros(len(kept), dtype=bool)
    gone[slots] = True
    if terms is not None:
        for at in range(0, len(terms), _TERMS_AT_ONCE):
            rows = read_lists(connection, segment.number, terms[at : at + _TERMS_AT_ONCE])
            expected -= _clear(connection, segment.number, rows, gone)
    if terms is None or expected != 0:
        for rows in portions(connection, segment.number):
            _clear(connection, segment.number, rows, gone)
    connection.execute(
        "UPDATE segments SET chunks = ? WHERE number = ?", (kept.astype("<i8").tobytes(), segment.number)
    )
    for field, lengths in segment.lengths.items():
        left = np.where(gone, 0, lengths).astype("<i4").tobytes()
        connection.execute(
            "UPDATE lengths SET data = ? WHERE segment = ? AND field = ?", (left, segment.number, field)
        )


def merge_if_many(connection: sqlite3.Connection) -> None:
    """When there are too many segments, put the smaller ones together.

    A merge takes the smallest ones, and goes on to the next while that is no larger than all before it together:
    so each chunk is rewritten about as often as the logarithm of their number.
    """
    segments = sorted(load_segments(connection), key=lambda segment: (len(segment.chunks), segment.number))
    if len(segments) <= _MOST_SEGMENTS:
        return
    taken = segments[:_MERGED_AT_LEAST]
    total = sum(len(segment.chunks) for segment in taken)
    for segment in segments[_MERGED_AT_LEAST:]:
        if len(segment.chunks) > total:
            break
        taken.append(segment)
        total += len(segment.chunks)
    merge_segments(connection, taken)


def merge_segments(connection: sqlite3.Connection, segments: Sequence[Segment]) -> None:
    """Put several segments into one; places of removed chunks are dropped."""
    chunks = np.concatenate([segment.chunks for segment in segments])
    alive = chunks != REMOVED
    place = (np.cumsum(alive) - 1).astype(np.int32)
    bases = starts_of([len(segment.chunks) for segment in segments])[:-1]
    fields = sorted({field for segment in segments for field in segment.lengths})
    lengths = {
        field: np.concatenate(
            [segment.lengths.get(field, np.zeros(len(segment.chunks), np.int32)) for segment in segments]
        )[alive]
        for field in fields
    }
    merged = Segment(0, chunks[alive], lengths)
    write_segment(connection, merged, _merged_rows(connection, segments, bases, place))
    for segment in segments:
        delete_segment(connection, segment.number)


def _merged_rows(
    connection: sqlite3.Connection, segments: Sequence[Segment], bases: Numbers, place: Ordinals
) -> Iterator[Row]:
    streams = [_numbered(connection, segment, index) for index, segment in enumerate(segments)]
    rows: list[tuple[str, int, int, bytes]] = []
    gathered = 0
    for row in heapq.merge(*streams):
        if gathered >= _AT_ONCE and row[0] != rows[-1][0]:
            yield from _joined(rows, bases, place)
            rows, gathered = [], 0
        rows.append(row)
        gathered += row[2]
    if rows:
        yield from _joined(rows, bases, place)


def _numbered(
    connection: sqlite3.Connection, segment: Segment, index: int
) -> Iterator[tuple[str, int, int, bytes]]:
    return ((term, index, count, data) for term, count, data in iterate_lists(connection, segment.number))


def _joined(rows: Sequence[tuple[str, int, int, bytes]], bases: Numbers, place: Ordinals) -> Iterator[Row]:
    """Rows of the same term, which follow each other, as one row."""
    lists = unpack([row[3] for row in rows], [row[2] for row in rows])
    ordinals = place[lists.ordinals + np.repeat(bases[[row[1] for row in rows]], lists.sizes)]
    first = [at for at, row in enumerate(rows) if at == 0 or rows[at - 1][0] != row[0]]
    starts = np.append(lists.starts[first], lists.starts[-1])
    joined = Lists(starts, ordinals, lists.counts)
    return zip((rows[at][0] for at in first), joined.sizes.tolist(), pack(joined), strict=True)


def _clear(connection: sqlite3.Connection, segment: int, rows: Sequence[Row], gone: np.ndarray) -> int:
    """Take removed chunks out of some lists and write those that changed; returns the sum of the counts taken."""
    lists = unpack([row[2] for row in rows], [row[1] for row in rows])
    keep = ~gone[lists.ordinals]
    sizes = np.add.reduceat(keep, lists.starts[:-1]) if rows else np.zeros(0, np.int64)
    changed = sizes != lists.sizes
    terms = [row[0] for row in rows]
    kept_rows = np.repeat(changed, lists.sizes) & keep
    left = changed & (sizes > 0)
    packed = pack(Lists(starts_of(sizes[left]), lists.ordinals[kept_rows], lists.counts[kept_rows]))
    written = zip(sizes[left].tolist(), packed, np.flatnonzero(left).tolist(), strict=True)
    connection.executemany(
        "UPDATE postings SET count = ?, data = ? WHERE segment = ? AND term = ?",
        [(size, data, segment, terms[at]) for size, data, at in written],
    )
    connection.executemany(
        "DELETE FROM postings WHERE segment = ? AND term = ?",
        [(segment, terms[at]) for at in np.flatnonzero(changed & (sizes == 0)).tolist()],
    )
    taken = zip(terms, (lists.sizes - sizes).tolist(), changed.tolist(), strict=True)
    _take_words(connection, {term: size for term, size, was in taken if was and WORDS_FROM <= term < WORDS_BEFORE})
    return int(lists.counts[~keep].sum())


def portions(connection: sqlite3.Connection, segment: int) -> Iterator[list[Row]]:
    """All rows of a segment, some at a time, so that they may be changed in between."""
    query = "SELECT term, count, data FROM postings WHERE segment = ? AND term > ? ORDER BY term LIMIT ?"
    last = ""
    while rows := connection.execute(query, (segment, last, _TERMS_AT_ONCE)).fetchall():
        yield rows
        last = rows[-1][0]


def field_lengths(terms: Sequence[str], lists: Lists, chunks: int) -> dict[str, Ordinals]:
    """How many terms of each field each chunk has, all fields in one pass: there are three a language."""
    fields, codes = np.unique(np.array([term[0] for term in terms], dtype="<U1"), return_inverse=True)
    places = np.repeat(codes.astype(np.int64) * chunks, lists.sizes) + lists.ordinals
    sums = np.bincount(places, lists.counts, minlength=len(fields) * chunks).astype(np.int32)
    return dict(zip(fields.tolist(), sums.reshape(len(fields), chunks), strict=True))
