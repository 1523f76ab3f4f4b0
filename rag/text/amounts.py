"""Money, percentages, durations and numbers in text: each number is found first, then what stands around it."""

from collections.abc import Container, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from rag.text.lexicon import (
    currency_of,
    currency_words,
    scale_pattern,
    unit_of,
    unit_words,
    values_table,
    words_pattern,
)
from rag.text.numbers import CJK_MIXED, CJK_WORDS, DIGITS, has_cjk_number, plain, read_cjk, read_number, scale_of

_FLAGS: Final = regex.IGNORECASE | regex.V1
_REACH: Final = 28  # characters before a number in which a currency can stand
_DURATIONS: Final = {
    "year": "P{}Y",
    "month": "P{}M",
    "week": "P{}W",
    "day": "P{}D",
    "hour": "PT{}H",
    "minute": "PT{}M",
}
_JOINS: Final = r"[ \n]?\(?(?:de |d'|di |του |av |af )?"
_NUMBER = regex.compile(
    rf"(?<![\p{{N}}]|[\p{{N}}][.,])(?:(?P<cjk>{CJK_MIXED})|(?P<digits>{DIGITS})|(?P<words>{CJK_WORDS}))", regex.V1
)
_LETTER_BEFORE = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}_]")


class Amount(NamedTuple):
    """A found amount: its kind, its place, and its comparable form ("" where it is in doubt)."""

    kind: str
    start: int
    end: int
    normal: str


class _Around(NamedTuple):
    """What can stand beside a number in one language."""

    scale: regex.Pattern[str]
    currency: regex.Pattern[str]
    percent: regex.Pattern[str]
    unit: regex.Pattern[str]


def find_amounts(text: str, language: str) -> Iterator[Amount]:
    """Every amount in a text whose digits are plain; a number may be found as several kinds."""
    around = _around(language)
    for match in _NUMBER.finditer(text):
        yield from _money(text, match, around, language)
        yield from _percent(text, match, around, language)
        yield from _duration(text, match, around, language)
        if match["words"] or _touches_letter(text, match.start()):
            continue
        scale = around.scale.match(text, match.end())
        number = _value(match, scale, language)
        if number is not None:
            yield Amount("number", match.start(), scale.end() if scale else match.end(), plain(number))


def _money(text: str, number: regex.Match[str], around: _Around, language: str) -> Iterator[Amount]:
    scale = around.scale.match(text, number.end())
    end = scale.end() if scale else number.end()
    before = _word_before(text, number.start(), currency_words(language))
    after = around.currency.match(text, end)
    if before is None and (after is None or _touches_letter(text, number.start())):
        return
    sign = currency_of(text[before : number.start()], language) if before is not None else None
    named = currency_of(after["c"], language) if after else None
    # "$5 million USD": the more telling one.
    code = named if named is not None and (sign is None or len(sign) < 3) else sign
    if code is None:
        return
    value = _value(number, scale, language)
    normal = "" if value is None else f"{code} {plain(value)}"
    start = number.start() if before is None else before
    yield Amount("money", start, after.end() if after else end, normal)


def _percent(text: str, number: regex.Match[str], around: _Around, language: str) -> Iterator[Amount]:
    before = _word_before(text, number.start(), _percent_before())
    after = None if number["words"] else around.percent.match(text, number.end())
    if before is None and after is None:
        return
    value = _value(number, None, language)
    start, end = number.start() if before is None else before, after.end() if after else number.end()
    yield Amount("percent", start, end, "" if value is None else f"{plain(value)}%")


def _duration(text: str, number: regex.Match[str], around: _Around, language: str) -> Iterator[Amount]:
    unit = around.unit.match(text, number.end())
    if unit is None or _touches_letter(text, number.start()):
        return
    value, name = _value(number, None, language), unit_of(unit["u"], language)
    # 2025年 is a year, not a duration.
    if value is None or name is None or (unit["u"] in "年년" and value >= 1000):
        return
    normal = f"P{plain(value)}WD" if name == "workday" else _DURATIONS[name].format(plain(value))
    yield Amount("duration", number.start(), unit.end(), normal)


def _value(number: regex.Match[str], scale: regex.Match[str] | None, language: str) -> Decimal | None:
    factor = scale_of(scale["s"], language) if scale else Decimal(1)
    text = number[0]
    value = read_cjk(text) if has_cjk_number(text) else read_number(text, language, scaled=scale is not None)
    return None if value is None or factor is None else value * factor


def _word_before(text: str, end: int, words: Container[str]) -> int | None:
    """Where the longest of `words` that stands directly before `end` begins."""
    while end > 0 and text[end - 1] in " \n":
        end -= 1
    before = text[max(0, end - _REACH) : end].casefold()
    if len(before) != min(end, _REACH):
        return None
    for at in range(len(before)):
        if before[at:] in words and not (at and before[at].isalpha() and _LETTER_BEFORE.match(before, at - 1)):
            return end - len(before) + at
    return None


def _touches_letter(text: str, start: int) -> bool:
    """Whether a letter of a script with blanks directly precedes: A4, GPT4, Q3."""
    return start > 0 and _LETTER_BEFORE.match(text, start - 1) is not None


@lru_cache(maxsize=1)
def _percent_before() -> frozenset[str]:
    return frozenset(values_table()["percent"]["before"])


@lru_cache(maxsize=64)
def _around(language: str) -> _Around:
    currencies = list(currency_words(language))
    units = list(unit_words(language))
    scale, percent = scale_pattern(language), values_table()["percent"]
    return _Around(
        scale=regex.compile(rf"[ \n]?-?(?P<s>{scale}(?:[ \n]?{scale})?)\.?", _FLAGS),
        currency=regex.compile(rf"{_JOINS}(?P<c>{words_pattern(currencies)})", _FLAGS),
        percent=regex.compile(rf"[ \n]?{words_pattern(percent['after'])}", _FLAGS),
        unit=regex.compile(rf"\)?[ \n]?-?(?:de |个|個)?(?P<u>{words_pattern(units)})", _FLAGS),
    )
