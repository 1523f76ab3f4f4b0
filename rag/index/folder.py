"""Index: one generation of an index folder, open for searching and writing."""

import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

import numpy as np

from rag.errors import IndexDamaged, IndexFolderError
from rag.index import generation as disk
from rag.index.database import MEND
from rag.index.generation import Identity, Manifest
from rag.index.health import find_problems, mend_store
from rag.index.identity import chunk_id, chunk_numbers
from rag.index.lexical import SqliteLexical
from rag.index.store import ChunkStore
from rag.index.translations import KeptTranslations
from rag.index.vectors import FaissIndex, load_vectors
from rag.protocols import Vectors
from rag.records import Chunk, Document

logger = logging.getLogger(__name__)

# Within `writing`, a transaction is kept when it is this old or holds this many chunks: a flush to the disk for
# each small document would take most of the time.
_COMMIT_SECONDS: Final = 2.0
_COMMIT_CHUNKS: Final = 2_000


class Index:
    """The serving generation of an index folder; any thread may search while one writes."""

    def __init__(self, folder: Path, generation: str, identity: Identity, *, create: bool = False) -> None:
        """Open a generation's files; see `opening.py`."""
        self.folder = folder
        self.generation = generation
        self.identity = identity
        self._home = disk.generation_folder(folder, generation)
        self.store = ChunkStore(self._home / disk.STORE, identity.dimension, create=create)
        self.translations = KeptTranslations(self._home / disk.TRANSLATIONS)
        self.vectors = FaissIndex(identity.dimension)
        self.manifest = disk.empty_manifest(identity, generation)
        self._replaced: list[str] = []
        self._since = 0.0
        self._waiting_chunks = 0
        if create:
            self.store.remember(disk.IDENTITY, disk.identity_text(identity))
        else:
            try:
                self._load()
            except BaseException:
                self.store.close()
                raise

    @property
    def lexical(self) -> SqliteLexical:
        """The full-text half of the store."""
        return self.store.lexical

    @property
    def state(self) -> str:
        """Tells what the index holds now from what it held before."""
        return f"{self.generation} {self._revision()}"

    @property
    def words_file(self) -> Path:
        """Where what is derived of the index's words may be kept: nothing is lost with it."""
        return self._home / disk.WORDS

    @property
    def stale(self) -> bool:
        """Whether another program has written to the index since it was opened here; see `refresh`."""
        try:
            if disk.serving_generation(self.folder) != self.generation:
                return True
            return disk.read_manifest(self.folder, self.generation).revision != self.manifest.revision
        except IndexFolderError:
            return False

    def refresh(self) -> bool:
        """Take in what another program added or removed; False if another generation serves: open it anew."""
        if disk.serving_generation(self.folder) != self.generation:
            return False
        if self.stale:
            self._load()
        return True

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer; what was stored is kept even if the block ends in an error, document by document.

        Within it, `replace` and `remove` are gathered into few transactions. The vector view and the manifest
        follow at the end; if the program dies before, the next opening builds the view anew from the store.
        """
        if self.store.database.is_mine:
            yield
            return
        with disk.writer_lock(self.folder):
            if not self.refresh():
                what = f"The index {self.folder} was rebuilt by another program meanwhile."
                raise IndexFolderError(what, "Open it again.")
            with self.gathering():
                yield

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """What `writing` does once it holds the lock."""
        try:
            with self.store.writing():
                self._since, self._waiting_chunks = monotonic(), 0
                try:
                    yield
                except BaseException:
                    # What was stored before the error stays; each document is whole or not there.
                    self.store.database.commit()
                    raise
        finally:
            if self._revision() != self.manifest.revision:
                self._update_view()
                self._write_view()
                self._forget_translations()

    def replace(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Store a document instead of the one of that name, if any."""
        with self.writing():
            self.store.replace(document, chunks, vectors)
            self._replaced += [chunk.id for chunk in chunks]
            self._waiting_chunks += len(chunks)
            self._commit_if_due()

    def remove(self, names: Iterable[str]) -> list[str]:
        """Remove documents by name and return the chunks that went; unknown names are passed over."""
        with self.writing():
            return self.store.remove(names)

    def verify(self) -> list[str]:
        """Everything in the files that is not as it was written, one sentence each; empty = all is well."""
        # A connection of its own reads what is on the disk now, and leaves others to search meanwhile.
        try:
            with contextlib.closing(ChunkStore(self._home / disk.STORE, self.identity.dimension)) as store:
                problems = find_problems(store, self.vectors)
        except IndexFolderError as error:
            return [error.what]
        manifest = disk.read_manifest(self.folder, self.generation)
        if manifest.revision != self._revision():
            problems.append("The manifest does not describe the store: the last writing was cut short.")
        with self.store.database.quiet():
            for name, digest in sorted(manifest.files.items()):
                path = self._home / name
                if not path.is_file() or disk.file_digest(path) != digest:
                    problems.append(f"The bytes of {name} are not those that were written.")
        return problems

    def repair(self) -> list[str]:
        """Mend what can be mended from the stored texts, without the model; returns what was done, one line each.

        Documents with damaged rows are removed, since their true text is not here: the next sync brings them back.
        """
        with disk.writer_lock(self.folder):
            with self.store.writing():
                done = mend_store(self.store)
            self._rebuild_view()
            self._write_view()
        return [*done, "The vector file and the manifest were written anew."]

    def purge(self) -> int:
        """Leave no trace of removed text: no earlier generations, a store without gaps; gives the bytes freed."""
        before = _size(self.folder)
        with disk.writer_lock(self.folder):
            disk.drop_generations(self.folder, {self.generation})
            self.store.database.compact()
            self._forget_translations()
            self.translations.compact()
            self.words_file.unlink(missing_ok=True)
            self._write_view()
        return before - _size(self.folder)

    def close(self) -> None:
        """Let go of the files; waits for what other threads are doing with them."""
        self.store.close()
        self.translations.close()

    def _commit_if_due(self) -> None:
        if self._waiting_chunks >= _COMMIT_CHUNKS or monotonic() - self._since >= _COMMIT_SECONDS:
            self.store.database.commit()
            self._since, self._waiting_chunks = monotonic(), 0

    def _revision(self) -> int:
        with self.store.database.reading() as connection:
            return self.store.database.revision(connection)

    def _load(self) -> None:
        """Read the manifest and the view; a view that is missing, damaged or behind is built from the store."""
        self.manifest = disk.read_manifest(self.folder, self.generation)
        counts = self.store.counts()
        current = self._revision() == self.manifest.revision
        if current and (counts.documents, counts.chunks) != (self.manifest.documents, self.manifest.chunks):
            what = f"The index {self.folder} holds {counts.documents} documents and {counts.chunks} chunks, "
            what += f"not {self.manifest.documents} and {self.manifest.chunks} as written."
            raise IndexDamaged(what, MEND)
        digest = self.manifest.files.get(disk.VECTORS, "") if current else ""
        view = load_vectors(self._home / disk.VECTORS, self.identity.dimension, digest)
        if view is not None and len(view) == counts.chunks:
            self.vectors = view
            return
        logger.info("The vector file of %s is built anew from the store.", self.folder)
        self._rebuild_view()
        with contextlib.suppress(IndexFolderError, OSError), disk.writer_lock(self.folder, wait=0):
            self._write_view()

    def _forget_translations(self) -> None:
        """Translations of documents that are not there any more go, also those that a crash left behind."""
        self.translations.keep_only(info.id for info in self.store.documents())

    def _rebuild_view(self) -> None:
        ids, rows = self.store.vectors()
        view = FaissIndex(self.identity.dimension)
        view.add(ids, rows)
        self.vectors = view

    def _update_view(self) -> None:
        """Bring the vector view to what the store holds: only the rows that differ are read."""
        replaced, self._replaced = chunk_numbers(self._replaced), []
        stored = self.store.numbers()
        held = np.setdiff1d(self.vectors.numbers(), replaced)
        ids, rows = self.store.vectors(map(chunk_id, np.setdiff1d(stored, held).tolist()))
        gone = np.union1d(np.setdiff1d(held, stored), replaced)
        self.vectors.change(gone, chunk_numbers(ids), rows)

    def _write_view(self) -> None:
        counts = self.store.counts()
        digest = self.vectors.save(self._home / disk.VECTORS)
        with self.store.database.quiet():
            store = disk.file_digest(self._home / disk.STORE)
        self.manifest = Manifest(
            identity=self.identity,
            generation=self.generation,
            created=self.manifest.created,
            revision=self._revision(),
            documents=counts.documents,
            pages=counts.pages,
            chunks=counts.chunks,
            languages=self.store.languages(),
            files={disk.STORE: store, disk.VECTORS: digest},
        )
        disk.write_manifest(self.folder, self.manifest)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
