"""The word lists of `values.toml`, looked up at a place of a text; no pattern is compiled for them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

import regex

_TOKEN = regex.compile(r"[^\s\d,;:()\[\]«»“”|،؛、，。।]+")
_TRAILING = ".'’\"-/!?"
_NO_BLANKS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}"
_LETTERS_WITH_BLANKS = regex.compile(rf"[\p{{L}}\p{{M}}--[{_NO_BLANKS}]]", regex.V1)
# The numbers that `number_words` lists, in its order.
_SPOKEN_VALUES: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 18, 20, 24, 30, 36, 45, 60, 90, 1)
_LONGEST_TIGHT: Final = 12
_REACH: Final = 40


class Found(NamedTuple):
    """A word of a table found in a text: where it ends and what it means."""

    end: int
    meaning: str


@dataclass(frozen=True, slots=True)
class WordTable:
    """Words with their meanings: whole ones, and stems that take any ending (each a tuple of words).

    `initials` are the signs that any of them begins with.
    """

    name: str
    language: str
    exact: Mapping[str, str]
    stems: tuple[tuple[tuple[str, ...], str], ...]
    initials: frozenset[str]


def match_word(text: str, at: int, table: WordTable) -> Found | None:
    """The longest entry of the table that begins at a place of a text.

    Words of scripts with blanks count as a whole; signs and words of scripts without blanks may touch others.
    """
    ahead = _folded(text[at : at + _REACH])
    if ahead[:1] not in table.initials:
        return None
    for length in _ends_of_tokens(ahead):
        meaning = _meaning(" ".join(ahead[:length].split()), table.name, table.language)
        if meaning is not None:
            return Found(at + length, meaning)
    for length in range(min(_LONGEST_TIGHT, len(ahead)), 0, -1):
        entry = ahead[:length]
        if entry in table.exact and not _LETTERS_WITH_BLANKS.match(entry[-1]):
            return Found(at + length, table.exact[entry])
    return None


@lru_cache(maxsize=64)
def scale_table(language: str) -> WordTable:
    """Scale words of a language and of English, with their factors as texts."""
    tables = values_table()["scales"]
    own = {word.casefold(): factor for word, factor in tables.get(language, {}).items()}
    stems = [word[:-1] for word in own if word.endswith("*")]
    english = {word: f for word, f in tables["en"].items() if not any(word.startswith(stem) for stem in stems)}
    return _table("scale", language, english | own)


def scale_at(text: str, at: int, language: str) -> tuple[int, Decimal] | None:
    """The end and the factor of one or two scale words at a place: `million`, `mil milhões`, `लाख करोड़`."""
    table = scale_table(language)
    found = match_word(text, at, table)
    if found is None:
        return None
    end, factor = found.end, Decimal(found.meaning)
    step = end + 1 if text[end : end + 1] in " \n" and text[end : end + 1] else end
    second = match_word(text, step, table)
    if second is not None and second.end > step:
        end, factor = second.end, factor * Decimal(second.meaning)
    return (end + 1 if text[end : end + 1] == "." and text[end - 1].isalpha() else end), factor


@lru_cache(maxsize=64)
def currency_table(language: str) -> WordTable:
    """Every word and sign of a currency with its code, or with the sign where that does not tell which."""
    table: dict[str, Any] = values_table()["currencies"]
    local: dict[str, str] = table["by_language"].get(language, {})
    words = {code.casefold(): code for code in table["codes"].split()}
    for code, entries in table.items():
        if code not in ("codes", "by_language"):
            words |= {entry.casefold(): local.get(code, code) for entry in entries}
    words |= {entry.casefold(): code for entry, code in local.items() if len(entry) == 1 and entry != "¥"}
    return _table("currency", language, words)


@lru_cache(maxsize=64)
def unit_table(language: str) -> WordTable:
    """Every word of a unit of time with the unit."""
    table = values_table()
    words = {entry.casefold(): unit for unit, entries in table["units"].items() for entry in entries}
    words |= {entry.casefold(): unit for entry, unit in table["units_by_language"].get(language, {}).items()}
    return _table("unit", language, {entry: unit for entry, unit in words.items() if unit})


@lru_cache(maxsize=64)
def number_table(language: str) -> WordTable:
    """Number words of a language with their values."""
    words: dict[str, str] = {}
    listed = values_table()["number_words"].get(language, "").split()
    for forms, value in zip(listed, _SPOKEN_VALUES, strict=False):
        words |= {form.replace("_", " "): str(value) for form in forms.split("/")}
    return _table("number", language, words)


@lru_cache(maxsize=1)
def percent_tables() -> tuple[WordTable, WordTable]:
    """The words and signs of percentages that stand before a number, and those that stand after it."""
    table = values_table()["percent"]
    return (
        _table("percent_before", "", dict.fromkeys(table["before"], "%")),
        _table("percent_after", "", dict.fromkeys(table["after"], "%")),
    )


@lru_cache(maxsize=1)
def values_table() -> dict[str, Any]:
    """The content of `values.toml`."""
    return tomllib.loads(resources.files("rag.text").joinpath("values.toml").read_text(encoding="utf-8"))


def _named(name: str, language: str) -> WordTable:
    if name.startswith("percent"):
        return percent_tables()[name == "percent_after"]
    return {"scale": scale_table, "currency": currency_table, "unit": unit_table, "number": number_table}[name](
        language
    )


def _table(name: str, language: str, words: Mapping[str, str]) -> WordTable:
    words = {entry.casefold(): meaning for entry, meaning in words.items()}
    stems = sorted((entry for entry in words if "*" in entry), key=len, reverse=True)
    return WordTable(
        name,
        language,
        exact={entry: meaning for entry, meaning in words.items() if "*" not in entry},
        stems=tuple((tuple(entry.split(" ")), words[entry]) for entry in stems),
        initials=frozenset(entry[0] for entry in words),
    )


@lru_cache(maxsize=20_000)
def _meaning(entry: str, name: str, language: str) -> str | None:
    table = _named(name, language)
    if entry in table.exact:
        return table.exact[entry]
    parts = entry.split(" ")
    if parts[-1][-1] in _TRAILING:
        return None
    return next((meaning for stems, meaning in table.stems if _fits(parts, stems)), None)


def _fits(parts: list[str], stems: tuple[str, ...]) -> bool:
    return len(parts) == len(stems) and all(
        part.startswith(stem[:-1]) if stem.endswith("*") else part == stem
        for part, stem in zip(parts, stems, strict=True)
    )


def _ends_of_tokens(ahead: str) -> Iterator[int]:
    """Lengths of one to three leading words, longest first, also without what trails them."""
    ends: list[int] = []
    for match in _TOKEN.finditer(ahead):
        if match.start() > (ends[-1] + 1 if ends else 0) or len(ends) == 3:
            break
        ends.append(match.end())
    for end in reversed(ends):
        token = ahead[:end]
        yield end
        stripped = len(token.rstrip(_TRAILING))
        if 0 < stripped < end:
            yield stripped
    if ends:
        # "TL'ye", "days-notice": what stands before an ending or a hyphen.
        first = ahead[: ends[0]]
        cut = max(first.rfind("'"), first.rfind("’"), first.rfind("-"))
        if cut > 0:
            yield cut


def _folded(text: str) -> str:
    folded = text.casefold()
    return folded if len(folded) == len(text) else text.lower() if len(text.lower()) == len(text) else text
