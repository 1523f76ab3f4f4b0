"""`dealglot ask`: one question, one answer with its proof."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.narrowing import Narrowing, chosen_documents
from rag.cli.places import said_place
from rag.cli.session import opened_assistant
from rag.cli.shapes import answer_shape
from rag.errors import QuestionError
from rag.records import Answer


def ask(
    invocation: Invocation,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    narrowing: Narrowing,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="XX", help="The answer's language instead of the question's."),
    ] = None,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Quote the documents only; do not ask the language-model server.")
    ] = False,
) -> int:
    """Ask one question and get an answer with the sentences that prove it."""
    check_question(question)
    chosen = answer_language(language)
    with opened_assistant(invocation) as assistant:
        documents = chosen_documents(assistant, narrowing)
        answer = assistant.ask(question, language=chosen, documents=documents, use_model=not no_model)
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
    if answer.model:
        terminal.message(f"Worded by {answer.model}; every statement is backed by the quotation beside it.")
    told = _one_line(answer.text)
    for citation in answer.citations:
        # The text quotes its proof itself; a quotation that it only numbers is added below.
        if _one_line(citation.quote) not in told:
            place = said_place(citation.document, citation.page, citation.heading)
            terminal.line(f"\n[{citation.number}] {place} ({citation.language})")
            terminal.line(f"    {_one_line(citation.quote)}")
        if citation.translation and _one_line(citation.translation) not in told:
            by = f" ({citation.translated_by})" if citation.translated_by else ""
            terminal.line(f"\n[{citation.number}] = {_one_line(citation.translation)}{by}")
    for note in answer.notes:
        terminal.message(note)


def _one_line(text: str) -> str:
    return " ".join(text.split())
