"""The whole answer as a person reads it: plain text in the asker's language around exact quotations."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from rag.phrases import isolated, language_name, phrase, quoted
from rag.records import Citation, Draft, Passage, Statement
from rag.text.values import Value, find_values, same_value, say_value

_NEAREST: Final = 3
_WITHOUT_BLANKS: Final = ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "IDEOGRAPHIC")


def compose_answer(
    short: str | None,
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    *,
    language: str,
    passages: Sequence[Passage] = (),
    drafts: Sequence[Draft] = (),
) -> str:
    """The direct answer first, then each quotation with its place and number; plain text, no markup.

    `drafts` are those of the statements: with their short answers, different values are said to be different.
    Without statements the text says that the documents do not answer and names the nearest places.
    """
    if not statements:
        return _not_found(passages, language)
    by_number = {citation.number: citation for citation in citations}
    told = [statement for statement in statements if not _is_quote(statement, by_number)]
    blocks: list[str] = []
    if told:
        blocks.append("\n".join(_told(statement, language) for statement in told))
    else:
        shorts = _shorts(short, statements, drafts)
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
    said = phrase("not_found", language)
    if not nearest:
        return said
    lines = [phrase("nearest", language, count=len(nearest)), *(f"– {place}" for place in nearest)]
    return "\n".join([said, *lines])


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


def _shorts(
    short: str | None, statements: Sequence[Statement], drafts: Sequence[Draft]
) -> list[tuple[str, Statement]]:
    """The short answers with the statements they come from, in order."""
    by_text = {draft.text: draft.short for draft in drafts if draft.short}
    found = [(value, statement) for statement in statements if (value := by_text.get(statement.text))]
    return found or ([(short, statements[0])] if short else [])


def _direct(shorts: Sequence[tuple[str, Statement]], by_number: dict[int, Citation], language: str) -> str | None:
    """The direct answer: one value, or all values where the documents differ; None where there is none."""
    if not shorts:
        return None
    groups: list[tuple[str, Statement, list[int]]] = []
    for text, statement in shorts:
        same = next(
            (group for group in groups if _same(group[0], group[1].language, text, statement.language)), None
        )
        if same is None:
            groups.append((text, statement, list(statement.citations)))
        else:
            same[2].extend(statement.citations)
    lines = [
        f"{_say_short(text, statement.language, language)} {_marks(numbers)}"
        for text, statement, numbers in groups
    ]
    places = [say_place(by_number[numbers[0]], language) for _, _, numbers in groups]
    differ = len({by_number[numbers[0]].document.id for _, _, numbers in groups}) == len(groups) > 1
    if not differ or not all(_whole_value(text, statement.language) for text, statement, _ in groups):
        # Several names, or several values of one document, are no contradiction: the best one answers.
        return lines[0]
    several = phrase("different_values", language, count=len(lines))
    return "\n".join([several, *(f"– {line} – {place}" for line, place in zip(lines, places, strict=True))])


def _say_short(short: str, source: str, language: str) -> str:
    """A short answer in its local form with the source's own form beside it, or as it stands."""
    value = _whole_value(short, source)
    said = say_value(value, language) if value is not None and source != language else short
    if said == short or value is None:
        return isolated(_one_line(short), language)
    return f"{said} ({phrase('source_form', language, quote=quoted(_one_line(short), language))})"


def _same(one: str, language: str, other: str, other_language: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    value, other_value = _whole_value(one, language), _whole_value(other, other_language)
    return value is not None and other_value is not None and same_value(value, other_value)


def _whole_value(text: str, language: str) -> Value | None:
    """The value that a text is as a whole; None where there is more or less in it."""
    values = find_values(text, language)
    rest = "" if len(values) != 1 else text[: values[0].start] + text[values[0].end :]
    return values[0] if len(values) == 1 and not any(char.isalnum() for char in rest) else None


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
