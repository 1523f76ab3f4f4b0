"""HTML: the main text by trafilatura, or all visible text where that would lose too much of it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import lxml.html
import regex
from lxml.etree import ParserError, XMLSyntaxError
from trafilatura import bare_extraction

from rag.errors import UnreadableDocument
from rag.loading.blocks import Block, page_of, row_of
from rag.loading.plain import decode
from rag.records import LoadedText
from rag.text.normalize import normalize_line

_CHARSET = regex.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.-]+)",
    regex.I,
)
_XML_DECLARATION = regex.compile(r"^\s*<\?xml[^>]*\?>")
# Browsers read these names as the wider encodings (WHATWG Encoding Standard).
_WIDER: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252",
    "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-9": "cp1254", "tis-620": "cp874",
    "windows-874": "cp874", "iso-8859-11": "cp874", "utf8": "utf-8",
}  # fmt: skip
_UNSEEN_WORDS: Final = (
    "script style noscript template svg math canvas iframe object embed audio video head select option "
    "datalist button input textarea dialog"
)
_UNSEEN: Final = frozenset(_UNSEEN_WORDS.split())
_FRAME: Final = frozenset(["nav", "footer", "aside", "form", "menu"])
_FRAME_ROLES: Final = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog"]
)
_HIDDEN_STYLE = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_BLOCKS_WORDS: Final = (
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 "
    "h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul br form "
    "nav footer aside"
)
_BLOCKS: Final = frozenset(_BLOCKS_WORDS.split())
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LETTER = regex.compile(r"[\p{L}\p{N}]")
# Under this share of the page's prose, the main text is not trusted to be all that matters.
_ENOUGH: Final = 0.7
_DEEPEST: Final = 400


def load_html(data: bytes, max_pages: int = 1) -> LoadedText:
    """A web page as one page; scripts, hidden text, menus and footers are left out, links keep their text only."""
    found = _CHARSET.search(data[:4096])
    declared = (found[1] or found[2]).decode("ascii").lower() if found else None
    text, note = decode(data, declared=_WIDER.get(declared or "", declared))
    text = _XML_DECLARATION.sub("", text.replace("\0", ""))
    try:
        root = lxml.html.document_fromstring(text) if text.strip() else None
    except (ParserError, XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            "corrupt", "The HTML cannot be read.", "Open it in a browser and save it anew."
        ) from error
    if root is None:
        return LoadedText(None, (page_of([]),), paged=False)
    title = _title(root)
    _drop_unseen(root)
    seen = list(_visible(root))
    main = list(_main(root))
    blocks = main if main and _letters(main) >= _ENOUGH * _prose(root) else seen
    page = page_of(blocks)
    first = next((heading.text for heading in page.headings if heading.level == 1), "")
    # A page's title often carries the site's name behind the article's.
    title = first if title and first and first in title else title
    return LoadedText(title, (page,), paged=False, notes=(note,) if note else ())


def _title(root: Any) -> str | None:
    """What the page calls itself: og:title, else <title>; None leaves it to the first heading."""
    for path in ("//meta[@property='og:title']/@content", "//title//text()"):
        title = normalize_line(" ".join(str(part) for part in root.xpath(path)[:1]))
        if title:
            return title
    return None


def _drop_unseen(root: Any) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or _is_hidden(element):
            _drop(element)


def _drop(element: Any) -> None:
    if element.getparent() is None:
        return
    # The text after an element belongs to its parent and stays.
    element.drop_tree()


def _is_hidden(element: Any) -> bool:
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
    )


def _is_frame(element: Any) -> bool:
    return element.tag in _FRAME or element.get("role") in _FRAME_ROLES


def _prose(root: Any) -> int:
    """Letters of the visible text outside links and the page's frame."""
    count = 0
    waiting = [root]
    while waiting:
        element = waiting.pop()
        count += len(_LETTER.findall(element.text or ""))
        for child in element:
            count += len(_LETTER.findall(child.tail or ""))
            if child.tag != "a" and not _is_frame(child):
                waiting.append(child)
    return count


def _letters(blocks: list[Block]) -> int:
    return sum(len(_LETTER.findall(block.text)) for block in blocks)


def _visible(root: Any) -> Iterator[Block]:
    """All visible text outside the page's frame, a block for each block of the page."""
    pieces: list[str] = []

    def flush() -> Iterator[Block]:
        text = normalize_line("".join(pieces))
        pieces.clear()
        if text:
            yield Block(text)

    def walk(element: Any, depth: int) -> Iterator[Block]:
        if _is_frame(element) or depth > _DEEPEST:
            return
        is_block = element.tag in _BLOCKS
        if is_block:
            yield from flush()
        if element.tag in _HEADINGS:
            yield Block(normalize_line(element.text_content()), _HEADINGS[element.tag])
        elif element.tag == "tr" and not element.xpath(".//table"):
            yield Block(row_of([cell.text_content() for cell in element if cell.tag in ("td", "th")]))
        else:
            pieces.append("- " if element.tag == "li" else "")
            pieces.append(_flat(element.text))
            for child in element:
                yield from walk(child, depth + 1)
                pieces.append(_flat(child.tail))
        if is_block:
            yield from flush()

    yield from walk(root, 0)
    yield from flush()


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ")


def _main(root: Any) -> Iterator[Block]:
    """The main text as trafilatura finds it, headings, items and rows as blocks."""
    found = bare_extraction(
        deepcopy(root), favor_recall=True, include_comments=False, include_tables=True, with_metadata=False
    )
    body = getattr(found, "body", None)
    if body is not None:
        for element in body:
            yield from _main_blocks(element)


def _main_blocks(element: Any) -> Iterator[Block]:
    if element.tag == "head":
        rend = element.get("rend") or "h2"
        yield Block(_inner(element), int(rend[1:]) if rend[1:].isdigit() else 2)
    elif element.tag == "table":
        for row in element.iter("row"):
            yield Block(row_of([_inner(cell) for cell in row.iter("cell")]))
    elif element.tag in ("list", "quote", "div", "body") and len(element):
        if (element.text or "").strip():
            yield Block(_flat(element.text))
        for child in element:
            yield from _main_blocks(child)
            if (child.tail or "").strip():
                yield Block(_flat(child.tail))
    else:
        mark = "- " if element.tag == "item" else ""
        for number, line in enumerate(_lines(element)):
            yield Block(mark + line if number == 0 else line)


def _lines(element: Any) -> list[str]:
    """The element's text, cut at line breaks."""
    parts = [_flat(element.text)]
    for child in element.iterdescendants():
        parts.append("\n" if child.tag == "lb" else _flat(child.text))
        parts.append(_flat(child.tail))
    return [line for line in "".join(parts).split("\n") if line.strip()]


def _inner(element: Any) -> str:
    return " ".join(_lines(element))
