"""What the page's buttons do: plain functions on an Assistant and a session, without a line of Gradio."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from rag import Answer, Assistant, DocumentInfo, Health, IngestReport, Page, Progress, RagError

logger = logging.getLogger(__name__)

LONGEST_QUESTION: Final = 2000
"""Characters of a question that the Assistant still reads."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as the page shows it: the key of its wording, and the error's own sentence."""

    key: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it; while `busy`, the answer is still growing."""

    question: str
    answer: Answer | None = None
    trouble: Trouble | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One open page's conversation, kept in memory only."""

    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Long work as it goes on: a step of it, then its report or what went wrong."""

    progress: Progress | None = None
    report: IngestReport | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A page of a document opened for reading, with the range to mark."""

    document: DocumentInfo
    page: Page
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the Index tab shows."""

    health: Health | None
    model: str
    generation: str
    trouble: Trouble | None = None


def ask(
    assistant: Assistant,
    session: Session,
    question: str,
    *,
    language: str = "",
    documents: Sequence[str] = (),
    use_model: bool = True,
) -> Iterator[Session]:
    """The session as the answer grows; an empty `language` lets the question decide, no `documents` means all.

    Without `use_model` the documents are quoted even where a model server is set.
    """
    text = question.strip()
    trouble = question_trouble(text)
    if trouble:
        yield with_turn(session, Turn(text[:LONGEST_QUESTION], trouble=trouble))
        return
    earlier = tuple(turn.answer for turn in session.turns if turn.answer)
    turn = Turn(text, busy=True)
    yield with_turn(session, turn)
    try:
        names = list(documents) or None
        answers = assistant.stream(text, language or None, documents=names, history=earlier, use_model=use_model)
        for answer in answers:
            turn = replace(turn, answer=answer)
            yield with_turn(session, turn)
    except Exception as error:
        turn = replace(turn, trouble=trouble_of(error))
    yield with_turn(session, replace(turn, busy=False))


def with_turn(session: Session, turn: Turn) -> Session:
    """The session with one more turn."""
    return replace(session, turns=(*session.turns, turn))


def stopped(session: Session) -> Session:
    """The session after the person stopped the answer: what came so far stays."""
    return replace(session, turns=tuple(replace(turn, busy=False) for turn in session.turns))


def question_trouble(question: str) -> Trouble | None:
    """Why a question cannot be asked, if so."""
    if not question.strip():
        return Trouble("ask.empty")
    if len(question) > LONGEST_QUESTION:
        return Trouble("ask.long")
    return None


def upload(assistant: Assistant, paths: Iterable[str]) -> Iterator[Step]:
    """Take uploaded files in, step by step; the last step has the report. The uploaded copies are deleted."""
    files = [Path(path) for path in paths]

    def add(listener: Callable[[Progress], None]) -> IngestReport:
        # In the worker, so that a person who closes the page does not take a file away while it is read.
        try:
            return assistant.add(files, progress=listener)
        finally:
            for file in files:
                file.unlink(missing_ok=True)

    yield from _in_steps(add)


def rebuild(assistant: Assistant, *, full: bool = False) -> Iterator[Step]:
    """Rebuild the index, step by step; the last step has the report."""
    yield from _in_steps(lambda listener: assistant.rebuild(full, progress=listener))


def remove(assistant: Assistant, name: str) -> Step:
    """Take one document out of corpus and index."""
    try:
        return Step(report=assistant.remove([name]))
    except Exception as error:
        return Step(trouble=trouble_of(error))


def documents(assistant: Assistant) -> list[DocumentInfo]:
    """The documents by name; none where the index cannot be read."""
    return listing(assistant)[0]


def still_there(assistant: Assistant, names: Iterable[str]) -> list[str]:
    """Those of `names` that can still be searched in."""
    known = {info.name for info in documents(assistant)}
    return [name for name in names if name in known]


def listing(assistant: Assistant) -> tuple[list[DocumentInfo], Trouble | None]:
    """The documents by name, and why there are none where the index cannot be read."""
    try:
        return sorted(assistant.documents(), key=lambda info: info.name.casefold()), None
    except Exception as error:
        return [], trouble_of(error)


def show(assistant: Assistant, place: Mapping[str, str]) -> View | None:
    """The page that a click asks for, with the range to mark; None when it is not there.

    `place` is what the page sent: `document`, `page`, `start`, `end`. Nothing in it is trusted.
    """
    name, number = place.get("document", ""), max(_number(place.get("page", "")), 1)
    found = next((info for info in documents(assistant) if info.name == name), None)
    if found is None:
        return None
    try:
        page = assistant.page(name, number)
    except RagError:
        return None
    start = min(_number(place.get("start", "")), len(page.text))
    return View(found, page, start, min(max(_number(place.get("end", "")), start), len(page.text)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def index_state(assistant: Assistant) -> IndexState:
    """The index's health, checked now."""
    try:
        return IndexState(assistant.verify(), assistant.embedder_name, assistant.generation)
    except Exception as error:
        return IndexState(None, "", "", trouble_of(error))


def trouble_of(error: Exception) -> Trouble:
    """How the page shows an error: a RagError with its own sentence, anything else logged and without detail."""
    for kind in type(error).__mro__:
        if kind.__name__ in _TROUBLE_KEYS:
            return Trouble(_TROUBLE_KEYS[kind.__name__], str(error))
    logger.error("An action failed.", exc_info=error)
    return Trouble("error.unexpected")


# By the name of the class, nearest first: the page words the class, the error words the case.
_TROUBLE_KEYS: Final = {
    "SettingsError": "error.settings",
    "QuestionError": "error.question",
    "DocumentError": "error.document",
    "IndexMissing": "error.missing",
    "IndexMismatch": "error.mismatch",
    "IndexDamaged": "error.damaged",
    "IndexFolderError": "error.index",
    "ModelUnavailable": "error.model",
    "DependencyMissing": "error.dependency",
    "RagError": "error.other",
}


def _in_steps(work: Callable[[Callable[[Progress], None]], IngestReport]) -> Iterator[Step]:
    """Run `work` in a thread of its own and hand on each of its steps as it comes.

    The work goes on to its end even if nobody listens any more (the person closed the page).
    """
    steps: SimpleQueue[Step] = SimpleQueue()

    def run() -> None:
        try:
            steps.put(Step(report=work(lambda progress: steps.put(Step(progress=progress)))))
        except Exception as error:
            steps.put(Step(trouble=trouble_of(error)))

    threading.Thread(target=run, name="dealglot-work", daemon=True).start()
    while True:
        step = steps.get()
        yield step
        if step.report or step.trouble:
            return
