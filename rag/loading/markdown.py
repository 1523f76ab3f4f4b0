"""Markdown: headings found, marks reduced to their text, tables as rows."""

from collections.abc import Iterator

import regex

from rag.loading.blocks import Block, page_of, row_of
from rag.loading.plain import decode
from rag.records import LoadedText
from rag.text.normalize import normalize_line

_FRONT_MATTER = regex.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", regex.S)
_FRONT_TITLE = regex.compile(r"^title[ \t]*:[ \t]*(['\"]?)(.+?)\1[ \t]*$", regex.M | regex.I)
_FENCE = regex.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = regex.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = regex.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = regex.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ROW_RULE = regex.compile(r"[ \t]*\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-{1,}:?[ \t]*)*\|?[ \t]*$")
_ITEM = regex.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_BULLET = regex.compile(r"[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTE = regex.compile(r"(?: {0,3}>[ \t]?)+")
_CELL_BORDER = regex.compile(r"(?<!\\)\|")
_COMMENT = regex.compile(r"<!--.*?-->", regex.S)
_DEFINITION = regex.compile(r" {0,3}\[[^\]\n]+\]:[ \t]*\S+.*$")
_ESCAPED = regex.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
# Escaped signs wait here, in the private use area, until the marks are gone.
_ASIDE = 0xE000
_MARKS = (
    (regex.compile(r"!\[([^\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"), r"\1"),
    (regex.compile(r"(?<!!)\[([^\]\n]+)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"), r"\1"),
    (regex.compile(r"\[([^\]\n]+)\]\[[^\]\n]*\]"), r"\1"),
    (regex.compile(r"<((?:https?://|mailto:)[^>\s]+)>"), r"\1"),
    (
        regex.compile(
            r"</?(?:br|b|i|u|em|strong|span|div|p|sup|sub|a|img|small|center|kbd|details|summary)\b[^>\n]*>",
            regex.I,
        ),
        " ",
    ),
    (regex.compile(r"(`+)(.+?)\1"), r"\2"),
    (regex.compile(r"\*{1,3}(?=\S)([^*\n]+?)(?<=\S)\*{1,3}"), r"\1"),
    (regex.compile(r"(?<![\p{L}\p{N}_])_{1,3}(?=\S)([^_\n]+?)(?<=\S)_{1,3}(?![\p{L}\p{N}_])"), r"\1"),
    (regex.compile(r"~~(?=\S)([^~\n]+?)~~"), r"\1"),
)


def load_markdown(data: bytes, max_pages: int = 1) -> LoadedText:
    """A Markdown file as one page; the title is front matter's, else the first heading's."""
    text, note = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title = None
    front = _FRONT_MATTER.match(text)
    if front:
        found = _FRONT_TITLE.search(front[1])
        title = normalize_line(found[2]) if found else None
        text = text[front.end() :]
    page = page_of(_blocks(_COMMENT.sub("", text).split("\n")))
    return LoadedText(title, (page,), paged=False, notes=(note,) if note else ())


def _blocks(lines: list[str]) -> Iterator[Block]:
    paragraph: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip("`~ \t"):
                fence = ""
            else:
                yield Block(line)
            continue
        if mark:
            yield from _paragraph(paragraph)
            paragraph = []
            fence = mark[1]
            continue
        line = _QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line
        special = _special(line, paragraph)
        if special is None:
            paragraph.append(line)
            continue
        if not (_UNDERLINE.match(line) and special and special[0].level):
            yield from _paragraph(paragraph)
        paragraph = []
        if _ITEM.match(line) and not special:
            paragraph = [_BULLET.sub("- ", line)]
        yield from special
    yield from _paragraph(paragraph)


def _special(line: str, paragraph: list[str]) -> list[Block] | None:
    """The blocks that a line of its own kind gives (perhaps none); None for a line of running text."""
    if not line.strip():
        return []
    heading = _HEADING.match(line)
    if heading:
        return [Block(_plain(heading[2]), len(heading[1]))]
    underline = _UNDERLINE.match(line)
    if underline and paragraph and not _ITEM.match(paragraph[0]):
        return [Block(_plain(" ".join(paragraph)), 1 if underline[1][0] == "=" else 2)]
    if _RULE.match(line) or _DEFINITION.match(line) or ("|" in line and _ROW_RULE.match(line)):
        return []
    if _ITEM.match(line):
        return []
    if line.lstrip().startswith("|") or len(_CELL_BORDER.findall(line)) >= 2:
        cells = _CELL_BORDER.split(line.strip().strip("|"))
        return [Block(row_of([_plain(cell) for cell in cells]))]
    return None


def _paragraph(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield Block(_plain("\n".join(line.strip() for line in lines)))


def _plain(text: str) -> str:
    text = _ESCAPED.sub(lambda found: chr(_ASIDE + ord(found[1])), text)
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    return "".join(chr(ord(sign) - _ASIDE) if _ASIDE < ord(sign) < _ASIDE + 128 else sign for sign in text)
