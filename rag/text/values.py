"""Amounts, percentages, dates, durations and numbers in 29 languages: found, made comparable, said again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import regex
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from babel.units import format_unit

from rag.text.amounts import find_amounts, has_number_words
from rag.text.dates import find_dates
from rag.text.numbers import plain, plain_digits

KINDS: Final = ("money", "percent", "date", "duration", "number")
"""Kinds by precedence where two found values overlap."""

_DIGIT = regex.compile(r"[\d〇零一二三四五六七八九十百千万億亿两]")
_UNITS: Final = {"Y": "year", "M": "month", "W": "week", "D": "day"}
# CLDR says "30 dygn" and "30 døgn" (spans of 24 hours), which are not the days of a contract.
_DAYS: Final = {"sv": "dagar", "no": "dager"}
# 20 November 2025, which every reader of English takes the same way.
_DATE_LOCALES: Final = {"en": "en_001"}
# What a Brazilian calls "bilhão" is "mil milhões" in Portugal, where "bilião" is a thousand times more.
_SCALES_DIFFER: Final = frozenset({"pt"})
# Signs that stand for several currencies: the amount is compared with any of them and said with the sign.
_OPEN_SIGNS: Final = {"$": "USD CAD AUD HKD TWD SGD MXN NZD", "kr": "SEK NOK DKK ISK", "¥": "JPY CNY"}


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a text: `text == source[start:end]`.

    `normal` is the same in every language: "EUR 1234567.89", "12.5%", "2025-11-20" (also "2025-11", "--11-20",
    "2025", "2025-Q3"), "P30D" (ISO 8601; working days as "P30WD"), "1234.5"; "" where it cannot be told for sure.
    """

    kind: str
    start: int
    end: int
    text: str
    normal: str


def find_values(text: str, language: str) -> list[Value]:
    """The values of a text in order, not overlapping; `language` (two letters) decides marks and words."""
    digits = plain_digits(text)
    if _DIGIT.search(digits) is None and not has_number_words(digits, language):
        return []
    found = [
        Value(kind, start, end, text[start:end], normal)
        for kind, start, end, normal in _all_values(digits, language)
    ]
    found.sort(key=lambda value: (KINDS.index(value.kind), value.start - value.end, value.start))
    taken: list[Value] = []
    for value in found:
        if all(value.end <= other.start or value.start >= other.end for other in taken):
            taken.append(value)
    return sorted(taken, key=lambda value: value.start)


def same_value(one: Value, other: Value) -> bool:
    """Whether two values are equal whatever the languages; values in doubt are equal only as written.

    A bare number equals the number inside an amount, a percentage or a duration, and a bare `$` any dollar.
    """
    if not one.normal or not other.normal:
        return plain_digits(one.text) == plain_digits(other.text)
    if one.kind == other.kind == "money":
        (code, amount), (other_code, other_amount) = one.normal.rsplit(" ", 1), other.normal.rsplit(" ", 1)
        return amount == other_amount and _may_be_same(code, other_code)
    if one.kind == "number" or other.kind == "number":
        return _bare(one) == _bare(other)
    return one.normal == other.normal


def say_value(value: Value, language: str) -> str:
    """The value as `language` writes it (20 de novembro de 2025 -> 20 November 2025), never rounded or converted.

    What is in doubt, or has no local form, stays as the source wrote it.
    """
    if not value.normal:
        return value.text
    if value.kind == "date":
        return _say_date(value, language)
    if value.kind == "money":
        return _first_that_reads_back(value, _ways_to_say_money(value, language), language)
    if value.kind == "percent":
        share = Decimal(value.normal[:-1])
        return _tidy(format_percent(share / 100, locale=language, decimal_quantization=False))
    if value.kind == "duration":
        match = regex.fullmatch(r"P(T?)([\d.]+)([A-Z]+)", value.normal)
        if match is None or match[3] == "WD":
            return value.text
        unit = {"H": "hour", "M": "minute"}[match[3]] if match[1] else _UNITS[match[3]]
        return _say_duration(Decimal(match[2]), unit, language)
    number = Decimal(value.normal)
    ways = [_compact(number, language)] if _is_abbreviated(value, number) else []
    ways.append(_tidy(format_decimal(number, locale=language, decimal_quantization=False)))
    return _first_that_reads_back(value, ways, language)


def say_day(day: str, language: str) -> str:
    """A day (2025-11-20) as `language` writes it."""
    return _say_date(Value("date", 0, len(day), day, day), language)


def _all_values(text: str, language: str) -> Iterator[tuple[str, int, int, str]]:
    yield from find_amounts(text, language)
    for found in find_dates(text, language):
        yield "date", found.start, found.end, found.iso


def _say_date(value: Value, language: str) -> str:
    normal = value.normal
    if regex.fullmatch(r"\d{4}-\d{2}-\d{2}", normal):
        day = date.fromisoformat(normal)
        if language == "vi":
            return f"ngày {day.day} tháng {day.month} năm {day.year}"
        return str(format_date(day, "long", locale=_DATE_LOCALES.get(language, language)))
    if match := regex.fullmatch(r"(\d{4})-(\d{2})", normal):
        return str(format_skeleton("yMMMM", date(int(match[1]), int(match[2]), 1), locale=language))
    if match := regex.fullmatch(r"--(\d{2})-(\d{2})", normal):
        if language == "vi":
            return f"ngày {int(match[2])} tháng {int(match[1])}"
        return str(
            format_skeleton(
                "MMMMd", date(2000, int(match[1]), int(match[2])), locale=_DATE_LOCALES.get(language, language)
            )
        )
    return normal if normal.isdigit() else value.text


def _say_duration(number: Decimal, unit: str, language: str) -> str:
    if unit == "day" and language in _DAYS:
        return f"{format_decimal(number, locale=language)} {_DAYS[language]}"
    for length in ("long", "short", "narrow"):
        said = str(format_unit(number, f"duration-{unit}", length=length, locale=language))
        if "duration-" not in said:
            return _tidy(said)
    return plain(number)


def _first_that_reads_back(value: Value, ways: Sequence[str], language: str) -> str:
    """The first way to say a value that is read as the very same value; the source's own words if none is."""
    for said in ways:
        found = find_values(said, language)
        if len(found) == 1 and found[0].normal == value.normal:
            return said
    return value.text


def _ways_to_say_money(value: Value, language: str) -> list[str]:
    """With the sign, which may stand for several currencies; with the currency's name; with its code."""
    code, number = value.normal.rsplit(" ", 1)
    amount = Decimal(number)
    if code in _OPEN_SIGNS:
        said = _tidy(format_decimal(amount, locale=language, decimal_quantization=False))
        return [f"${said}" if (code, language) == ("$", "en") else f"{said} {code}"]
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    ways = [
        _tidy(
            format_currency(
                amount, code, format=form, locale=language, currency_digits=False, decimal_quantization=False
            )
        )
        for form in (pattern, _with_code(pattern))
    ]
    if code == "USD" and "US" not in ways[0]:
        ways[0] = ways[0].replace("$", "US$")
    name = format_currency(
        amount, code, format_type="name", locale=language, currency_digits=False, decimal_quantization=False
    )
    ways.insert(1, _tidy(name))
    if _is_abbreviated(value, amount):
        short = _compact(amount, language)
        full = _tidy(format_decimal(amount, locale=language, decimal_quantization=False))
        ways = [way.replace(full, short) for way in (ways[0], ways[2]) if full in way] + ways
    return ways


def _with_code(pattern: str) -> str:
    """A pattern of CLDR with the currency's code in place of its sign, apart from the digits."""
    before = regex.compile(r"¤[\u00a0 ]?(?=[#0])")
    return before.sub("¤¤\u00a0", pattern) if before.search(pattern) else pattern.replace("¤", "¤¤")


def _is_abbreviated(value: Value, number: Decimal) -> bool:
    """Whether the source writes a great number with a word (1.5 billion), not with all its digits."""
    written = sum(char.isdigit() for char in value.text)
    return number >= 1_000_000 and written < len(str(int(number))) - 2


def _compact(number: Decimal, language: str) -> str:
    """1.5 billion, 15億; all digits where the word is not the same for all who speak the language."""
    if language in _SCALES_DIFFER:
        return _tidy(format_decimal(number, locale=language, decimal_quantization=False))
    form: Literal["long", "short"] = (
        "long" if "long" in Locale.parse(language).compact_decimal_formats else "short"
    )
    return _tidy(format_compact_decimal(number, format_type=form, locale=language, fraction_digits=4))


def _tidy(said: str) -> str:
    return str(said).replace("\u200f", "").replace("\u200e", "")


def _may_be_same(code: str, other: str) -> bool:
    return (
        code == other or other in _OPEN_SIGNS.get(code, "").split() or code in _OPEN_SIGNS.get(other, "").split()
    )


def _bare(value: Value) -> str:
    if value.kind == "money":
        return value.normal.rsplit(" ", 1)[1]
    return regex.sub(r"[%PTYMWDH]", "", value.normal) if value.kind in ("percent", "duration") else value.normal
