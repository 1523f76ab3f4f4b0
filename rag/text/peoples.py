"""Words for what belongs to a country or region: "American", "norte-americano", "美国" (`peoples.toml`).

What CLDR names with a language (Polish, Japanese) is `rag.text.speakers`' to know.
"""

import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

import regex

from rag.text.words import WITHOUT_BLANKS, fold

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ARABIC_PREFIX = regex.compile(r"^(?:[وف]?[بک]?ال|[وف]?لل|[وف]?[بلک]|[وف])(?=\p{Arabic}{3})")
_HEBREW_PREFIX = regex.compile(r"^[והבלשכ]{1,2}(?=\p{Hebrew}{3})")  # not מ: "western" (מערבי) is not Arab
_MARKS_TELL_WORDS_APART: Final = ("vi", "th", "hi", "ko", "ja", "zh")
_OPENING: Final = 2
_DOTTED: Final = "i\u0307"  # what case folding leaves of the Turkish capital


class Word(NamedTuple):
    """A word of a text, `text[start:end]`, and the forms by which it is compared."""

    start: int
    end: int
    text: str
    forms: tuple[str, ...]


class Stem(NamedTuple):
    """One word of an entry; `open` = letters may follow, `capitals` = how many capitals it must begin with."""

    text: str
    open: bool
    capitals: int

    def fits(self, word: Word) -> bool:
        """Whether a word is this one."""
        if self.capitals and not word.text[: self.capitals].isupper():
            return False
        return any(form == self.text or (self.open and form.startswith(self.text)) for form in word.forms)


class People(NamedTuple):
    """Where a text has a word for what belongs to a country: its code (`peoples.toml`) and the place."""

    country: str
    start: int
    end: int


def find_peoples(text: str, language: str) -> list[People]:
    """The words for what belongs to a country, in order; several words in a row go before single ones."""
    if language in WITHOUT_BLANKS:
        return [
            People(inside_entries(language)[found[0]], found.start(), found.end())
            for found in _inside(language).finditer(text)
        ]
    words = words_of(text, language)
    found: list[People] = []
    at = 0
    while at < len(words):
        length, country = _longest(words[at:], language)
        if country:
            found.append(People(country, words[at].start, words[at + length - 1].end))
        at += max(length, 1)
    return found


def languages_of(country: str) -> frozenset[str]:
    """The main languages of a country of `peoples.toml`."""
    return frozenset(_table()["languages"].get(country, "").split())


def words_of(text: str, language: str) -> list[Word]:
    """The words of a text; in Arabic and Hebrew also without what is written as one with them."""
    return [
        Word(found.start(), found.end(), found[0], _forms(found[0], language)) for found in _WORD.finditer(text)
    ]


def read_entry(written: str, language: str) -> tuple[Stem, ...]:
    """The words of an entry: a star ends a stem, a point a whole word, anything else parts them."""
    parts = list(regex.finditer(r"([\p{L}\p{M}\p{N}]+)(\*?)", written))
    return tuple(
        Stem(plain(part[1], language), bool(part[2]), next((n for n in (2, 1) if part[1][:n].isupper()), 0))
        for part in parts
    )


@lru_cache(maxsize=len(WITHOUT_BLANKS))
def inside_entries(language: str) -> dict[str, str]:
    """The entries of a language of WITHOUT_BLANKS, each with its country."""
    return {entry: country for country, written in _table()[language].items() for entry in written.split()}


def plain(text: str, language: str) -> str:
    """Folded, without marks but those that tell words apart."""
    if language in _MARKS_TELL_WORDS_APART:
        return fold(text)
    letters = unicodedata.normalize("NFD", fold(text).replace(_DOTTED, "i"))
    return unicodedata.normalize("NFC", "".join(char for char in letters if not unicodedata.combining(char)))


def _longest(words: Sequence[Word], language: str) -> tuple[int, str]:
    """How many words from the first on name a country's, and the country."""
    found = (0, "")
    for form in words[0].forms:
        for stems, country in _entries(language).get(form[:_OPENING], ()):
            if len(stems) > found[0] and _fit(stems, words):
                found = (len(stems), country)
    return found


def _fit(stems: Sequence[Stem], words: Sequence[Word]) -> bool:
    return len(stems) <= len(words) and all(stem.fits(word) for stem, word in zip(stems, words, strict=False))


@lru_cache(maxsize=50_000)
def _forms(word: str, language: str) -> tuple[str, ...]:
    form = plain(word, language)
    bare = form
    if language == "ar":
        bare = _ARABIC_PREFIX.sub("", form)
    elif language == "he":
        bare = _HEBREW_PREFIX.sub("", form)
        if bare != form and form[1:] != bare:
            return form, form[1:], bare
    return (form,) if bare == form else (form, bare)


@lru_cache(maxsize=64)
def _entries(language: str) -> dict[str, list[tuple[tuple[Stem, ...], str]]]:
    """The entries of a language by their first letters."""
    entries: dict[str, list[tuple[tuple[Stem, ...], str]]] = {}
    for country, written in _table().get(language, {}).items():
        for entry in written.split():
            stems = read_entry(entry, language)
            entries.setdefault(stems[0].text[:_OPENING], []).append((stems, country))
    return entries


@lru_cache(maxsize=len(WITHOUT_BLANKS))
def _inside(language: str) -> regex.Pattern[str]:
    longest_first = sorted(inside_entries(language), key=len, reverse=True)
    return regex.compile("|".join(map(regex.escape, longest_first)))


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("rag.text").joinpath("peoples.toml").read_text(encoding="utf-8"))
