"""The full-text half of the store: BM25 over our own terms, in the store's file and transactions.

Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with Lucene's idf. A term's
first character names its field; lengths are kept for each field. A search reads its own terms' lists only.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from rag.index.bm25 import (
    K1,
    B,
    Impacts,
    TermList,
    best_of,
    found_with_all,
    inverse_frequency,
    mean_idf,
    reachable,
)
from rag.index.database import Database
from rag.index.identity import Numbers, best_order, chunk_id, chunk_number, chunk_numbers
from rag.index.postings import starts_of, unpack
from rag.index.segments import (
    REMOVED,
    Batch,
    Segment,
    add_words,
    load_segments,
    merge_if_many,
    read_lists,
    remove_chunks,
    write_segment,
)
from rag.protocols import TermGroup
from rag.records import Hit
from rag.text.terms import chunk_terms
from rag.text.words import grams_in_runs, language_number

# Lists kept in memory between searches, in entries of 8 bytes.
_CACHED_ENTRIES: Final = 6_000_000

Scores = npt.NDArray[np.float64]

Worded = tuple[str, str]
"""A chunk's indexed text and its language."""


@dataclass(slots=True)
class _State:
    """What a search needs of one revision; `lists` fills with use."""

    revision: int
    segments: Sequence[Segment]
    chunks: Numbers
    count: int
    counts: Mapping[str, int]
    norms: Mapping[str, npt.NDArray[np.float32]]
    lists: "OrderedDict[str, TermList]" = field(default_factory=OrderedDict)
    entries: int = 0


class SqliteLexical:
    """Chunks found by the terms they share with a query; every search sees the last committed state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._added = Batch()
        self._removed: dict[int, Worded | None] = {}
        self._known: _State | None = None
        database.before_commit.append(self._flush)
        database.after_rollback.append(self._forget)

    def __len__(self) -> int:
        with self._database.reading() as connection:
            return self._state(connection).count

    def add(self, ids: Sequence[str], texts: Sequence[str], languages: Sequence[str]) -> None:
        """Add chunks; a known id is replaced."""
        self.change({}, dict(zip(ids, zip(texts, languages, strict=True), strict=True)))

    def remove(self, ids: Iterable[str]) -> None:
        """Remove chunks; unknown ids are passed over."""
        self.change(dict.fromkeys(ids), {})

    def change(self, gone: Mapping[str, Worded | None], added: Mapping[str, Worded]) -> None:
        """Remove chunks, then add others: ids with text and language; a removal that knows them is faster."""
        gathered = [(chunk_number(id_), _terms(worded)) for id_, worded in added.items()]
        removed = {chunk_number(id_): text for id_, text in gone.items()}
        with self._database.writing():
            for chunk in removed:
                self._added.discard(chunk)
            # A chunk removed before keeps the text under which it lies in the tables.
            self._removed = removed | self._removed
            for chunk, terms in gathered:
                self._removed.setdefault(chunk, None)
                self._added.add(chunk, terms)

    def search(self, groups: Sequence[TermGroup], limit: int, allowed: Iterable[str] | None = None) -> list[Hit]:
        """The best chunks that share a term; `allowed` chunk ids limit the search."""
        numbers, scores = self.scores(groups)
        found = scores > 0
        if allowed is not None:
            found &= np.isin(numbers, chunk_numbers(allowed))
        numbers, scores = numbers[found], scores[found]
        if 0 < limit < len(scores):
            edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            numbers, scores = numbers[scores >= edge], scores[scores >= edge]
        best = best_order(scores, numbers)[: max(limit, 0)]
        return [
            Hit(chunk_id(number), score)
            for number, score in zip(numbers[best].tolist(), scores[best].tolist(), strict=True)
        ]

    def scores(self, groups: Sequence[TermGroup]) -> tuple[Numbers, Scores]:
        """Every chunk's number and score.

        A group scores the mean idf of its terms, by weight, times the best of their weighted saturated counts:
        the words that stand for one word of the question count as that one word.
        """
        state, lists = self._statistics(groups)
        found: list[Impacts] = []
        for group in groups:
            mean = mean_idf(group, lists)
            parts = [
                (lists[term].ordinals, lists[term].impacts * np.float32(weight * mean))
                for term, weight in group
                if len(lists[term].ordinals)
            ]
            if parts:
                found.append(parts[0] if len(parts) == 1 else best_of(parts))
        if not found:
            return state.chunks, np.zeros(len(state.chunks))
        ordinals = np.concatenate([part for part, _ in found])
        impacts = np.concatenate([part for _, part in found])
        scores: Scores = np.bincount(ordinals, impacts, minlength=len(state.chunks)).astype(np.float64)
        return state.chunks, scores

    def cover(self, groups: Sequence[TermGroup], limit: int, allowed: Iterable[str] | None = None) -> list[Hit]:
        """As `search`, scores as shares of what a chunk of the same language would have that covers all groups.

        So chunks of several languages may be compared: 1 = one word for each group, about as often as usual. A
        group counts by the best of its terms that the language has, or by its least weight if it has none of them.
        """
        _, lists = self._statistics(groups)
        best: dict[int, float] = {}
        keyed = [(group, language_number(group[0][0])) for group in groups if group]
        for group, language in keyed:
            best[language] = best.get(language, 0.0) + (K1 + 1) * reachable(group, lists)
        scaled = [
            tuple((term, weight / best[language]) for term, weight in group)
            for group, language in keyed
            if best[language] > 0
        ]
        return self.search(scaled, limit, allowed)

    def identify(self, groups: Sequence[TermGroup], limit: int, allowed: Iterable[str] | None = None) -> list[Hit]:
        """As `search`, scores in units of the rarest term of its language: 1 = what one chunk alone has."""
        state, _ = self._statistics(groups)
        rarest = {group[0][0][0]: inverse_frequency(0, state.counts.get(group[0][0][0], 0)) for group in groups}
        scaled = [
            tuple((term, weight / ((K1 + 1) * rarest[term[0]])) for term, weight in group) for group in groups
        ]
        return self.search(scaled, limit, allowed)

    def words(self) -> dict[str, int]:
        """Every word of every language (as `words.in_language` makes it) and the number of chunks that hold it."""
        with self._database.reading() as connection:
            self._state(connection)
            return dict(connection.execute("SELECT word, count FROM words"))

    def chunk_ids(self) -> list[str]:
        """The chunks that can be found."""
        with self._database.reading() as connection:
            chunks = self._state(connection).chunks
        return [chunk_id(number) for number in chunks[chunks != REMOVED].tolist()]

    def _statistics(self, groups: Sequence[TermGroup]) -> tuple[_State, dict[str, TermList]]:
        terms = list(dict.fromkeys(term for group in groups for term, _ in group))
        with self._database.reading() as connection:
            state = self._state(connection)
            return state, self._lists(connection, state, terms)

    def _state(self, connection: sqlite3.Connection) -> _State:
        if self._database.is_mine:
            # What the writer sees has no revision yet.
            self._flush(connection)
            return _load_state(connection, -1)
        revision = self._database.revision(connection)
        if self._known is None or self._known.revision != revision:
            self._known = _load_state(connection, revision)
        return self._known

    def _lists(self, connection: sqlite3.Connection, state: _State, terms: Sequence[str]) -> dict[str, TermList]:
        found = {term: state.lists[term] for term in terms if term in state.lists}
        for term in found:
            state.lists.move_to_end(term)
        missing = [term for term in terms if term not in found]
        if missing:
            parts = {term: grams for term in missing if (grams := grams_in_runs(term))}
            read = _read(connection, state, [term for term in missing if term not in parts])
            if parts:
                needed = sorted({gram for grams in parts.values() for gram in grams})
                lists = self._lists(connection, state, needed)
                for term, grams in parts.items():
                    read[term] = found_with_all([lists[gram] for gram in grams], state.counts.get(grams[0][0], 0))
            for term, made in read.items():
                found[term] = state.lists[term] = made
                state.entries += len(made.ordinals) + 1
        while state.entries > _CACHED_ENTRIES:
            _, oldest = state.lists.popitem(last=False)
            state.entries -= len(oldest.ordinals) + 1
        return found

    def _flush(self, connection: sqlite3.Connection) -> None:
        """Bring what was gathered into the tables: removals first, then a new segment."""
        if self._removed:
            removed, self._removed = self._removed, {}
            for segment in load_segments(connection):
                slots = np.flatnonzero(np.isin(segment.chunks, list(removed))).astype(np.int32)
                if len(slots):
                    texts = [removed[number] for number in segment.chunks[slots].tolist()]
                    terms = {term for text in texts if text is not None for term in _terms(text)}
                    known = None if None in texts else sorted(terms)
                    remove_chunks(connection, segment, slots, known)
        if len(self._added):
            added, self._added = self._added, Batch()
            add_words(connection, write_segment(connection, *added.rows()))
            merge_if_many(connection)

    def _forget(self) -> None:
        self._added, self._removed = Batch(), {}


def _terms(worded: Worded) -> dict[str, int]:
    return chunk_terms(*worded)


def _load_state(connection: sqlite3.Connection, revision: int) -> _State:
    segments = load_segments(connection)
    chunks = np.concatenate([np.zeros(0, np.int64), *(segment.chunks for segment in segments)])
    norms, counts = {}, {}
    for name in sorted({name for segment in segments for name in segment.lengths}):
        lengths = np.concatenate(
            [segment.lengths.get(name, np.zeros(len(segment.chunks), np.int32)) for segment in segments]
        )
        # The mean is over the chunks that have the field: a field of few chunks must not call them all long.
        counts[name] = int(np.count_nonzero(lengths))
        mean = lengths.sum() / max(counts[name], 1) or 1.0
        norms[name] = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
    return _State(revision, segments, chunks, int(np.count_nonzero(chunks != REMOVED)), counts, norms)


def _read(connection: sqlite3.Connection, state: _State, terms: Sequence[str]) -> dict[str, TermList]:
    """Some terms' lists from the file, over all segments."""
    bases = starts_of([len(segment.chunks) for segment in state.segments])
    rows = []
    for index, segment in enumerate(state.segments):
        rows += [(term, index, size, data) for term, size, data in read_lists(connection, segment.number, terms)]
    rows.sort(key=lambda row: row[:2])
    lists = unpack([row[3] for row in rows], [row[2] for row in rows])
    ordinals = (lists.ordinals + np.repeat(bases[[row[1] for row in rows]], lists.sizes)).astype(np.int32)
    found: dict[str, TermList] = {}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for at, row in enumerate(rows):
        first.setdefault(row[0], at)
        last[row[0]] = at
    for term in terms:
        if term not in first:
            rarest = inverse_frequency(0, state.counts.get(term[0], 0))
            found[term] = TermList(np.zeros(0, np.int32), np.zeros(0, np.float32), rarest)
            continue
        part = slice(lists.starts[first[term]], lists.starts[last[term] + 1])
        counts = lists.counts[part].astype(np.float32)
        norm = state.norms[term[0]][ordinals[part]]
        impacts = counts * np.float32(K1 + 1) / (counts + norm)
        idf = inverse_frequency(len(counts), state.counts.get(term[0], 0))
        found[term] = TermList(ordinals[part].copy(), impacts, idf)
    return found
