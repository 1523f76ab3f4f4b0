"""TXT and Markdown; encodings are detected, and one in doubt is an error that names the candidates."""

import codecs

import regex
from charset_normalizer import from_bytes

from rag.errors import UnreadableDocument
from rag.records import LoadedText, Page
from rag.text.normalize import normalize

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def load_text(data: bytes, max_pages: int = 1) -> LoadedText:
    """A text file: one page, paragraphs one line each."""
    text, note = decode(data)
    page = Page(1, normalize(text))
    return LoadedText(None, (page,), paged=False, notes=(note,) if note else ())


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, str | None]:
    """The text of bytes and, if its encoding had to be found out, a note that names it.

    A byte-order mark decides, then the declared encoding, then strict UTF-8, then UTF-16 by its zero bytes, then
    charset_normalizer. UnreadableDocument("encoding-unsure") if several readings remain.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), None
    for encoding in filter(None, (declared, "utf-8")):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text, None
    wide = _wide_encoding(data)
    if wide:
        return _strict(data, wide), f"The encoding was not marked; it was read as {wide.upper()}."
    if len(_BINARY.findall(data[:10_000])) > len(data[:10_000]) // 100:
        raise UnreadableDocument(
            "corrupt", "The file holds no text but binary data.", "Give the original document."
        )
    return _guessed(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            "corrupt", f"The file is marked as {encoding.upper()} but holds other bytes.", "Save it anew as UTF-8."
        ) from error


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: zero bytes, or Latin blanks and line ends, stand at every other place."""
    even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
    half = max(1, len(data[:4000]) // 2)
    if max(even, odd) < 0.02 * half or min(even, odd) > 0.1 * max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return encoding


def _guessed(data: bytes) -> tuple[str, str | None]:
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        raise _unsure([])
    return str(best), f"The encoding was not marked; it was read as {best.encoding}."


def _unsure(candidates: list[str]) -> UnreadableDocument:
    named = f" It may be {', '.join(candidates)}." if candidates else ""
    return UnreadableDocument(
        "encoding-unsure", f"The encoding of the file is not clear.{named}", "Save it as UTF-8 and add it again."
    )
