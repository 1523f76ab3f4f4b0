"""`dealglot ask`: one question, one answer with its proof."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.places import said_place, snippet
from rag.cli.session import document_names, opened_assistant
from rag.cli.shapes import answer_shape
from rag.errors import QuestionError
from rag.records import Answer, Citation

Documents = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="NAME", help="Look only in this document; may be repeated."),
]


def ask(
    invocation: Invocation,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="XX", help="The answer's language instead of the question's."),
    ] = None,
    document: Documents = None,
) -> int:
    """Ask one question and get an answer with the sentences that prove it."""
    check_question(question)
    chosen = answer_language(language)
    with opened_assistant(invocation) as assistant:
        names = document_names(assistant, document or ())
        answer = assistant.ask(question, language=chosen, documents=names)
    invocation.terminal.result(answer_shape(answer), lambda: _tell(invocation, answer))
    return 0


def check_question(question: str) -> None:
    """A question must have something in it."""
    if not question.strip():
        raise QuestionError("The question is empty.", "Write it in quotation marks after the command.")


def answer_language(code: str | None) -> str | None:
    """One of the languages Dealglot answers in, from a code such as `pt` or `pt-BR`; None = the question's."""
    from rag.phrases import LANGUAGES

    if code is None:
        return None
    base = code.strip().lower().replace("_", "-").partition("-")[0]
    if base not in LANGUAGES:
        raise QuestionError(
            f"Dealglot does not answer in {code!r}.", f"It answers in: {' '.join(sorted(LANGUAGES))}."
        )
    return base


def _tell(invocation: Invocation, answer: Answer) -> None:
    terminal = invocation.terminal
    terminal.line(answer.text)
    if answer.citations:
        terminal.line()
        for citation in answer.citations:
            _tell_citation(invocation, citation)
    elif answer.passages:
        terminal.line()
        for passage in answer.passages[:3]:
            terminal.line(f"  · {said_place(passage.document, passage.page, None)}: {snippet(passage.text)}")
    for note in answer.notes:
        terminal.message(note)


def _tell_citation(invocation: Invocation, citation: Citation) -> None:
    terminal = invocation.terminal
    place = said_place(citation.document, citation.page, citation.heading)
    terminal.line(f"[{citation.number}] {place} ({citation.language})")
    terminal.line(f"    {' '.join(citation.quote.split())}")
    if citation.translation:
        by = f" ({citation.translated_by})" if citation.translated_by else ""
        terminal.line(f"    = {' '.join(citation.translation.split())}{by}")
