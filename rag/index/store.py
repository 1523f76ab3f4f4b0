"""ChunkStore: documents, pages, chunks, vectors and words in one SQLite file: the one truth of an index."""

import difflib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rag.errors import IndexDamaged, QuestionError
from rag.index.database import DAYS, MEND, Database, all_or_nothing
from rag.index.identity import Numbers, chunk_id, chunk_number, row_hash
from rag.index.lexical import SqliteLexical, Worded
from rag.protocols import Vectors
from rag.records import Chunk, Document, DocumentInfo, Heading, Page

STORED: Final = np.dtype("<f2")
"""How vectors are kept: half precision changes a cosine by less than 0.0001."""

_DOCUMENT = "id, name, title, language, paged, pages, chunks, size, added, documents.hash"
_CHUNK = "chunks.number, id, position, page, first, last, text, heading, chunks.language, chunks.hash"
_OWNERS = "SELECT chunks.number, documents.id FROM chunks JOIN documents ON documents.number = document"
_CHUNKS = f"SELECT {_CHUNK} FROM chunks JOIN documents ON documents.number = chunks.document"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an index holds."""

    documents: int
    pages: int
    chunks: int


def indexed_text(title: str | None, chunk: Chunk) -> str:
    """What is searched for a chunk, by words and by meaning: its heading, its document's title, its text."""
    return "\n".join(part for part in (chunk.heading, title, chunk.text) if part)


def worded(title: str | None, chunk: Chunk) -> Worded:
    """What the lexical half takes of a chunk."""
    return indexed_text(title, chunk), chunk.language


class ChunkStore:
    """Any thread may read; every row read is checked against its hash, so damaged text is never quoted."""

    def __init__(self, path: Path, dimension: int, *, create: bool = False) -> None:
        self.database = Database(path, create=create)
        self.dimension = dimension
        self.lexical = SqliteLexical(self.database)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What is done inside is kept together or not at all, unless `database.commit` is called."""
        with self.database.writing():
            yield

    def replace(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> list[str]:
        """Store a document instead of the one of that name, if any; returns the chunks that went.

        A document with the same id under another name goes too: its chunks would have the same ids.
        """
        info = document.info
        if vectors.shape != (len(chunks), self.dimension) or not np.isfinite(vectors).all():
            what = f"{info.name}: {len(chunks)} finite rows of {self.dimension} are expected, not {vectors.shape}"
            raise ValueError(what)
        if any(chunk.document_id != info.id for chunk in chunks):
            raise ValueError(f"{info.name}: a chunk of another document was handed in")
        rows = [_chunk_row(chunk) for chunk in chunks]
        blobs = [row.tobytes() for row in vectors.astype(STORED)]
        with self.database.writing() as connection, all_or_nothing(connection):
            gone = self._delete(connection, "name = ? OR id = ?", (info.name, info.id))
            number = _insert_document(connection, document, len(chunks))
            connection.executemany(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(row[0], number, *row[2:], row_hash(row)) for row in rows],
            )
            connection.executemany(
                "INSERT INTO vectors VALUES (?, ?, ?)",
                [(row[0], blob, row_hash((row[0], blob))) for row, blob in zip(rows, blobs, strict=True)],
            )
            self.lexical.change(gone, {chunk.id: worded(info.title, chunk) for chunk in chunks})
        return list(gone)

    def remove(self, names: Iterable[str]) -> list[str]:
        """Remove documents by name and return the chunks that went; unknown names are passed over."""
        went: list[str] = []
        with self.database.writing() as connection:
            for name in names:
                gone = self._delete(connection, "name = ?", (name,))
                self.lexical.change(gone, {})
                went += gone
        return went

    def documents(self) -> list[DocumentInfo]:
        """All documents, by name."""
        with self.database.reading() as connection:
            rows = connection.execute(f"SELECT {_DOCUMENT} FROM documents ORDER BY name").fetchall()
        return [_document(row) for row in rows]

    def document(self, key: str) -> DocumentInfo | None:
        """The document of that name or id."""
        query = f"SELECT {_DOCUMENT} FROM documents WHERE name = ? OR id = ? ORDER BY name = ? DESC LIMIT 1"
        with self.database.reading() as connection:
            row = connection.execute(query, (key, key, key)).fetchone()
        return None if row is None else _document(row)

    def ids_of(self, names: Iterable[str]) -> list[str]:
        """The ids of documents by name; an unknown name is a QuestionError that names the nearest known one."""
        known = {info.name: info.id for info in self.documents()}
        ids: list[str] = []
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
                hint = f"Did you mean {near[0]!r}?" if near else "Add it first."
                raise QuestionError(f"There is no document {name!r}.", hint)
            ids.append(known[name])
        return ids

    def page(self, document_id: str, number: int) -> Page:
        """One page; QuestionError if there is none."""
        for page in self._pages(document_id, "AND pages.number = ?", (number,)):
            return page
        raise QuestionError(f"The index has no page {number} of the document {document_id}.")

    def pages(self, document_id: str) -> tuple[Page, ...]:
        """All pages of a document in order."""
        return tuple(self._pages(document_id, "ORDER BY pages.number", ()))

    def chunks(self, ids: Iterable[str]) -> list[Chunk]:
        """Chunks in the order of `ids`; those that are gone are left out."""
        numbers = [chunk_number(id_) for id_ in ids]
        query = f"{_CHUNKS} WHERE chunks.number IN (SELECT value FROM json_each(?))"
        with self.database.reading() as connection:
            rows = {row[0]: row for row in connection.execute(query, (json.dumps(numbers),))}
        return [_chunk(rows[number]) for number in numbers if number in rows]

    def chunks_of(self, document_id: str, first: int = 0, last: int | None = None) -> list[Chunk]:
        """A document's chunks at the positions from `first` to `last`, both included, in order."""
        end = (1 << 62) if last is None else last
        query = f"{_CHUNKS} WHERE documents.id = ? AND position BETWEEN ? AND ? ORDER BY position"
        with self.database.reading() as connection:
            rows = connection.execute(query, (document_id, first, end)).fetchall()
        return [_chunk(row) for row in rows]

    def chunk_ids(self, document_id: str) -> list[str]:
        """The ids of a document's chunks, in order."""
        query = """SELECT chunks.number FROM chunks JOIN documents ON documents.number = chunks.document
                   WHERE documents.id = ? ORDER BY position"""
        with self.database.reading() as connection:
            return [chunk_id(number) for (number,) in connection.execute(query, (document_id,))]

    def owners(self) -> dict[int, str]:
        """The document of each chunk: its id by the chunk's number."""
        with self.database.reading() as connection:
            return dict(connection.execute(_OWNERS).fetchall())

    def numbers(self) -> Numbers:
        """The numbers of all chunks that have vectors, sorted."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT chunk FROM vectors ORDER BY chunk").fetchall()
        return np.fromiter((number for (number,) in rows), np.int64, len(rows))

    def vectors(self, ids: Iterable[str] | None = None) -> tuple[list[str], Vectors]:
        """The chunks that have vectors (all, or those of `ids` in that order), and their rows."""
        query = "SELECT chunk, vector FROM vectors"
        with self.database.reading() as connection:
            if ids is None:
                rows = connection.execute(f"{query} ORDER BY chunk").fetchall()
            else:
                numbers = [chunk_number(id_) for id_ in ids]
                query = f"{query} WHERE chunk IN (SELECT value FROM json_each(?))"
                found = dict(connection.execute(query, (json.dumps(numbers),)).fetchall())
                rows = [(number, found[number]) for number in numbers if number in found]
        if any(len(blob) != self.dimension * STORED.itemsize for _, blob in rows):
            raise IndexDamaged(f"A vector in {self.database.path} has the wrong length.", MEND)
        matrix = np.frombuffer(b"".join(blob for _, blob in rows), dtype=STORED)
        return [chunk_id(number) for number, _ in rows], matrix.reshape(-1, self.dimension).astype(np.float32)

    def counts(self) -> Counts:
        """How many documents, pages and chunks there are."""
        tables = ("documents", "pages", "chunks")
        with self.database.reading() as connection:
            return Counts(*(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables))

    def languages(self) -> tuple[str, ...]:
        """The documents' languages, sorted."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT DISTINCT language FROM documents ORDER BY language").fetchall()
        return tuple(language for (language,) in rows)

    def keep_day(self, document_id: str, day: str) -> None:
        """Keep the day that a document bears, "" where none is plain."""
        with self.database.writing() as connection:
            connection.execute(DAYS)
            connection.execute(
                "INSERT OR REPLACE INTO days SELECT number, ?, ? FROM documents WHERE id = ?",
                (day, row_hash((document_id, day)), document_id),
            )

    def days(self) -> dict[str, str]:
        """The days that are kept, by document id; one that is not as it was kept is passed over."""
        query = "SELECT id, day, days.hash FROM days JOIN documents ON number = document"
        with self.database.reading() as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'days'").fetchone()
            rows = connection.execute(query).fetchall() if known else []
        return {id_: day for id_, day, digest in rows if row_hash((id_, day)) == digest}

    def remember(self, key: str, value: str) -> None:
        """Keep a note about the store in it."""
        with self.database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def recall(self, key: str) -> str | None:
        """A note that was kept."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def _pages(self, document_id: str, condition: str, values: tuple[int, ...]) -> list[Page]:
        query = f"""SELECT id, pages.number, text, headings, pages.hash FROM pages
                    JOIN documents ON documents.number = pages.document WHERE id = ? {condition}"""
        with self.database.reading() as connection:
            rows = connection.execute(query, (document_id, *values)).fetchall()
        return [_page(row) for row in rows]

    def _delete(
        self, connection: sqlite3.Connection, condition: str, values: tuple[str, ...]
    ) -> dict[str, Worded]:
        """Delete documents; returns their chunks' ids with what was indexed of them."""
        query = f"SELECT {_CHUNK}, title FROM chunks JOIN documents ON documents.number = chunks.document"
        rows = connection.execute(f"{query} WHERE {condition}", values).fetchall()
        connection.execute(f"DELETE FROM documents WHERE {condition}", values)
        chunks = [_chunk(row[:-1], checked=False) for row in rows]
        return {chunk.id: worded(row[-1], chunk) for row, chunk in zip(rows, chunks, strict=True)}


def _insert_document(connection: sqlite3.Connection, document: Document, chunks: int) -> int:
    info = document.info
    sizes = (len(document.pages), chunks, info.size)
    row = (info.id, info.name, info.title, info.language, int(info.paged), *sizes, info.added)
    cursor = connection.execute(
        "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, row_hash(row))
    )
    number = cursor.lastrowid
    assert number is not None
    pages = []
    for page in document.pages:
        headings = json.dumps([asdict(heading) for heading in page.headings], ensure_ascii=False)
        pages.append(
            (number, page.number, page.text, headings, row_hash((info.id, page.number, page.text, headings)))
        )
    connection.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", pages)
    return number


def _chunk_row(chunk: Chunk) -> tuple[Any, ...]:
    place = (chunk.position, chunk.page, chunk.start, chunk.end)
    return (chunk_number(chunk.id), chunk.document_id, *place, chunk.text, chunk.heading, chunk.language)


def _document(row: tuple[Any, ...]) -> DocumentInfo:
    _check(row, "document", row[1])
    id_, name, title, language, paged, pages, chunks, size, added, _ = row
    return DocumentInfo(id_, name, title, language, bool(paged), pages, chunks, size, added)


def _page(row: tuple[Any, ...]) -> Page:
    _check(row, "page", f"{row[1]} of {row[0]}")
    return Page(row[1], row[2], tuple(Heading(**heading) for heading in json.loads(row[3])))


def _chunk(row: tuple[Any, ...], *, checked: bool = True) -> Chunk:
    if checked:
        _check(row, "chunk", chunk_id(row[0]))
    return Chunk(chunk_id(row[0]), *row[1:-1])


def _check(row: tuple[Any, ...], kind: str, name: str) -> None:
    if row_hash(row[:-1]) != row[-1]:
        raise IndexDamaged(f"The bytes of the {kind} {name} are not those that were stored.", MEND)
