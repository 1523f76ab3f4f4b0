import sqlite3
from pathlib import Path

import pytest

from rag.index.translations import KeptTranslations

QUOTE, MADE = "O preço é de 12 euros.", "The price is 12 euros."


@pytest.fixture
def kept(tmp_path: Path) -> KeptTranslations:
    kept = KeptTranslations(tmp_path / "translations.sqlite")
    kept.remember("d1", QUOTE, MADE, engine="small@1", target="en")
    return kept


def recall(kept: KeptTranslations, text: str = QUOTE, engine: str = "small@1", target: str = "en") -> str | None:
    return kept.recall(text, engine=engine, target=target)


def test_what_was_translated_is_known_after_reopening(kept: KeptTranslations, tmp_path: Path) -> None:
    kept.close()
    assert recall(KeptTranslations(tmp_path / "translations.sqlite")) == MADE


def test_text_engine_and_language_must_be_the_same(kept: KeptTranslations) -> None:
    assert recall(kept) == MADE
    assert recall(kept, text=QUOTE + " ") is None
    assert recall(kept, engine="small@2") is None
    assert recall(kept, target="de") is None


def test_translations_go_with_their_document(kept: KeptTranslations, tmp_path: Path) -> None:
    kept.remember("d2", "Outro preço.", "Another price.", engine="small@1", target="en")
    kept.keep_only(["d2"])
    kept.compact()
    kept.close()
    assert recall(kept) is None
    assert recall(kept, "Outro preço.") == "Another price."
    data = (tmp_path / "translations.sqlite").read_bytes()
    assert b"The price is" not in data
    assert b"Another price" in data


def test_a_sentence_of_two_documents_stays_with_the_second(kept: KeptTranslations) -> None:
    kept.remember("d2", QUOTE, MADE, engine="small@1", target="en")
    kept.keep_only(["d2"])
    assert recall(kept) == MADE


def test_nothing_is_written_where_nothing_is_kept(tmp_path: Path) -> None:
    kept = KeptTranslations(tmp_path / "translations.sqlite")
    kept.keep_only([])
    kept.compact()
    assert recall(kept) is None
    assert not (tmp_path / "translations.sqlite").exists()


def test_a_changed_row_is_not_used(kept: KeptTranslations, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "translations.sqlite") as connection:
        connection.execute("UPDATE translations SET translation = 'The price is 99 euros.'")
    assert recall(kept) is None


def test_a_damaged_file_is_begun_anew(kept: KeptTranslations, tmp_path: Path) -> None:
    kept.close()
    (tmp_path / "translations.sqlite").write_bytes(b"no database " * 100)
    assert recall(kept) is None
    kept.remember("d1", QUOTE, MADE, engine="small@1", target="en")
    assert recall(kept) == MADE


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    kept = KeptTranslations(tmp_path / "gone" / "translations.sqlite")
    kept.remember("d1", QUOTE, MADE, engine="small@1", target="en")
    assert recall(kept) is None
