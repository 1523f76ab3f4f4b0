"""Names of people, organisations and places by rule: capitals where a script has them, marks and titles else."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import regex
from babel import Locale, UnknownLocaleError

from rag.text.asking import question_words
from rag.text.dates import month_names
from rag.text.grounds import find_grounds
from rag.text.towns import find_towns, is_town
from rag.text.words import fold

KINDS: Final = ("person", "organisation", "place", "name")
"""`name`: a name, but nothing shows of what."""

_CAPITALISED = r"(?:\p{Lu}[\p{L}\p{M}\p{N}'’.\-/]*|\p{L}+\p{Lu}[\p{L}\p{M}\p{N}]*)"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}&][\p{L}\p{M}\p{N}'’./\-]*")
_CAPITAL_WORD = regex.compile(_CAPITALISED)
_TELLING = regex.compile(r"\p{Lu}{2}|\p{Ll}\p{Lu}|\p{N}")  # acronyms, CamelCase, names with digits
_SENTENCE_START = regex.compile(r"(?:^|[.!?:;•\n]|[.!?:]\s)[\s\"'“”«»„(\[–—-]*$")
_GAP = regex.compile(r"[ \u00a0\n]|[ \n]?[&] ?|, (?=(?:Inc|Ltd|LLC|Corp|S\.A|Lda|Ltda)\b)|-")
_LATIN_NAME = regex.compile(r"[A-Z][A-Za-z0-9&.\-]*(?: [A-Z][A-Za-z0-9&.\-]*)*")
_LOWER_NOUNS_ARE_NO_NAMES: Final = frozenset({"de"})
_NO_CAPITALS: Final = frozenset({"zh", "ja", "ko", "ar", "fa", "he", "hi", "th"})
_ENDINGS_FOR_PREPOSITIONS: Final = frozenset({"fi", "hu", "tr"})
_SECOND_JOINING: Final = frozenset({"der", "den", "the"})
_CUT_LEFT = regex.compile(r"^.*[由与和的是在向及、，。：；对从被]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: `text == source[start:end]`; `kind` is one of KINDS."""

    kind: str
    start: int
    end: int
    text: str


def find_names(text: str, language: str) -> list[Name]:
    """The names of a text in order, not overlapping; rules rather prefer to miss a name than to invent one."""
    found = _by_pattern(text, language)
    if language in _NO_CAPITALS:
        found += [Name("name", m.start(), m.end(), m[0]) for m in _LATIN_NAME.finditer(text) if len(m[0]) > 1]
    else:
        found += _by_capitals(text, language)
    if language in _NO_CAPITALS:
        found += _countries_in(text, language)
        found += [Name("place", start, end, text[start:end]) for start, end in find_towns(text, language)]
    found.sort(key=lambda name: (KINDS.index(name.kind), name.start - name.end, name.start))
    # "North American soil" is no person, and "Pan American Market Inc." no ground.
    taken = [
        Name("place", start, end, text[start:end])
        for start, end in find_grounds(text, language)
        if all(end <= n.start or start >= n.end for n in found if n.kind == "organisation")
    ]
    for name in found:
        if all(name.end <= other.start or name.start >= other.end for other in taken):
            taken.append(name)
    return sorted(taken, key=lambda name: name.start)


def _by_pattern(text: str, language: str) -> list[Name]:
    names: list[Name] = []
    for kind, pattern in _patterns(language):
        for match in pattern.finditer(text):
            start, end = match.span()
            if language == "zh" and kind == "organisation":
                cut = _CUT_LEFT.match(match[0])
                start += cut.end() if cut else 0
            if end - start >= 2:
                names.append(Name(kind, start, end, text[start:end]))
    return names


def _by_capitals(text: str, language: str) -> list[Name]:
    """Runs of capitalised words; a lone one at the start of a sentence counts only if it shows more than that."""
    names: list[Name] = []
    words = list(_WORD.finditer(text))
    marks = _marks()
    at = 0
    while at < len(words):
        if not _is_capital(words[at][0]):
            at += 1
            continue
        last = at
        while (following := _continues(text, words, last, marks["joining"])) is not None:
            last = following
        run = words[at : last + 1]
        leading = question_words(language) | marks["person"] | marks["joining"]
        while len(run) > 1 and _plain(run[0][0]) in leading:
            run = run[1:]
        name = _name_of(text, run, language, marks)
        if name is not None:
            names.append(name)
        at = last + 1
    return names


def _name_of(
    text: str, run: list[regex.Match[str]], language: str, marks: dict[str, frozenset[str]]
) -> Name | None:
    start, end = run[0].start(), run[-1].end()
    if len(run) == 1 and (run[0][0].casefold() in _calendar() or run[0][0].casefold() in month_names(language)):
        return None
    while end > start and text[end - 1] in ".'’-/" and not regex.search(r"\.\p{L}\.$", text[start:end]):
        end -= 1
    name = text[start:end]
    plain = [_plain(word[0]) for word in run]
    if plain[0] in question_words(language) and len(run) == 1:
        return None
    telling = _TELLING.search(name) is not None
    if name in _countries(language):
        return Name("place", start, end, name)
    if any(word in marks["organisation"] for word in plain) and len(run) > 1:
        return Name("organisation", start, end, name)
    before = regex.findall(r"[\p{L}\p{M}'’.\-]+", text[max(0, start - 30) : start])
    titled = bool(before) and _plain(before[-1]) in marks["person"]
    if not titled and (len(run) > 1 or _may_be_town(before, language, marks)) and is_town(name, language):
        return Name("place", start, end, name)
    if len(run) == 1 and not telling and not titled:
        if language in _LOWER_NOUNS_ARE_NO_NAMES or _SENTENCE_START.search(text[:start]):
            return None
        if len(name) < 3:
            return None
    if titled or (2 <= len(run) <= 4 and not telling and plain[0] not in marks["person"]):
        return Name("person", start, end, name)
    if before and not telling and _plain(before[-1]) in _before_places(language):
        return Name("place", start, end, name)
    return Name("name", start, end, name)


def _may_be_town(before: list[str], language: str, marks: dict[str, frozenset[str]]) -> bool:
    """Whether a lone name may be that of a town, which surnames are too (Santos): by the word before it.

    Languages with endings instead of prepositions leave no choice.
    """
    if language in _ENDINGS_FOR_PREPOSITIONS:
        return bool(before)
    return bool(before) and (
        _plain(before[-1]) in _before_places(language) or _plain(before[-1]) in marks["joining"]
    )


def _continues(text: str, words: list[regex.Match[str]], last: int, joining: frozenset[str]) -> int | None:
    """The place of the next word of a run of capitalised words, over one or two joining words."""
    for step in (1, 2, 3):
        following = last + step
        if following >= len(words):
            return None
        before = words[following - 1]
        if not _GAP.fullmatch(text, before.end(), words[following].start()):
            return None
        if before[0].endswith(".") and len(before[0]) > 4:
            return None
        if _is_capital(words[following][0]):
            return following
        word = _plain(words[following][0])
        # "von der Leyen" is a name, "Lieferung der Ware" is none.
        if word not in joining or (step == 1 and word in _SECOND_JOINING):
            return None
    return None


def _countries_in(text: str, language: str) -> list[Name]:
    names = []
    for country in _countries(language):
        at = text.find(country)
        if at >= 0:
            names.append(Name("place", at, at + len(country), country))
    return names


def _is_capital(word: str) -> bool:
    return _CAPITAL_WORD.fullmatch(word) is not None


def _plain(word: str) -> str:
    return fold(word).replace(".", "")


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[tuple[str, regex.Pattern[str]], ...]:
    sources = _table()["patterns"].get(language, ())
    return tuple((kind, regex.compile(source, regex.V1)) for kind, source in sources)


@lru_cache(maxsize=64)
def _countries(language: str) -> frozenset[str]:
    """The names of countries and regions of CLDR in a language."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(str(name) for code, name in territories.items() if len(str(name)) > 1 and code != "ZZ")


@lru_cache(maxsize=1)
def _calendar() -> frozenset[str]:
    """English names of days and months, which are capitalised but no names."""
    locale = Locale.parse("en")
    names = [*locale.days["format"]["wide"].values(), *locale.months["format"]["wide"].values()]
    return frozenset(str(name).casefold() for name in names)


@lru_cache(maxsize=1)
def _marks() -> dict[str, frozenset[str]]:
    table = _table()
    return {
        "organisation": frozenset(_plain(word) for word in table["organisation"]["words"]),
        "person": frozenset(_plain(word) for word in table["person"]["before"]),
        "joining": frozenset(_plain(word) for word in table["place"]["joining"]),
    }


@lru_cache(maxsize=64)
def _before_places(language: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in _table()["place"]["before"].get(language, ()))


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("rag.text").joinpath("names.toml").read_text(encoding="utf-8"))
