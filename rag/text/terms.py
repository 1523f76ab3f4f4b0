"""What the index stores for a chunk: its words and grams, the sounds of its words, its values."""

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

import regex

from rag.text.sounds import sounds
from rag.text.values import find_values
from rag.text.words import SOUND, VALUE, has_no_blanks, in_language, split_words, word_terms

_KATAKANA: Final = regex.compile(r"[\p{Katakana}ー]{3,}")
# Values are looked for beside digits alone: reading every word for numbers costs more than all other terms.
_NUMBER: Final = regex.compile(r"[\p{Nd}〇一二三四五六七八九十百千万萬亿億兆만억조]")
_REACH: Final = 40
_LONGEST_VALUE: Final = 40
_SMALL: Final = 100


def chunk_terms(text: str, language: str) -> dict[str, int]:
    """Every term of a chunk with its count, as one of its language (`words.in_language`)."""
    terms: Counter[str] = Counter()
    for word, count in Counter(split_words(text)).items():
        for term in (*word_terms(word), *sound_terms(word)):
            terms[term] += count
    terms.update(value_terms(text, language))
    return {in_language(term, language): count for term, count in terms.items()}


@lru_cache(maxsize=100_000)
def sound_terms(word: str) -> tuple[str, ...]:
    """How a folded word sounds; of a run without blanks only what Japanese writes as it sounds."""
    if any(letter.isdigit() for letter in word):
        return ()
    names = _KATAKANA.findall(word) if has_no_blanks(word) else [word]
    return tuple(SOUND + heard for name in names for heard in sounds(name))


def value_terms(text: str, language: str) -> list[str]:
    """The values of a text as they are in every language: amounts without their currency, dates also by month.

    Small bare numbers are left out: they say little, and as words they are found anyhow.
    """
    found: list[str] = []
    for part in _around_numbers(unicodedata.normalize("NFKC", text)):
        for value in find_values(part, language):
            normal = value.normal.rsplit(" ", 1)[-1]
            if not normal or len(normal) > _LONGEST_VALUE or (value.kind == "number" and _is_small(normal)):
                continue
            found.append(VALUE + normal)
            if value.kind == "date" and regex.fullmatch(r"\d{4}-\d{2}-\d{2}", normal):
                found.append(VALUE + normal[:7])
    return found


def _around_numbers(text: str) -> list[str]:
    """The parts of a text near digits, each whole to the next blank."""
    spans: list[list[int]] = []
    for match in _NUMBER.finditer(text):
        start, end = max(0, match.start() - _REACH), min(len(text), match.end() + _REACH)
        if spans and start <= spans[-1][1]:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return [text[start:end] for start, end in spans]


def _is_small(number: str) -> bool:
    return number.isdigit() and int(number) < _SMALL
