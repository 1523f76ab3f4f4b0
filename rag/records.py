"""The nouns of the house: page -> chunk -> passage -> statement -> citation. Frozen, no behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters, `start` included, `end` excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and its place in the page's text; `level` counts from 1."""

    text: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page's text, normalized (NFC, line feeds); it never changes after, so offsets stay true."""

    number: int
    text: str
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedText:
    """What a loader makes of bytes; `paged` is false for formats without pages (they give one page).

    `notes` are things a person should know, one line each (pages without text, a guessed encoding).
    """

    title: str | None
    pages: tuple[Page, ...]
    paged: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document's card: `id` is the SHA-256 of its bytes, `name` its path inside the corpus."""

    id: str
    name: str
    title: str
    language: str
    paged: bool
    pages: int = 0
    chunks: int = 0
    size: int = 0
    added: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is stored."""

    info: DocumentInfo
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of the index: `page.text[start:end] == text`, never crossing a page."""

    id: str
    document_id: str
    position: int
    page: int
    start: int
    end: int
    text: str
    heading: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by an index; a higher score is better, everywhere."""

    chunk_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring chunks of one document, joined for reading; `text` is what a reader sees."""

    document: DocumentInfo
    chunks: tuple[Chunk, ...]
    score: float

    @property
    def text(self) -> str:
        """The chunks' texts, overlaps removed."""
        parts = [self.chunks[0].text]
        for before, after in zip(self.chunks, self.chunks[1:], strict=False):
            overlap = before.end - after.start if before.page == after.page else 0
            parts.append(after.text[overlap:] if overlap > 0 else "\n" + after.text)
        return "".join(parts)

    @property
    def page(self) -> int:
        """The page on which the passage begins."""
        return self.chunks[0].page


@dataclass(frozen=True, slots=True)
class Support:
    """A place that backs a draft: a range of one page of one document."""

    document_id: str
    chunk_id: str
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator claims; it reaches a person only after a quotation was found for it.

    `located`: the support is the very sentence that proves the text, and is quoted as it is.
    """

    text: str
    language: str
    support: tuple[Support, ...]
    short: str | None = None
    located: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quotation: `quote` is the page's own characters from `start` to `end`.

    `translation` was made by a machine (`translated_by`); `translation_note` says, in the answer's language, what
    in it has to be compared with the quote. `dated` is the day that the document bears (2025-06-27), if it does.
    """

    number: int
    document: DocumentInfo
    chunk_id: str
    page: int | None
    heading: str | None
    start: int
    end: int
    quote: str
    language: str
    translation: str | None = None
    translated_by: str | None = None
    translation_note: str | None = None
    dated: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A draft for which a quotation was found; `citations` are numbers."""

    text: str
    language: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """A direct answer: `text` exactly as in the source, `local` as the asker says it, where that differs."""

    text: str
    local: str | None
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """A sentence that was considered as the answer; `parts` are what its score is made of, by name."""

    document: str
    page: int | None
    text: str
    score: float
    parts: tuple[tuple[str, float], ...] = ()
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """How an answer came about, or none: what was asked, which sentences were considered, and why it ended so.

    `question` is the one that was judged, `searched` the one that was searched for; `type` is one of
    `asking.QUESTION_TYPES` or `other`; `sureness` and `floor` go from 0 to 1, no sureness = nothing to judge.
    `why` is one line in the asker's language.
    """

    question: str
    language: str
    type: str
    sureness: float | None
    floor: float
    why: str
    candidates: tuple[Considered, ...] = ()
    searched: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question; no statements = not found, which is an answer and not an error.

    `text` is the whole answer as a person reads it, in `language`; `notes` are one line each, in `language`;
    `passages` are the nearest places, best first, whether or not they answer. `model` names who wrote the
    statements, empty where they are quotations. `shorts` has more than one where the documents give different
    values; `short` is the first. `account` tells how the quotations were chosen.
    """

    question: str
    language: str
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    short: str | None = None
    mode: str = "extractive"
    model: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    generation: str = ""
    shorts: tuple[Short, ...] = ()
    account: Account | None = None

    @property
    def answered(self) -> bool:
        """Whether the documents answer the question."""
        return bool(self.statements)


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that could not be taken in; `reason` is one of `errors.REASONS`."""

    document: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about a document that did go in."""

    document: str
    detail: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What add, sync, rebuild or remove did; names are paths inside the corpus."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    notes: tuple[Note, ...] = ()
    chunks: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Health:
    """What `verify` found; no problems = ok."""

    problems: tuple[str, ...] = ()
    documents: int = 0
    chunks: int = 0
    vectors: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work: `done` of `total`, on `name`; handed to a listener."""

    stage: str
    done: int
    total: int
    name: str = ""
