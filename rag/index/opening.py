"""How generations of an index folder are opened, made, switched and mended."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import IndexDamaged, IndexFolderError
from rag.index import generation as disk
from rag.index.database import REBUILD
from rag.index.folder import Index
from rag.index.generation import Identity
from rag.index.health import mend_store
from rag.index.store import ChunkStore
from rag.settings import ChunkingSettings


def open_index(folder: Path, embedder: str, *, dimension: int, chunking: ChunkingSettings) -> Index:
    """The serving generation.

    IndexMissing if there is none; IndexMismatch if it was built with something else; IndexDamaged if its files are
    not as they were written. A damaged vector file is no error: the view is built anew from the store.
    """
    generation = disk.serving_generation(folder)
    wanted = Identity(embedder, dimension, chunking)
    disk.check_identity(folder, disk.read_manifest(folder, generation).identity, wanted)
    return Index(folder, generation, wanted)


def create_index(folder: Path, embedder: str, *, dimension: int, chunking: ChunkingSettings) -> Index:
    """A new, empty index, open; IndexFolderError if there is one already."""
    with disk.writer_lock(folder):
        if disk.has_index(folder):
            raise IndexFolderError(f"There is an index in {folder} already.", "Use it, or choose another folder.")
        index = _new(folder, Identity(embedder, dimension, chunking))
        try:
            with index.gathering():
                pass
            disk.serve(folder, index.generation)
        except BaseException:
            index.close()
            raise
        disk.drop_generations(folder, {index.generation})
    return index


@contextmanager
def rebuilding(folder: Path, embedder: str, *, dimension: int, chunking: ChunkingSettings) -> Iterator[Index]:
    """A new, empty generation to fill; it serves from the end of the block on, if `verify` finds nothing in it.

    The lock is held throughout, so nothing is added to the old generation meanwhile; readers of the old one go on.
    After an error the old generation serves as before. It is kept beside the new one; earlier ones are deleted.
    """
    with disk.writer_lock(folder):
        serving = disk.serving_generation(folder) if _serves(folder) else ""
        disk.drop_generations(folder, {serving, *disk.whole_generations(folder)})
        index = _new(folder, Identity(embedder, dimension, chunking))
        try:
            with index.gathering():
                yield index
            problems = index.verify()
            if problems:
                what = f"The new index in {folder} is not as it was written: {problems[0]}"
                raise IndexDamaged(what, "The index that served before serves on; try again.")
            disk.serve(folder, index.generation)
        except BaseException:
            index.close()
            disk.drop_generations(folder, {serving, *disk.whole_generations(folder)} - {index.generation})
            raise
        index.close()
        disk.drop_generations(folder, {serving, index.generation})


def repair_index(folder: Path, embedder: str, *, dimension: int, chunking: ChunkingSettings) -> list[str]:
    """Mend what can be mended without the model and the files; returns what was done, one line each.

    A pointer that names nothing is set to the newest whole generation, a manifest that cannot be read is written
    anew from the store, damaged documents are removed (the next sync brings them back), words, vectors and
    manifest are written anew. IndexDamaged if only a full rebuild helps.
    """
    done: list[str] = []
    with disk.writer_lock(folder):
        if not _serves(folder):
            whole = disk.whole_generations(folder)
            if not whole:
                raise IndexDamaged(f"No generation in {folder} is whole.", REBUILD)
            disk.serve(folder, whole[-1])
            done.append(f"The generation {whole[-1]} serves again.")
        generation = disk.serving_generation(folder)
        try:
            known = disk.read_manifest(folder, generation).identity
        except IndexDamaged:
            known = None
            done.append("The manifest was written anew from the store.")
        with closing(ChunkStore(disk.generation_folder(folder, generation) / disk.STORE, dimension)) as store:
            done += mend_store(store)
            text = store.recall(disk.IDENTITY)
        if known is None and text is None:
            raise IndexDamaged(f"The manifest of {folder} is damaged, and so is its store.", REBUILD)
        # Its revision is none that a store has, so that all the rest is taken from the store.
        disk.write_manifest(folder, disk.empty_manifest(known or disk.identity_from(str(text)), generation))
    open_index(folder, embedder, dimension=dimension, chunking=chunking).close()
    return [*done, "The vector file was written anew."]


def _serves(folder: Path) -> bool:
    try:
        disk.serving_generation(folder)
    except IndexFolderError:
        return False
    return True


def _new(folder: Path, identity: Identity) -> Index:
    return Index(folder, disk.start_generation(folder), identity, create=True)
