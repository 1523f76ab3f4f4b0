"""TXT and Markdown; encodings are detected, and one in doubt is an error that names the candidates."""

import codecs
import math
from collections.abc import Iterator
from typing import Final

import regex
from charset_normalizer import from_bytes

from rag.errors import UnreadableDocument
from rag.records import Heading, LoadedText, Page
from rag.text.language import likelihood
from rag.text.normalize import normalize

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# In the order in which equal readings are named.
_NAMES: Final = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp874 koi8-r koi8-u iso8859-15 iso8859-2 iso8859-5 "
    "iso8859-6 iso8859-7 cp866 cp932 euc-jp gb18030 big5 cp949"
)
_ENCODINGS: Final = tuple(_NAMES.split())
_LONGEST_SAMPLE: Final = 20_000
_LONGEST_JUDGED: Final = 1500
_MARGIN: Final = 0.3
_EVIDENCE: Final = 12.0
_LEAST_PLAUSIBLE: Final = -9.0
_IMPOSSIBLE = regex.compile(r"[\x80-\x9f\p{Co}\p{Cn}]")
_MIXED = regex.compile(
    r"\p{L}[\p{S}\p{No}ªº¿¡]\p{L}|[\p{Latin}](?=[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Thai}\p{Han}])"
    r"|[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Thai}](?=\p{Latin})|\p{Ll}\p{Lu}|[ｦ-ﾟ¤]|\p{L}[\u200e\u200f]|\p{Hangul}(?=\p{Han})|\p{Han}(?=\p{Hangul})"
)
_SHIFTS = regex.compile(rb"\x1b\$[@B]")
# Typographer's signs alone: every Western reading of them is this one.
_PUNCTUATED_ASCII = regex.compile(r"[\x00-\x7f‘’‚“”„–—…€£§©®™•·°«»‹›±×½¼¾\xa0]*")
_LONGEST_HEADING: Final = 100
_LETTER = regex.compile(r"\p{L}")
_ENDED = regex.compile(r"[.!。！,;:，；：…|][\"'”’»)]*$")
_NUMBERED = regex.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,5}\.|第\w{1,4}[条章节節]|[一二三四五六七八九十]{1,3}、|§ ?\d+) ?\p{L}"
)
_BINARY = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def load_text(data: bytes, max_pages: int = 1) -> LoadedText:
    """A text file: one page, paragraphs one line each."""
    decoded, note = decode(data)
    text = normalize(decoded)
    headings = tuple(_headings(text))
    first = text.split("\n", 1)[0]
    title = first if _is_short_title(first) else None
    return LoadedText(title, (Page(1, text, headings),), paged=False, notes=(note,) if note else ())


def _headings(text: str) -> Iterator[Heading]:
    """Short lines that end no sentence and stand alone, carry a number or lie between paragraphs."""
    lines = text.split("\n")
    start = 0
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        after = lines[number + 1 : number + 3]
        alone = not before and len(after) == 2 and not after[0]
        opens = not before and (alone or _NUMBERED.match(line) is not None)
        longer = number == 0 or any(len(following) > len(line) for following in after)
        # In a file of one line a paragraph, short lines between long ones.
        between = min(len(before), len(after[0]) if after else 0) > _LONGEST_HEADING
        if ((opens and longer) or between) and _is_short_title(line):
            yield Heading(line, 1 if number == 0 else 2, start, start + len(line))
        start += len(line) + 1


def _is_short_title(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_HEADING and _LETTER.search(line) is not None and not _ENDED.search(line)


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, str | None]:
    """The text of bytes and, if its encoding had to be found out, a note that names it.

    A byte-order mark decides, then the declared encoding, then strict UTF-8, then UTF-16 by its zero bytes, then
    charset_normalizer. UnreadableDocument("encoding-unsure") if several readings remain.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), None
    if _SHIFTS.search(data[:_LONGEST_SAMPLE]):
        return _strict(data, "iso2022-jp"), _found("iso2022-jp")
    for encoding in filter(None, (declared, "utf-8")):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text, None
    wide = _wide_encoding(data)
    if wide:
        return _strict(data, wide), _found(wide)
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
    """The reading that looks most like a language, if it does so by a clear margin.

    charset_normalizer names a candidate more, and its vote doubles the margin.
    """
    western = _decoded(data, "cp1252")
    if western and _PUNCTUATED_ASCII.fullmatch(western):
        return western, _found("cp1252")
    found = from_bytes(data[:_LONGEST_SAMPLE]).best()
    voted = found.encoding if found else None
    sample = _telling_lines(data)
    readings: dict[str, str] = {}
    for encoding in (*_ENCODINGS, *([voted] if voted else [])):
        try:
            text = sample.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _IMPOSSIBLE.search(text):
            readings.setdefault(text, encoding)
    scores = {encoding: _plausibility(text) for text, encoding in readings.items()}
    ranked = sorted(scores, key=lambda encoding: (-scores[encoding], encoding))
    if not ranked:
        raise _unsure([])
    best = ranked[0]
    same_as_voted = voted is not None and readings.get(_decoded(sample, voted) or "") == best
    margin = scores[best] - scores[ranked[1]] if len(ranked) > 1 else math.inf
    length = min(_LONGEST_JUDGED, sum(not chr(byte).isascii() for byte in sample))
    if not _is_clear(margin * (2 if same_as_voted else 1), length) or scores[best] < _LEAST_PLAUSIBLE:
        raise _unsure([encoding for encoding in ranked if scores[encoding] > scores[best] - 2 * _MARGIN][:4])
    whole = _decoded(data, best)
    if whole is None:
        raise _unsure(ranked[:4])
    return whole, _found(best)


def _found(encoding: str) -> str:
    return f"The encoding was not marked; it was found to be {encoding.upper()}."


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _telling_lines(data: bytes) -> bytes:
    """The first lines that hold more than ASCII, where encodings differ."""
    lines: list[bytes] = []
    length = 0
    for line in data.splitlines():
        if not line.isascii() and length < _LONGEST_SAMPLE:
            lines.append(line)
            length += len(line)
    return b"\n".join(lines)


def _plausibility(text: str) -> float:
    """Likeness to a language of the words that are not ASCII, less for signs and scripts mixed within words."""
    words = " ".join(word for word in text.split() if not word.isascii())[:_LONGEST_JUDGED]
    return likelihood(text, words) - 20 * len(_MIXED.findall(words)) / max(1, len(words))


def _is_clear(margin: float, length: int) -> bool:
    """A wide margin, or a narrow one that holds over many letters."""
    return margin >= _MARGIN or (margin >= _MARGIN / 6 and margin * length >= _EVIDENCE)


def _unsure(candidates: list[str]) -> UnreadableDocument:
    named = f" It may be {', '.join(name.upper() for name in candidates)}." if candidates else ""
    return UnreadableDocument(
        "encoding-unsure", f"The encoding of the file is not clear.{named}", "Save it as UTF-8 and add it again."
    )
