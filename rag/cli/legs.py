"""`dealglot evaluate --legs`: each leg of the search alone and their fusion, side by side."""

from typing import TYPE_CHECKING, Any

from rag.cli.invocation import Invocation
from rag.records import Progress

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.evaluation.scoring import Task

_MEASURES = ("ndcg@10", "hit@5")


def tell_legs(invocation: Invocation, assistant: "Assistant", tasks: "list[Task]", limit: int) -> None:
    """Search for every question with every leg and print a table a measure: a row a pair of languages."""
    from rag.evaluation.report import legs_summary
    from rag.evaluation.run import search_legs

    outcomes = []
    with invocation.terminal.progress() as listener:
        for outcome in search_legs(assistant, tasks, limit):
            outcomes.append(outcome)
            listener(Progress("ask", len(outcomes), len(tasks), tasks[len(outcomes) - 1].question.id))
    shape = legs_summary(outcomes)

    def human() -> None:
        terminal = invocation.terminal
        for measure in _MEASURES:
            columns = ["asked → document", "questions", *shape["legs"]]
            terminal.line(measure)
            terminal.table(columns, _rows(shape["legs"], measure), right=columns[1:])
            terminal.line()
        terminal.line(f"{shape['questions']} questions")

    invocation.terminal.result(shape, human)


def said_pair(row: dict[str, Any]) -> str:
    """The languages of question and document as a table names them."""
    return f"{row['question_language']} → {row['document_language'] or '–'}"


def said_figure(value: float | None) -> str:
    """A figure as a table shows it."""
    return "–" if value is None else f"{value:.3f}"


def _rows(legs: dict[str, dict[str, Any]], measure: str) -> list[list[str]]:
    """All questions, those within and across languages, then each pair; figures of each leg in a row."""
    first = next(iter(legs.values()))
    rows = []
    for name in ("overall", "same_language", "other_language"):
        if first[name]["questions"]:
            found = [legs[leg][name][measure] for leg in legs]
            rows.append([name.replace("_", " "), str(first[name]["questions"]), *map(said_figure, found)])
    for place, pair in enumerate(first["pairs"]):
        found = [legs[leg]["pairs"][place][measure] for leg in legs]
        if any(value is not None for value in found):
            rows.append([said_pair(pair), str(pair["questions"]), *map(said_figure, found)])
    return rows
