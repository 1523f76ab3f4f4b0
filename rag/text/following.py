"""Whether a question stands alone or leans on the one before it, told by its words, in 29 languages."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import regex

from rag.text.asking import question_type, without_question_words
from rag.text.names import find_names
from rag.text.words import WITHOUT_BLANKS, fold, has_no_blanks, split_words

# Where a word that points back may follow what it goes with: "hợp đồng đó" (that contract).
_POINTS_AFTER: Final = frozenset({"ar", "he", "id", "th", "vi"})
# "And" is a letter before the word here, and the word is kept.
_JOINED_AND: Final = {"ar": "وف", "he": "ו"}
# A question of so few words, without a name, may leave something out: "wie lange dauert der Bau?"
_FEW: Final = 2
_LETTERS_A_WORD: Final = {"th": 6.0, "zh": 2.0, "ja": 2.0}
_SYLLABLES_A_WORD: Final = {"vi": 1.6}

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ENTRY = regex.compile(r"[\p{L}\p{M}\p{N}*]+")
_END = regex.compile(r"[\s?？؟!！.。;…»”\"']+$")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
_COUNTED = regex.compile(
    r"\p{Han}+|\p{Katakana}[\p{Katakana}ー]*|\p{Thai}+|[\p{L}--[\p{Han}\p{Hiragana}\p{Thai}]]+", regex.V1
)


@dataclass(frozen=True, slots=True)
class Leaning:
    """What shows how much a question leans on an earlier one.

    `leads`: it begins or ends as a further question does ("and ...?", "……呢"); `points`: a word points back (it,
    she, this contract): 2 where nothing in the question is what it could mean, 1 where something might be, else 0;
    `words`: how many words of content there are beside names; `names`: its names; `type`: what it asks for
    (`asking.QUESTION_TYPES`); `rest`: the question without "and" or "……呢".
    """

    leads: bool
    points: int
    words: float
    names: tuple[str, ...]
    type: str
    rest: str

    @property
    def surely(self) -> bool:
        """Whether it cannot be understood alone."""
        if not self.names:
            return self.words == 0 or (self.leads and self.words <= 2) or (self.points == 2 and self.words <= 3)
        if self.words == 0:
            return self.leads or self.type == "other"
        return self.points == 2 and self.words <= 2

    @property
    def perhaps(self) -> bool:
        """Whether it may be meant with the earlier question, though it can be understood alone."""
        if self.surely:
            return False
        if self.leads:
            return self.words <= (1 if self.names else 4)
        if self.points and not self.names:
            return self.words <= 3
        return self.words <= _FEW and not self.names


@dataclass(frozen=True, slots=True)
class _Lexicon:
    lead: tuple[tuple[str, ...], ...]
    tail: tuple[str, ...]
    back: frozenset[str]
    endings: tuple[str, ...]
    last: frozenset[str]
    no_back: tuple[tuple[str, ...], ...]
    generic: tuple[tuple[str, ...], ...]
    bare: frozenset[str]  # words that say nothing of what is asked about


def leaning(question: str, language: str) -> Leaning:
    """How a question leans on an earlier one; one without a lexicon shows it only by what it leaves out."""
    lexicon = _lexicon(language)
    rest, leads = _without_lead(question, lexicon, language)
    text = _prepared(rest)
    # After "and" a capital is no longer that of a sentence's first word.
    named = tuple(name.text for name in find_names(f"x, {rest}" if leads else rest, language))
    of_names = {word for name in named for word in split_words(name)}
    generic = _generic_words(text, lexicon, language)
    content = [word for word in _content(text, language) if word not in lexicon.bare]
    words = [word for word in content if word not in of_names and word not in generic]
    points = _points_back(text, set(content) - generic, lexicon, language)
    return Leaning(leads, points, _count(words, generic, language), named, question_type(rest, language), rest)


def points_back(sentence: str, language: str) -> bool:
    """Whether a sentence points at what was named before it (it, this contract, the company)."""
    lexicon = _lexicon(language)
    text = _prepared(sentence)
    return _points_back(text, set(), lexicon, language) > 0 or bool(_generic_words(text, lexicon, language))


def topic(question: str, language: str) -> list[str]:
    """The words of a question that say what it is about, as it writes them, each once, in its order."""
    lexicon = _lexicon(language)
    rest, _ = _without_lead(question, lexicon, language)
    content = [word for word in _content(_prepared(rest), language) if word not in lexicon.bare]
    if language in WITHOUT_BLANKS:
        pieces = [piece for word in content for piece in _COUNTED.findall(word)]
        return [_as_written(piece, question) for piece in dict.fromkeys(pieces)]
    wanted = set(content)
    found = [match[0] for match in _WORD.finditer(rest) if wanted & set(split_words(match[0]))]
    return list(dict.fromkeys(found))


def _content(text: str, language: str) -> list[str]:
    return without_question_words(text, language).split()


def _without_lead(question: str, lexicon: _Lexicon, language: str) -> tuple[str, bool]:
    """The question without what a further question begins or ends with, and whether it had that."""
    text, leads = _after_lead(question.strip(" \t\n-–—¿¡\"'«“„"), lexicon, language)
    bare = _END.sub("", text)
    for tail in lexicon.tail:
        if bare.endswith(tail) and len(bare) > len(tail):
            return bare[: -len(tail)].rstrip("，、, "), True
    return text, leads


def _after_lead(text: str, lexicon: _Lexicon, language: str) -> tuple[str, bool]:
    if language in WITHOUT_BLANKS:
        size = next((len(entry) for (entry,) in lexicon.lead if text.startswith(entry)), 0)
        rest = text[size:].lstrip("，、, ")
        return (rest, True) if size and _WORD.search(rest) else (text, False)
    tokens = list(_WORD.finditer(text))
    for entry in lexicon.lead:
        head = [fold(token[0]) for token in tokens[: len(entry)]]
        joined = len(entry) == 1 and len(entry[0]) > 2 and entry[0][0] in _JOINED_AND.get(language, "")
        if len(head) < len(entry) or not all(map(_like, head, entry)):
            continue
        if joined:
            return text[tokens[0].start() + 1 :], True
        if len(entry) < len(tokens):
            return text[tokens[len(entry)].start() :], True
    return text, False


def _points_back(text: str, content: set[str], lexicon: _Lexicon, language: str) -> int:
    """Whether a word points back: 2 where no content stands before it that it could mean, else 1; 0 without."""
    if language in WITHOUT_BLANKS:
        for (entry,) in lexicon.no_back:
            text = text.replace(entry, " ")
        places = [text.find(entry) for entry in lexicon.back if entry in text]
        if not places:
            return 0
        free = language not in _POINTS_AFTER and not _COUNTED.search(
            _joined_content(text[: min(places)], language)
        )
        return 2 if free else 1
    tokens = _without_phrases(_WORD.findall(text), lexicon.no_back)
    for at, token in enumerate(tokens):
        ends = any(token.endswith(ending) and len(token) > len(ending) + 2 for ending in lexicon.endings)
        if token in lexicon.back or (token in lexicon.last and at and at == len(tokens) - 1) or ends:
            # The verb directly before it is nothing that it could mean: "quand part-il".
            before = [word for word in tokens[:at] if len(word) > 1][:-1] if at else []
            return 1 if any(word in content for word in before) else 2
    return 0


def _joined_content(text: str, language: str) -> str:
    return " ".join(_content(text, language))


def _generic_words(text: str, lexicon: _Lexicon, language: str) -> set[str]:
    """Words that are said of any document."""
    if language in WITHOUT_BLANKS:
        return {entry for (entry,) in lexicon.generic if entry in text}
    tokens = _WORD.findall(text)
    return {
        word
        for entry in lexicon.generic
        for at in range(len(tokens) - len(entry) + 1)
        if tuple(tokens[at : at + len(entry)]) == entry
        for word in entry
    }


def _count(words: list[str], generic: set[str], language: str) -> float:
    """How many words of content; a run of a script without blanks counts by its length."""
    total = 0.0
    for word in words:
        if not has_no_blanks(word):
            total += 1 / _SYLLABLES_A_WORD.get(language, 1.0)
            continue
        for piece in generic:
            word = word.replace(piece, " ")
        for run in _COUNTED.findall(word):
            whole = regex.match(r"\p{Katakana}", run) is not None
            total += 1.0 if whole else max(1.0, len(run) / _LETTERS_A_WORD.get(language, 2.0))
    return total


def _without_phrases(tokens: list[str], phrases: tuple[tuple[str, ...], ...]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        size = next((len(p) for p in phrases if tuple(tokens[at : at + len(p)]) == p), 0)
        at += size or 1
        kept += [] if size else [tokens[at - 1]]
    return kept


def _as_written(piece: str, question: str) -> str:
    at = question.casefold().find(piece)
    return question[at : at + len(piece)] if at >= 0 else piece


def _like(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) and len(word) > len(pattern) if pattern.endswith("*") else word == pattern


def _prepared(question: str) -> str:
    return fold(question).translate(_APOSTROPHES)


@lru_cache(maxsize=64)
def _lexicon(language: str) -> _Lexicon:
    table = _tables().get(language, {})

    def entries(kind: str) -> list[tuple[str, ...]]:
        # Leading words of scripts without blanks are looked for in the question as it stands.
        as_it_stands = kind == "lead" and language in WITHOUT_BLANKS
        found = [entry if as_it_stands else fold(entry) for entry in table.get(kind, ())]
        split = [(entry,) if language in WITHOUT_BLANKS else tuple(_ENTRY.findall(entry)) for entry in found]
        return sorted(split, key=lambda words: (-len(words), -len(words[0]), words))

    back = [entry[0] if len(entry) == 1 else " ".join(entry) for entry in entries("back")]
    return _Lexicon(
        lead=tuple(entries("lead")),
        tail=tuple(sorted(table.get("tail", ()), key=lambda entry: (-len(entry), entry))),
        back=frozenset(entry for entry in back if not entry.startswith("*")),
        endings=tuple(entry[1:] for entry in back if entry.startswith("*")),
        last=frozenset(entry[0] for entry in entries("last")),
        no_back=tuple(entries("not")),
        generic=tuple(entries("generic")),
        bare=frozenset(back) | {word for entry in entries("measure") for word in entry},
    )


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files("rag.text").joinpath("following.toml").read_text(encoding="utf-8"))
