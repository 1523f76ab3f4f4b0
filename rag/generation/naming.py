"""What in a claim must stand in its quotation letter by letter: names, codes, numbers.

`rag.text.names` would rather miss a name than invent one; here it is the other way round, because a name that is
overlooked is a name that nobody checked.
"""

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii
from babel import Locale, UnknownLocaleError

from rag.text.grounds import find_grounds, same_ground
from rag.text.language import is_function_word, script_of
from rag.text.names import find_names
from rag.text.values import find_values
from rag.text.words import fold

# A run of a script without blanks is one token, apart from the Latin name inside it.
_NO_BLANKS: Final = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}"
_SIGN: Final = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_NO_BLANKS}]]"
# What stands right beside a word and makes it another one; a Chinese sign does not.
_BESIDE: Final = rf"[[\p{{L}}\p{{N}}]--[{_NO_BLANKS}]]"
_TOKEN = regex.compile(rf"[{_NO_BLANKS}]+|{_SIGN}+(?:[-_.'’/@&+]{_SIGN}+)*", regex.V1)
_TELLING = regex.compile(r"\p{Lu}{2}|\p{Ll}\p{Lu}|\p{N}|[@_+]|\p{Ll}\.\p{Ll}{2}")
_JOINT = regex.compile(r"[-_.'’/@&+]")
_PLAIN_NUMBER = regex.compile(r"\p{N}+(?:[.,'’]\p{N}+)*")
_BEFORE_A_START = regex.compile(r"^[^\p{L}\p{N}]*$|[.!?:;。！？।]\s*[\"'“«„(]*$")
_NOUNS_HAVE_CAPITALS: Final = frozenset({"de"})
# An article, an adjective or a number: what follows is a noun like any other.
_BEFORE_A_NOUN = regex.compile(
    r"(?<!\p{L})(?:d(?:er|ie|as|en|em|es)|k?ein(?:e[nmrs]?)?|[izv][mn]|zur|vom|am|beim|(?:ihr|sein|unser|dies|jed|all)e?[nmrs]?"
    r"|\p{Ll}{3,}(?:e|en|em|er|es)|\p{N}+)\s+$"
)
_POLITE: Final = frozenset({"sie", "ihr", "ihre", "ihren", "ihrem", "ihrer", "ihnen"})
_SHOWN_BY_A_WORD: Final = ("organisation", "place")
_OWN_SCRIPTS: Final = {"ja": ("han", "kana"), "ko": ("hangul", "han")}
# Letters that different writings of one name use for each other, after romanisation.
_SPELLINGS: Final = (
    ("ph", "f"),
    ("ck", "k"),
    ("x", "ks"),
    ("c", "k"),
    ("q", "k"),
    ("w", "v"),
    ("z", "s"),
    ("y", "i"),
    ("j", "i"),
)
_LIKE: Final = 0.8
_ENDING: Final = 3
_SHORTEST_STEM: Final = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a claim that looks like a name or a code; `sure` = more than a capital letter shows it."""

    text: str
    sure: bool


def find_marks(text: str, language: str) -> list[Mark]:
    """Names, codes and numbers of a claim; its values (amounts, dates) are left out: those are compared as values.

    A capital letter at the start of a sentence shows nothing and gives a mark that is not `sure`.
    """
    taken = [(value.start, value.end) for value in find_values(text, language)]
    grounds = set(find_grounds(text, language))  # "Boden" and "الأراضي" are words like any other
    named = [
        (name.start, name.end)
        for name in find_names(text, language)
        if (name.start, name.end) not in grounds
        and (
            name.kind in _SHOWN_BY_A_WORD
            or not (_may_be_a_noun(text[: name.start], language) or _is_polite(name.text.split()[-1], language))
        )
    ]
    marks: list[Mark] = []
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if any(start >= since and end <= until for since, until in taken):
            continue
        word = token[0]
        inside = any(start >= since and end <= until for since, until in named)
        if _TELLING.search(word) or _is_foreign(word, language):
            marks.append(Mark(word, True))
        elif word[0].isupper() and len(word) > 1 and not is_function_word(word, language):
            if _is_polite(word, language) or (not inside and _may_be_a_noun(text[:start], language)):
                continue
            sure = inside or (language not in _NOUNS_HAVE_CAPITALS and not _BEFORE_A_START.search(text[:start]))
            marks.append(Mark(word, sure))
        elif inside and not word[0].islower():
            marks.append(Mark(word, True))
    for since, until in named:
        name = text[since:until]  # of a script without capitals, in which no token showed it
        if _TOKEN.fullmatch(name) is None and not any(char.isupper() for char in name):
            marks.append(Mark(name, True))
    return marks


def _is_polite(word: str, language: str) -> bool:
    """Whether a word is a German pronoun that has a capital out of politeness ("Zahlen Sie")."""
    return language in _NOUNS_HAVE_CAPITALS and word.lower() in _POLITE


def _may_be_a_noun(before: str, language: str) -> bool:
    """Whether what stands before a capital letter shows that it is a noun's, where nouns have them."""
    return language in _NOUNS_HAVE_CAPITALS and _BEFORE_A_NOUN.search(before) is not None


def stands_in(mark: str, text: str) -> bool:
    """Whether a name or code stands in a text: as it is, with another ending, or written in another script.

    A code (anything with a digit, an address) must stand there as it is.
    """
    wanted = fold(mark)
    folded = fold(text)
    if _PLAIN_NUMBER.fullmatch(wanted):
        return (
            regex.search(rf"(?<![\p{{N}}.,]){regex.escape(wanted)}(?![\p{{N}}]|[.,]\p{{N}})", folded) is not None
        )
    if regex.search(r"\p{L}", wanted) and not _written_with_blanks(wanted):
        if wanted in folded:
            return True
    elif regex.search(rf"(?<!{_BESIDE}){regex.escape(wanted)}(?!{_BESIDE})", folded, regex.V1):
        return True
    if regex.search(r"[\p{N}@_]", wanted):
        return False
    return any(_alike(wanted, other) for other in _words(folded))  # the costly way comes last


def same_country(mark: str, language: str, text: str, other_language: str) -> bool:
    """Whether a mark names a country or what is of it ("American soil"), and the text does in its own language."""
    codes = _countries(language).get(fold(mark), frozenset())
    folded = fold(text)
    if any(name in folded for code in codes for name in _names_of(other_language).get(code, ())):
        return True
    return same_ground(mark, language, text, other_language)


def _alike(one: str, other: str) -> bool:
    """Whether two folded words are one name: another ending in one script, another spelling between scripts."""
    if _script(one) == _script(other):
        stem = min(len(one), len(other))
        shared = len(_common_start(one, other))
        return stem >= _SHORTEST_STEM and shared >= max(_SHORTEST_STEM, max(len(one), len(other)) - _ENDING)
    sounds = _sound(one), _sound(other)
    if min(map(len, sounds)) < _SHORTEST_STEM:
        return sounds[0] == sounds[1] != ""
    return difflib.SequenceMatcher(None, *sounds, autojunk=False).ratio() >= _LIKE


@lru_cache(maxsize=20_000)
def _script(word: str) -> str:
    return script_of(word)


def _common_start(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    sound = "".join(char for char in anyascii(word).casefold() if char.isalnum())
    for written, meant in _SPELLINGS:
        sound = sound.replace(written, meant)
    return str(regex.sub(r"(.)\1+", r"\1", sound))


def _is_foreign(word: str, language: str) -> bool:
    """Whether a word stands in another script than the language's own: names keep theirs."""
    script = script_of(word)
    own = _OWN_SCRIPTS.get(language, (_script_of_language(language),))
    return script not in (*own, "none")


@lru_cache(maxsize=64)
def _script_of_language(language: str) -> str:
    try:
        return script_of(Locale.parse(language).get_display_name(language) or "a")
    except (UnknownLocaleError, ValueError):
        return "latin"


def _written_with_blanks(word: str) -> bool:
    return regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]", word) is None


def _words(folded: str) -> list[str]:
    return [
        part for token in _TOKEN.findall(folded) for part in {token, *regex.split(r"[-_.'’/@&+]", token)} if part
    ]


@lru_cache(maxsize=64)
def _names_of(language: str) -> dict[str, frozenset[str]]:
    """The folded names of countries in a language, by code."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {code: frozenset({fold(str(name))}) for code, name in territories.items() if len(code) == 2}


@lru_cache(maxsize=64)
def _countries(language: str) -> dict[str, frozenset[str]]:
    """The codes of the countries that a folded name means in a language."""
    codes: dict[str, frozenset[str]] = {}
    for code, names in _names_of(language).items():
        for name in names:
            codes[name] = codes.get(name, frozenset()) | {code}
    return codes
