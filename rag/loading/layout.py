"""Lines of PDF pages, with their places and sizes -> blocks: paragraphs, headings, rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import regex

from rag.loading.blocks import Block
from rag.loading.reading_order import mend_brackets
from rag.text.normalize import is_row, starts_item

_DIGITS = regex.compile(r"\d+")
_SENTENCE_END = regex.compile(r"[.!?…。！？؟।:：;；][\"'”’»)\]）」』]*$")
_BREAK_IN_SENTENCE = regex.compile(r"[,，、]$")
# A number with at most two short words: "- # -", "Page # of #", "Seite #", "第 # 页".
_PAGE_NUMBER = regex.compile(r"\P{L}*(?:\p{L}{1,8}\P{L}+){0,2}\p{L}{0,8}\P{L}*")
_NO_BLANKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]")
_LETTERS = regex.compile(r"\p{L}")

_LONGEST_HEADING: Final = 160
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands on the page; lengths in points, `base` counts from the page's foot."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: float


@dataclass(frozen=True, slots=True)
class Look:
    """How the body of a document looks: the size and weight most of its letters have."""

    size: float
    bold: float
    heading_sizes: tuple[float, ...]


def running_lines(pages: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """(page index, line index) of headers, footers and page numbers that repeat over the pages.

    A line counts if it is among the two highest or lowest of its page and reads the same, but for its numbers, on
    many pages. The first of them stays if it has words, so that none is lost.
    """
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for number, lines in enumerate(pages):
        top, bottom = _edges(lines)
        for index in {*top, *bottom}:
            pattern = _DIGITS.sub("#", lines[index].text)
            places.setdefault((pattern, index in top), []).append((number, index))
    written = sum(bool(lines) for lines in pages)
    running: set[tuple[int, int]] = set()
    for (pattern, _), found in places.items():
        often = len(found) >= max(3, 0.4 * written)
        numbered = len(found) == written == 2 and "#" in pattern and len({pages[p][i].text for p, i in found}) == 2
        if often or numbered:
            running.update(found if "#" in pattern and _PAGE_NUMBER.fullmatch(pattern) else found[1:])
    return running


def look_of(pages: Sequence[Sequence[Line]]) -> Look:
    """The body's size and weight, and the larger sizes that headings have, largest first."""
    sizes: Counter[float] = Counter()
    weights: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
            weights[line.bold] += len(line.text)
    body = max(sizes, key=lambda size: (sizes[size], size), default=0.0)
    larger = sorted((size for size in sizes if size >= 1.12 * body), reverse=True)
    merged: list[float] = []
    for size in larger:
        if not merged or size < 0.93 * merged[-1]:
            merged.append(size)
    return Look(body, max(weights, key=lambda weight: (weights[weight], -weight), default=0.0), tuple(merged))


def blocks_of(lines: Sequence[Line], look: Look) -> list[Block]:
    """The page's blocks in reading order."""
    leading = _leading(lines)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, lines, look, leading):
            groups[-1].append(line)
        else:
            groups.append([line])
    return list(_joined(groups, look))


def _edges(lines: Sequence[Line]) -> tuple[list[int], list[int]]:
    """The two highest and the two lowest lines."""
    order = sorted(range(len(lines)), key=lambda index: (lines[index].base, index))
    return order[-2:], order[:2]


def _leading(lines: Sequence[Line]) -> float:
    """The commonest distance of two lines, as a multiple of their size; 1.5 where too few tell."""
    steps = Counter(
        round((above.base - below.base) / above.size, 1)
        for above, below in pairwise(lines)
        if above.size and abs(above.size - below.size) < 0.5 and 0.9 < (above.base - below.base) / above.size < 2.5
    )
    often = [step for step, count in steps.items() if count >= max(2, max(steps.values()) * 0.5)]
    return min(often, default=1.5)


def _continues(group: list[Line], line: Line, lines: Sequence[Line], look: Look, leading: float) -> bool:
    before = group[-1]
    if abs(before.size - line.size) > 0.08 * max(before.size, line.size):
        return False
    if starts_item(line.text, before.text) or is_row(line.text) or is_row(before.text):
        return False
    step = (before.base - line.base) / line.size if line.size else 0.0
    if _level(before, look) or _level(line, look):
        same = _level(before, look) == _level(line, look)
        return same and 0.5 < step <= 1.6 and _room(before, lines) < 1.6 * _first_word(line)
    if not 0.5 < step <= leading + 0.2:
        # A new column: only a sentence that plainly goes on is carried over.
        return step < 0 and line.text[0].islower() and not _SENTENCE_END.search(before.text)
    return _is_full(before, line, lines)


def _is_full(before: Line, line: Line, lines: Sequence[Line]) -> bool:
    """Whether `line` goes on with the sentence of `before`: by a small letter, or for want of room.

    Lines that no sentence ends are given more room, for fonts and no-break blanks make the measure rough.
    """
    ended = bool(_SENTENCE_END.search(before.text))
    column = _column(before, lines)
    width = column[1] - column[0]
    indent = column[1] - before.right if _is_right_to_left(before.text) else before.left - column[0]
    if indent > 0.3 * width:
        return False  # centred or set to the other side, as titles and signatures are
    if line.text[0].islower() and not ended and before.right - before.left > 0.5 * width:
        return True
    return _room(before, lines) < (1.0 if ended else 1.6) * _first_word(line)


def _first_word(line: Line) -> float:
    """The width of the line's first word and the blank before it, or of two signs in scripts without blanks."""
    letter = (line.right - line.left) / max(1, len(line.text))
    return letter * (2.5 if _NO_BLANKS.match(line.text) else len(line.text.split(" ", 1)[0]) + 0.5)


def _room(line: Line, lines: Sequence[Line]) -> float:
    """How far the line's end is from the column's edge."""
    left, right = _column(line, lines)
    return line.left - left if _is_right_to_left(line.text) else right - line.right


def _column(line: Line, lines: Sequence[Line]) -> tuple[float, float]:
    """Left and right edge of the lines that overlap this one from side to side."""
    column = [other for other in lines if other.left < line.right and other.right > line.left] or [line]
    return min(other.left for other in column), max(other.right for other in column)


def _is_right_to_left(text: str) -> bool:
    return bool(regex.match(r"\P{L}*[\p{Arabic}\p{Hebrew}]", text))


def _level(line: Line, look: Look) -> int:
    """A heading's level by its looks, 0 if it looks like body text."""
    if not look.size or len(line.text) > _LONGEST_HEADING or not _LETTERS.search(line.text) or is_row(line.text):
        return 0
    for level, size in enumerate(look.heading_sizes, start=1):
        if line.size >= 0.97 * size:
            return min(level, _DEEPEST)
    written_out = _BREAK_IN_SENTENCE.search(line.text) or _SENTENCE_END.search(line.text.rstrip(" .:"))
    if line.bold >= look.bold + 100 and line.size >= 0.95 * look.size and not written_out:
        return min(len(look.heading_sizes) + 1, _DEEPEST)
    return 0


def _joined(groups: list[list[Line]], look: Look) -> Iterator[Block]:
    for group, following in zip(groups, [*groups[1:], []], strict=False):
        text = mend_brackets("\n".join(line.text for line in group))
        # Bold words over rows of numbers are a table's head.
        heads_table = bool(following) and is_row(following[0].text)
        yield Block(text, 0 if heads_table or len(text) > 2 * _LONGEST_HEADING else _level(group[0], look))
