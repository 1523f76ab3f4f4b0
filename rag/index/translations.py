"""KeptTranslations: what was translated before, beside the store, in a file that may be lost at any time.

It has a file of its own: the store's bytes are vouched for by the manifest, and a question must not change them.
"""

import contextlib
import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from rag.index.identity import row_hash

logger = logging.getLogger(__name__)

_TABLE: Final = """CREATE TABLE IF NOT EXISTS translations (
    text BLOB NOT NULL, engine TEXT NOT NULL, target TEXT NOT NULL, document TEXT NOT NULL,
    translation TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (text, engine, target, document)) WITHOUT ROWID"""
_BUSY_SECONDS: Final = 2.0


class KeptTranslations:
    """Translations by text, engine and language, each with its document; any thread may read and write.

    Whatever goes wrong with the file, nothing is raised: what cannot be read is translated anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def recall(self, text: str, *, engine: str, target: str) -> str | None:
        """What `engine` made of a text before; None if nothing is kept, or not as it was written."""
        if not self._path.is_file():
            return None
        query = "SELECT translation, hash FROM translations WHERE text = ? AND engine = ? AND target = ? LIMIT 1"
        key = _digest(text), engine, target
        rows = self._done(lambda connection: connection.execute(query, key).fetchall())
        return str(rows[0][0]) if rows and row_hash((*key, rows[0][0])) == rows[0][1] else None

    def remember(self, document_id: str, text: str, translation: str, *, engine: str, target: str) -> None:
        """Keep a translation for as long as its document stays."""
        key = _digest(text), engine, target
        row = (*key, document_id, translation, row_hash((*key, translation)))
        query = "INSERT OR REPLACE INTO translations VALUES (?, ?, ?, ?, ?, ?)"
        self._done(lambda connection: connection.execute(query, row).fetchall())

    def keep_only(self, document_ids: Iterable[str]) -> None:
        """Forget what belongs to other documents than these."""
        if not self._path.is_file():
            return
        kept = set(document_ids)
        query = "SELECT DISTINCT document FROM translations"
        known = self._done(lambda connection: connection.execute(query).fetchall())
        for gone in [document for (document,) in known if document not in kept]:
            self._done(partial(_delete, document=gone))

    def compact(self) -> None:
        """Rewrite the file without free room, so that nothing of removed documents is left in it."""
        if self._path.is_file():
            self._done(lambda connection: connection.execute("VACUUM").fetchall())

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._shut()

    def _done(self, work: Callable[[sqlite3.Connection], list[Any]]) -> list[Any]:
        """What `work` gives, or nothing where the file does not let it."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _connect(self._path)
                return work(self._connection)
            except sqlite3.OperationalError as error:
                logger.info("Translations cannot be kept in %s: %s.", self._path, error)
            except sqlite3.DatabaseError as error:
                # A damaged file holds nothing that could not be made again.
                logger.info("The kept translations %s are damaged and deleted: %s.", self._path, error)
                self._shut()
                with contextlib.suppress(OSError):
                    self._path.unlink(missing_ok=True)
        return []

    def _shut(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _delete(connection: sqlite3.Connection, document: str) -> list[Any]:
    return connection.execute("DELETE FROM translations WHERE document = ?", (document,)).fetchall()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
