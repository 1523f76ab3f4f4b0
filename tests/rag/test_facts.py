import pytest

from rag.facts import document_day

LONG = "This clause says a great deal about many things that happened, and it goes on for quite a while, until the end."


@pytest.mark.parametrize(
    ("pages", "language", "day"),
    [
        (["Share Purchase Agreement\nDated 27 June 2025\nas Seller"], "en", "2025-06-27"),
        (["Hoja de términos\nMadrid, 14 de marzo de 2025\nTexto"], "es", "2025-03-14"),
        (["検討メモ\n作成日：2025年7月9日"], "ja", "2025-07-09"),
        (["Amendment\nThis Amendment is made on 18 September 2025 and amends that dated 27 June 2025. " + LONG], "en", "2025-09-18"),
        (["Titre\nPar une journaliste, envoyée spéciale à Leipzig. Publié le 3 décembre 2025"], "fr", "2025-12-03"),
        (["Nachtrag zum Vertrag\n" + LONG + " vom 3. Februar 2025", "Leipzig, den 11. August 2025, die Parteien"], "de", "2025-08-11"),
    ],
)  # fmt: skip
def test_a_document_bears_the_day_of_its_head_or_signature(pages: list[str], language: str, day: str) -> None:
    assert document_day(pages, language) == day


@pytest.mark.parametrize(
    "page",
    [
        "No day at all",
        "",
        "Title\n- 14 March 2025: signed",
        "Term | SPA of 27 June 2025 | new",
        "Closing in June 2025",
    ],
)
def test_days_of_lists_tables_and_months_are_not_the_documents(page: str) -> None:
    assert document_day([page], "en") is None


def test_without_pages_there_is_no_day() -> None:
    assert document_day([], "en") is None
