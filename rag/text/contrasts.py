"""Whether sentences that sound alike say the opposite: buyer and seller, before and after, a month and a year."""

import tomllib
from functools import lru_cache
from importlib import resources
from itertools import combinations
from typing import Final

import regex

from rag.text.concepts import concepts_in
from rag.text.values import find_values
from rag.text.words import fold

ROLES: Final = frozenset(
    {"agent", "buyer", "contractor", "customer", "debtor", "defendant", "employer", "guarantor", "landlord",
     "lender", "licensee", "licensor", "plaintiff", "seller", "supplier", "tenant"}
)  # fmt: skip
"""The parts that the parties of a contract play: concepts, and words of our own list."""

_UNITS: Final = frozenset({"year", "month", "week", "day"})
_PAIRS: Final = (
    *(("buyer", "seller"), ("buyer", "supplier"), ("customer", "supplier"), ("customer", "seller")),
    *(("customer", "contractor"), ("landlord", "tenant"), ("lender", "debtor"), ("lender", "guarantor")),
    *(("debtor", "guarantor"), ("plaintiff", "defendant"), ("licensor", "licensee"), ("employer", "employee")),
    *(("parent", "subsidiary"), ("ceo", "cfo"), ("ceo", "chair"), ("auditor", "lawyer"), ("majority", "minority")),
    *(("agent", role) for role in ("buyer", "seller", "lender", "debtor", "landlord", "tenant", "guarantor")),
    *(("profit", "loss"), ("profit", "revenue"), ("loss", "revenue"), ("asset", "debt"), ("import", "export")),
    *(("increase", "reduce"), ("begin", "end"), ("appoint", "resign"), ("confirm", "deny"), ("agree", "reject")),
    *(("approval", "reject"), ("before", "after"), ("least", "most")),
    *combinations(sorted(_UNITS), 2),
)  # fmt: skip
_WITHOUT_BLANKS: Final = frozenset({"zh", "ja", "ko", "th"})
# Comparatives without a "not" say of a number what a bound says.
_SAME_SIDE: Final = {"less": "most", "more": "least"}
# Prefixes that Arabic and Hebrew join to a word.
_JOINED: Final = {"ar": "(?:[وفبلك]*(?:ال|لل)?)", "he": "(?:[ובלכמשה]*)"}


def contradicts(claim: str, language: str, sentence: str, other_language: str) -> bool:
    """Whether a claim names the one side of a pair where the sentence names only the other.

    A word of no list contradicts nothing. A unit that the sentence counts ("three years") is not said without its
    number ("a year").
    """
    own, other = _sides(claim, language), _sides(sentence, other_language)
    if any(
        (one in own and two not in own and two in other and one not in other)
        or (two in own and one not in own and one in other and two not in other)
        for one, two in _PAIRS
    ):
        return True
    counted = concepts_in(sentence, other_language)
    return any(unit in own and unit not in other and unit in counted for unit in _UNITS)


def roles_in(text: str, language: str) -> frozenset[str]:
    """Which parts (`ROLES`) a text names."""
    return _sides(text, language) & ROLES


def _without_values(text: str, language: str) -> str:
    for value in reversed(find_values(text, language)):
        text = f"{text[: value.start]} 0 {text[value.end :]}"
    return text


@lru_cache(maxsize=8192)
def _sides(text: str, language: str) -> frozenset[str]:
    folded = fold(text)
    listed = []
    for side, pattern in _patterns(language):
        folded, count = pattern.subn(" ", folded)
        listed += [side] * bool(count)
    uncounted = concepts_in(_without_values(text, language), language) & _UNITS
    return concepts_in(text, language) - _UNITS | uncounted | frozenset(listed)


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[tuple[str, "regex.Pattern[str]"], ...]:
    """The words of each side, in the order of the file: what was found is gone for the next side."""
    tables = tomllib.loads(resources.files("rag.text").joinpath("contrasts.toml").read_text(encoding="utf-8"))
    return tuple(
        (_SAME_SIDE.get(side, side), _pattern(table[language], language))
        for side, table in tables.items()
        if table.get(language)
    )


def _pattern(words: str, language: str) -> "regex.Pattern[str]":
    folded = fold(words)
    if language in _WITHOUT_BLANKS:
        return regex.compile(folded)
    joined = _JOINED.get(language, "")
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}]){joined}(?:{folded})(?![\p{{L}}\p{{M}}])")
