"""Records as the JSON shapes that are promised to programs; fields may be added, never dropped."""

from collections.abc import Sequence
from typing import Any

from rag.comparing import Compared, Comparison
from rag.records import Account, Answer, Citation, DocumentInfo, Health, IngestReport, Passage

MOST_RANKED = 10


def answer_shape(answer: Answer, *, id: str | None = None) -> dict[str, Any]:  # noqa: A002
    """An answer, as `ask --json` and each line of `evaluate --results` give it."""
    return {
        "id": id,
        "question": answer.question,
        "language": answer.language,
        "answered": answer.answered,
        "text": answer.text,
        "short": answer.short,
        "mode": answer.mode,
        "model": answer.model or None,
        "statements": [
            {"text": each.text, "language": each.language, "citations": list(each.citations)}
            for each in answer.statements
        ],
        "citations": [_citation_shape(each) for each in answer.citations],
        "ranked": ranked_shape(answer.passages[:MOST_RANKED]),
        "notes": list(answer.notes),
        "seconds": round(answer.seconds, 4),
        "generation": answer.generation,
        "shorts": [
            {"text": each.text, "local": each.local, "citations": list(each.citations)} for each in answer.shorts
        ],
        "details": None if answer.account is None else _account_shape(answer.account),
    }


def ranked_shape(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Passages, best first; formats without pages have no page."""
    return [
        {
            "document": each.document.name,
            "page": each.page if each.document.paged else None,
            "score": each.score,
            "text": each.text,
        }
        for each in passages
    ]


def search_shape(question: str, language: str, passages: Sequence[Passage], seconds: float) -> dict[str, Any]:
    """What `search --json` gives."""
    return {
        "question": question,
        "language": language,
        "ranked": ranked_shape(passages),
        "seconds": round(seconds, 4),
    }


def comparison_shape(comparison: Comparison) -> dict[str, Any]:
    """What `compare --json` gives."""
    return {
        "question": comparison.question,
        "language": comparison.language,
        "covered": comparison.covered,
        "of": len(comparison.rows),
        "rows": [compared_shape(each) for each in comparison.rows],
        "seconds": round(comparison.seconds, 4),
    }


def compared_shape(row: Compared) -> dict[str, Any]:
    """One document's row, also that of a table in a file; what is not found is null."""
    cited = row.citation
    return {
        "document": row.document.name,
        "found": row.found,
        "short": row.short,
        "quote": cited.quote if cited else None,
        "page": cited.page if cited else None,
        "heading": cited.heading if cited else None,
        "language": cited.language if cited else None,
        "translation": cited.translation if cited else None,
        "translated_by": cited.translated_by if cited else None,
        "translation_note": cited.translation_note if cited else None,
    }


def report_shape(report: IngestReport) -> dict[str, Any]:
    """What add, sync, rebuild and remove give."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": report.unchanged,
        "failed": [
            {"document": each.document, "reason": each.reason, "detail": each.detail} for each in report.failed
        ],
        "notes": [{"document": each.document, "detail": each.detail} for each in report.notes],
        "chunks": report.chunks,
        "seconds": round(report.seconds, 4),
    }


def documents_shape(documents: Sequence[DocumentInfo]) -> dict[str, Any]:
    """What `list --json` gives."""
    return {
        "documents": [
            {
                "name": each.name,
                "title": each.title,
                "language": each.language,
                "pages": each.pages,
                "paged": each.paged,
                "chunks": each.chunks,
                "bytes": each.size,
                "sha256": each.id,
                "added": each.added,
            }
            for each in documents
        ]
    }


def health_shape(health: Health) -> dict[str, Any]:
    """What `verify --json` gives."""
    return {
        "ok": health.ok,
        "problems": list(health.problems),
        "documents": health.documents,
        "chunks": health.chunks,
        "vectors": health.vectors,
    }


def _account_shape(account: Account) -> dict[str, Any]:
    return {
        "question": account.question,
        "searched": account.searched,
        "language": account.language,
        "type": account.type,
        "sureness": account.sureness,
        "floor": account.floor,
        "why": account.why,
        "candidates": [
            {
                "document": each.document,
                "page": each.page,
                "text": each.text,
                "score": each.score,
                "parts": dict(each.parts),
                "chosen": each.chosen,
            }
            for each in account.candidates
        ],
    }


def _citation_shape(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.document.name,
        "page": citation.page,
        "heading": citation.heading,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "language": citation.language,
        "translation": citation.translation,
        "translated_by": citation.translated_by,
        "dated": citation.dated,
        "translation_note": citation.translation_note,
        "verified": True,  # a Citation exists only where the quote stands on the page
    }
