"""PDF through PDFium, and through pypdf where PDFium fails."""

import ctypes
import io
import logging
from dataclasses import replace

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
import regex
from pypdf.errors import PyPdfError

from rag.errors import DocumentError, EmptyDocument, UnreadableDocument
from rag.loading.blocks import page_of
from rag.loading.layout import Line, blocks_of, look_of, running_lines
from rag.loading.reading_order import NEEDS_CARE, careful_text, replacements_of
from rag.records import LoadedText, Page
from rag.text.normalize import normalize, normalize_line

# PDFium puts this sign for a hyphen at a line's end, and no line end after it.
_HYPHEN = "\ufffe"
_LINE = regex.compile(rf"[^\r\n{_HYPHEN}]+{_HYPHEN}?")
_JUNK_TITLE = regex.compile(
    r"microsoft word - |\P{L}*$|untitled|document\d*$|\S+\.(?:docx?|html?|indd|pdf|tmp|qxd|rtf|xlsx?)$", regex.I
)


def load_pdf(data: bytes, max_pages: int = 5000) -> LoadedText:
    """The pages, with their physical numbers from 1; notes name those that have no text layer.

    EmptyDocument("no-text") if none has one; UnreadableDocument if the file needs a password, is damaged or has
    more than `max_pages`.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise _encrypted() from error
        return _load_with_pypdf(data, max_pages)
    try:
        _check_count(len(document), max_pages)
        title = document.get_metadata_value("Title")
        pages, pictures = _read_pages(document, data)
    finally:
        document.close()
    return _checked(title, pages, pictures)


def _read_pages(document: pypdfium2.PdfDocument, data: bytes) -> tuple[tuple[Page, ...], list[int]]:
    """The pages, and the numbers of those that show something but have no text."""
    lines: list[list[Line]] = []
    failed: list[int] = []
    drawn: list[int] = []
    for index in range(len(document)):
        try:
            page_lines, shows_something = _lines(document, index)
        except pypdfium2.PdfiumError:
            page_lines, shows_something = [], True
            failed.append(index)
        lines.append(page_lines)
        if shows_something:
            drawn.append(index)
    running = running_lines(lines)
    look = look_of(lines)
    pages = [
        page_of(blocks_of([line for i, line in enumerate(page) if (index, i) not in running], look), index + 1)
        for index, page in enumerate(lines)
    ]
    for index, text in _texts_by_pypdf(data, failed).items():
        pages[index] = Page(index + 1, text)
    return tuple(pages), [index + 1 for index in drawn if not lines[index] and not pages[index].text]


def _lines(document: pypdfium2.PdfDocument, index: int) -> tuple[list[Line], bool]:
    """A page's lines, and whether anything is drawn on it."""
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            return _measured(page, text_page), pdfium.FPDFPage_CountObjects(page.raw) > 0
        finally:
            text_page.close()
    finally:
        page.close()


def _measured(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> list[Line]:
    """The lines with their boxes, read at their first and last characters."""
    text = text_page.get_text_range()
    exact = len(text.encode("utf-16-le")) // 2 == len(text) == text_page.count_chars()
    replacements = replacements_of(page, text) if exact and NEEDS_CARE.search(text) else None
    lines: list[Line] = []
    for found in _LINE.finditer(text):
        written = found[0].strip()
        if not written:
            continue
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        end = start + len(written) - 1
        line_text = written.replace(_HYPHEN, "-")
        if not exact:
            lines.append(Line(line_text, 0.0, 0.0, 0.0, 0.0, 0.0))
            continue
        boxes = (_box(text_page, start), _box(text_page, end))
        left, right = min(box[0] for box in boxes), max(box[1] for box in boxes)
        if replacements and NEEDS_CARE.search(written):
            line_text, left, right = careful_text(text_page, replacements, start=start, count=len(written))
        size, bold = _font(text_page, start)
        bold = min(bold, _font(text_page, end)[1])
        if line_text:
            line = Line(line_text, left, right, base=boxes[0][2], size=size, bold=bold)
            lines[-1:] = _one_line(lines[-1], line) if lines and replacements else [*lines[-1:], line]
    return lines


def _one_line(before: Line, line: Line) -> list[Line]:
    """Two lines, or one if they stand side by side: PDFium cuts a line at letters that it reads twice."""
    gap = line.left - before.right
    if abs(line.base - before.base) > 1 or not -1 < gap < line.size:
        return [before, line]
    text = before.text + (" " if gap > 0.2 * line.size else "") + line.text
    return [replace(before, text=text, right=line.right)]


def _box(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float]:
    """Left and right edge and base line of a character."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    pdfium.FPDFText_GetCharBox(text_page.raw, index, left, right, bottom, top)
    pdfium.FPDFText_GetCharOrigin(text_page.raw, index, x, y)
    return left.value, right.value, y.value


def _font(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float]:
    """Size in points as drawn, and weight, of a character."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page.raw, index, matrix)
    scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
    size = pdfium.FPDFText_GetFontSize(text_page.raw, index) * scale
    return round(size, 1), float(pdfium.FPDFText_GetFontWeight(text_page.raw, index))


def _load_with_pypdf(data: bytes, max_pages: int) -> LoadedText:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _encrypted()
        _check_count(len(reader.pages), max_pages)
        title = reader.metadata.title if reader.metadata else None
        pages = tuple(
            Page(number, normalize(page.extract_text())) for number, page in enumerate(reader.pages, start=1)
        )
    except DocumentError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise UnreadableDocument(
            "corrupt",
            f"The PDF is damaged and cannot be read ({type(error).__name__}).",
            "Check that it was copied whole and opens on your machine, and save it anew.",
        ) from error
    return _checked(title, pages, [page.number for page in pages if not page.text])


def _texts_by_pypdf(data: bytes, failed: list[int]) -> dict[int, str]:
    """The text of the pages that PDFium failed on, as far as pypdf can read them."""
    if not failed:
        return {}
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    texts: dict[int, str] = {}
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        for index in failed:
            texts[index] = normalize(reader.pages[index].extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        return texts
    return texts


def _checked(title: str | None, pages: tuple[Page, ...], pictures: list[int]) -> LoadedText:
    if not any(page.text for page in pages):
        if not pictures:
            raise EmptyDocument(
                "empty", "The PDF has no pages, or blank ones.", "Check that it is the right file."
            )
        raise EmptyDocument(
            "no-text",
            "The PDF has no text layer: its pages are pictures.",
            "Run text recognition (OCR) over it and add the result.",
        )
    title = normalize_line(title or "")
    shown = None if not title or _JUNK_TITLE.match(title) else title
    return LoadedText(shown, pages, paged=True, notes=_note(pictures))


def _note(pictures: list[int]) -> tuple[str, ...]:
    if not pictures:
        return ()
    subject = f"Page {pictures[0]} has" if len(pictures) == 1 else f"Pages {_ranges(pictures)} have"
    return (f"{subject} no text layer: nothing there can be found. Run text recognition (OCR) if it matters.",)


def _ranges(numbers: list[int]) -> str:
    """Numbers in words: 3, 7-9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _check_count(count: int, max_pages: int) -> None:
    if count > max_pages:
        raise UnreadableDocument(
            "too-large",
            f"The PDF has {count} pages, more than the {max_pages} allowed.",
            "Split it, or raise the setting loading.max_pages.",
        )


def _encrypted() -> UnreadableDocument:
    return UnreadableDocument(
        "encrypted", "The PDF is locked with a password.", "Save a copy without the password and add that."
    )
