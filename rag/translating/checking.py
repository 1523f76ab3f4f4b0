"""Whether a machine translation can be shown, and what in it a reader has to compare with the original."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii

from rag.generation.naming import same_country, stands_in
from rag.protocols import WordEmbedder
from rag.text.concepts import concepts_in
from rag.text.language import detect_language, script_of
from rag.text.names import find_names
from rag.text.negations import denies
from rag.text.values import Value, find_values, same_value
from rag.text.words import fold, split_words

NEGATION: Final = "negation"
"""Stands among the differences where one of the two texts denies and the other does not."""

_MOST_SHOWN: Final = 6
# A translation has about as many letters as its original once scripts are weighed.
_LONGER, _SHORTER, _SLACK = 2.5, 0.3, 25
_REPEATS: Final = 4
# How near the vector of a word of the translation must be to carry a word of a name (Ministério, Ministry).
_NEAR: Final = 0.35
_NEIGHBOURS: Final = (frozenset({"bg", "mk", "ru", "uk"}), frozenset({"ar", "fa"}), frozenset({"zh", "ja"}))
_OTHER_SCRIPTS: Final = frozenset({"ar", "bg", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "uk", "zh"})
_SHORT: Final = 60
# A cosine that hardly any translation fails to reach and most other sentences do (docs/translation.md); texts of
# fewer letters are not compared.
_SAME, _TELLING = 0.08, 40
_WIDE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_FREE = re.compile(r"\w-free\b|\bfree (?:of|from)\b", re.IGNORECASE)
_CONTROLS = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}--[\n\u200c\u200d]]", regex.V1)
_FOREIGN_BODY = re.compile(r"https?://|www\.|<\w+|</|\]\(|```|javascript:", re.IGNORECASE)
_SOUNDS: Final = str.maketrans(
    {**dict.fromkeys("aeiouyhj0123456789 '`-.,", None), "c": "k", "q": "k", "g": "k", "w": "v", "b": "v", "z": "s",
     "d": "t", "p": "v", "f": "v"}
)  # fmt: skip
_FEW, _ALIKE, _ALIKE_ANYWHERE, _LIGHT = 2, 0.75, 0.85, 0.15
_CODE = regex.compile(r"[\p{L}\p{N}]+(?:[-_./@&+][\p{L}\p{N}]+)*")


@dataclass(frozen=True, slots=True)
class Checked:
    """A translation that may be shown, or None; `differences` are words of either text, as they stand there."""

    text: str | None
    differences: tuple[str, ...] = ()


def check_translation(
    original: str, translation: str, *, source: str, target: str, words: WordEmbedder
) -> Checked:
    """Compare a translation from `source` into `target` (two letters) with its original.

    It is not shown when it is empty, the original again, of another language, far too long or too short, runs in
    circles, speaks of something else, or brings links or markup. Values, codes, names and negations that only one
    of the two has are listed.
    """
    text = " ".join(_CONTROLS.sub(" ", translation).split())
    if not _can_be_shown(original, text, source, target) or not _says_the_same(original, text, words):
        return Checked(None)
    pairs = ((original, source, text, target), (text, target, original, source))
    found = [part for pair in pairs for part in (*_missing_values(*pair), *_missing_names(*pair, words=words))]
    if denies(original, source) != denies(text, target) and not _may_say_without(original, text, source, target):
        found.append(NEGATION)
    return Checked(text, tuple(dict.fromkeys(found))[:_MOST_SHOWN])


def _may_say_without(original: str, text: str, source: str, target: str) -> bool:
    """Whether the English of the two has a word that other languages say with "without" (cash-free)."""
    english = [each for each, language in ((original, source), (text, target)) if language == "en"]
    return any(_FREE.search(each) for each in english)


def _can_be_shown(original: str, text: str, source: str, target: str) -> bool:
    if not any(char.isalnum() for char in text) or split_words(text) == split_words(original):
        return False
    size, wanted = _size(text), _size(original)
    if size > _LONGER * wanted + _SLACK or size < _SHORTER * wanted - _SLACK / 5:
        return False
    if _FOREIGN_BODY.search(text) and not _FOREIGN_BODY.search(original):
        return False
    return not _runs_in_circles(text, original) and _is_in(text, target, source)


def _says_the_same(original: str, text: str, words: WordEmbedder) -> bool:
    """Whether a text is about what the original is about; a few words are too little to tell."""
    if min(_size(original), _size(text)) < _TELLING:
        return True
    # The bundled vectors of words, summed over a whole text, stand near each other across languages.
    vectors = words.embed_words([original, text])
    return float(vectors[0] @ vectors[1]) >= _SAME


def _size(text: str) -> int:
    """The length in Latin letters: a Chinese character says as much as three of them."""
    return len(text) + 2 * len(_WIDE.findall(text))


def _runs_in_circles(text: str, original: str) -> bool:
    return _most_repeated(text) >= max(_REPEATS, 2 * _most_repeated(original))


def _most_repeated(text: str) -> int:
    parts = split_words(text)
    runs = Counter(zip(parts, parts[1:], parts[2:], strict=False))
    return max(runs.values(), default=0)


def _is_in(text: str, target: str, source: str) -> bool:
    """Whether a text is in the target language, as far as can be told: a short one may look like a neighbour."""
    found = detect_language(text, hint=(target,))
    if found in (target, "und"):
        return True
    if len(text) > _SHORT or found == source:
        return False
    # A few words in Latin letters may look like any language that has them.
    latin = script_of(text) == "latin" and target not in _OTHER_SCRIPTS
    return latin or any({found, target} <= near for near in _NEIGHBOURS)


def _missing_values(one: str, language: str, other: str, other_language: str) -> list[str]:
    """The amounts, dates and numbers of one text that the other has not."""
    there = find_values(other, other_language)
    return [
        value.text
        for value in find_values(one, language)
        if not any(same_value(value, known) for known in there) and not _stands_as_digits(value, other)
    ]


def _stands_as_digits(value: Value, text: str) -> bool:
    digits = regex.sub(r"[^\p{N}]", "", value.text)
    return len(digits) > 3 and digits in regex.sub(r"[^\p{N}]", "", text)


def _missing_names(one: str, language: str, other: str, other_language: str, *, words: WordEmbedder) -> list[str]:
    """The names of one text that the other has not, in whatever script, and its codes (letters with digits)."""
    values = find_values(one, language)
    names = [
        name.text
        for name in find_names(one, language)
        if all(name.end <= value.start or name.start >= value.end for value in values)
    ]
    codes = [code for code in _CODE.findall(one) if _is_code(code)]
    missing = [code for code in codes if fold(code) not in fold(other)]
    missing += [
        name
        for name in names
        if not same_country(name, language, other, other_language)
        and not _is_a_term(name, language, other, other_language)
        and not _is_carried(name, other, words)
    ]
    return missing


def _is_code(token: str) -> bool:
    return (
        regex.search(r"\p{N}", token) is not None and regex.search(r"\p{Latin}.*\p{Lu}|\p{Lu}", token) is not None
    )


def _is_a_term(name: str, language: str, other: str, other_language: str) -> bool:
    """Whether a name is a defined term (the Shares, the Buyer) that the other text has, too."""
    meant = [concepts_in(word, language) for word in split_words(name)]
    there = concepts_in(other, other_language)
    return bool(meant) and all(concepts & there for concepts in meant)


def _is_carried(name: str, other: str, words: WordEmbedder) -> bool:
    """Whether each word of a name stands in the other text, sounds alike there or means the same."""
    parts = [part for part in split_words(name) if len(part) > 1 and not stands_in(part, other)]
    left = [part for part in parts if not _sounds_in(part, other)]
    if not left:
        return True
    there = split_words(other)
    if not there:
        return False
    near = words.embed_words(left) @ words.embed_words(there).T
    light = [weight < _LIGHT for weight in words.word_weights(left)]
    return all(close >= _NEAR or small for close, small in zip(near.max(axis=1), light, strict=True))


def _sounds_in(part: str, other: str) -> bool:
    """Whether the consonants of a name's word are heard in the other text, in whatever script it is."""
    heard = _consonants(part)
    if len(heard) < _FEW:
        return False
    if _WIDE.search(other) or _WIDE.search(part):
        # Without blanks the name may begin anywhere.
        whole = _consonants(other)
        windows = [whole[at : at + len(heard)] for at in range(max(len(whole) - len(heard) + 1, 1))]
        return any(_likeness(heard, window) >= _ALIKE_ANYWHERE for window in windows)
    return any(_likeness(heard, _consonants(word)) >= _ALIKE for word in split_words(other))


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@lru_cache(maxsize=20_000)
def _consonants(text: str) -> str:
    """A text's consonants once romanised, those that languages write for each other as one."""
    sound: str = (
        anyascii(text).casefold().replace("ph", "f").replace("x", "ks").replace("sh", "s").replace("ch", "k")
    )
    return re.sub(r"(.)\1+", r"\1", sound.translate(_SOUNDS))
