"""Money, percentages, durations and numbers in text: each number is found first, then what stands around it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

import regex

from rag.text.lexicon import (
    Found,
    WordTable,
    currency_table,
    match_word,
    number_table,
    percent_tables,
    scale_at,
    unit_table,
)
from rag.text.numbers import CJK_MIXED, CJK_WORDS, DIGITS, has_cjk_number, plain, read_cjk, read_number

_REACH: Final = 28  # characters before a number in which a currency can stand
_DURATIONS: Final = {
    "year": "P{}Y",
    "month": "P{}M",
    "week": "P{}W",
    "day": "P{}D",
    "hour": "PT{}H",
    "minute": "PT{}M",
}
_JOIN = regex.compile(r"[ \n]?\(?(?:de |d'|di |του |av |af )?")
_UNIT_JOIN = regex.compile(r"\)?[ \n]?-?(?:de )?")
_NUMBER = regex.compile(
    rf"(?<![\p{{N}}]|[\p{{N}}][.,])(?:(?P<cjk>{CJK_MIXED})|(?P<digits>{DIGITS})|(?P<words>{CJK_WORDS}))", regex.V1
)
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_WORD_IN_FRONT = regex.compile(r"[\p{L}\p{M}-]+[ \n]?\Z")
_LETTER_BEFORE = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}_]")


class Amount(NamedTuple):
    """A found amount: its kind, its place, and its comparable form ("" where it is in doubt)."""

    kind: str
    start: int
    end: int
    normal: str


class _Number(NamedTuple):
    """A number in digits or in words; `spoken` is the value of one in words of a script with blanks."""

    start: int
    end: int
    text: str
    alone: bool  # whether it counts without a unit, a sign or a scale
    spoken: Decimal | None = None


def find_amounts(text: str, language: str) -> Iterator[Amount]:
    """Every amount in a text whose digits are plain; a number may be found as several kinds."""
    for number in (*_in_digits(text), *_in_words(text, language)):
        scale = scale_at(text, _after_blank(text, number.end), language)
        end, factor = scale or (number.end, Decimal(1))
        value = _value(number, factor if scale else None, language)
        yield from _money(text, number, language, end=end, value=value)
        yield from _percent(text, number, language)
        if number.spoken is None and _touches_letter(text, number.start):
            continue
        yield from _duration(text, number, language)
        if (number.alone or scale) and value is not None:
            yield Amount("number", number.start, end, plain(value))


def has_number_words(text: str, language: str) -> bool:
    """Whether there is a number in words of a script with blanks."""
    return next(_in_words(text, language), None) is not None


def _in_digits(text: str) -> Iterator[_Number]:
    for match in _NUMBER.finditer(text):
        yield _Number(match.start(), match.end(), match[0], alone=not match["words"])


def _in_words(text: str, language: str) -> Iterator[_Number]:
    table = number_table(language)
    if not table.exact:
        return
    end = 0
    for match in _WORD.finditer(text):
        if match.start() < end:
            continue
        found = match_word(text, match.start(), table)
        if found is not None:
            end = found.end
            value = Decimal(found.meaning)
            yield _Number(match.start(), end, text[match.start() : end], alone=value > 1, spoken=value)


def _money(text: str, number: _Number, language: str, *, end: int, value: Decimal | None) -> Iterator[Amount]:
    table = currency_table(language)
    before = None if number.spoken is not None else _word_before(text, number.start, table)
    after = _joined(text, end, _JOIN, table)
    if before is None and (after is None or (number.spoken is None and _touches_letter(text, number.start))):
        return
    # "$5 million USD": the more telling one.
    telling = after is not None and (before is None or len(before.meaning) < 3)
    code = after.meaning if after is not None and telling else before.meaning if before is not None else ""
    start = number.start if before is None else before.end
    yield Amount("money", start, after.end if after else end, "" if value is None else f"{code} {plain(value)}")


def _percent(text: str, number: _Number, language: str) -> Iterator[Amount]:
    leading, trailing = percent_tables()
    before = _word_before(text, number.start, leading)
    after = match_word(text, _after_blank(text, number.end), trailing) if number.alone or number.spoken else None
    if before is None and after is None:
        return
    value = _value(number, None, language)
    start, end = number.start if before is None else before.end, after.end if after else number.end
    yield Amount("percent", start, end, "" if value is None else f"{plain(value)}%")


def _duration(text: str, number: _Number, language: str) -> Iterator[Amount]:
    # "thirty (30) days": the words before the digits belong to it.
    unit = _joined(text, number.end, _UNIT_JOIN, unit_table(language))
    value = _value(number, None, language) if unit else None
    # 2025年 is a year, not a duration.
    if unit is None or value is None or (text[unit.end - 1] in "年년" and value >= 1000):
        return
    duration = _DURATIONS.get(unit.meaning, "P{}WD").format(plain(value))
    start = number.start
    if text[start - 1 : start] == "(" and text[number.end : number.end + 1] == ")":
        spoken = _WORD_IN_FRONT.search(text, 0, start - 1)
        if spoken is not None and match_word(text, spoken.start(), number_table(language)) is not None:
            start = spoken.start()
    yield Amount("duration", start, unit.end, duration)


def _joined(text: str, at: int, join: regex.Pattern[str], table: WordTable) -> Found | None:
    """The word of the table after what may join it to a number."""
    match = join.match(text, at)
    return match_word(text, match.end() if match else at, table)


def _value(number: _Number, factor: Decimal | None, language: str) -> Decimal | None:
    text = number.text
    if number.spoken is not None:
        return number.spoken * (factor or 1)
    value = read_cjk(text) if has_cjk_number(text) else read_number(text, language, scaled=factor is not None)
    return value if value is None or factor is None else value * factor


def _after_blank(text: str, at: int) -> int:
    at += text[at : at + 1] in (" ", "\n")
    return at + (text[at : at + 1] == "-")


def _word_before(text: str, end: int, table: WordTable) -> Found | None:
    """The longest whole word of the table that stands directly before `end`; its `end` is where it begins."""
    while end > 0 and text[end - 1] in " \n":
        end -= 1
    before = text[max(0, end - _REACH) : end].casefold()
    if len(before) != min(end, _REACH):
        return None
    for at in range(len(before)):
        meaning = table.exact.get(before[at:])
        inside = at > 0 and before[at].isalpha() and _LETTER_BEFORE.match(before, at - 1) is not None
        if meaning is not None and not inside:
            return Found(end - len(before) + at, meaning)
    return None


def _touches_letter(text: str, start: int) -> bool:
    """Whether a letter of a script with blanks directly precedes: A4, GPT4, Q3."""
    return start > 0 and _LETTER_BEFORE.match(text, start - 1) is not None
