"""Whether an index's store and vector view hold what was written, and how a damaged store is mended."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

import numpy as np

from rag.errors import IndexDamaged, IndexFolderError
from rag.index.identity import chunk_id, row_hash
from rag.index.postings import unpack
from rag.index.segments import (
    REMOVED,
    Segment,
    count_words,
    delete_segment,
    field_lengths,
    load_segments,
    portions,
)
from rag.index.store import STORED, ChunkStore, worded
from rag.index.vectors import FaissIndex

# Chunks whose words are read anew at once.
_AT_ONCE = 1_000


def find_problems(store: ChunkStore, view: FaissIndex) -> list[str]:
    """Every damaged row, wrong range, wrong count and difference between the legs, one sentence each."""
    problems: list[str] = []
    with store.database.reading() as connection:
        for found in (
            _sqlite_problems(connection),
            (problem for _, problem in _document_problems(store, connection)),
            _lexical_problems(store, connection),
            _view_problems(store, view),
        ):
            try:
                problems.extend(found)
            except (IndexFolderError, sqlite3.DatabaseError) as error:
                problems.append(f"The store cannot be read to the end: {error}")
    return problems


def mend_store(store: ChunkStore) -> list[str]:
    """Remove documents with damaged rows and read all words anew if their tables are wrong; says what was done."""
    done: list[str] = []
    with store.database.writing() as connection:
        for table, row, *_ in connection.execute("PRAGMA foreign_key_check").fetchall():
            if connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,)).rowcount:
                done.append(f"A row of {table} that belonged to nothing was deleted.")
        for number, problem in list(_document_problems(store, connection)):
            query = "SELECT number FROM chunks WHERE document = ?"
            gone = [chunk_id(chunk) for (chunk,) in connection.execute(query, (number,))]
            store.lexical.change(dict.fromkeys(gone), {})
            if connection.execute("DELETE FROM documents WHERE number = ?", (number,)).rowcount:
                done.append(f"A damaged document was removed from the index; sync brings it back: {problem}")
        if any(_lexical_problems(store, connection)):
            _read_words_anew(store, connection)
            done.append("The words were read anew from the stored texts.")
    return done


def _sqlite_problems(connection: sqlite3.Connection) -> Iterator[str]:
    for (finding,) in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if finding != "ok":
            yield f"SQLite finds: {finding}."
    for table, *_ in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"A row of {table} belongs to nothing."


def _document_problems(store: ChunkStore, connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for (number,) in connection.execute("SELECT number FROM documents ORDER BY number").fetchall():
        try:
            yield from ((number, problem) for problem in _problems_of(store, connection, number))
        except (sqlite3.OperationalError, IndexDamaged) as error:
            yield number, f"Document number {number} cannot be read: {error}"


def _problems_of(store: ChunkStore, connection: sqlite3.Connection, number: int) -> Iterator[str]:
    query = (
        "SELECT id, name, title, language, paged, pages, chunks, size, added, hash FROM documents WHERE number = ?"
    )
    card = connection.execute(query, (number,)).fetchone()
    id_, name = card[:2]
    if row_hash(card[:-1]) != card[-1]:
        yield f"{name}: the document's row is not as it was stored."
    query = "SELECT number, text, headings, hash FROM pages WHERE document = ?"
    pages = {row[0]: row for row in connection.execute(query, (number,))}
    for page in pages.values():
        if row_hash((id_, *page[:-1])) != page[-1]:
            yield f"{name}: page {page[0]} is not as it was stored."
    query = """SELECT number, position, page, first, last, text, heading, language, chunks.hash,
                      vector, vectors.hash
               FROM chunks LEFT JOIN vectors ON chunk = number WHERE document = ? ORDER BY position"""
    chunks = connection.execute(query, (number,)).fetchall()
    for chunk, *place, text, heading, language, digest, vector, vector_digest in chunks:
        label = f"{name}: chunk {chunk_id(chunk)}"
        if row_hash((chunk, id_, *place, text, heading, language)) != digest:
            yield f"{label} is not as it was stored."
        _, page_number, first, last = place
        if page_number not in pages or pages[page_number][1][first:last] != text:
            yield f"{label} is not the text of its place on page {page_number}."
        if vector is None or len(vector) != store.dimension * STORED.itemsize:
            yield f"{label} has no vector."
        elif row_hash((chunk, vector)) != vector_digest:
            yield f"{label}: its vector is not as it was stored."
    if (len(pages), len(chunks)) != tuple(card[5:7]):
        yield f"{name}: {len(pages)} pages and {len(chunks)} chunks are here, not {card[5]} and {card[6]}."


def _lexical_problems(store: ChunkStore, connection: sqlite3.Connection) -> Iterator[str]:
    stored = {number for (number,) in connection.execute("SELECT number FROM chunks")}
    try:
        segments = load_segments(connection)
        counted: Counter[str] = Counter()
        for segment in segments:
            counted.update(count_words(connection, segment.number))
            if not _lists_fit(connection, segment):
                yield f"The words of segment {segment.number} are not as they were stored."
        if counted != store.lexical.words():
            yield "The table of words is not that of the lists."
    except (ValueError, sqlite3.OperationalError, IndexFolderError) as error:
        yield f"The tables of words cannot be read: {error}."
        return
    held = [number for segment in segments for number in segment.chunks.tolist() if number != REMOVED]
    if len(held) != len(stored) or set(held) != stored:
        yield f"Words are kept for {len(held)} chunks, the store holds {len(stored)}."


def _lists_fit(connection: sqlite3.Connection, segment: Segment) -> bool:
    """Whether the counts in a segment's lists add up to the lengths of its chunks."""
    left = {field: lengths.astype(np.int64) for field, lengths in segment.lengths.items()}
    for rows in portions(connection, segment.number):
        try:
            lists = unpack([row[2] for row in rows], [row[1] for row in rows])
        except ValueError:
            return False
        if lists.ordinals.min(initial=0) < 0 or lists.ordinals.max(initial=0) >= len(segment.chunks):
            return False
        for field, lengths in field_lengths([row[0] for row in rows], lists, len(segment.chunks)).items():
            if field not in left:
                return False
            left[field] -= lengths
    return not any(lengths.any() for lengths in left.values())


def _view_problems(store: ChunkStore, view: FaissIndex) -> Iterator[str]:
    ids, rows = store.vectors()
    numbers, held = view.contents()
    if [chunk_id(number) for number in numbers.tolist()] != ids:
        yield f"The vector view holds {len(numbers)} chunks, the store {len(ids)}; they are not the same."
    elif not np.array_equal(held, rows):
        different = np.count_nonzero((held != rows).any(axis=1))
        yield f"The vector view of {different} chunks is not that of the store."


def _read_words_anew(store: ChunkStore, connection: sqlite3.Connection) -> None:
    for (number,) in connection.execute("SELECT number FROM segments").fetchall():
        delete_segment(connection, number)
    connection.execute("DELETE FROM postings")
    connection.execute("DELETE FROM lengths")
    connection.execute("DELETE FROM words")
    for info in store.documents():
        chunks = store.chunks_of(info.id)
        for at in range(0, len(chunks), _AT_ONCE):
            batch = chunks[at : at + _AT_ONCE]
            store.lexical.change({}, {chunk.id: worded(info.title, chunk) for chunk in batch})
