"""What a question asks for, told by its words: 29 languages and Persian, in whatever order the words stand."""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import regex

from rag.text.words import fold, split_words

QUESTION_TYPES: Final = (
    *("yes_no", "who", "when", "where", "how_long", "percent", "how_many", "how_much"),
    *("why", "how", "which", "list", "what"),
)
"""The types by precedence where two match the same words; a question may also be of the type `other`."""

_NOUN_TYPES: Final = {
    "money": "how_much",
    "date": "when",
    "share": "percent",
    "span": "how_long",
    "count": "how_many",
    "place": "where",
    "person": "who",
}
# What a noun may turn a question type into: "what" + price = how much, "how high" + rate = percent.
_OPEN: Final = frozenset({"what", "which", "list", "other"})
_MEASURES: Final = frozenset({"percent", "how_long"})

_WITHOUT_BLANKS: Final = frozenset({"ja", "zh", "th", "ko"})
_NOUN_BEFORE: Final = frozenset({"ja", "zh", "th", "ko", "hi", "tr", "fa"})
_PREFIXES: Final = {"ar": regex.compile("[وفبلک]?(?:ال)?"), "he": regex.compile("[ובלכמשה]{0,2}")}
# People leave accents out; in these languages they carry the meaning.
_MARKS_MATTER: Final = frozenset({"vi", "th", "hi"})
_REACH_AFTER, _REACH_BEFORE, _ADJACENT = 26, 30, 3

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ENTRY_WORD = regex.compile(r"[\p{L}\p{M}\p{N}*]+")
_MARKS = regex.compile(r"\p{Mn}+")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
# "What does the company say" does not ask for a company.
_AUXILIARY = regex.compile(r"\s*(?:do|does|did|has|have|had|can|could|will|would|should|must|may|shall)\b")


class _Match(NamedTuple):
    start: int
    end: int
    kind: str


class _Entry(NamedTuple):
    words: tuple[str, ...]  # one piece of text in scripts without blanks
    kind: str
    at_start: bool
    is_name: bool  # the noun "name" itself


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """One language's entries by their first word; "" holds those that begin with any ending or any word."""

    types: dict[str, list[_Entry]]
    nouns: dict[str, list[_Entry]]
    words: frozenset[str]
    frame: tuple[str, ...]
    bare: tuple[str, ...]


def question_type(question: str, language: str) -> str:
    """One of QUESTION_TYPES, or `other` where no question word of `language` (two letters) is found."""
    text = _prepared(question)
    asked = _asked(text, language, plain=False)
    plain = asked is None and language not in _MARKS_MATTER
    if plain:
        text = _without_marks(text)
        asked = _asked(text, language, plain=True)
    lexicon = _lexicon(language, plain)
    return "other" if lexicon is None else _narrowed(text, asked or _Match(0, 0, "other"), lexicon, language)


def asks_for_several(question: str, language: str) -> bool:
    """Whether the question wants a list: "list ...", "which are ...", plural question words."""
    lexicon = _lexicon(language, False)
    if lexicon is None:
        return False
    return any(match.kind == "list" for match, _ in _find(_prepared(question), lexicon.types, language))


def question_words(language: str) -> frozenset[str]:
    """Folded words that carry no content in a question of `language`; none for languages without a lexicon."""
    lexicon = _lexicon(language, False)
    return frozenset() if lexicon is None else lexicon.words


def without_question_words(question: str, language: str) -> str:
    """The question's folded text without the words that carry no content.

    Verbs around what is asked ("which parts are named", "where does it take place") go as well, unless nothing
    else is left.
    """
    lexicon = _lexicon(language, False)
    text = _prepared(question)
    if lexicon is None:
        return text
    if language not in _WITHOUT_BLANKS:
        content = [word for word in split_words(text) if word not in lexicon.words]
        return " ".join([word for word in content if word not in lexicon.frame] or content)
    bare = _without_pieces(text, (*lexicon.frame, *lexicon.bare)) or _without_pieces(text, lexicon.bare)
    return " ".join(word for word in bare.split() if word not in lexicon.words)


def _without_pieces(text: str, pieces: Iterable[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ")
    return " ".join(split_words(text))


def _asked(text: str, language: str, *, plain: bool) -> _Match | None:
    """The question word that leads; None where there is none."""
    lexicon = _lexicon(language, plain)
    if lexicon is None:
        return None
    found = [match for match, _ in _find(text, lexicon.types, language)]
    matches = sorted(found, key=lambda m: (m.start, m.start - m.end, QUESTION_TYPES.index(m.kind)))
    asking = [match for match in matches if match.kind != "yes_no"]
    if matches and matches[0].kind == "yes_no" and (not asking or matches[0].start == 0):
        return matches[0]
    if not asking:
        return None
    # "Who are the partners" wants a list, and of names.
    who = (m for m in asking if m.kind == "who" and m.start == asking[0].start)
    return next(who, asking[0]) if asking[0].kind == "list" else asking[0]


def _narrowed(text: str, asked: _Match, lexicon: _Lexicon, language: str) -> str:
    """The type that the noun beside the question word shows, else the question word's own."""
    if asked.kind not in _OPEN and asked.kind != "how_much":
        return asked.kind
    if asked.kind == "what" and language == "en" and _AUXILIARY.match(text, asked.end):
        return "what"
    nearest: tuple[int, str] | None = None
    for noun, entry in _find(text, lexicon.nouns, language):
        new = _NOUN_TYPES[noun.kind]
        distance = _distance(asked, noun.start, noun.end, language)
        if distance is None or (asked.kind == "how_much" and new not in _MEASURES):
            continue
        # "What does it mean for the buyer" does not ask who; "what company" does.
        loose = noun.kind == "person" and asked.kind in ("what", "list", "other") and not entry.is_name
        if loose and (distance > _ADJACENT or asked.kind == "other"):
            continue
        if nearest is None or distance < nearest[0]:
            nearest = (distance, new)
    if nearest is None or (asked.kind == "list" and nearest[1] not in ("who", "where")):
        return asked.kind
    return nearest[1]


def _distance(asked: _Match, start: int, end: int, language: str) -> int | None:
    """Characters between the question word and a noun; None when the noun does not belong to it."""
    if asked.kind == "other":
        return start
    if start >= asked.end:
        gap = start - asked.end
        return gap if gap <= _REACH_AFTER else None
    if language in _NOUN_BEFORE and end <= asked.start:
        gap = asked.start - end
        return gap if gap <= _REACH_BEFORE else None
    return None


def _prepared(question: str) -> str:
    return fold(question).translate(_APOSTROPHES).strip(" \t\n-–—¿¡\"'«“„")


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def _find(text: str, entries: dict[str, list[_Entry]], language: str) -> Iterator[tuple[_Match, _Entry]]:
    """Where entries stand in a prepared text."""
    if language in _WITHOUT_BLANKS:
        for entry in entries.get("", ()):
            at = text.find(entry.words[0])
            while at >= 0 and not (entry.at_start and at):
                yield _Match(at, at + len(entry.words[0]), entry.kind), entry
                at = text.find(entry.words[0], at + 1)
        return
    tokens = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
    for at, (start, _, word) in enumerate(tokens):
        for form in _forms(word, language):
            for entry in (*entries.get(form, ()), *entries.get("", ())):
                last = at + len(entry.words) - 1
                if last >= len(tokens) or (entry.at_start and at):
                    continue
                rest = (token for _, _, token in tokens[at + 1 : last + 1])
                if _like(form, entry.words[0]) and all(map(_like, rest, entry.words[1:])):
                    yield _Match(start, tokens[last][1], entry.kind), entry


def _forms(word: str, language: str) -> list[str]:
    """The word, and in scripts that join prepositions and articles to it, the word without them."""
    prefix = _PREFIXES.get(language)
    match = prefix.match(word) if prefix else None
    return [word, word[match.end() :]] if match and match.end() and len(word) > match.end() + 1 else [word]


def _like(word: str, pattern: str) -> bool:
    if "*" not in pattern:
        return word == pattern
    head, _, tail = pattern.partition("*")
    return word.startswith(head) and word.endswith(tail) and len(word) >= len(head) + len(tail)


@lru_cache(maxsize=128)
def _lexicon(language: str, plain: bool) -> _Lexicon | None:
    table = _tables().get(language)
    if table is None:
        return None
    if plain:
        table = {kind: [_without_marks(fold(entry)) for entry in entries] for kind, entries in table.items()}
    asking = [fold(entry.lstrip("^")) for kind in QUESTION_TYPES for entry in table[kind]]
    single = [entry for entry in asking if " " not in entry and "*" not in entry] + table["filler"]
    # Korean particles are endings of content words and must not be cut out of them.
    bare = {*asking} if language == "ko" else {*asking, *map(fold, table["filler"])}
    # "价格是多少" asks, but 价格 (price) is content.
    nouns = [fold(noun) for kind in _NOUN_TYPES for noun in table[kind]]
    return _Lexicon(
        types=_by_first_word(table, QUESTION_TYPES, language),
        nouns=_by_first_word(table, tuple(_NOUN_TYPES), language),
        words=frozenset(word for entry in single for word in split_words(entry)),
        frame=tuple(sorted(map(fold, table["frame"]), key=lambda entry: (-len(entry), entry))),
        bare=tuple(
            sorted(
                (entry for entry in bare if not any(noun in entry for noun in nouns)),
                key=lambda entry: (-len(entry), entry),
            )
        ),
    )


def _by_first_word(table: dict[str, list[str]], kinds: tuple[str, ...], language: str) -> dict[str, list[_Entry]]:
    entries: dict[str, list[_Entry]] = {}
    for kind in kinds:
        for place, source in enumerate(table[kind]):
            text = fold(source.lstrip("^")).translate(_APOSTROPHES)
            words = (text,) if language in _WITHOUT_BLANKS else tuple(_ENTRY_WORD.findall(text))
            first = "" if language in _WITHOUT_BLANKS or "*" in words[0] else words[0]
            entry = _Entry(words, kind, source.startswith("^"), kind == "person" and place == 0)
            entries.setdefault(first, []).append(entry)
    return entries


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    source = resources.files("rag.text").joinpath("asking.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
