"""`dealglot list`: the documents in the index."""

from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant
from rag.cli.shapes import documents_shape
from rag.records import DocumentInfo

KILOBYTE = 1024
TITLE_SHOWN = 60


def list_documents(invocation: Invocation) -> int:
    """List the documents: name, title, language, pages, chunks, size, day added."""
    with opened_assistant(invocation) as assistant:
        documents = sorted(assistant.documents(), key=lambda each: each.name)

    def human() -> None:
        if not documents:
            invocation.terminal.message("There are no documents. Put some in with `dealglot add PATH`.")
            return
        invocation.terminal.table(
            ["name", "title", "language", "pages", "chunks", "size", "added"],
            [_row(each) for each in documents],
            right=["pages", "chunks", "size"],
        )
        invocation.terminal.line(f"{len(documents)} documents, {sum(each.chunks for each in documents)} chunks")

    invocation.terminal.result(documents_shape(documents), human)
    return 0


def _row(document: DocumentInfo) -> list[str]:
    title = " ".join(document.title.split())
    if len(title) > TITLE_SHOWN:
        title = title[: TITLE_SHOWN - 1] + "…"
    pages = str(document.pages) if document.paged else "–"
    return [
        document.name,
        title,
        document.language,
        pages,
        str(document.chunks),
        said_size(document.size),
        document.added[:10],
    ]


def said_size(size: int) -> str:
    """A number of bytes as people say it."""
    if size < KILOBYTE:
        return f"{size} B"
    if size < KILOBYTE**2:
        return f"{size / KILOBYTE:.0f} KB"
    return f"{size / KILOBYTE**2:.1f} MB"
