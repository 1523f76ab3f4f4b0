"""The options that narrow a question to some of the documents."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.session import document_names
from rag.filtering import TYPES, DocumentFilter, Documents

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a person narrows a question to; a document must fit all of it."""

    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="NAME", help="Look only in this document; may be repeated."),
    ] = None
    documents_language: Annotated[
        list[str] | None,
        typer.Option(
            "--documents-language", metavar="XX", help="Look only in documents in this language; may be repeated."
        ),
    ] = None
    type: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="TYPE", help=f"Look only in {', '.join(TYPES.values())} files; may be repeated."
        ),
    ] = None
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Look only in documents dated then or later: 2025-06-27."),
    ] = None
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Look only in documents dated then or earlier: 2025."),
    ] = None


def chosen_documents(assistant: "Assistant", narrowing: Narrowing) -> Documents:
    """What the Assistant is told: all documents, names, or a filter."""
    names = document_names(assistant, narrowing.document or ())
    languages, types = tuple(narrowing.documents_language or ()), tuple(narrowing.type or ())
    if not (languages or types or narrowing.since or narrowing.until):
        return names
    return DocumentFilter(tuple(names or ()), languages, types, narrowing.since, narrowing.until)
