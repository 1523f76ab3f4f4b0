import tomllib
from importlib import resources

import pytest

from rag.phrases import LANGUAGES
from rag.text.changing import tells_a_change


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The words are replaced by others."), ("de", "Der Termin wird verlegt."), ("fr", "Le prix est ramené à 5 €."),
        ("es", "El plazo se prorroga."), ("pt", "O valor foi alterado."), ("it", "L'importo è sostituito."),
        ("ru", "Срок продлён до мая."), ("ja", "価格を引き下げる。"), ("zh", "金额改为五元。"), ("ko", "가격을 인하한다."),
        ("ar", "يُستبدل المبلغ بمبلغ آخر."), ("he", "הסכום הוחלף."), ("tr", "Süre uzatıldı."), ("th", "แก้ไขเป็นห้าบาท"),
    ],
)  # fmt: skip
def test_a_change_is_told(language: str, text: str) -> None:
    assert tells_a_change(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The price is EUR 5."),
        ("de", "Der Preis beträgt 5 EUR."),
        ("zh", "价格为五元。"),
        ("eu", "Prezioa aldatu da."),
    ],
)
def test_a_plain_statement_tells_none(language: str, text: str) -> None:
    assert not tells_a_change(text, language)


def test_every_language_has_its_words() -> None:
    source = resources.files("rag.text").joinpath("changing.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(source)) == set(LANGUAGES)
