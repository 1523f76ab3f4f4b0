"""Question -> answer: passages, drafts, quotations; what cannot be quoted is not said."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rag.citing import cite
from rag.drafting import Drafted, Writers, write_drafts
from rag.errors import QuestionError
from rag.facts import document_day
from rag.followup import Reading, in_talk_first, readings
from rag.generation.changes import changed_value, find_changes
from rag.generation.composing import compose_answer
from rag.generation.direct import direct_answers
from rag.phrases import LANGUAGES, phrase
from rag.protocols import Reordering
from rag.records import Answer, Citation, DocumentInfo, Draft, Page, Passage, Statement
from rag.retrieval import Retriever
from rag.settings import RetrievalSettings
from rag.text.language import detect_language
from rag.text.normalize import normalize

RANKED: Final = 10
"""How many passages an answer carries, whether they answer or not."""

FOUND: Final = 20
"""How many passages are found for it, of which sentences and the documents in talk choose."""

_LONGEST_QUESTION: Final = 2000
_FALLBACK_LANGUAGE: Final = "en"
# Seconds after which no further reading of a question is put to a model server.
_PATIENCE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be searched: its text normalized, its language known, its documents as ids.

    `history` are the questions before it, or better their answers.
    """

    question: str
    language: str
    documents: tuple[str, ...] | None = None
    generation: str = ""
    history: tuple[str | Answer, ...] = ()


def prepare_question(question: str, language: str | None, hint: Iterable[str]) -> tuple[str, str]:
    """The normalized question and the language to answer in (chosen, else detected, else English).

    An empty or very long question and an unknown language code raise a QuestionError.
    """
    text = normalize(question).replace("\n", " ").strip()
    if not text:
        raise QuestionError("The question is empty.", "Type what you want to know.")
    if len(text) > _LONGEST_QUESTION:
        what = f"The question has {len(text)} characters, more than the {_LONGEST_QUESTION} that are read."
        raise QuestionError(what, "Ask it more briefly.")
    if language is not None:
        if language not in LANGUAGES:
            known = " ".join(LANGUAGES)
            raise QuestionError(f"Answers are not given in the language {language!r}.", f"Choose one of: {known}.")
        return text, language
    found = detect_language(text, hint=tuple(hint))
    return text, found if found in LANGUAGES else _FALLBACK_LANGUAGE


def stream_answer(
    asked: Asked,
    *,
    retriever: Retriever,
    writers: Writers,
    settings: RetrievalSettings,
    read_page: Callable[[str, int], Page],
) -> Iterator[Answer]:
    """The answer as it grows, statement by statement; the last one is whole.

    A question that leans on earlier ones is read as `followup.readings` says, the likelier way first; the first
    reading that the documents answer counts, and without one the refusal is that of the first.
    """
    begin = time.perf_counter()
    refusal: Answer | None = None
    for reading in readings(asked.question, asked.language, asked.history):
        last = None
        for last in _answers(
            asked, reading, retriever=retriever, writers=writers, settings=settings, read_page=read_page
        ):
            if last.answered:
                yield replace(last, seconds=time.perf_counter() - begin)
        if last is not None and last.answered:
            return
        if last is not None and writers.writing is not None:
            # A model server that failed once, or was slow, would only cost the same time again.
            failed = last.mode == writers.quoting.mode
            if failed or time.perf_counter() - begin > _PATIENCE:
                writers = Writers(writers.quoting, notes=last.notes[reading.completed :] if failed else ())
        refusal = refusal or last
    if refusal is not None:
        yield replace(refusal, seconds=time.perf_counter() - begin)


def _passages_of(
    asked: Asked, reading: Reading, *, retriever: Retriever, writers: Writers, settings: RetrievalSettings
) -> tuple[Passage, ...]:
    """The best passages; who quotes looks at their sentences, unless a cross-encoder has done so."""
    found = retriever.retrieve(reading.searched, FOUND, asked.documents)
    if reading.documents:
        found = in_talk_first(found, reading.documents)
    if isinstance(writers.quoting, Reordering) and not settings.reranker:
        found = writers.quoting.reorder(reading.searched, asked.language, found)
    return tuple(found[:RANKED])


def _answers(
    asked: Asked,
    reading: Reading,
    *,
    retriever: Retriever,
    writers: Writers,
    settings: RetrievalSettings,
    read_page: Callable[[str, int], Page],
) -> Iterator[Answer]:
    """What one reading of the question gives, as it grows."""
    passages = _passages_of(asked, reading, retriever=retriever, writers=writers, settings=settings)

    def proven(drafts: Sequence[Draft]) -> int:
        return len(cite(drafts, passages, read_page)[0])

    def told(drafted: Drafted, known: Sequence[Passage]) -> Answer:
        statements, citations = cite(drafted.drafts, known, read_page)
        dated = tuple(replace(each, dated=_day_of(each.document, read_page)) for each in citations)
        return _told(asked, reading, drafted, passages, (statements, dated))

    read = passages[: settings.passages]
    drafted = Drafted()
    for drafted in write_drafts(reading.judged, asked.language, read, writers=writers, proven=proven):
        yield told(drafted, passages)
    values = [value for draft in drafted.drafts if (value := changed_value(draft)) is not None]
    if values:
        # The contract answers best, but an amendment may have changed what it says.
        wanted = " ".join([*(value.text for value in values), reading.searched])
        known = (*passages, *retriever.retrieve(wanted, settings.passages, asked.documents))
        drafts = drafted.drafts
        for value in values:
            drafts = (*drafts, *find_changes(value, known, drafts))
        if len(drafts) > len(drafted.drafts):
            yield told(replace(drafted, drafts=drafts), known)


def _day_of(document: DocumentInfo, read_page: Callable[[str, int], Page]) -> str | None:
    pages = [read_page(document.id, number) for number in sorted({1, max(document.pages, 1)})]
    return document_day([page.text for page in pages], document.language)


def _told(
    asked: Asked,
    reading: Reading,
    drafted: Drafted,
    passages: tuple[Passage, ...],
    proof: tuple[tuple[Statement, ...], tuple[Citation, ...]],
) -> Answer:
    statements, citations = proof
    said = {statement.text for statement in statements}
    quoted = [draft for draft in drafted.drafts if draft.text in said]
    shorts = direct_answers(statements, citations, quoted, language=asked.language)
    notes = drafted.notes
    if reading.completed:
        notes = (phrase("note_understood", asked.language, question=reading.searched), *notes)
    return Answer(
        question=asked.question,
        language=asked.language,
        text=compose_answer(shorts, statements, citations, language=asked.language, passages=passages),
        statements=statements,
        citations=citations,
        passages=passages,
        short=shorts[0].text if shorts else None,
        mode=drafted.mode,
        model=drafted.model,
        notes=notes,
        generation=asked.generation,
        shorts=shorts,
        account=replace(drafted.account, searched=reading.searched) if drafted.account else None,
    )
