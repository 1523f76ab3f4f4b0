"""Values that another document changes: an amendment must not be missed because the contract answers better."""

from collections.abc import Iterator, Sequence
from typing import Final

from rag.generation.candidates import find_candidates
from rag.records import Draft, Passage
from rag.text.changing import tells_a_change
from rag.text.values import Value, find_values, same_value

_KINDS: Final = frozenset({"money", "date", "percent", "duration"})


def changed_value(draft: Draft) -> Value | None:
    """The direct answer of a draft as a value that another document may change; None where it is none."""
    found = [
        value for value in find_values(draft.short or "", draft.language) if value.kind in _KINDS and value.normal
    ]
    return found[0] if len(found) == 1 else None


def find_changes(value: Value, passages: Sequence[Passage], known: Sequence[Draft]) -> Iterator[Draft]:
    """Sentences of other documents that put another value in the place of `value`, with that one as direct answer.

    They say so in a word (replaced, postponed, raised) and name the old value before the new one.
    """
    documents = {support.document_id for draft in known for support in draft.support}
    for candidate in find_candidates(passages):
        if candidate.support.document_id in documents or not tells_a_change(candidate.text, candidate.language):
            continue
        new = new_value(candidate.text, candidate.language, value)
        if new is not None:
            documents.add(candidate.support.document_id)
            yield Draft(candidate.text, candidate.language, (candidate.support,), new.text)


def new_value(text: str, language: str, old: Value) -> Value | None:
    """The value that a sentence names after an old one of the same kind, where it names just the two."""
    found = [value for value in find_values(text, language) if value.kind == old.kind]
    if len(found) == 2 and same_value(found[0], old) and not same_value(found[1], old):
        return found[1]
    return None
