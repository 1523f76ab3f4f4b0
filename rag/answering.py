"""Question -> answer: passages, drafts, quotations; what cannot be quoted is not said."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rag.citing import cite
from rag.drafting import Drafted, Writers, write_drafts
from rag.errors import QuestionError
from rag.generation.composing import compose_answer
from rag.phrases import LANGUAGES
from rag.records import Answer, Page
from rag.retrieval import Retriever
from rag.settings import RetrievalSettings
from rag.text.language import detect_language
from rag.text.normalize import normalize

RANKED: Final = 10
"""How many passages an answer carries, whether they answer or not."""

_LONGEST_QUESTION: Final = 2000
_FALLBACK_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be searched: its text normalized, its language known, its documents as ids."""

    question: str
    language: str
    documents: tuple[str, ...] | None = None
    generation: str = ""


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
    """The answer as it grows, statement by statement; the last one is whole."""
    begin = time.perf_counter()
    passages = tuple(retriever.retrieve(asked.question, RANKED, asked.documents))

    def so_far(drafted: Drafted) -> Answer:
        statements, citations = cite(drafted.drafts, passages, read_page)
        said = {statement.text for statement in statements}
        quoted = [draft for draft in drafted.drafts if draft.text in said]
        short = next((draft.short for draft in quoted if draft.short), None)
        return Answer(
            question=asked.question,
            language=asked.language,
            text=compose_answer(
                short, statements, citations, language=asked.language, passages=passages, drafts=quoted
            ),
            statements=statements,
            citations=citations,
            passages=passages,
            short=short,
            mode=drafted.mode,
            model=drafted.model,
            notes=drafted.notes,
            seconds=time.perf_counter() - begin,
            generation=asked.generation,
        )

    read = passages[: settings.passages]
    for drafted in write_drafts(
        asked.question,
        asked.language,
        read,
        writers=writers,
        proven=lambda drafts: len(cite(drafts, passages, read_page)[0]),
    ):
        yield so_far(drafted)
