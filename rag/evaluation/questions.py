"""Question sets: one JSON object a line, with the evidence that answers it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import SettingsError

CROSS_NAME = "cross.jsonl"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text that answers a question; an empty `text` names the document alone."""

    document: str
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set; `accept` are other right answers, `turns` the questions asked before it."""

    id: str
    question: str
    language: str
    answerable: bool
    evidence: tuple[Evidence, ...] = ()
    answer: str | None = None
    accept: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that hold the evidence, each once."""
        return tuple(dict.fromkeys(each.document for each in self.evidence))

    @property
    def answers(self) -> tuple[str, ...]:
        """Every answer that counts as right."""
        return (self.answer, *self.accept) if self.answer else self.accept


ParallelDocuments = dict[str, dict[str, tuple[str, ...]]]
"""Question id -> language -> the documents that answer it in that language."""


def read_questions(path: Path) -> list[Question]:
    """The questions of a file in its order; raises a SettingsError that names the line which is wrong."""
    questions: list[Question] = []
    seen: set[str] = set()
    for where, row in _rows(path):
        question = _question(row, where)
        if question.id in seen:
            raise SettingsError(f"{where}: the id {question.id!r} is there twice.")
        seen.add(question.id)
        questions.append(question)
    if not questions:
        raise SettingsError(f"{path} holds no questions.")
    return questions


def read_parallel(path: Path) -> ParallelDocuments:
    """The parallel documents of each question from a `cross.jsonl` file."""
    found: ParallelDocuments = {}
    for where, row in _rows(path):
        try:
            documents = {
                language: (names,) if isinstance(names, str) else tuple(names)
                for language, names in row["documents"].items()
            }
            found |= dict.fromkeys(row["questions"].values(), documents)
        except (KeyError, AttributeError, TypeError) as error:
            raise SettingsError(f"{where}: a line needs 'questions' and 'documents' by language.") from error
    return found


def sample(questions: Sequence[Question], count: int) -> list[Question]:
    """`count` of the questions in their order, chosen by the hash of their id: the same ones every time."""
    chosen = sorted(questions, key=lambda each: hashlib.sha256(each.id.encode()).digest())[:count]
    kept = {each.id for each in chosen}
    return [each for each in questions if each.id in kept]


def _rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise SettingsError(f"The questions in {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8: {error}.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise SettingsError(f"{where}: not JSON: {error.msg} at column {error.colno}.") from error
        if not isinstance(row, dict):
            raise SettingsError(f"{where}: a JSON object is needed, not {type(row).__name__}.")
        rows.append((where, row))
    return rows


def _question(row: dict[str, Any], where: str) -> Question:
    evidence = _field(row, where, "evidence", list, default=[])
    question = Question(
        id=_field(row, where, "id", str),
        question=_field(row, where, "question", str),
        language=_field(row, where, "language", str),
        answerable=_field(row, where, "answerable", bool),
        evidence=tuple(_evidence(each, where) for each in evidence),
        answer=_field(row, where, "answer", str, default=None),
        accept=_texts(row, where, "accept"),
        turns=_texts(row, where, "turns"),
    )
    if question.answerable and not question.evidence:
        raise SettingsError(f"{where}: an answerable question needs evidence.")
    return question


def _evidence(row: Any, where: str) -> Evidence:
    if not isinstance(row, dict):
        raise SettingsError(f"{where}: each piece of evidence is an object.")
    return Evidence(
        document=_field(row, where, "document", str),
        page=_field(row, where, "page", int, default=None),
        text=_field(row, where, "text", str, default=""),
    )


def _texts(row: dict[str, Any], where: str, name: str) -> tuple[str, ...]:
    texts = _field(row, where, name, list, default=None) or []
    if not all(isinstance(each, str) for each in texts):
        raise SettingsError(f"{where}: {name!r} is a list of texts.")
    return tuple(texts)


REQUIRED = object()


def _field(row: dict[str, Any], where: str, name: str, kind: type, *, default: Any = REQUIRED) -> Any:
    value = row.get(name, default)
    if value is REQUIRED:
        raise SettingsError(f"{where}: {name!r} is missing.")
    if value is default or (value is None and default is not REQUIRED):
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"{where}: {name!r} must be {kind.__name__}, not {type(value).__name__}.")
    return value
