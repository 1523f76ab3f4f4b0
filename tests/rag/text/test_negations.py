import pytest

from rag.phrases import LANGUAGES, phrase
from rag.text.negations import denies, split_clauses


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_no(language: str) -> None:
    assert denies(phrase("not_found", language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_stated_denies_nothing(language: str) -> None:
    assert not denies(phrase("lead", language, count=1), language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Payment is due not later than 30 June.", "en"),
        ("募集资金总额不超过三亿元。", "zh"),
        ("Die Zahlung erfolgt nicht später als am Freitag.", "de"),
        ("O preço não é inferior a 5.".replace("é ", ""), "pt"),
        ("не позднее пятницы", "ru"),
    ],
)
def test_idioms_deny_nothing(text: str, language: str) -> None:
    assert not denies(text, language)


def test_clauses_end_at_commas_but_not_inside_numbers() -> None:
    assert split_clauses("The price, EUR 1,234.5, is due: now") == ["The price", "EUR 1,234.5", "is due", "now"]
