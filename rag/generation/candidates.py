"""The sentences of passages as candidates for an answer, each counted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import regex

from rag.records import Chunk, Passage, Support
from rag.text.sentences import split_sentences
from rag.text.words import name_words

_DIGIT = regex.compile(r"\p{N}")
_LETTER = regex.compile(r"\p{L}")
_HEAVY_LETTER = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")
# Fewer letters than this say nothing ("No comments"), unless there is a number; a Chinese letter counts as three.
_LEAST_LETTERS: Final = 18
# "2. Price": what counts the clauses is no number of theirs.
_CLAUSE = regex.compile(r"\s*(?:§\s*\p{Nd}+|\p{Nd}+(?:\.\p{Nd}+)*[.)]|\p{Nd}+(?:\.\p{Nd}+)+)\s+(?=\p{L})")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence on its page, with the number of its passage (0 = best) and what stands around it."""

    text: str
    language: str
    support: Support
    passage: int
    heading: str
    before: str
    after: str
    title: str


def find_candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """Every sentence of the passages in order, titles and bare headings left out; once where chunks overlap."""
    seen: dict[tuple[str, int], list[tuple[int, int]]] = {}
    found: list[Candidate] = []
    for rank, passage in enumerate(passages):
        title = f"{passage.document.title} {name_words(passage.document.name)}"
        for chunk in passage.chunks:
            ranges = seen.setdefault((chunk.document_id, chunk.page), [])
            spans = split_sentences(chunk.text, chunk.language)
            texts = [chunk.text[span.start : span.end] for span in spans]
            for at, span in enumerate(spans):
                start, end = chunk.start + span.start, chunk.start + span.end
                taken = any(start < other_end and end > other for other, other_end in ranges)
                is_title = texts[at].strip() == passage.document.title.strip()
                if taken or is_title or not _says_something(texts[at]):
                    continue
                ranges.append((start, end))
                found.append(
                    Candidate(
                        text=texts[at],
                        language=chunk.language,
                        support=_support(chunk, start, end),
                        passage=rank,
                        heading=chunk.heading or "",
                        before=texts[at - 1] if at else "",
                        after=texts[at + 1] if at + 1 < len(texts) else "",
                        title=title,
                    )
                )
    return found


def _says_something(text: str) -> bool:
    text = _CLAUSE.sub("", text, count=1) if _CLAUSE.match(text) else text
    letters = len(_LETTER.findall(text)) + 2 * len(_HEAVY_LETTER.findall(text))
    return letters >= _LEAST_LETTERS or _DIGIT.search(text) is not None


def _support(chunk: Chunk, start: int, end: int) -> Support:
    return Support(chunk.document_id, chunk.id, chunk.page, start, end)
