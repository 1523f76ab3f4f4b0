"""One SQLite file with its tables: readers share one connection behind a lock, the writer has another.

The rollback journal is used, not the write-ahead log: SQLite 3.7 to 3.51.2 can damage a file when a write meets a
checkpoint, and the log keeps removed text. Readers wait only while a commit touches the file.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rag.errors import IndexDamaged, IndexFolderError, IndexMismatch

REBUILD: Final = "Run `dealglot rebuild --full`."
MEND: Final = "Run `dealglot verify --repair`, or `dealglot rebuild --full`."

# The tables' form; kept as SQLite's user_version. Raise it when the tables change.
FORMAT: Final = 1

_BUSY_SECONDS = 20.0
_CACHE_KIBIBYTES = 32_000

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, title TEXT,
    language TEXT NOT NULL, paged INTEGER NOT NULL, pages INTEGER NOT NULL, chunks INTEGER NOT NULL,
    size INTEGER NOT NULL, added TEXT NOT NULL, hash BLOB NOT NULL);
CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE, number INTEGER NOT NULL,
    text TEXT NOT NULL, headings TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (document, number));
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
    position INTEGER NOT NULL, page INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    text TEXT NOT NULL, heading TEXT, language TEXT NOT NULL, hash BLOB NOT NULL, UNIQUE (document, position));
CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (number) ON DELETE CASCADE,
    vector BLOB NOT NULL, hash BLOB NOT NULL);
CREATE TABLE segments (number INTEGER PRIMARY KEY, chunks BLOB NOT NULL);
CREATE TABLE lengths (
    segment INTEGER NOT NULL, field TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (segment, field)) WITHOUT ROWID;
CREATE TABLE postings (
    segment INTEGER NOT NULL, term TEXT NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (segment, term)) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('revision', '0');
"""

# Came later: an index of the same form may lack it, and what it holds can be read from the pages.
DAYS: Final = """CREATE TABLE IF NOT EXISTS days (
    document INTEGER PRIMARY KEY REFERENCES documents (number) ON DELETE CASCADE,
    day TEXT NOT NULL, hash BLOB NOT NULL)"""


class Database:
    """The store's file; `before_commit` and `after_rollback` are called with every transaction's end."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the file; IndexDamaged if it is missing or no database, IndexMismatch if its form is another."""
        self.path = path
        self.before_commit: list[Callable[[sqlite3.Connection], None]] = []
        self.after_rollback: list[Callable[[], None]] = []
        self._read_lock = threading.RLock()
        self._write_lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._writing_thread: int | None = None
        self._changes = 0
        if not create and not path.is_file():
            raise IndexDamaged(f"The index file {path} is missing.", REBUILD)
        with self._explained():
            if create:
                _create_tables(path)
            self._reader = _connect(path)
            self._reader.execute("PRAGMA query_only = ON")
            form = self._reader.execute("PRAGMA user_version").fetchone()[0]
        if form != FORMAT:
            self.close()
            what = f"The index file {path} has form {form}, this version of Dealglot reads form {FORMAT}."
            raise IndexMismatch(what, REBUILD)

    @property
    def is_mine(self) -> bool:
        """Whether the calling thread is within `writing`."""
        return self._writing_thread == threading.get_ident()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one committed state; within `writing` it sees the writer's own."""
        if self.is_mine:
            assert self._writer is not None
            with self._explained():
                yield self._writer
            return
        with self._read_lock, self._explained():
            if self._reader.in_transaction:
                yield self._reader
                return
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                self._reader.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, kept if the block ends well; an inner `writing` belongs to the outer one."""
        if self.is_mine:
            assert self._writer is not None
            with self._explained():
                yield self._writer
            return
        with self._write_lock, self._explained():
            if self._writer is None:
                self._writer = _connect(self.path)
            self._begin(self._writer)
            try:
                yield self._writer
                self._commit(self._writer)
            except BaseException:
                self._writer.rollback()
                for listener in self.after_rollback:
                    listener()
                raise
            finally:
                self._writing_thread = None

    def commit(self) -> None:
        """Keep what was written so far; only within `writing`, which goes on in a new transaction."""
        assert self._writer is not None
        assert self.is_mine
        self._commit(self._writer)
        self._begin(self._writer)

    def revision(self, connection: sqlite3.Connection) -> int:
        """How many transactions changed the file: equal revisions, equal contents."""
        return int(connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])

    def compact(self) -> None:
        """Rewrite the file without free room, so that nothing of removed rows is left in it."""
        with self._write_lock, self._explained():
            self._writer = self._writer or _connect(self.path)
            self._writer.execute("VACUUM")

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No reading by this process meanwhile: closing any handle of a file drops the locks SQLite has on it."""
        with self._read_lock:
            yield

    def close(self) -> None:
        """Let go of the file; waits for readings and writings of other threads."""
        with self._write_lock, self._read_lock:
            if hasattr(self, "_reader"):
                self._reader.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        self._writing_thread = threading.get_ident()
        self._changes = connection.total_changes

    def _commit(self, connection: sqlite3.Connection) -> None:
        for listener in self.before_commit:
            listener(connection)
        if connection.total_changes != self._changes:
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
        connection.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "decode" in str(error):
                what = f"The index file {self.path} holds text that is no text any more: {error}."
                raise IndexDamaged(what, MEND) from error
            what = f"The index file {self.path} cannot be used: {error}."
            raise IndexFolderError(what, "See that no other program holds it and the disk has room.") from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError):
                raise
            what = f"The index file {self.path} is damaged: {error}."
            raise IndexDamaged(what, REBUILD) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    # Dirty pages stay in memory until the commit, so that readers are not shut out before it.
    connection.execute("PRAGMA cache_spill = OFF")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _create_tables(path: Path) -> None:
    connection = _connect(path)
    try:
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    finally:
        connection.close()


@contextmanager
def all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    """What is done inside is done whole or undone, within the transaction around it."""
    connection.execute("SAVEPOINT document")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO document")
        raise
    finally:
        connection.execute("RELEASE document")
