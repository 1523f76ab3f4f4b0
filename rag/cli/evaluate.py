"""`dealglot evaluate`: quality in figures on a set of questions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from rag.cli.invocation import Invocation
from rag.cli.legs import said_figure, said_pair, tell_legs
from rag.cli.session import opened_assistant
from rag.cli.shapes import MOST_RANKED, answer_shape, search_shape
from rag.cli.terminal import Terminal
from rag.errors import SettingsError
from rag.records import Progress

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.evaluation.questions import Question
    from rag.evaluation.run import Outcome
    from rag.evaluation.scoring import Task

PAIR_COLUMNS = {
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "ndcg@10": "ndcg@10",
    "evidence_cited": "evidence",
    "answer_containment": "contained",
    "wrongly_refused": "refused",
    "invented": "invented",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What of a set is asked, and of which documents."""

    results: Annotated[
        Path | None, typer.Option("--results", metavar="OUT.jsonl", help="Write every answer, one a line.")
    ] = None
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Ask only so many, the same ones every time.")
    ] = None
    question_language: Annotated[
        list[str] | None,
        typer.Option("--question-language", metavar="XX", help="Ask only these languages; may be repeated."),
    ] = None
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Search, do not answer.")] = False
    legs: Annotated[
        bool, typer.Option("--legs", help="Search with each leg alone and with all, side by side; no answers.")
    ] = False
    alone: Annotated[
        bool, typer.Option("--alone", help="Leave out the earlier turns of the questions that have some.")
    ] = False
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Passages a search gives, with --retrieval-only or --legs.")
    ] = MOST_RANKED
    documents_language: Annotated[
        str | None,
        typer.Option(
            "--documents-language",
            metavar="XX",
            help="Parallel sets: ask the documents of this language only (cross.jsonl says what is right).",
        ),
    ] = None
    mixed: Annotated[
        bool, typer.Option("--mixed", help="Parallel sets: ask all languages at once, each right one counts.")
    ] = False
    without_own_language: Annotated[
        bool, typer.Option("--without-own-language", help="With --mixed: leave out the asker's language.")
    ] = False


def evaluate(
    invocation: Invocation,
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="One question a line.")],
    choices: Choices,
) -> int:
    """Ask every question of a set and say how good the answers are, by pair of languages."""
    _check(choices)
    chosen = _chosen_questions(questions, choices)
    with opened_assistant(invocation) as assistant, _results_file(choices.results) as results:
        tasks = _tasks(invocation, assistant, chosen, questions, choices)
        outcomes = []
        # The first search loads model and index, which is no question's time.
        assistant.search(tasks[0].question.question, 1)
        if choices.legs:
            tell_legs(invocation, assistant, tasks, choices.limit)
            return 0
        with invocation.terminal.progress() as listener:
            for outcome in _outcomes(assistant, tasks, choices):
                outcomes.append(outcome)
                if results is not None:
                    results.write(json.dumps(_line(outcome), ensure_ascii=False) + "\n")
                listener(Progress("ask", len(outcomes), len(tasks), outcome.task.question.id))
    _tell(invocation, outcomes, choices)
    return 0


def _check(choices: Choices) -> None:
    if choices.without_own_language and not choices.mixed:
        raise SettingsError("--without-own-language needs --mixed.")
    if choices.mixed and choices.documents_language:
        raise SettingsError("--mixed asks all languages, --documents-language one.", "Give one of the two.")
    if choices.limit != MOST_RANKED and not (choices.retrieval_only or choices.legs):
        raise SettingsError("--limit needs --retrieval-only or --legs.", "An answer always ranks 10 passages.")
    if choices.legs and choices.results:
        raise SettingsError("--legs gives figures, no results.", "Leave out --results, or --legs.")


def _chosen_questions(path: Path, choices: Choices) -> "list[Question]":
    from rag.evaluation.questions import read_questions, sample

    questions = read_questions(path)
    wanted = choices.question_language
    if wanted:
        spoken = sorted({each.language for each in questions})
        questions = [each for each in questions if each.language in wanted]
        if not questions:
            raise SettingsError(f"No question is in {' or '.join(wanted)}.", f"The set has: {' '.join(spoken)}.")
    return sample(questions, choices.sample) if choices.sample else questions


def _tasks(
    invocation: Invocation,
    assistant: "Assistant",
    questions: "list[Question]",
    path: Path,
    choices: Choices,
) -> "list[Task]":
    from rag.evaluation.questions import CROSS_NAME, read_parallel
    from rag.evaluation.run import Scope, missing_documents, plan_tasks

    scope = Scope(choices.documents_language, choices.mixed, choices.without_own_language)
    parallel = read_parallel(path.with_name(CROSS_NAME)) if scope.parallel else {}
    documents = assistant.documents()
    tasks = plan_tasks(questions, documents, parallel, scope)
    missing = missing_documents(tasks, documents)
    if missing:
        invocation.terminal.error(
            f"Right documents that are not in the index: {len(missing)}, first {missing[0]}. "
            "Is --corpus the folder of the set's documents?"
        )
    return tasks


def _outcomes(assistant: "Assistant", tasks: "list[Task]", choices: Choices) -> "Iterator[Outcome]":
    from rag.evaluation.run import ask_all, search_all

    if choices.retrieval_only:
        return search_all(assistant, tasks, choices.limit)
    return ask_all(assistant, tasks, alone=choices.alone)


@contextmanager
def _results_file(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise SettingsError(
            f"The results cannot be written to {path}: {error.strerror}.", "Name a file in a folder that is there."
        ) from error
    with file:
        yield file


def _line(outcome: "Outcome") -> dict[str, Any]:
    question = outcome.task.question
    if outcome.answer is not None:
        return answer_shape(outcome.answer, id=question.id)
    found = search_shape(question.question, question.language, outcome.passages, outcome.seconds)
    return {"id": question.id, **found}


def _tell(invocation: Invocation, outcomes: "list[Outcome]", choices: Choices) -> None:
    from rag.evaluation.report import own_language_first, summary

    shape = summary(outcomes)
    if choices.mixed and not choices.without_own_language:
        shape["own_language_first"] = own_language_first(outcomes)

    def human() -> None:
        terminal = invocation.terminal
        _tell_overall(terminal, shape)
        if len(shape["pairs"]) > 1:
            terminal.line()
            _tell_pairs(terminal, shape)
        times = shape["seconds"]
        terminal.line(
            f"{shape['questions']} questions; seconds a question: "
            f"mean {times['mean']:.3f}, half under {times['p50']:.3f}, 95 % under {times['p95']:.3f}"
        )

    invocation.terminal.result(shape, human)


def _tell_overall(terminal: Terminal, shape: dict[str, Any]) -> None:
    from rag.evaluation.report import flat

    names = [name for name in ("overall", "same_language", "other_language") if shape[name]["questions"]]
    groups = [flat(shape[name]) for name in names]
    rows = [
        [name, *(said_figure(group[name]) for group in groups)]
        for name, value in groups[0].items()
        if value is not None
    ]
    columns = ["measure", *(name.replace("_", " ") for name in names)]
    terminal.table(columns, rows, right=columns[1:])


def _tell_pairs(terminal: Terminal, shape: dict[str, Any]) -> None:
    from rag.evaluation.report import flat

    measured = [flat(row) for row in shape["pairs"]]
    names = [name for name in PAIR_COLUMNS if any(row[name] is not None for row in measured)]
    rows = [
        [said_pair(row), str(row["questions"]), *(said_figure(values[name]) for name in names)]
        for row, values in zip(shape["pairs"], measured, strict=True)
    ]
    columns = ["asked → document", "questions", *(PAIR_COLUMNS[name] for name in names)]
    terminal.table(columns, rows, right=columns[1:])
