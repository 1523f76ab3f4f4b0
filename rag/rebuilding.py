"""A new generation beside the serving one: filled, verified, then switched to; readers notice nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rag.errors import DocumentError, IndexDamaged, IndexFolderError
from rag.index import Index, rebuilding
from rag.index.generation import read_manifest, serving_generation
from rag.ingest import Ingest, Listener, Source, named_sources
from rag.loading import find_documents
from rag.protocols import Embedder
from rag.records import Document, DocumentInfo, IngestReport, Progress
from rag.settings import Settings

logger = logging.getLogger(__name__)


def rebuild(
    settings: Settings, embedder: Embedder, *, full: bool = False, progress: Listener | None = None
) -> IngestReport:
    """Build the index anew with the present settings: from the stored page texts, or from the files if `full`.

    An index that cannot be read is built from the files. The report compares with the index that served before.
    """
    folder = settings.paths.index
    with _stored(settings) as old:
        before = {} if old is None else {info.name: info for info in old.store.documents()}
        with rebuilding(folder, embedder.name, dimension=embedder.dimension, chunking=settings.chunking) as index:
            work = Ingest(index, embedder, settings)
            if old is None or full:
                _fill_from_files(work, settings, progress)
            else:
                _fill_from_store(work, old, settings.paths.corpus, progress)
            after = {info.name: info for info in index.store.documents()}
    return _compared(work.report(), before, after)


@contextmanager
def _stored(settings: Settings) -> Iterator[Index | None]:
    """The serving index as it was built, whatever the settings are now; None if there is none to read."""
    folder = settings.paths.index
    try:
        generation = serving_generation(folder)
        old = Index(folder, generation, read_manifest(folder, generation).identity)
    except IndexFolderError as error:
        logger.info("The index is built from the files: %s", error)
        yield None
        return
    try:
        yield old
    finally:
        old.close()


def _fill_from_files(work: Ingest, settings: Settings, progress: Listener | None) -> None:
    corpus = settings.paths.corpus
    sources = named_sources([corpus] if corpus.is_dir() else [], corpus, find_documents)
    for done, source in enumerate(sources):
        if progress:
            progress(Progress("rebuild", done, len(sources), source.name))
        work.take(source)
    if progress:
        progress(Progress("rebuild", len(sources), len(sources)))


def _fill_from_store(work: Ingest, old: Index, corpus: Path, progress: Listener | None) -> None:
    """Take each document's stored texts, or its file where the stored ones are damaged."""
    infos = old.store.documents()
    for done, info in enumerate(infos):
        if progress:
            progress(Progress("rebuild", done, len(infos), info.name))
        try:
            work.store(Document(info, old.store.pages(info.id)))
        except IndexDamaged:
            work.take(Source(corpus / info.name, info.name))
        except DocumentError as error:
            work.fail(info.name, error)
    if progress:
        progress(Progress("rebuild", len(infos), len(infos)))


def _compared(
    report: IngestReport, before: dict[str, DocumentInfo], after: dict[str, DocumentInfo]
) -> IngestReport:
    same = [name for name in after if name in before and before[name].id == after[name].id]
    return replace(
        report,
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(name for name in after.keys() & before.keys() if name not in same)),
        removed=tuple(sorted(before.keys() - after.keys())),
        unchanged=len(same),
    )
