"""The direct answers of quoted sentences: a value or name as the source writes it, and as the asker would."""

from collections.abc import Sequence

from rag.generation.changes import new_value
from rag.records import Citation, Draft, Short, Statement
from rag.text.changing import tells_a_change
from rag.text.values import Value, find_values, same_value, say_value


def direct_answers(
    statements: Sequence[Statement], citations: Sequence[Citation], drafts: Sequence[Draft], *, language: str
) -> tuple[Short, ...]:
    """The direct answer; several where the documents give different values, each once with all its quotations.

    Several names, or several values of one document, are no contradiction: the best one answers.
    """
    documents = {citation.number: citation.document.id for citation in citations}
    by_text = {draft.text: draft.short for draft in drafts if draft.short}
    groups: list[tuple[str, str, list[int]]] = []
    for statement in statements:
        olds = [
            value
            for other in statements
            if (other is statement or documents[other.citations[0]] != documents[statement.citations[0]])
            and (value := _whole_value(by_text.get(other.text, ""), other.language))
        ]
        text = _new_value(statement, olds) or by_text.get(statement.text)
        if text is None:
            continue
        same = next((group for group in groups if _same(group[0], group[1], text, statement.language)), None)
        if same is not None:
            same[2].extend(statement.citations)
        elif documents[statement.citations[0]] not in {documents[numbers[0]] for _, _, numbers in groups}:
            groups.append((text, statement.language, list(statement.citations)))
    kinds = {value.kind if (value := _whole_value(text, source)) else None for text, source, _ in groups}
    if len(kinds) > 1 or None in kinds:
        groups = groups[:1]
    return tuple(
        Short(text, local_form(text, source, language), tuple(dict.fromkeys(numbers)))
        for text, source, numbers in groups
    )


def local_form(text: str, source: str, language: str) -> str | None:
    """How `language` says a value that a text of the language `source` gives; None where it is no other."""
    value = _whole_value(text, source) if source != language else None
    said = say_value(value, language) if value is not None else text
    return said if said != text else None


def _new_value(statement: Statement, olds: Sequence[Value]) -> str | None:
    """The new value of a statement that changes an old one, of its own or of another document.

    "EUR 186,400,000 is replaced by EUR 181,250,000" names two values: the old one is no answer any more.
    """
    if not tells_a_change(statement.text, statement.language):
        return None
    found = (new_value(statement.text, statement.language, old) for old in olds)
    return next((value.text for value in found if value is not None), None)


def _same(one: str, language: str, other: str, other_language: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    value, other_value = _whole_value(one, language), _whole_value(other, other_language)
    return value is not None and other_value is not None and same_value(value, other_value)


def _whole_value(text: str, language: str) -> Value | None:
    """The value that a text is as a whole; None where there is more or less in it."""
    values = find_values(text, language)
    rest = "" if len(values) != 1 else text[: values[0].start] + text[values[0].end :]
    return values[0] if len(values) == 1 and not any(char.isalnum() for char in rest) else None
