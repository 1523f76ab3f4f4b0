"""`dealglot search`: the places nearest to a question, without an answer."""

import time
from typing import Annotated

import typer

from rag.cli.ask import check_question
from rag.cli.invocation import Invocation
from rag.cli.narrowing import Narrowing, chosen_documents
from rag.cli.places import said_place, snippet
from rag.cli.session import opened_assistant
from rag.cli.shapes import search_shape
from rag.records import Passage


def search(
    invocation: Invocation,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    narrowing: Narrowing,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="The most passages to give.")] = 10,
) -> int:
    """Find the passages nearest to a question, best first."""
    from rag.text.language import detect_language

    check_question(question)
    with opened_assistant(invocation) as assistant:
        documents = chosen_documents(assistant, narrowing)
        begun = time.perf_counter()
        passages = assistant.search(question, limit, documents)
        seconds = time.perf_counter() - begun
    shape = search_shape(question, detect_language(question), passages, seconds)
    invocation.terminal.result(shape, lambda: _tell(invocation, passages))
    return 0


def _tell(invocation: Invocation, passages: list[Passage]) -> None:
    if not passages:
        invocation.terminal.message("Nothing was found.")
    for place, passage in enumerate(passages, start=1):
        where = said_place(passage.document, passage.page, passage.chunks[0].heading)
        invocation.terminal.line(f"{place:>2}. {where}  ({passage.document.language}, {passage.score:.3f})")
        invocation.terminal.line(f"    {snippet(passage.text)}")
