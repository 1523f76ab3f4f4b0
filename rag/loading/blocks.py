"""Blocks of a text (paragraphs, headings, rows) -> a page whose headings know their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.records import Heading, Page
from rag.text.normalize import normalize_line


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page to be; `level` counts from 1 for headings and is 0 for all else."""

    text: str
    level: int = 0


def page_of(blocks: Iterable[Block], number: int = 1) -> Page:
    """A page of one line a block, an empty line before each heading."""
    lines: list[str] = []
    headings: list[Heading] = []
    length = 0
    for block in blocks:
        text = normalize_line(block.text)
        if not text:
            continue
        if block.level and lines:
            lines.append("")
            length += 1
        if block.level:
            headings.append(Heading(text, block.level, length, length + len(text)))
        lines.append(text)
        length += len(text) + 1
    return Page(number, "\n".join(lines), tuple(headings))


def row_of(cells: Sequence[str]) -> str:
    """A table row as one line: `cell | cell`; an empty row gives an empty text."""
    texts = [normalize_line(cell) for cell in cells]
    return " | ".join(texts) if any(texts) else ""
