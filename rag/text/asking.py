"""What a question asks for, told by its words: 29 languages and Persian, in whatever order the words stand."""

import tomllib
import unicodedata
from collections.abc import Iterator
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
_PREFIXES: Final = {"ar": "[وفبلك]?(?:ال)?", "fa": "", "he": "[ובלכמשה]{0,2}"}
_REACH_AFTER, _REACH_BEFORE, _ADJACENT = 44, 30, 3

_MARKS = regex.compile(r"\p{Mn}+")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
# "What does the company say" does not ask for a company.
_AUXILIARY = regex.compile(r"\s*(?:do|does|did|has|have|had|can|could|will|would|should|must|may|shall)\b")


class _Match(NamedTuple):
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """One language's words as patterns: question words by type, nouns by kind, words without content."""

    types: dict[str, regex.Pattern[str]]
    nouns: dict[str, regex.Pattern[str]]
    names: regex.Pattern[str]
    words: frozenset[str]
    bare: regex.Pattern[str]


def question_type(question: str, language: str) -> str:
    """One of QUESTION_TYPES, or `other` where no question word of `language` (two letters) is found."""
    text = _prepared(question)
    found = _type_in(text, language, plain=False)
    if found == "other" and language not in ("vi", "th", "hi"):
        # People leave accents out; in these languages they carry the meaning.
        found = _type_in(_without_marks(text), language, plain=True)
    return found


def asks_for_several(question: str, language: str) -> bool:
    """Whether the question wants a list: "list ...", "which are ...", plural question words."""
    lexicon = _lexicon(language, False)
    return lexicon is not None and lexicon.types["list"].search(_prepared(question)) is not None


def question_words(language: str) -> frozenset[str]:
    """Folded words that carry no content in a question of `language`; none for languages without a lexicon."""
    lexicon = _lexicon(language, False)
    return frozenset() if lexicon is None else lexicon.words


def without_question_words(question: str, language: str) -> str:
    """The question's folded text with the words that carry no content blanked out."""
    lexicon = _lexicon(language, False)
    text = _prepared(question)
    if lexicon is None:
        return text
    if language in _WITHOUT_BLANKS:
        text = lexicon.bare.sub(" ", text)
        return " ".join(word for word in split_words(text) if word not in lexicon.words)
    return " ".join(word for word in split_words(text) if word not in lexicon.words)


def _type_in(text: str, language: str, *, plain: bool) -> str:
    lexicon = _lexicon(language, plain)
    if lexicon is None:
        return "other"
    matches = sorted(_matches(text, lexicon), key=lambda m: (m.start, m.start - m.end))
    asking = [match for match in matches if match.kind != "yes_no"]
    if matches and matches[0].kind == "yes_no" and (not asking or matches[0].start == 0):
        return "yes_no"
    best = asking[0] if asking else _Match(0, 0, "other")
    return _narrowed(text, best, lexicon, language)


def _matches(text: str, lexicon: _Lexicon) -> Iterator[_Match]:
    for kind in QUESTION_TYPES:
        for match in lexicon.types[kind].finditer(text):
            yield _Match(match.start(), match.end(), kind)


def _narrowed(text: str, asked: _Match, lexicon: _Lexicon, language: str) -> str:
    """The type that the noun beside the question word shows, else the question word's own."""
    if asked.kind not in _OPEN and asked.kind != "how_much":
        return asked.kind
    if asked.kind == "what" and language == "en" and _AUXILIARY.match(text, asked.end):
        return "what"
    nearest: tuple[int, str] | None = None
    for kind, pattern in lexicon.nouns.items():
        new = _NOUN_TYPES[kind]
        if asked.kind == "how_much" and new not in _MEASURES:
            continue
        for noun in pattern.finditer(text):
            distance = _distance(asked, noun.start(), noun.end(), language)
            if distance is None or (nearest is not None and distance >= nearest[0]):
                continue
            if kind == "person" and asked.kind in ("what", "list", "other"):
                named = lexicon.names.match(text, noun.start()) is not None
                if not named and (distance > _ADJACENT or asked.kind == "other"):
                    continue
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


@lru_cache(maxsize=128)
def _lexicon(language: str, plain: bool) -> _Lexicon | None:
    table = _tables().get(language)
    if table is None:
        return None
    if plain:
        table = {kind: [_without_marks(fold(entry)) for entry in entries] for kind, entries in table.items()}
    asking = [entry.lstrip("^") for kind in QUESTION_TYPES for entry in table[kind]]
    single = [entry for entry in asking if " " not in entry and "*" not in entry] + table["filler"]
    words = frozenset(word for entry in single for word in split_words(entry))
    # Korean particles are endings of content words and must not be cut out of them.
    bare = asking if language == "ko" else [*asking, *table["filler"]]
    return _Lexicon(
        types={kind: _pattern(table[kind], language) for kind in QUESTION_TYPES},
        nouns={kind: _pattern(table[kind], language) for kind in _NOUN_TYPES},
        names=_pattern(table["person"][:1], language),
        words=words,
        bare=_pattern(bare, language),
    )


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    source = resources.files("rag.text").joinpath("asking.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _pattern(entries: list[str], language: str) -> regex.Pattern[str]:
    """One pattern for all entries, longest first, with word boundaries where the script has blanks."""
    longest_first = sorted(entries, key=len, reverse=True)
    return regex.compile("|".join(_entry_pattern(entry, language) for entry in longest_first))


def _entry_pattern(entry: str, language: str) -> str:
    at_start = entry.startswith("^")
    folded = fold(entry.lstrip("^")).translate(_APOSTROPHES)
    body = regex.escape(folded).replace(r"\*", r"[\p{L}\p{M}]*").replace(r"\ ", r"\s+")
    if language in _WITHOUT_BLANKS:
        return rf"(?:\A{body})" if at_start else f"(?:{body})"
    left = r"\A" if at_start else r"(?<![\p{L}\p{M}\p{N}])" + _PREFIXES.get(language, "")
    right = "" if not folded[-1].isalpha() and folded[-1] != "*" else r"(?![\p{L}\p{M}\p{N}])"
    if unicodedata.category(folded[-1]).startswith("M"):
        right = r"(?![\p{L}\p{M}\p{N}])"
    return f"(?:{left}{body}{right})"
