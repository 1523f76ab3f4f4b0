"""`dealglot list`: the documents in the index, and whether their files are still the same."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant, settings_of
from rag.cli.shapes import documents_shape
from rag.records import DocumentInfo

INDEXED, CHANGED, GONE = "indexed", "changed", "gone"
KILOBYTE = 1024
TITLE_SHOWN = 60


def list_documents(invocation: Invocation) -> int:
    """List the documents: name, title, language, pages, chunks, size, day added, state of the file."""
    corpus = settings_of(invocation).paths.corpus
    with opened_assistant(invocation) as assistant:
        documents = sorted(assistant.documents(), key=lambda each: each.name)
    states = [file_state(each, corpus) for each in documents]
    waiting = files_not_indexed(documents, corpus)

    def human() -> None:
        terminal = invocation.terminal
        if documents:
            terminal.table(
                ["name", "title", "language", "pages", "chunks", "size", "added", "state"],
                [_row(each, state) for each, state in zip(documents, states, strict=True)],
                right=["pages", "chunks", "size"],
            )
            terminal.line(f"{len(documents)} documents, {sum(each.chunks for each in documents)} chunks")
        else:
            terminal.message("There are no documents. Put some in with `dealglot add PATH`.")
        if waiting:
            terminal.message(
                f"Files in {corpus} that are not indexed: {len(waiting)}; `dealglot sync` tries them."
            )
        if set(states) - {INDEXED}:
            terminal.message("Files have changed; `dealglot sync` brings the index up to date.")

    shape = documents_shape(documents)
    for row, state in zip(shape["documents"], states, strict=True):
        row["state"] = state
    invocation.terminal.result({**shape, "not_indexed": waiting}, human)
    return 0


def file_state(document: DocumentInfo, corpus: Path) -> str:
    """Whether the corpus still holds the file that was indexed; only a file written since is read for it."""
    path = corpus / document.name
    try:
        now = path.stat()
        if now.st_size != document.size:
            return CHANGED
        if document.added and now.st_mtime < datetime.fromisoformat(document.added).timestamp():
            return INDEXED
        return INDEXED if hashlib.sha256(path.read_bytes()).hexdigest() == document.id else CHANGED
    except OSError:
        return GONE


def files_not_indexed(documents: Sequence[DocumentInfo], corpus: Path) -> list[str]:
    """The names of the corpus files that the index does not have: new ones, and those that failed."""
    from rag.loading import find_documents

    if not corpus.is_dir():
        return []
    known = {each.name for each in documents}
    names = [path.relative_to(corpus).as_posix() for path in find_documents(corpus)]
    return [name for name in names if name not in known]


def _row(document: DocumentInfo, state: str) -> list[str]:
    title = " ".join(document.title.split())
    if len(title) > TITLE_SHOWN:
        title = title[: TITLE_SHOWN - 1] + "…"
    return [
        document.name,
        title,
        document.language,
        str(document.pages) if document.paged else "–",
        str(document.chunks),
        said_size(document.size),
        document.added[:10],
        state,
    ]


def said_size(size: int) -> str:
    """A number of bytes as people say it."""
    if size < KILOBYTE:
        return f"{size} B"
    if size < KILOBYTE**2:
        return f"{size / KILOBYTE:.0f} KB"
    return f"{size / KILOBYTE**2:.1f} MB"
