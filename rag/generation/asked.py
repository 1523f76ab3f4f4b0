"""What kind of value or name a question asks for, and which candidates have one that it does not have itself."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
import regex

from rag.generation.candidates import Candidate
from rag.generation.matching import Floats
from rag.text.asking import question_type
from rag.text.concepts import concepts_in
from rag.text.names import Name, find_names
from rag.text.values import Value, find_values
from rag.text.words import romanised, split_words

VALUE_KINDS: Final = {
    "when": ("date",),
    "how_much": ("money", "number", "percent"),
    # One word asks for both in many languages: "ile", "kolik", "сколько", "多少".
    "how_many": ("number", "money", "percent"),
    "percent": ("percent",),
    "how_long": ("duration",),
}
NAME_KINDS: Final = {"who": ("person", "organisation", "name"), "where": ("place", "name")}
_REASONS: Final = frozenset({"because", "so_that", "cause", "goal"})
# Of these only a sum of money is told: the 50,000 beside "shares" is no price.
_PRICED: Final = frozenset(
    {"price", "amount", "cost", "fee", "royalty", "deposit", "advance", "salary", "bonus", "subsidy"}
)
_CLAUSE_NUMBER = regex.compile(r"\s*(?:\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+[.)]?)(?=\s)")
Part = TypeVar("Part", Value, Name)


def values_asked(question: str, language: str, candidates: Sequence[Candidate]) -> list[list[Value]]:
    """Each candidate's values of the kind that is asked for, without those that the question has."""
    type_ = question_type(question, language)
    kinds = VALUE_KINDS.get(type_)
    if kinds is None:
        return [[] for _ in candidates]
    known = set(split_words(question))
    values = [
        [
            value
            for value in _values(candidate.text, candidate.language)
            if value.kind in kinds
            and not set(split_words(value.text)) <= known
            and not _numbers_a_clause(value, candidate.text)
        ]
        for candidate in candidates
    ]
    priced = type_ == "how_much" and concepts_in(question, language) & _PRICED
    return _sure_first(values, "money") if priced else values


def names_asked(question: str, language: str, candidates: Sequence[Candidate]) -> list[list[Name]]:
    """Each candidate's names of the kind that is asked for, without those that the question has."""
    type_ = question_type(question, language)
    kinds = NAME_KINDS.get(type_)
    if kinds is None:
        return [[] for _ in candidates]
    known = set(romanised(question).split())
    names = [
        [
            name
            for name in _names(c.text, c.language)
            if name.kind in kinds and not set(romanised(name.text).split()) & known
        ]
        for c in candidates
    ]
    return _sure_first(names, "place") if type_ == "where" else names


# A sentence is looked at twice for one question, and again for the next one.
@lru_cache(maxsize=20_000)
def _values(text: str, language: str) -> tuple[Value, ...]:
    return tuple(find_values(text, language))


@lru_cache(maxsize=20_000)
def _names(text: str, language: str) -> tuple[Name, ...]:
    return tuple(find_names(text, language))


def fitting(
    type_: str, values: Sequence[Sequence[Value]], names: Sequence[Sequence[Name]], candidates: Sequence[Candidate]
) -> dict[str, Floats]:
    """The features that say whether what is asked for is there."""
    typed = type_ in VALUE_KINDS or type_ in NAME_KINDS
    some: list[Sequence[Value | Name]] = [[*one, *other] for one, other in zip(values, names, strict=True)]
    having = {c.text for c, found in zip(candidates, some, strict=True) if found}
    around = [[text for text in (c.text, c.before, c.after) if text in having] for c in candidates]
    return {
        "fits_date": _fits(type_ == "when", values),
        "fits_amount": _fits(type_ in VALUE_KINDS and type_ != "when", values),
        "fits_name": _fits(type_ in NAME_KINDS, names),
        "fits_several": _several(names) if type_ == "who" else np.zeros(len(names)),
        "fits_reason": _fits(type_ == "why", [[*concepts_in(c.text, c.language) & _REASONS] for c in candidates]),
        "fits_around": _fits(typed, around),
    }


def _numbers_a_clause(value: Value, text: str) -> bool:
    """Whether a number only counts clauses: "2. Purchase price", "1.1 In clause 2.1 ..."."""
    clause = _CLAUSE_NUMBER.match(text)
    return value.kind == "number" and clause is not None and value.end <= clause.end()


def _sure_first(found: list[list[Part]], kind: str) -> list[list[Part]]:
    """Those of a kind alone, where there are any: a bare number is no price then, and a company no place."""
    sure = [[part for part in parts if part.kind == kind] for parts in found]
    return sure if any(sure) else found


def _several(names: Sequence[Sequence[Name]]) -> Floats:
    return np.array([min(max(len({name.text for name in found}) - 1, 0), 2) / 2 for found in names])


def _fits(asked: bool, found: Sequence[Sequence[object]]) -> Floats:
    """+1 where something of the asked kind is there, -1 where not, 0 for questions that ask for no such kind."""
    return np.array([(1.0 if some else -1.0) if asked else 0.0 for some in found])
