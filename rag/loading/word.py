"""DOCX: paragraphs, headings, lists and tables in order, as a reader sees them with all changes accepted."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from rag.errors import UnreadableDocument
from rag.loading.blocks import Block, page_of, row_of
from rag.loading.numbering import Numbering
from rag.records import LoadedText
from rag.text.normalize import normalize_line

# A text file packs about 10 times; more than this is made to fill the memory.
_LARGEST_UNPACKED: Final = 300 << 20
_LARGEST_XML: Final = 80 << 20
_MOST_FILES: Final = 20_000
_DAMAGED: Final = "Open it in Word, save it anew and add it again."
# Deleted text, the second copy of a text box, field codes, comments and notes' marks.
_SKIPPED: Final = frozenset(
    {qn(tag) for tag in ("w:del", "w:moveFrom", "w:instrText", "w:commentReference", "w:rPr", "w:pPr")}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_BREAKS: Final = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_CONTAINERS: Final = frozenset(
    {qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")}
)


def load_docx(data: bytes, max_pages: int = 1) -> LoadedText:
    """The body as one page, footnotes at its end; headers, footers and comments are left out."""
    _check_sizes(data)
    try:
        document = docx.Document(io.BytesIO(data))
        styles = _heading_levels(document)
        numbering = Numbering(document)
        blocks = [*_blocks(document.element.body, styles, numbering), *_notes(document, styles, numbering)]
        title = normalize_line(document.core_properties.title or "")
    except (OpcError, XMLSyntaxError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise UnreadableDocument(
            "corrupt", f"The DOCX is damaged and cannot be read ({type(error).__name__}).", _DAMAGED
        ) from error
    titles = [block.text for block in blocks if block.level == -1]
    page = page_of(Block(block.text, 1 if block.level == -1 else block.level) for block in blocks)
    return LoadedText(title or (normalize_line(titles[0]) if titles else None), (page,), paged=False)


def _check_sizes(data: bytes) -> None:
    """The sizes that the ZIP directory claims, before anything is unpacked; zipfile stops a file that lies."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise UnreadableDocument("corrupt", "The DOCX is damaged: it is no whole ZIP file.", _DAMAGED) from error
    largest = max((entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))), default=0)
    total = sum(entry.file_size for entry in entries)
    if total > _LARGEST_UNPACKED or largest > _LARGEST_XML or len(entries) > _MOST_FILES:
        raise UnreadableDocument(
            "too-large",
            f"The DOCX unpacks to {total >> 20} MB, more than is read from one file.",
            "Split it, or take out its pictures.",
        )


def _heading_levels(document: Any) -> dict[str, int]:
    """Style id -> heading level, by the outline level of the style or of those it is based on; -1 for a title."""
    levels: dict[str, int] = {}
    by_id = {style.style_id: style for style in document.styles}
    for style_id, style in by_id.items():
        name = (style.name or "").lower()
        if name == "title":
            levels[style_id] = -1
        seen: set[str] = set()
        while style is not None and style.style_id not in seen and style_id not in levels:
            seen.add(style.style_id)
            level = _outline_level(style.element)
            if level is not None:
                levels[style_id] = level
            base = style.element.find(qn("w:basedOn"))
            style = by_id.get(base.get(qn("w:val"))) if base is not None else None
    return {style_id: level for style_id, level in levels.items() if level}


def _outline_level(element: Any) -> int | None:
    """The level from 1 to 9, 0 for body text, None if nothing is said."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if found is None:
        return None
    level = int(found.get(qn("w:val"), "9"))
    return level + 1 if level < 9 else 0


def _blocks(parent: Any, styles: dict[str, int], numbering: Numbering) -> Iterator[Block]:
    for element in parent:
        if element.tag == qn("w:p"):
            yield from _paragraph(element, styles, numbering)
        elif element.tag == qn("w:tbl"):
            yield from _rows(element, styles, numbering)
        elif element.tag in _CONTAINERS:
            yield from _blocks(element, styles, numbering)


def _paragraph(element: Any, styles: dict[str, int], numbering: Numbering) -> Iterator[Block]:
    boxes: list[Any] = []
    text = "".join(_texts(element, boxes))
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    style_id = style.get(qn("w:val")) if style is not None else None
    level = _outline_level(element)
    if level is None:
        level = styles.get(style_id or "", 0)
    if text.strip():
        label = numbering.label(element, style_id)
        yield Block(f"{label} {text}" if label else text, level)
    for box in boxes:
        yield from _blocks(box, styles, numbering)


def _texts(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The pieces of a paragraph's text; text boxes found inside are put aside."""
    for child in element:
        tag = child.tag
        if tag in _SKIPPED:
            continue
        if tag == qn("w:t"):
            yield child.text or ""
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag == qn("w:txbxContent"):
            boxes.append(child)
        elif tag == qn("w:footnoteReference"):
            yield f" [{child.get(qn('w:id'))}]"
        else:
            yield from _texts(child, boxes)


def _rows(table: Any, styles: dict[str, int], numbering: Numbering) -> Iterator[Block]:
    for row in _children(table, "w:tr"):
        cells = [
            " ".join(block.text for block in _blocks(cell, styles, numbering)) for cell in _children(row, "w:tc")
        ]
        text = row_of(cells)
        if text:
            yield Block(text)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of a tag, also those in content controls and tracked insertions."""
    for child in parent:
        if child.tag == qn(tag):
            if tag != "w:tr" or child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield child
        elif child.tag in _CONTAINERS:
            yield from _children(child, tag)


def _notes(document: Any, styles: dict[str, int], numbering: Numbering) -> Iterator[Block]:
    """Footnotes and endnotes, each with the number its reference in the text shows."""
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for relation in document.part.rels.values():
            if relation.reltype != kind or relation.is_external:
                continue
            for note in parse_xml(relation.target_part.blob):
                if note.get(qn("w:type")) not in (None, "normal"):
                    continue
                text = " ".join(block.text for block in _blocks(note, styles, numbering))
                if text.strip():
                    yield Block(f"[{note.get(qn('w:id'))}] {text}")
