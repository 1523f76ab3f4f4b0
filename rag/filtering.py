"""Which documents a question is put to: by name, language, type, and the day that they bear."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import regex

from rag.errors import QuestionError
from rag.loading import SUFFIXES
from rag.records import DocumentInfo

if TYPE_CHECKING:
    from rag.index.store import ChunkStore

TYPES: Final[Mapping[str, str]] = {"pdf": "pdf", "docx": "docx", "html": "html", "text": "txt", "markdown": "md"}
"""What each loader's documents are called when one asks for a type."""

_DATE = regex.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """The documents that fit all that is given; nothing given = all.

    `languages` are codes, `types` those of `TYPES`, `since` and `until` days as 2025-06-27, months or years, both
    included. A document that bears no plain day fits no days.
    """

    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None


Documents = Iterable[str] | DocumentFilter | None
"""The documents that are asked: all, those of these names, or those that fit."""

DayIn = Callable[[Sequence[str], str], str | None]
"""The day of a document by the texts of its first and last page, and its language."""


def chosen_ids(documents: Documents, store: "ChunkStore", day_in: DayIn) -> tuple[str, ...] | None:
    """The ids of the documents that are meant, None = all; `day_in` is `facts.document_day`.

    An unknown name, language, type or date is a QuestionError, and so is a filter that no document fits.
    """
    if documents is None:
        return None
    if not isinstance(documents, DocumentFilter):
        return tuple(store.ids_of(documents))
    wanted, known = documents, store.documents()
    since, until = _day(wanted.since, "01-01", "01"), _day(wanted.until, "12-31", "31")
    if since and until and since > until:
        raise QuestionError(f"No day is since {wanted.since} and until {wanted.until}.", "Change the two.")
    languages = _known(wanted.languages, {info.language for info in known}, "language")
    types = _known(wanted.types, set(TYPES.values()), "type")
    names = set(store.ids_of(wanted.names)) if wanted.names else None
    found = [
        info
        for info in known
        if (names is None or info.id in names)
        and (not languages or info.language in languages)
        and (not types or type_of(info) in types)
    ]
    undated = 0
    if since or until:
        days = _days(found, store, day_in)
        undated = sum(not days[info.id] for info in found)
        found = [info for info in found if days[info.id] and (since or "") <= days[info.id] <= (until or "9999")]
    if not found:
        what = f"None of the {len(known)} documents fits all that they are narrowed to."
        bare = f" {undated} more bear no plain day." if undated else ""
        raise QuestionError(what + bare, "Narrow them less; `dealglot list` shows the documents.")
    return tuple(info.id for info in found)


def type_of(document: DocumentInfo) -> str:
    """The type of a document, by its name."""
    suffix = document.name[document.name.rfind(".") :].lower()
    return TYPES.get(SUFFIXES.get(suffix, ""), "txt")


def _known(wanted: Iterable[str], known: set[str], kind: str) -> set[str]:
    asked = {each.strip().lower().removeprefix(".") for each in wanted}
    for each in sorted(asked - known):
        raise QuestionError(f"No document is of the {kind} {each!r}.", f"Choose of: {' '.join(sorted(known))}.")
    return asked


def _day(date: str | None, rest_of_year: str, last: str) -> str | None:
    """A date as a day; of a year or a month the first or the last, as days are compared."""
    if date is None:
        return None
    found = _DATE.fullmatch(date.strip())
    if found is None:
        raise QuestionError(f"{date!r} is no date.", "Write a year, a month or a day: 2025, 2025-06, 2025-06-27.")
    year, month, day = found.groups()
    return f"{year}-{rest_of_year}" if month is None else f"{year}-{month}-{day or last}"


def _days(documents: Iterable[DocumentInfo], store: "ChunkStore", day_in: DayIn) -> dict[str, str]:
    """The day of each document, "" = none; what an older index does not hold is read from the pages."""
    known = store.days()
    days = {}
    for info in documents:
        if info.id not in known:
            pages = [store.page(info.id, number).text for number in sorted({1, max(info.pages, 1)})]
            known[info.id] = day_in(pages, info.language) or ""
        days[info.id] = known[info.id]
    return days
