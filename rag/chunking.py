"""Pages -> chunks: whole sentences of one section of one page, sized for the embedder."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import regex

from rag.records import Chunk, Document, Heading, Page, Span
from rag.settings import ChunkingSettings
from rag.text.language import detect_language, script_of
from rag.text.sentences import split_sentences

# A letter of these scripts carries as much as this many Latin ones.
_HEAVY: Final = 2.5
_HEAVY_LETTERS = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u3001-\u303f\uff00-\uffef]"
)
_CHARACTERS_PER_TOKEN: Final = 3.0
_SMALLEST_SHARE: Final = 0.2
# A repeated sentence longer than this is left out.
_LARGEST_REPEAT: Final = 0.35
_CLAUSE_END = regex.compile(r"[,;:，；：、،؛)\]）】»”–—] ?|\. ")
_BLANK = regex.compile(r"\s+")
_LETTER = regex.compile(r"\p{L}")
_LETTERS_TO_TELL: Final = 60
_LANGUAGE_SAMPLE: Final = 300
_LONGEST_HEADING: Final = 200
_LONGEST_LEAD_IN: Final = 100
_BORDER: Final = " › "


def chunk_document(document: Document, settings: ChunkingSettings, max_tokens: int | None) -> list[Chunk]:
    """The document's chunks in reading order: `page.text[start:end] == text`, every character but blanks covered.

    A chunk never crosses a page or a heading; neighbours of one section share `overlap_sentences` sentences.
    Equal documents give equal chunks, ids included.
    """
    size = float(settings.size)
    if max_tokens is not None:
        size = min(size, max_tokens * _CHARACTERS_PER_TOKEN)
    size = max(size, 40.0)
    chunks: list[Chunk] = []
    above: list[Heading] = []
    for page in document.pages:
        for section, headings in _sections(page, above):
            above = headings
            for span in _spans(page.text, section, document.info.language, size, settings.overlap_sentences):
                chunks.append(_chunk(document, page, span, position=len(chunks), headings=headings))
    return chunks


def _sections(page: Page, above: list[Heading]) -> Iterator[tuple[Span, list[Heading]]]:
    """Ranges of a page between its headings (each with its heading in it), and the headings over each.

    Headings with nothing between them share a section, so that no chunk is a lone heading.
    """
    headings = list(above)
    start = 0
    for heading in page.headings:
        before = page.text[start : heading.start].strip()
        # A few words over a document's first heading (a running header, a date) are no section of their own.
        lead_in = not headings and len(before) < _LONGEST_LEAD_IN
        if before and not lead_in and not _only_headings(page, start, heading.start):
            yield Span(start, heading.start), list(headings)
            start = heading.start
        headings = [*(upper for upper in headings if upper.level < heading.level), heading]
    yield Span(start, len(page.text)), list(headings)


def _only_headings(page: Page, start: int, end: int) -> bool:
    inside = [heading for heading in page.headings if start <= heading.start < end]
    rest = "".join(
        page.text[a:b]
        for a, b in zip([start, *(h.end for h in inside)], [*(h.start for h in inside), end], strict=True)
    )
    return bool(inside) and not rest.strip()


def _spans(text: str, section: Span, language: str, size: float, overlap: int) -> list[Span]:
    """The chunks of a section: sentences packed up to the size, the last ones of a chunk repeated in the next."""
    sentences = [
        piece
        for sentence in split_sentences(text[section.start : section.end], language)
        for piece in _pieces(text, Span(section.start + sentence.start, section.start + sentence.end), size)
    ]
    if not sentences:
        return []
    weights = [_weight(text[sentence.start : sentence.end]) for sentence in sentences]
    cuts = _packed(weights, size, overlap)
    if len(cuts) > 1 and sum(weights[slice(*cuts[-1])]) < _SMALLEST_SHARE * size:
        cuts = _with_last_merged(cuts, weights, size)
    spans: list[Span] = []
    for first, last in cuts:
        begin = _with_overlap(first, weights[:last], size, overlap)
        spans.append(Span(sentences[begin].start, sentences[last - 1].end))
    return spans


def _packed(weights: Sequence[float], size: float, overlap: int) -> list[tuple[int, int]]:
    """Ranges of sentences, each as full as fits with the sentences it repeats."""
    cuts: list[tuple[int, int]] = []
    first = 0
    while first < len(weights):
        last = first + 1
        total = sum(weights[_with_overlap(first, weights[:last], size, overlap) : last])
        while last < len(weights) and total + weights[last] <= size:
            total += weights[last]
            last += 1
        cuts.append((first, last))
        first = last
    return cuts


def _with_overlap(first: int, weights: Sequence[float], size: float, overlap: int) -> int:
    """Where a chunk of the sentences from `first` to the end of `weights` begins, repeated ones included."""
    begin = first
    while begin > 0 and first - begin < overlap:
        repeated = sum(weights[begin - 1 : first])
        if repeated > _LARGEST_REPEAT * size or repeated + sum(weights[first:]) > size:
            break
        begin -= 1
    return begin


def _with_last_merged(cuts: list[tuple[int, int]], weights: Sequence[float], size: float) -> list[tuple[int, int]]:
    """A tiny last chunk joins the one before if that fits, else takes sentences from it."""
    (first, middle), (_, last) = cuts[-2:]
    if sum(weights[first:last]) <= size:
        return [*cuts[:-2], (first, last)]
    while middle - 1 > first and sum(weights[middle:last]) < sum(weights[first:middle]) / 2:
        middle -= 1
    return [*cuts[:-2], (first, middle), (middle, last)]


def _pieces(text: str, sentence: Span, size: float) -> Iterator[Span]:
    """A sentence, cut at clause ends or blanks (or anywhere) where it is longer than a chunk."""
    start = sentence.start
    while start < sentence.end:
        end = _reach(text, start, sentence.end, size)
        if end < sentence.end:
            end = _last_border(text, start, end)
        trimmed = text[start:end].rstrip()
        if trimmed.strip():
            skipped = len(trimmed) - len(trimmed.lstrip())
            yield Span(start + skipped, start + len(trimmed))
        start = end


def _reach(text: str, start: int, end: int, size: float) -> int:
    """The furthest place whose text from `start` weighs no more than `size`, at least one character on."""
    if end - start <= size / _HEAVY:
        return end
    total = 0.0
    piece = text[start : min(end, start + int(size) + 1)]
    for offset, letter in enumerate(piece):
        total += _HEAVY if _HEAVY_LETTERS.match(letter) else 1.0
        if total > size:
            return start + max(1, offset)
    return start + len(piece)


def _last_border(text: str, start: int, end: int) -> int:
    """Where to cut before `end`: after the second half's last clause, else its last blank, else at `end`."""
    half = start + (end - start) // 2
    for border in (_CLAUSE_END, _BLANK):
        places = [found.end() for found in border.finditer(text, half, end)]
        if places:
            return int(places[-1])
    return end


def _weight(text: str) -> float:
    return len(text) + (_HEAVY - 1) * len(_HEAVY_LETTERS.findall(text)) + 1


def _chunk(document: Document, page: Page, span: Span, *, position: int, headings: Sequence[Heading]) -> Chunk:
    text = page.text[span.start : span.end]
    return Chunk(
        id=_chunk_id(document.info.id, page.number, span),
        document_id=document.info.id,
        position=position,
        page=page.number,
        start=span.start,
        end=span.end,
        text=text,
        heading=_heading_path(headings),
        language=_chunk_language(text, document.info.language),
    )


def _chunk_id(document_id: str, page: int, span: Span) -> str:
    """16 hexadecimal digits whose top bit is 0, so that the number fits a signed 64-bit integer."""
    digest = hashlib.sha256(f"{document_id}\n{page}\n{span.start}\n{span.end}".encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') & 0x7FFF_FFFF_FFFF_FFFF:016x}"


def _heading_path(headings: Sequence[Heading]) -> str | None:
    """The innermost heading after as many of its parents as stay readable."""
    path = ""
    for heading in reversed(headings):
        longer = f"{heading.text}{_BORDER}{path}" if path else heading.text
        if path and len(longer) > _LONGEST_HEADING:
            break
        path = longer
    return path or None


def _chunk_language(text: str, language: str) -> str:
    """The document's language unless the chunk is long enough to tell that it is in another one."""
    if len(_LETTER.findall(text)) < _LETTERS_TO_TELL and script_of(text) in ("latin", "none"):
        return language
    found = detect_language(text[:_LANGUAGE_SAMPLE], hint=(language,))
    return language if found == "und" else found
