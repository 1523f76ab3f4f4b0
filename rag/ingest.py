"""Files -> index: each file is loaded, cut, embedded and stored; one that fails is listed and the rest go on."""

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rag.chunking import chunk_document
from rag.errors import DocumentError
from rag.facts import document_day
from rag.index import Index, indexed_text
from rag.loading import load_document
from rag.protocols import Embedder
from rag.records import Document, Failure, IngestReport, Note, Progress
from rag.settings import Settings

logger = logging.getLogger(__name__)

Listener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take in, and the name it gets in the corpus."""

    path: Path
    name: str


class Ingest:
    """What happened to each file so far; `report` sums it up."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        self._index = index
        self._embedder = embedder
        self._settings = settings
        self._begin = time.perf_counter()
        self._names = {info.name: info.id for info in index.store.documents()}
        self._added: list[str] = []
        self._changed: list[str] = []
        self._failed: list[Failure] = []
        self._notes: list[Note] = []
        self._unchanged = 0
        self._chunks = 0

    def take(self, source: Source) -> None:
        """Bring one file into corpus and index; a failure is noted and changes nothing."""
        try:
            document, notes = load_document(source.path, source.name, self._settings.loading)
            self._notes += [Note(source.name, note) for note in notes]
            self.store(document, source.path)
        except DocumentError as error:
            self.fail(source.name, error)

    def fail(self, name: str, error: DocumentError) -> None:
        """Note that a document could not be taken in."""
        logger.info("%s: %s", name, error)
        self._failed.append(Failure(name, error.reason, str(error)))

    def store(self, document: Document, path: Path | None = None) -> None:
        """Store a loaded document under its name, unless it is known; its file is copied into the corpus first."""
        info = document.info
        if self._names.get(info.name) == info.id:
            self._unchanged += 1
            return
        twin = next((name for name, known in self._names.items() if known == info.id), None)
        if twin is not None:
            what = f"{info.name} holds the same bytes as {twin}, which is in the index already."
            raise DocumentError("duplicate", what, "Nothing was added.")
        chunks = chunk_document(document, self._settings.chunking, self._embedder.max_tokens)
        vectors = self._embedder.embed_passages([indexed_text(info.title, chunk) for chunk in chunks])
        if path is not None:
            _place(path, self._settings.paths.corpus / info.name)
        stamped = replace(info, chunks=len(chunks), added=info.added or _now())
        self._index.replace(replace(document, info=stamped), chunks, vectors)
        ends = [document.pages[0].text, document.pages[-1].text] if document.pages else []
        self._index.store.keep_day(info.id, document_day(ends, info.language) or "")
        (self._changed if info.name in self._names else self._added).append(info.name)
        self._names[info.name] = info.id
        self._chunks += len(chunks)

    def report(self, removed: Sequence[str] = ()) -> IngestReport:
        """The sum of what was done."""
        return IngestReport(
            added=tuple(self._added),
            changed=tuple(self._changed),
            removed=tuple(removed),
            unchanged=self._unchanged,
            failed=tuple(self._failed),
            notes=tuple(self._notes),
            chunks=self._chunks,
            seconds=time.perf_counter() - self._begin,
        )


def ingest(
    sources: Sequence[Source],
    index: Index,
    embedder: Embedder,
    *,
    settings: Settings,
    progress: Listener | None = None,
    gone: Iterable[str] = (),
) -> IngestReport:
    """Take in `sources` and drop the documents named in `gone`; one lock, one commit a document."""
    gone = sorted(gone)
    with index.writing():
        index.remove(gone)
        work = Ingest(index, embedder, settings)
        for done, source in enumerate(sources):
            if progress:
                progress(Progress("load", done, len(sources), source.name))
            work.take(source)
    if progress:
        progress(Progress("load", len(sources), len(sources)))
    return work.report(removed=gone)


def named_sources(paths: Iterable[Path], corpus: Path, find: Callable[[Path], list[Path]]) -> list[Source]:
    """The files under `paths` with their names in the corpus.

    A file inside the corpus keeps its place; another gets its own name, and a folder's files their path below the
    folder. Two files of one call never share a name: the later one gets a number, so that none is lost.
    """
    sources: list[Source] = []
    taken: set[str] = set()
    for path in paths:
        for file in find(path):
            name = _unique(_corpus_name(file, path, corpus), taken)
            taken.add(name)
            sources.append(Source(file, name))
    return sources


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _corpus_name(file: Path, given: Path, corpus: Path) -> str:
    resolved, root = file.resolve(), corpus.resolve()
    if resolved.is_relative_to(root):
        return resolved.relative_to(root).as_posix()
    return file.relative_to(given).as_posix() if given.is_dir() else file.name


def _unique(name: str, taken: set[str]) -> str:
    path, count = Path(name), 2
    while name in taken:
        name = path.with_name(f"{path.stem}-{count}{path.suffix}").as_posix()
        count += 1
    return name


def _place(source: Path, target: Path) -> None:
    """Copy a file into the corpus, aside first, so that a broken copy is never taken for the document."""
    if target.exists() and source.resolve() == target.resolve():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, aside)
    aside.replace(target)
