import pytest

from rag.generation.naming import find_marks, same_country, stands_in


@pytest.mark.parametrize(
    ("text", "language", "marks"),
    [
        ("The seller is Meridian GmbH of Leipzig.", "en", {"Meridian", "GmbH", "Leipzig"}),
        ("The price is EUR 5 million.", "en", set()),
        ("The code is X-77 and a_b.", "en", {"X-77", "a_b"}),
        ("卖方是Foxconn。", "zh", {"Foxconn"}),
        ("Продавец — Foxconn.", "ru", {"Foxconn"}),
        ("O vendedor é a Nortada.", "pt", {"Nortada"}),
        ("Der Preis steigt an der Börse.", "de", set()),
    ],
)
def test_names_and_codes_are_marks_and_values_are_none(text: str, language: str, marks: set[str]) -> None:
    assert {mark.text for mark in find_marks(text, language) if mark.sure} == marks


def test_a_capital_at_the_start_is_no_sure_mark() -> None:
    assert [(mark.text, mark.sure) for mark in find_marks("Falconwood pays.", "en")] == [("Falconwood", False)]


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("Meridian", "the meridian group"),
        ("Foxconn", "s Foxconnem"),
        ("Foxconn", "компания Фоксконн"),
        ("Меридиан", "the seller Meridian"),
        ("X-77", "code X-77."),
        ("X-77", "代码是X-77。"),
        ("Meridian", "卖方Meridian公司"),
        ("青岚精密", "由青岚精密公司发行"),
    ],
)
def test_a_name_stands_there_with_another_ending_or_in_another_script(mark: str, text: str) -> None:
    assert stands_in(mark, text)


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("Falconwood", "the seller Meridian"),
        ("X-77", "code X-78"),
        ("77", "177 and 77.5"),
        ("Meridian", "компания Фалконвуд"),
        ("Sol", "the solution"),
        ("HRB7", "HRB71"),
        ("X-77", "代码是AX-77号。"),
    ],
)
def test_another_name_or_code_does_not_stand_there(mark: str, text: str) -> None:
    assert not stands_in(mark, text)


def test_a_country_is_the_same_in_every_language() -> None:
    assert same_country("Deutschland", "de", "a company of Germany", "en")
    assert not same_country("Frankreich", "de", "a company of Germany", "en")
