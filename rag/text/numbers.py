"""Numbers as written in any script: digits, group and decimal marks, scale words."""

import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final

import regex
from babel import Locale, UnknownLocaleError

# One character for one character, so that offsets stay true.
_MARKS: Final = str.maketrans(
    {
        "٫": ".", "٬": ",", "，": ",", "．": ".", "％": "%", "٪": "%", "﹪": "%", "’": "'", "＇": "'",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u3000": " ", "‑": "-", "‐": "-", "–": "-",
        "／": "/", "：": ":", "（": "(", "）": ")",
    }
)  # fmt: skip
_NOT_ASCII_DIGIT = regex.compile(r"[^\P{Nd}0-9]")

# A number in digits: groups of three after blanks, or digits with marks inside.
DIGITS: Final = r"(?:\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,']\d+)*)"
_CJK_UNITS: Final = {"千": 10**3, "천": 10**3, "百": 100, "백": 100, "十": 10}
_CJK_SCALES: Final = {
    "万": 10**4, "萬": 10**4, "만": 10**4, "亿": 10**8, "億": 10**8, "억": 10**8, "兆": 10**12, "조": 10**12,
}  # fmt: skip
_CJK_DIGITS: Final = dict(zip("〇零一二三四五六七八九两兩", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2), strict=True))
CJK_MIXED: Final = (
    r"(?:\d[\d,.]* ?(?:[百十千백천]?[万萬만亿億억兆조]|[千천百백])+(?: (?=\d))?)+(?:\d[\d,]*(?= ?[円元원]))?"
)
CJK_WORDS: Final = r"[〇零一二三四五六七八九十百千万萬亿億两兩]+"

_CJK_NUMBER = regex.compile(r"[〇零一二三四五六七八九十百千万萬亿億兆两兩만억조천백]")


def has_cjk_number(number: str) -> bool:
    """Whether a number is written with Chinese, Japanese or Korean units or digits."""
    return _CJK_NUMBER.search(number) is not None


def plain_digits(text: str) -> str:
    """The text with ASCII digits and marks in place of those of other scripts: same length, same offsets."""
    text = text.translate(_MARKS)
    return str(_NOT_ASCII_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text))


def read_number(digits: str, language: str, *, scaled: bool = False) -> Decimal | None:
    """The value of a number in (plain) digits; None where it is no number (1.2.3) or cannot be told.

    One mark followed by exactly three digits groups thousands (1.500 = 1500 in German, 1,500 in English), unless
    it is the language's decimal mark: then it is in doubt, and None, except before a scale word (1.125 million).
    """
    compact = digits.replace(" ", "").replace("'", "")
    marks = [char for char in compact if char in ".,"]
    if not marks:
        return Decimal(compact)
    parts = regex.split(r"[.,]", compact)
    if len(set(marks)) == 2:
        if len(set(marks[:-1])) > 1 or not _is_grouped(parts[:-1]):
            return None
        return Decimal("".join(parts[:-1]) + "." + parts[-1])
    if len(marks) > 1:
        return Decimal("".join(parts)) if _is_grouped(parts) else None
    if len(parts[1]) != 3 or parts[0].startswith("0") or len(parts[0]) > 3:
        return Decimal(".".join(parts))
    if marks[0] == _decimal_mark(language):
        return Decimal(".".join(parts)) if scaled else None
    return Decimal("".join(parts))


def read_cjk(text: str) -> Decimal | None:
    """The value of a number with Chinese, Japanese or Korean units, in digits or in words: 12億3,400万, 三十."""
    total, section, number, digits = Decimal(0), Decimal(0), Decimal(0), ""
    for char in text.replace(",", "").replace(" ", "") + "\0":
        if (char.isdigit() and char.isascii()) or char == ".":
            digits += char
            continue
        if digits:
            if digits.count(".") > 1 or digits == ".":
                return None
            number, digits = Decimal(digits), ""
        if char in _CJK_DIGITS:
            number = number * 10 + _CJK_DIGITS[char] if number else Decimal(_CJK_DIGITS[char])
        elif char in _CJK_UNITS:
            section += (number or 1) * _CJK_UNITS[char]
            number = Decimal(0)
        elif char in _CJK_SCALES:
            total += (section + number or 1) * _CJK_SCALES[char]
            section = number = Decimal(0)
    return total + section + number


def plain(number: Decimal) -> str:
    """A number without exponent and without idle zeros: 1234567.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_grouped(parts: list[str]) -> bool:
    """Whether digits are grouped by three, or the Indian way (12,34,567)."""
    if not 1 <= len(parts[0]) <= 3:
        return False
    middle, last = parts[1:-1], parts[-1]
    if len(parts) == 1:
        return True
    return len(last) == 3 and (all(len(p) == 3 for p in middle) or all(len(p) == 2 for p in middle))


@lru_cache(maxsize=64)
def _decimal_mark(language: str) -> str:
    try:
        symbols = Locale.parse(language).number_symbols
    except (UnknownLocaleError, ValueError):
        return "."
    return str(symbols.get("latn", symbols).get("decimal", "."))
