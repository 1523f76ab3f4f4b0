"""Whether a sentence denies something: the words with which a language says no."""

import tomllib
from functools import lru_cache
from importlib import resources

import regex

from rag.text.words import fold

_WITHOUT_BLANKS = frozenset({"zh", "ja", "ko", "th"})
_CLAUSE_END = regex.compile(r"[,;:()、，；：（）–—،؛]|\s-\s")


def denies(text: str, language: str) -> bool:
    """Whether a text says no; idioms ("not later than") do not count. A language without a list never denies."""
    says, idioms = _patterns(language)
    if says is None:
        return False
    folded = fold(text)
    if idioms is not None:
        folded = idioms.sub(" ", folded)
    return says.search(folded) is not None


def split_clauses(text: str) -> list[str]:
    """The parts of a sentence between commas, colons and brackets; marks between digits cut nothing."""
    clauses: list[str] = []
    start = 0
    for mark in _CLAUSE_END.finditer(text):
        around = text[max(mark.start() - 1, 0) : mark.start()], text[mark.end() : mark.end() + 1]
        if all(char.isdigit() for char in around if char) and all(around):
            continue
        clauses.append(text[start : mark.start()])
        start = mark.end()
    clauses.append(text[start:])
    return [clause.strip() for clause in clauses if clause.strip()]


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple["regex.Pattern[str] | None", "regex.Pattern[str] | None"]:
    tables = tomllib.loads(resources.files("rag.text").joinpath("negations.toml").read_text(encoding="utf-8"))
    says, idioms = tables["says"].get(language), tables["idioms"].get(language)
    if says is None:
        return None, None
    folded = fold(says)
    whole = folded if language in _WITHOUT_BLANKS else rf"(?<![\p{{L}}\p{{M}}])(?:{folded})(?![\p{{L}}\p{{M}}])"
    return regex.compile(whole), regex.compile(fold(idioms)) if idioms else None
