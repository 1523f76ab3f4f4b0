"""What a document says of itself: the day that it bears."""

from collections.abc import Sequence
from typing import Final

import regex

from rag.text.values import Value, find_values

_HEAD_LINES: Final = 16
_FOOT_LINES: Final = 12
_LONGEST_LINE: Final = 120
_EARLY: Final = 45  # "This Agreement is made in London on 27 June 2025": so far from the line's start at most
_FIRST_LINES: Final = 2
_AFTER: Final = 3
_FULL_STOPS: Final = (".", "。", "।", "．")
_DAY = regex.compile(r"\d{4}-\d{2}-\d{2}")


def document_day(pages: Sequence[str], language: str) -> str | None:
    """The day of a document, as 2025-06-27, from the texts of its first and last page; None where none is plain.

    It stands in a line of its own ("Madrid, 14 March 2025", "Dated ...") or near the beginning of one of the first
    lines; else in the line of a signature at the end. Rows of tables and lists of other days do not count.
    """
    if not pages:
        return None
    head = [line for line in pages[0].split("\n") if line.strip()]
    foot = [line for line in pages[-1].split("\n") if line.strip()]
    for at, line in enumerate(head[:_HEAD_LINES]):
        day = _day_early_in(line, language) if at < _FIRST_LINES or _is_short(line) else None
        day = day or _day_at_end_of(line, language)
        if day is not None:
            return day
    for line in foot[-_FOOT_LINES:]:
        day = _day_early_in(line, language) if _is_short(line) else None
        if day is not None:
            return day
    return None


def _is_short(line: str) -> bool:
    """Whether a line is no sentence."""
    return len(line) <= _LONGEST_LINE and not line.rstrip().endswith(_FULL_STOPS)


def _day_early_in(line: str, language: str) -> str | None:
    days = _days_in(line, language)
    return days[0].normal if days and days[0].start <= _EARLY else None


def _day_at_end_of(line: str, language: str) -> str | None:
    days = _days_in(line, language) if len(line) <= _LONGEST_LINE else []
    ends = len(days) == 1 and len(line.rstrip()) - days[0].end <= _AFTER
    return days[0].normal if ends else None


def _days_in(line: str, language: str) -> list[Value]:
    if "|" in line or line.lstrip().startswith(("-", "–", "•", "*", "(")):
        return []
    return [
        value for value in find_values(line, language) if value.kind == "date" and _DAY.fullmatch(value.normal)
    ]
