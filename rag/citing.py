"""Drafts -> statements with verified quotations: what is not on the stored page is not said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rag.protocols import Embedder
from rag.records import Chunk, Citation, DocumentInfo, Draft, Page, Passage, Span, Statement, Support
from rag.text.names import find_names
from rag.text.negations import denies
from rag.text.sentences import split_sentences
from rag.text.values import find_values, same_value
from rag.text.words import document_terms, romanised

# A statement in other words than its source must share at least this much with the sentence that backs it
# (share of its terms, romanised grams among them), or nothing is quoted for it.
_LEAST_SHARED: Final = 0.1
_LEAST_COSINE: Final = 0.3
_NAME_STEM: Final = 4


@dataclass(frozen=True, slots=True)
class _Quote:
    """A range of a stored page, checked against the chunk that was read."""

    document: DocumentInfo
    chunk: Chunk
    page: Page
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.page.text[self.start : self.end]


def cite(
    drafts: Sequence[Draft],
    passages: Sequence[Passage],
    read_page: Callable[[str, int], Page],
    *,
    embedder: Embedder | None = None,
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """The drafts that can be proven, each with the numbers of its quotations, and the quotations in order.

    Every quotation is `page.text[start:end]` of the page as `read_page(document id, page number)` gives it now.
    A draft is dropped when the page no longer holds what was read, when its values or names are in none of its
    quotations, or when it says no and they do not (or they alone do). A draft in other words than its source gets
    the sentence nearest to it: by `embedder` where one is given, else by shared terms. The same range has one
    number; numbers count from 1.
    """
    known = {chunk.id: (passage.document, chunk) for passage in passages for chunk in passage.chunks}
    numbers: dict[tuple[str, int, int, int], int] = {}
    statements: list[Statement] = []
    citations: list[Citation] = []
    for draft in drafts:
        quotes = _quotes(draft, known, read_page, embedder)
        if not quotes or not _is_quoted(draft, quotes):
            continue
        cited: list[int] = []
        for quote in quotes:
            key = (quote.document.id, quote.page.number, quote.start, quote.end)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(_citation(quote, numbers[key]))
            cited.append(numbers[key])
        statements.append(Statement(draft.text, draft.language, tuple(dict.fromkeys(cited))))
    return tuple(statements), tuple(citations)


def _quotes(
    draft: Draft,
    known: dict[str, tuple[DocumentInfo, Chunk]],
    read_page: Callable[[str, int], Page],
    embedder: Embedder | None,
) -> list[_Quote]:
    """The ranges that back a draft: located ones, its own words where it quotes, else the nearest sentence."""
    verbatim: list[_Quote] = []
    nearby: list[_Quote] = []
    for support in draft.support:
        place = _checked(support, known, read_page)
        if place is None:
            continue
        at = place.text.find(draft.text) if draft.text else -1
        if draft.located:
            verbatim.append(place)
        elif at >= 0:
            start = place.start + at
            verbatim.append(_Quote(place.document, place.chunk, place.page, start, start + len(draft.text)))
        else:
            nearby.extend(_sentences(place))
    if verbatim:
        return verbatim
    return _nearest(draft.text, nearby, embedder)


def _checked(
    support: Support, known: dict[str, tuple[DocumentInfo, Chunk]], read_page: Callable[[str, int], Page]
) -> _Quote | None:
    """The support's range on the stored page, trimmed; None unless the page still holds what was read."""
    if support.chunk_id not in known:
        return None
    document, chunk = known[support.chunk_id]
    if (support.document_id, support.page) != (document.id, chunk.page):
        return None
    page = read_page(document.id, chunk.page)
    start, end = max(support.start, chunk.start), min(support.end, chunk.end)
    if page.text[chunk.start : chunk.end] != chunk.text or start >= end:
        return None
    text = page.text[start:end]
    start += len(text) - len(text.lstrip())
    end = start + len(text.strip())
    return _Quote(document, chunk, page, start, end) if start < end else None


def _sentences(place: _Quote) -> list[_Quote]:
    spans = split_sentences(place.text, place.chunk.language) or [Span(0, len(place.text))]
    return [
        _Quote(place.document, place.chunk, place.page, place.start + span.start, place.start + span.end)
        for span in spans
    ]


def _nearest(text: str, quotes: list[_Quote], embedder: Embedder | None) -> list[_Quote]:
    """The one sentence nearest in meaning, if it is near enough to back the text."""
    if not quotes:
        return []
    if embedder is not None:
        vector = embedder.embed_passages([text])[0]
        likeness = [float(cosine) for cosine in embedder.embed_passages([q.text for q in quotes]) @ vector]
        least = _LEAST_COSINE
    else:
        terms = set(document_terms(text))
        likeness = [_shared(terms, quote.text) for quote in quotes]
        least = _LEAST_SHARED
    best = max(range(len(quotes)), key=lambda at: (likeness[at], -at))
    return [quotes[best]] if likeness[best] >= least else []


def _shared(terms: set[str], text: str) -> float:
    other = set(document_terms(text))
    return len(terms & other) / (len(terms) * len(other)) ** 0.5 if terms and other else 0.0


def _is_quoted(draft: Draft, quotes: list[_Quote]) -> bool:
    """Whether every amount, date, number and name of a draft stands in a quotation, and its no with it."""
    if any(quote.text == draft.text for quote in quotes):
        # Part of a sentence, quoted without its "not", would say the opposite.
        return denies(draft.text, draft.language) or not any(_is_cut_from_a_no(quote) for quote in quotes)
    quoted = [value for quote in quotes for value in find_values(quote.text, quote.chunk.language)]
    values = find_values(draft.text, draft.language)
    if not all(any(same_value(value, other) for other in quoted) for value in values):
        return False
    if draft.located:
        # Whoever located the sentence has looked at names and negations clause by clause.
        return True
    spoken = romanised(" ".join(f"{quote.text} {quote.document.title}" for quote in quotes))
    named = all(_stem(name.text) in spoken for name in find_names(draft.text, draft.language))
    denied = [denies(quote.text, quote.chunk.language) for quote in quotes]
    return named and (any(denied) if denies(draft.text, draft.language) else not all(denied))


def _is_cut_from_a_no(quote: _Quote) -> bool:
    """Whether a quotation is a part, without the no, of a sentence that says no."""
    start, end = quote.start - quote.chunk.start, quote.end - quote.chunk.start
    return any(
        span.start < end
        and start < span.end
        and denies(quote.chunk.text[span.start : span.end], quote.chunk.language)
        for span in split_sentences(quote.chunk.text, quote.chunk.language)
        if (span.start, span.end) != (start, end) and not denies(quote.text, quote.chunk.language)
    )


def _stem(name: str) -> str:
    """The beginning of a name's longest word in Latin letters: it outlives inflection and script."""
    longest = max(romanised(name).split(), key=len, default="")
    return longest[:_NAME_STEM]


def _citation(quote: _Quote, number: int) -> Citation:
    return Citation(
        number=number,
        document=quote.document,
        chunk_id=quote.chunk.id,
        page=quote.page.number if quote.document.paged else None,
        heading=_heading_above(quote.page, quote.start),
        start=quote.start,
        end=quote.end,
        quote=quote.text,
        language=quote.chunk.language,
    )


def _heading_above(page: Page, start: int) -> str | None:
    """The innermost heading that stands above a place on its page."""
    above = [heading for heading in page.headings if heading.end <= start]
    return max(above, key=lambda heading: heading.start).text if above else None
