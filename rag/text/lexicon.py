"""The word lists of `values.toml` as patterns, read once."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

import regex

_LETTER = r"[\p{L}\p{M}]"


def words_pattern(entries: list[str]) -> str:
    """A pattern for any of the entries (casefolded text assumed), longest first; `*` stands for any ending.

    Words of scripts with blanks end at a word's end; signs and words of scripts without blanks may touch others.
    """
    longest_first = sorted(dict.fromkeys(entry.casefold() for entry in entries), key=len, reverse=True)
    return "(?:" + "|".join(_word_pattern(entry) for entry in longest_first) + ")"


def scale_pattern(language: str) -> str:
    """A pattern for the scale words of a language and of English."""
    exact, stems = scale_words(language)
    return words_pattern([*exact, *(f"{stem}*" for stem, _ in stems)])


@lru_cache(maxsize=64)
def scale_words(language: str) -> tuple[dict[str, Decimal], list[tuple[str, Decimal]]]:
    """Scale words with their factors: whole words, and stems (longest first)."""
    tables = values_table()["scales"]
    own = {word.casefold(): Decimal(factor) for word, factor in tables.get(language, {}).items()}
    english = {word: Decimal(factor) for word, factor in tables["en"].items()}
    stems = [(word[:-1], factor) for word, factor in own.items() if word.endswith("*")]
    kept = {word: f for word, f in english.items() if not any(word.startswith(stem) for stem, _ in stems)}
    exact = kept | {word: factor for word, factor in own.items() if not word.endswith("*")}
    return exact, sorted(stems, key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=64)
def currency_words(language: str) -> dict[str, str]:
    """Every word and sign of a currency (casefolded, perhaps ending in `*`) with its code or ambiguous sign."""
    table: dict[str, Any] = values_table()["currencies"]
    local: dict[str, str] = table["by_language"].get(language, {})
    words = {code.casefold(): code for code in table["codes"].split()}
    for code, entries in table.items():
        if code not in ("codes", "by_language"):
            words |= {entry.casefold(): local.get(code, code) for entry in entries}
    words |= {entry.casefold(): code for entry, code in local.items() if len(entry) == 1 and entry != "¥"}
    return words


@lru_cache(maxsize=64)
def unit_words(language: str) -> dict[str, str]:
    """Every word of a unit of time (casefolded, perhaps ending in `*`) with the unit."""
    words = {entry.casefold(): unit for unit, entries in values_table()["units"].items() for entry in entries}
    words |= {
        entry.casefold(): unit for entry, unit in values_table()["units_by_language"].get(language, {}).items()
    }
    return {entry: unit for entry, unit in words.items() if unit}


@lru_cache(maxsize=4096)
def currency_of(word: str, language: str) -> str | None:
    """The code (or ambiguous sign) of a currency's word or sign; None where it is none."""
    return _meaning(word, currency_words(language))


@lru_cache(maxsize=4096)
def unit_of(word: str, language: str) -> str | None:
    """The unit of time that a word names; None where it names none."""
    return _meaning(word, unit_words(language))


def _meaning(word: str, words: dict[str, str]) -> str | None:
    folded = " ".join(word.casefold().split())
    if folded in words:
        return words[folded]
    stems = sorted((entry for entry in words if "*" in entry), key=len, reverse=True)
    return next((words[stem] for stem in stems if _fits(folded.split(" "), stem.split(" "))), None)


def _fits(parts: list[str], stems: list[str]) -> bool:
    return len(parts) == len(stems) and all(
        part.startswith(stem[:-1]) if stem.endswith("*") else part == stem
        for part, stem in zip(parts, stems, strict=True)
    )


@lru_cache(maxsize=1)
def values_table() -> dict[str, Any]:
    """The content of `values.toml`."""
    return tomllib.loads(resources.files("rag.text").joinpath("values.toml").read_text(encoding="utf-8"))


def _word_pattern(entry: str) -> str:
    body: str = regex.escape(entry).replace(r"\*", _LETTER + "*").replace(r"\ ", r"[ \n]+")
    last = entry[-1]
    if not (last.isalpha() or last == "*" or "\u0900" <= last <= "\u097f") or _without_blanks(entry):
        return body
    return body + r"(?![\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]])"


def _without_blanks(entry: str) -> bool:
    return regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]", entry) is not None
