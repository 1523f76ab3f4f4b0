"""Words of deals that mean nearly the same in 30 languages, where word vectors alone are not enough.

One file a language; `meanings.toml` says what each concept is, `world.toml` has words that all languages borrow,
`related.toml` (`relations.py`) which concepts speak of the same matter.
An entry of a file, blanks between entries:

- `price` is the word with an ending of up to three letters (`prices`); a word of four letters takes two, a shorter
  one none. Languages that string endings together (Finnish, Hungarian, Turkish) take any ending;
- `acqui*` begins a word, whatever follows; `*vertrag` ends a compound; `plan.` is a whole word;
- `force_majeure` is several words in a row; in scripts without blanks, and in Korean, an entry is found anywhere,
  the longest first.
"""

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import regex

from rag.text.words import fold, has_no_blanks, split_words

LANGUAGES: Final = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id"),
    *("it", "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)

_WORLD: Final = "world"
_ANY: Final = 99
_STRINGS_ENDINGS: Final = ("fi", "hu", "tr")
_WITHOUT_BLANKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")
_SHORT_ROOTS = regex.compile(r"[\p{Arabic}\p{Hebrew}\p{Devanagari}]")
_ARABIC_ARTICLE = regex.compile(r"^(?:[وف]?[بک]?ال|[وف]?لل)(?=\p{Arabic}{3})")
_ARABIC_PREFIX = regex.compile(r"^(?:[وف]?[بک]?ال|[وف]?لل|[وف]?[بلک](?=\p{Arabic}{4})|[وف])(?=\p{Arabic}{3})")
_HEBREW_PREFIXES = regex.compile(r"^(?:[והבלמשכ]{1,2}(?=\p{Hebrew}{4})|[והבלמשכ](?=\p{Hebrew}{3}))")
_INNER_MARK = regex.compile(r"[^\p{L}\p{M}\p{N}]")
_OPENING: Final = 3
_HEAD: Final = 4
_BEFORE_HEAD: Final = 2
_HEAD_ENDING: Final = 2
_NEARLY: Final = 0.7
# Where accents seldom tell two words apart, and many leave them out.
_UNMARKED: Final = 5
_TYPED_WITHOUT_MARKS: Final = ("el", "es", "fr", "it", "pt")
# What case folding leaves of the Turkish capital.
_DOTTED: Final = "i\u0307"


class Part(NamedTuple):
    """One word of an entry, and how many letters may follow it."""

    stem: str
    ending: int

    def fits(self, word: str) -> bool:
        """Whether a folded word is this one with an ending."""
        return word.startswith(self.stem) and len(word) - len(self.stem) <= self.ending


class Entry(NamedTuple):
    """What names a concept: a word, the words that must follow it, and the file that says so."""

    concept: str
    first: Part
    rest: tuple[Part, ...]
    source: str


class Named(NamedTuple):
    """A concept found in a text: the words that name it, and the file that says so."""

    concept: str
    words: tuple[str, ...]
    source: str


@dataclass(slots=True)
class _Table:
    """The entries of a language, by how they are found."""

    starts: dict[str, list[Entry]] = field(default_factory=dict)  # by the stem of the first word
    heads: dict[str, list[Entry]] = field(default_factory=dict)  # ends of compounds, by their first letters
    inside: dict[str, list[Named]] = field(
        default_factory=dict
    )  # scripts without blanks, by the first two letters
    openings: set[str] = field(default_factory=set)  # the first letters of `starts`
    longest: int = 0  # of `starts`


def concepts_in(text: str, language: str | None = None) -> frozenset[str]:
    """The names of the concepts (`meanings.toml`) of which a text has a word.

    Without a language of `LANGUAGES`, the words count of the languages that know most of the text.
    """
    return _concepts_in(text, language if language in LANGUAGES else None)


def concepts_by_piece(question: str, pieces: Sequence[str], language: str | None = None) -> dict[str, list[int]]:
    """The concepts of a question, each with the places of the pieces (`question_pieces`) that name it."""
    found: dict[str, list[int]] = {}
    for concept, words, _ in find_concepts(question, language if language in LANGUAGES else None):
        places = found.setdefault(concept, [])
        for place, piece in enumerate(pieces):
            # The model may cut a word of a script without blanks in two.
            if place not in places and (piece in words or any(_overlap(piece, word) for word in words)):
                places.append(place)
    return {concept: sorted(places) for concept, places in found.items() if places}


def concepts_of_word(word: str, language: str | None = None) -> frozenset[str]:
    """The concepts of a single word of `words.split_words`: faster than `concepts_in` for many."""
    known = language if language in LANGUAGES else None
    found = {entry.concept for entry in _entries_of(word, known) if not entry.rest}
    if not word.isascii() and _WITHOUT_BLANKS.search(word):
        found |= {named.concept for named in _named_inside(word, _table(known).inside)}
    return frozenset(found)


@lru_cache(maxsize=len(LANGUAGES) + 1)
def marks_of_concepts(language: str | None) -> dict[str, tuple[str, ...]]:
    """For each concept strings of which every word has one that `concepts_of_word` finds it in.

    To look through many words for one concept, as a search in their text is faster than judging each.
    """
    table = _table(language if language in LANGUAGES else None)
    marks: dict[str, dict[str, None]] = {}
    for entries in (*table.starts.values(), *table.heads.values()):
        for entry in entries:
            if not entry.rest:
                marks.setdefault(entry.concept, {_DOTTED: None})[entry.first.stem] = None
    for named in (named for inside in table.inside.values() for named in inside):
        marks.setdefault(named.concept, {_DOTTED: None})[named.words[0]] = None
    return {concept: tuple(found) for concept, found in marks.items()}


def find_concepts(text: str, language: str | None) -> list[Named]:
    """Each concept that is named, in order; several words in a row go before single ones."""
    words = split_words(text)
    found = list(_named_by_words(words, language))
    joined = " ".join(words)
    if _WITHOUT_BLANKS.search(joined):
        found += _named_inside(joined, _table(language).inside)
    return found if language else _in_likely_languages(found)


def read_entries(language: str) -> dict[str, tuple[str, ...]]:
    """The entries of one language's file (or of `world`), as they are written: concept -> entries."""
    source = resources.files("rag.text.concepts").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {concept: tuple(entries.split()) for concept, entries in tomllib.loads(source).items()}


@lru_cache(maxsize=20_000)
def _concepts_in(text: str, language: str | None) -> frozenset[str]:
    return frozenset(named.concept for named in find_concepts(text, language))


def _in_likely_languages(found: list[Named]) -> list[Named]:
    """What is found by the languages that know nearly as many words of the text as the best one does."""
    known = Counter(named.source for named in found if named.source != _WORLD)
    least = max(known.values(), default=0) * _NEARLY
    return [named for named in found if named.source == _WORLD or known[named.source] >= least]


def _named_by_words(words: Sequence[str], language: str | None) -> Iterator[Named]:
    at = 0
    while at < len(words):
        found = [
            entry
            for entry in _entries_of(words[at], language)
            if not entry.rest or _follows(entry.rest, words[at + 1 : at + 1 + len(entry.rest)])
        ]
        longest = max((len(entry.rest) for entry in found), default=0)
        for entry in found:
            if len(entry.rest) == longest:
                yield Named(entry.concept, tuple(words[at : at + 1 + longest]), entry.source)
        at += 1 + longest


def _follows(rest: Sequence[Part], words: Sequence[str]) -> bool:
    return len(words) == len(rest) and all(map(Part.fits, rest, words))


def _named_inside(text: str, inside: dict[str, list[Named]]) -> Iterator[Named]:
    """What stands anywhere in a text, from its start on the longest that fits."""
    at = 0
    while at < len(text) - 1:
        found = [named for named in inside.get(text[at : at + 2], ()) if text.startswith(named.words[0], at)]
        longest = max((len(named.words[0]) for named in found), default=1)
        yield from (named for named in found if len(named.words[0]) == longest)
        at += longest


@lru_cache(maxsize=200_000)
def _entries_of(word: str, language: str | None) -> tuple[Entry, ...]:
    """The entries that begin with a folded word: of each file the longest, and ends of compounds behind it."""
    table = _table(language)
    found: dict[Entry, None] = {}
    known: dict[str, int] = {}
    for form in (word,) if word.isascii() else _forms(word, language):
        if form[:_OPENING] not in table.openings:
            continue
        for length in range(min(len(form), table.longest), 0, -1):
            for entry in table.starts.get(form[:length], ()):
                if len(form) - length > entry.first.ending:
                    continue
                if not entry.rest:
                    if length < known.get(entry.source, 0):
                        continue
                    known[entry.source] = length
                found[entry] = None
    heads = table.heads
    for at in range(_BEFORE_HEAD, len(word) - _HEAD + 1) if heads else ():
        if (opening := word[at : at + _HEAD]) in heads:
            for entry in heads[opening]:
                if at >= known.get(entry.source, 0) and entry.first.fits(word[at:]):
                    known[entry.source] = at + len(entry.first.stem)
                    found[entry] = None
    return tuple(found)


def _forms(word: str, language: str | None) -> list[str]:
    """A word, and what is left of it without the prefixes of Arabic and Hebrew."""
    word = word.replace(_DOTTED, "i")
    bare = word
    if language != "fa":
        bare = (_ARABIC_PREFIX if language else _ARABIC_ARTICLE).sub("", word)
    bare = _HEBREW_PREFIXES.sub("", bare)
    return [word] if bare == word else [word, bare]


def _overlap(piece: str, word: str) -> bool:
    return has_no_blanks(piece) and (piece in word or word in piece)


@lru_cache(maxsize=len(LANGUAGES) + 1)
def _table(language: str | None) -> _Table:
    """The entries of a language and those of the whole world; of all languages for None."""
    table = _Table()
    for source in (_WORLD, *((language,) if language else LANGUAGES)):
        for concept, entries in read_entries(source).items():
            written = fold(" ".join(entries)).split()
            if source in _TYPED_WITHOUT_MARKS:
                written += [unmarked(entry) for entry in written if len(entry) > _UNMARKED]
            for entry in dict.fromkeys(written):
                _put(table, concept, entry, source)
    return table


def unmarked(text: str) -> str:
    """A text without accents, as many type it."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _put(table: _Table, concept: str, written: str, language: str) -> None:
    if language == "ko" or _WITHOUT_BLANKS.search(written):
        text = written.replace("_", " ").replace("・", " ")
        table.inside.setdefault(text[:2], []).append(Named(concept, (text,), language))
        return
    parts = [part for word in written.removeprefix("*").split("_") for part in _parts(word, language)]
    entry = Entry(concept, parts[0], tuple(parts[1:]), language)
    if written[0] == "*":
        first = Part(entry.first.stem, min(entry.first.ending, _HEAD_ENDING))
        table.heads.setdefault(first.stem[:_HEAD], []).append(entry._replace(first=first))
    else:
        stem = entry.first.stem
        table.starts.setdefault(stem, []).append(entry)
        table.longest = max(table.longest, len(stem))
        table.openings.add(stem[:_OPENING])


def _parts(word: str, language: str) -> list[Part]:
    """The parts of one written word: several where a mark stands inside, as in `d'administration`."""
    mark = word[-1]
    stem = word.rstrip(".*")
    if not _INNER_MARK.search(stem):
        return [Part(stem, _ending(stem, mark, language))]
    *before, last = split_words(stem)
    return [*(Part(stem, 0) for stem in before), Part(last, _ending(last, mark, language))]


def _ending(stem: str, mark: str, language: str) -> int:
    """How many letters may follow a stem, by its mark, its length and its language."""
    if mark in ".*":
        return _ANY if mark == "*" else 0
    short = 2 if _SHORT_ROOTS.search(stem) and language != "fa" else 3
    if len(stem) <= short:
        return 0
    if len(stem) == short + 1:
        return 0 if language == "fa" else 2
    return _ANY if language in _STRINGS_ENDINGS else 3
