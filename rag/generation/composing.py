"""The whole answer as a person reads it: plain text in the asker's language around exact quotations."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from rag.phrases import isolated, language_name, phrase, quoted
from rag.records import Citation, Passage, Short, Statement
from rag.text.values import say_day

_NEAREST: Final = 3
_WITHOUT_BLANKS: Final = ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "IDEOGRAPHIC")


def compose_answer(
    shorts: Sequence[Short],
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    *,
    language: str,
    passages: Sequence[Passage] = (),
) -> str:
    """The direct answer first, then each quotation with its place and number; plain text, no markup.

    `shorts` are the direct answers (`direct.py`): several are said to differ, each with its document and its date.
    Without statements the text says that no answer is sure and names the nearest places, or that there is none.
    """
    if not statements:
        return _not_found(passages, language)
    by_number = {citation.number: citation for citation in citations}
    told = [statement for statement in statements if not _is_quote(statement, by_number)]
    blocks: list[str] = []
    if told:
        blocks.append("\n".join(_told(statement, language) for statement in told))
    else:
        lead = _direct(shorts, by_number, language)
        documents = len({citation.document.id for citation in citations})
        blocks.append(lead or phrase("lead", language, count=documents))
    blocks += [say_quotation(citation, language) for citation in citations]
    return "\n\n".join(blocks)


def say_place(citation: Citation, language: str) -> str:
    """Where a quotation stands: document and page, or document and heading."""
    return _place(citation.document.name, citation.page, citation.heading, language)


def say_quotation(citation: Citation, language: str) -> str:
    """A quotation with its number; below it the place, the language where it is another one, the translation."""
    about = [say_place(citation, language)]
    if citation.language not in (language, "und", ""):
        about.append(phrase("quote_language", language, language=language_name(citation.language, language)))
    lines = [f"{quoted(_one_line(citation.quote), language)} [{citation.number}]", f"— {' · '.join(about)}"]
    if citation.translation:
        translated = isolated(_one_line(citation.translation), language)
        by = phrase("translated_by", language, name=citation.translated_by or "?")
        lines.append(f"{translated} ({by})")
    if citation.translation_note:
        lines.append(citation.translation_note)
    return "\n".join(lines)


def _not_found(passages: Sequence[Passage], language: str) -> str:
    places = [
        _place(
            passage.document.name,
            passage.page if passage.document.paged else None,
            passage.chunks[0].heading,
            language,
        )
        for passage in passages
    ]
    nearest = list(dict.fromkeys(places))[:_NEAREST]
    if not nearest:
        return phrase("not_found", language)
    # The nearest passages hold the answer often enough: that there is none would be said without knowing.
    said = [phrase("not_sure", language), phrase("nearest", language, count=len(nearest))]
    return "\n".join([*said, *(f"– {place}" for place in nearest)])


def _place(document: str, page: int | None, heading: str | None, language: str) -> str:
    if page is not None:
        return phrase("place_page", language, document=document, page=page)
    if heading:
        return phrase("place_heading", language, document=document, heading=quoted(_one_line(heading), language))
    return isolated(document, language)


def _is_quote(statement: Statement, by_number: dict[int, Citation]) -> bool:
    return any(by_number[number].quote == statement.text for number in statement.citations)


def _told(statement: Statement, language: str) -> str:
    return f"{isolated(_one_line(statement.text), language)} {_marks(statement.citations)}"


def _direct(shorts: Sequence[Short], by_number: dict[int, Citation], language: str) -> str | None:
    """The direct answer: one value, or all values where the documents differ; None where there is none."""
    if not shorts:
        return None
    lines = [f"{_say_short(short, language)} {_marks(short.citations)}" for short in shorts]
    if len(shorts) == 1:
        return lines[0]
    several = phrase("different_values", language, count=len(lines))
    places = [say_origin(by_number[short.citations[0]], language) for short in shorts]
    return "\n".join([several, *(f"– {line} – {place}" for line, place in zip(lines, places, strict=True))])


def say_origin(citation: Citation, language: str) -> str:
    """Where a quotation stands, and the day that its document bears."""
    place = say_place(citation, language)
    return f"{place} · {say_day(citation.dated, language)}" if citation.dated else place


def _say_short(short: Short, language: str) -> str:
    """A direct answer in its local form with the source's own form beside it, or as it stands."""
    if short.local is None:
        return isolated(_one_line(short.text), language)
    source = phrase("source_form", language, quote=quoted(_one_line(short.text), language))
    return f"{isolated(short.local, language)} ({source})"


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in dict.fromkeys(numbers))


def _one_line(text: str) -> str:
    """The text on one line: line ends become blanks, or nothing between signs of scripts without blanks."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        touching = _has_no_blanks(joined[-1]) and _has_no_blanks(line[0])
        joined += line if touching else f" {line}"
    return joined


def _has_no_blanks(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_WITHOUT_BLANKS)
