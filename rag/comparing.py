"""One question to every document alone: a row each, so that contracts stand side by side."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.records import Answer, Citation, DocumentInfo, Progress


@dataclass(frozen=True, slots=True)
class Compared:
    """What one document alone answers; no citation = it does not. `text` is the first statement."""

    document: DocumentInfo
    short: str | None = None
    text: str | None = None
    citation: Citation | None = None
    notes: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the document answers."""
        return self.citation is not None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question asked of each document alone, one row a document."""

    question: str
    language: str
    rows: tuple[Compared, ...] = ()
    seconds: float = 0.0

    @property
    def covered(self) -> int:
        """How many documents answer."""
        return sum(row.found for row in self.rows)


def compare_documents(
    question: str,
    documents: Sequence[DocumentInfo],
    *,
    ask: Callable[[str], Answer],
    progress: Callable[[Progress], None] | None = None,
) -> Comparison:
    """What `ask` (given a document's name) answers from each document, in the given order.

    A document that does not answer has a row that says so. No documents, no rows, and no language.
    """
    begin = time.perf_counter()
    rows: list[Compared] = []
    language = ""
    for done, document in enumerate(documents):
        if progress is not None:
            progress(Progress("compare", done, len(documents), document.name))
        answer = ask(document.name)
        language = answer.language
        rows.append(row_of(document, answer))
    return Comparison(question, language, tuple(rows), time.perf_counter() - begin)


def row_of(document: DocumentInfo, answer: Answer) -> Compared:
    """An answer as a row: its short form and its first quotation."""
    row = Compared(document, notes=answer.notes)
    if not answer.answered or not answer.citations:
        return row
    return replace(row, short=answer.short, citation=answer.citations[0], text=answer.statements[0].text)
