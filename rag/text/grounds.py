"""Grounds of a country: "American soil", "solo norte-americano", "美国本土", an answer to "where".

The ground alone is none, nor is the country's company: an adjective must stand directly beside a word for
ground, territory, market, city or factory (`names.toml`).
"""

import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final

import regex
from babel import Locale, UnknownLocaleError

from rag.text.peoples import Stem, Word, find_peoples, inside_entries, plain, read_entry, words_of
from rag.text.speakers import languages_named
from rag.text.words import WITHOUT_BLANKS

_GROUND_FIRST: Final = frozenset({"ar", "es", "fa", "fr", "he", "id", "it", "pl", "pt", "ro", "th", "vi"})
_GROUND_LAST: Final = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "fi", "hi", "hu", "ko", "nl", "no", "pl", "ru", "sv", "tr", "uk"}
)
_GAP = regex.compile(r"[ \u00a0\n\-‑\u200c]")
_ABBREVIATION_GAP = regex.compile(r"[ \u00a0\n\-‑]|\.[ \u00a0]?")
_OPENING: Final = 2
_LONGEST: Final = 4  # words of a country's adjective or name


def find_grounds(text: str, language: str) -> list[tuple[int, int]]:
    """Where a text has a ground with its country: start and end, in order, not overlapping."""
    if language in WITHOUT_BLANKS:
        return [found.span() for found in _inside(language).finditer(text)]
    found: list[tuple[int, int]] = []
    words = words_of(text, language)
    for at in range(len(words)):
        length = _ground(words[at:], language)
        if not length:
            continue
        first, last = _with_country(text, words, (at, at + length - 1), language)
        if (last - first >= length) and (not found or words[first].start >= found[-1][1]):
            found.append((words[first].start, words[last].end))
    return found


def same_ground(phrase: str, language: str, text: str, other_language: str) -> bool:
    """Whether a phrase is nothing but a country's adjective, with or without ground, and a text names it too."""
    peoples = find_peoples(phrase, language)
    if (0, len(phrase)) not in [people[1:] for people in peoples] + find_grounds(phrase, language):
        return False
    countries = {people.country for people in peoples}
    if not countries:
        return bool(languages_named(phrase, language) & languages_named(text, other_language))
    if any(people.country in countries for people in find_peoples(text, other_language)):
        return True
    said = plain(text, other_language)
    return any(name in said for name, code in _territories(other_language).items() if code in countries)


def _ground(words: Sequence[Word], language: str) -> int:
    """How many words from the first on are a ground; a capital makes it part of a name, but in German."""
    for form in words[0].forms:
        for stems in _grounds(language).get(form[:_OPENING], ()):
            if len(stems) <= len(words) and all(
                stem.fits(word) and (bool(stem.capitals) or not word.text[0].isupper())
                for stem, word in zip(stems, words, strict=False)
            ):
                return len(stems)
    return 0


def _with_country(text: str, words: Sequence[Word], ground: tuple[int, int], language: str) -> tuple[int, int]:
    """The first and the last word of a ground and of the country beside it, if there is one."""
    first, last = ground
    for length in range(_LONGEST, 0, -1):
        ways = []
        if language in _GROUND_FIRST and last + length < len(words):
            ways.append((first, last + length, words[last + 1 : last + length + 1]))
        if language in _GROUND_LAST and first - length >= 0:
            ways.append((first - length, last, words[first - length : first]))
        for begin, end, beside in ways:
            if _are_joined(text, words[begin : end + 1]) and _is_country(text, beside, language):
                return begin, end
    return ground


def _are_joined(text: str, words: Sequence[Word]) -> bool:
    return all(
        (_GAP if len(one.text) > 1 else _ABBREVIATION_GAP).fullmatch(text, one.end, other.start) is not None
        for one, other in pairwise(words)
    )


def _is_country(text: str, words: Sequence[Word], language: str) -> bool:
    """Whether words are a country's adjective or its name, and nothing else."""
    said = text[words[0].start : words[-1].end]
    if any(people[1:] == (0, len(said)) for people in find_peoples(said, language)):
        return True
    if _territories(language).keys() & {plain(said, language), " ".join(word.forms[-1] for word in words)}:
        return True
    return len(words) == 1 and bool(languages_named(said, language))


@lru_cache(maxsize=64)
def _territories(language: str) -> dict[str, str]:
    """The plain names of countries and regions, each with its code."""
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {plain(str(name), language): str(code) for code, name in names.items() if code != "ZZ"}


@lru_cache(maxsize=64)
def _grounds(language: str) -> dict[str, list[tuple[Stem, ...]]]:
    """The words for grounds by their first letters."""
    found: dict[str, list[tuple[Stem, ...]]] = {}
    for written in _table().get(language, "").split():
        stems = read_entry(written, language)
        found.setdefault(stems[0].text[:_OPENING], []).append(stems)
    return found


@lru_cache(maxsize=len(WITHOUT_BLANKS))
def _inside(language: str) -> regex.Pattern[str]:
    """A country and its ground in a script without blanks."""
    countries = {*inside_entries(language), *map(str, Locale.parse(language).territories.values())}
    country, ground = (
        "|".join(map(regex.escape, _longest_first(names)))
        for names in ((name for name in countries if len(name) > 1), _table()[language].split())
    )
    if language == "th":
        return regex.compile(f"(?:{ground})(?:{country})")
    # Neither "at home and abroad" (内外), "of which" (の内) nor a university of a town is a ground.
    return regex.compile(f"(?:{country})[的の]?(?!(?<=の)内)(?:{ground})(?!外|大学)")


def _longest_first(names: Iterator[str] | Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    source = resources.files("rag.text").joinpath("names.toml").read_text(encoding="utf-8")
    table: dict[str, str] = tomllib.loads(source)["place"]["ground"]
    return table
