"""`dealglot compare`: one question to every document, a row each, on the screen or as a table in a file."""

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.ask import answer_language, check_question
from rag.cli.invocation import Invocation
from rag.cli.narrowing import Narrowing, chosen_documents
from rag.cli.places import said_place, snippet
from rag.cli.session import opened_assistant
from rag.cli.shapes import comparison_shape
from rag.cli.tables import check_table_path, write_table
from rag.comparing import Compared, Comparison

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the rows into a .csv or .xlsx file, too."),
]


def compare(
    invocation: Invocation,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    narrowing: Narrowing,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="XX", help="The answers' language instead of the question's."),
    ] = None,
    out: Out = None,
) -> int:
    """Ask every document the same question and set the answers side by side."""
    check_question(question)
    chosen = answer_language(language)
    if out is not None:
        check_table_path(out)
    with opened_assistant(invocation) as assistant:
        documents = chosen_documents(assistant, narrowing)
        with invocation.terminal.progress() as listener:
            comparison = assistant.compare(question, documents, chosen, progress=listener)
    shape = comparison_shape(comparison)
    if out is not None:
        write_table(out, shape["rows"])
        invocation.terminal.message(f"Written to {out}.")
    invocation.terminal.result(shape, lambda: _tell(invocation, comparison))
    return 0


def _tell(invocation: Invocation, comparison: Comparison) -> None:
    terminal = invocation.terminal
    terminal.table(
        ["document", "answer", "place", "quote"],
        [_row(each) for each in comparison.rows],
    )
    terminal.line(f"{comparison.covered} of {len(comparison.rows)} documents answer")
    for note in dict.fromkeys(note for row in comparison.rows if row.found for note in row.notes):
        terminal.message(note)


def _row(row: Compared) -> list[str]:
    cited = row.citation
    if cited is None:
        return [row.document.name, "–", "", ""]
    place = said_place(row.document, cited.page, cited.heading).removeprefix(row.document.name).strip(", ")
    parts = [snippet(cited.quote)]
    if cited.translation:
        parts.append(f"= {snippet(cited.translation)} ({cited.translated_by})")
    if cited.translation_note:
        parts.append(cited.translation_note)
    return [row.document.name, row.short or "", place, "\n".join(parts)]
