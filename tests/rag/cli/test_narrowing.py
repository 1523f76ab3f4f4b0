from types import SimpleNamespace

import pytest

from rag.cli.narrowing import Narrowing, chosen_documents
from rag.filtering import DocumentFilter
from rag.records import DocumentInfo

DOCUMENTS = [DocumentInfo("1" * 64, "press/Note.pdf", "Note", "pt", paged=True)]


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        (Narrowing(), None),
        (Narrowing(document=["note.pdf"]), ["press/Note.pdf"]),
        (Narrowing(type=["pdf"]), DocumentFilter(types=("pdf",))),
        (
            Narrowing(document=["note.pdf"], documents_language=["pt"], since="2025", until="2026"),
            DocumentFilter(("press/Note.pdf",), ("pt",), (), "2025", "2026"),
        ),
    ],
)
def test_what_is_given_is_handed_on(given: Narrowing, handed_on: object) -> None:
    assert chosen_documents(SimpleNamespace(documents=lambda: DOCUMENTS), given) == handed_on


def test_the_options_reach_the_assistant(dealglot, assistant, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(assistant, "search", lambda question, limit, documents: asked.append(documents) or [])
    run = dealglot("search", "Quem?", "--documents-language", "pt", "--type", "pdf", "--since", "2025", "--json")
    assert run.code == 0
    assert asked == [DocumentFilter(languages=("pt",), types=("pdf",), since="2025")]
