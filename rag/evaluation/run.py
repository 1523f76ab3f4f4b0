"""Asks every question of a set and measures what comes back."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.assistant import Assistant
from rag.errors import SettingsError
from rag.evaluation.questions import ParallelDocuments, Question
from rag.evaluation.scoring import Measures, Task, answer_measures, ranking_measures
from rag.records import Answer, DocumentInfo, Passage


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents are asked and which are right.

    Nothing chosen: all documents, the question's own evidence is right. `documents_language`: only the documents
    in that language's folder, the parallel ones there are right. `mixed`: all documents, every parallel one is
    right; with `without_own` the documents in the asker's language are left out.
    """

    documents_language: str | None = None
    mixed: bool = False
    without_own: bool = False

    @property
    def parallel(self) -> bool:
        """Whether the right documents come from the parallel ones."""
        return self.mixed or self.documents_language is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back for a question; no `answer` = it was only searched for."""

    task: Task
    passages: tuple[Passage, ...]
    answer: Answer | None
    measures: Measures
    seconds: float


def plan_tasks(
    questions: Sequence[Question],
    documents: Sequence[DocumentInfo],
    parallel: ParallelDocuments,
    scope: Scope,
) -> list[Task]:
    """What to ask of which documents; raises a SettingsError where the set does not have what the scope needs."""
    languages = {each.name: each.language for each in documents}
    if not scope.parallel:
        return [_plain_task(question, languages) for question in questions]
    lacking = [each.id for each in questions if each.id not in parallel]
    if lacking:
        raise SettingsError(
            f"{len(lacking)} questions have no parallel documents, first: {lacking[0]}.",
            "They are read from cross.jsonl beside the questions.",
        )
    by_folder: dict[str, list[str]] = {}
    for name in sorted(languages):
        by_folder.setdefault(folder_language(name), []).append(name)
    return [_parallel_task(question, parallel[question.id], by_folder, scope) for question in questions]


def folder_language(name: str) -> str:
    """The language a parallel document is in: the first folder of its name."""
    return name.split("/", 1)[0]


def missing_documents(tasks: Sequence[Task], documents: Sequence[DocumentInfo]) -> list[str]:
    """The right documents that are not in the index: no system could find them."""
    names = {each.name for each in documents}
    return sorted({name for task in tasks for name in task.right if name not in names})


def ask_all(assistant: Assistant, tasks: Sequence[Task], *, alone: bool = False) -> Iterator[Outcome]:
    """Ask each question and measure the answer.

    Where a set has turns, those before it are asked first, as in the conversation that it is; `alone` leaves
    them out. Their time is not the question's.
    """
    talks: dict[tuple[tuple[str, ...] | None, tuple[str, ...]], tuple[Answer, ...]] = {}
    for task in tasks:
        question = task.question
        talk: tuple[Answer, ...] = ()
        for count in range(1, 1 if alone else len(question.turns) + 1):
            key = (task.pool, question.turns[:count])
            if key not in talks:
                talks[key] = (*talk, assistant.ask(question.turns[count - 1], documents=task.pool, history=talk))
            talk = talks[key]
        begun = time.perf_counter()
        answer = assistant.ask(question.question, documents=task.pool, history=talk)
        seconds = time.perf_counter() - begun
        measures = ranking_measures(task, _names(answer.passages))
        measures |= answer_measures(task, answer, assistant.page)
        yield Outcome(task, answer.passages, answer, measures, seconds)


def search_all(assistant: Assistant, tasks: Sequence[Task], limit: int) -> Iterator[Outcome]:
    """Search for each question's passages without answering it."""
    for task in tasks:
        begun = time.perf_counter()
        passages = tuple(assistant.search(task.question.question, limit, task.pool))
        seconds = time.perf_counter() - begun
        yield Outcome(task, passages, None, ranking_measures(task, _names(passages)), seconds)


def search_legs(assistant: Assistant, tasks: Sequence[Task], limit: int) -> Iterator[dict[str, Outcome]]:
    """Search with each leg alone and with all of them; the time is that of all together."""
    for task in tasks:
        begun = time.perf_counter()
        found = assistant.search_legs(task.question.question, limit, task.pool)
        seconds = time.perf_counter() - begun
        yield {
            leg: Outcome(task, tuple(passages), None, ranking_measures(task, _names(passages)), seconds)
            for leg, passages in found.items()
        }


def _names(passages: Sequence[Passage]) -> list[str]:
    return [each.document.name for each in passages]


def _plain_task(question: Question, languages: dict[str, str]) -> Task:
    known = [languages[name] for name in question.documents if name in languages]
    return Task(question, question.documents, known[0] if known else None)


def _parallel_task(
    question: Question, documents: dict[str, tuple[str, ...]], by_folder: dict[str, list[str]], scope: Scope
) -> Task:
    if scope.documents_language is not None:
        language = scope.documents_language
        if language not in documents or language not in by_folder:
            raise SettingsError(
                f"Question {question.id} has no documents in {language!r}.",
                f"The set has: {' '.join(sorted(documents))}.",
            )
        own = language == question.language
        return Task(question, documents[language], language, tuple(by_folder[language]), own_evidence=own)
    left_out = question.language if scope.without_own else None
    right = tuple(name for language, names in documents.items() if language != left_out for name in names)
    pool = None
    if left_out is not None:
        pool = tuple(name for folder, names in by_folder.items() if folder != left_out for name in names)
    return Task(question, right, None, pool, own_evidence=False)
