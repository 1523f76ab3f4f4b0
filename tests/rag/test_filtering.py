"""A question is put to the documents that fit: by name, language, type and the day that they bear."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from rag import Assistant, DocumentFilter, QuestionError

MARCH = (
    "Share Purchase Agreement\nDated 14 March 2025\n\nThe seller sells the shares of the company to the buyer.\n"
)
JUNE = "# Amendment\n\nDated 27 June 2025\n\nThe seller and the buyer change the price of the shares.\n"
BARE = "A parceria entre o vendedor e o comprador das ações foi anunciada pela empresa sem data nenhuma.\n"


@pytest.fixture
def dated(make_assistant: Callable[..., Assistant], tmp_path: Path) -> Assistant:
    folder = tmp_path / "dated"
    folder.mkdir()
    for name, text in {"march.txt": MARCH, "june.md": JUNE, "bare.txt": BARE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    assistant = make_assistant()
    assistant.add([folder])
    return assistant


def names(assistant: Assistant, wanted: DocumentFilter) -> set[str]:
    found = assistant.search("seller buyer shares vendedor comprador", documents=wanted)
    return {passage.document.name for passage in found}


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (DocumentFilter(), {"march.txt", "june.md", "bare.txt"}),
        (DocumentFilter(languages=("pt",)), {"bare.txt"}),
        (DocumentFilter(languages=("EN", "pt")), {"march.txt", "june.md", "bare.txt"}),
        (DocumentFilter(types=("md",)), {"june.md"}),
        (DocumentFilter(types=(".TXT",), languages=("en",)), {"march.txt"}),
        (DocumentFilter(since="2025"), {"march.txt", "june.md"}),
        (DocumentFilter(since="2025-03-15"), {"june.md"}),
        (DocumentFilter(until="2025-03-14"), {"march.txt"}),
        (DocumentFilter(until="2025-03"), {"march.txt"}),
        (DocumentFilter(since="2025-06", until="2025-06"), {"june.md"}),
        (DocumentFilter(names=("march.txt", "bare.txt"), since="2020"), {"march.txt"}),
    ],
)
def test_only_documents_that_fit_all_are_searched(
    dated: Assistant, wanted: DocumentFilter, fitting: set[str]
) -> None:
    assert names(dated, wanted) == fitting


def test_an_answer_and_a_comparison_keep_to_the_filter(dated: Assistant) -> None:
    wanted = DocumentFilter(types=("md",))
    answer = dated.ask("What do the seller and the buyer change?", documents=wanted)
    assert {passage.document.name for passage in answer.passages} == {"june.md"}
    assert [row.document.name for row in dated.compare("Who is the seller?", wanted).rows] == ["june.md"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (DocumentFilter(languages=("xx",)), "language 'xx'. Choose of: en pt"),
        (DocumentFilter(types=("xls",)), "type 'xls'. Choose of: docx html md pdf txt"),
        (DocumentFilter(since="yesterday"), "'yesterday' is no date. Write a year, a month or a day"),
        (DocumentFilter(until="2025-13"), "'2025-13' is no date"),
        (DocumentFilter(since="2026", until="2025"), "since 2026 and until 2025"),
        (DocumentFilter(names=("marsh.txt",)), "march.txt"),
        (DocumentFilter(types=("pdf",)), "None of the 3 documents fits all"),
        (DocumentFilter(since="2026"), "None of the 3 documents fits all.* 1 more bear no plain day"),
    ],
)
def test_what_is_unknown_or_leaves_nothing_is_said(dated: Assistant, wanted: DocumentFilter, said: str) -> None:
    with pytest.raises(QuestionError, match=said.replace(".* ", "@").replace("'. ", "'\\. ").replace("@", ".* ")):
        dated.search("seller", documents=wanted)


def test_an_index_without_days_is_filtered_by_its_pages(dated: Assistant) -> None:
    store = dated.settings.paths.index / "generations" / dated.generation / "store.sqlite"
    dated.close()
    with closing(connect(store)) as connection:
        connection.execute("DROP TABLE days")
        connection.commit()
    assert names(dated, DocumentFilter(since="2025-06")) == {"june.md"}


def test_a_day_that_is_not_as_it_was_kept_is_read_from_the_pages(dated: Assistant) -> None:
    store = dated.settings.paths.index / "generations" / dated.generation / "store.sqlite"
    dated.close()
    with closing(connect(store)) as connection:
        connection.execute("UPDATE days SET day = '1999-01-01'")
        connection.commit()
    assert names(dated, DocumentFilter(since="2025-06")) == {"june.md"}


def test_a_removed_document_leaves_no_day(dated: Assistant) -> None:
    dated.remove(["june.md"])
    assert sorted(dated._opened().store.days().values()) == ["", "2025-03-14"]
