"""Names of towns, in every script and with the endings of their cases."""

import pytest

from rag.text.names import find_names
from rag.text.towns import find_towns, is_town


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *(("Hamburg", "de"), ("Figueira da Foz", "pt"), ("Satu Mare", "ro"), ("Thái Nguyên", "vi")),
        *(("Москве", "ru"), ("Warszawie", "pl"), ("Kecskemétre", "hu"), ("Jihlavában", "hu"), ("Oulussa", "fi")),
        *(("芜湖", "zh"), ("صلالة", "ar"), ("नागपुर", "hi"), ("ระยอง", "th"), ("대구", "ko"), ("חיפה", "he")),
    ],
)
def test_a_town_is_known_in_its_script_and_case(name: str, language: str) -> None:
    assert is_town(name, language)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        *(("Buyer", "en"), ("Closing", "en"), ("Date", "en"), ("Verkäufer", "de"), ("Bank", "de")),
        *(("Foxconn", "pt"), ("OpenAI", "en"), ("Kalite", "tr"), ("", "en"), ("A", "fi")),
    ],
)
def test_words_of_deals_and_companies_are_no_towns(word: str, language: str) -> None:
    assert not is_town(word, language)


@pytest.mark.parametrize(
    ("text", "language", "towns"),
    [
        ("新机柜将在芜湖的一座新厂房内生产。", "zh", ["芜湖"]),
        ("工場は富山に建てられる。", "ja", ["富山"]),
        ("วัคซีนจะผลิตที่โรงงานแห่งใหม่ในจังหวัดระยอง", "th", ["ระยอง"]),
        ("공장은 부산에 세워진다.", "ko", ["부산"]),
        ("وسيقام المبنى في صلالة على الجانب الشرقي.", "ar", ["صلالة"]),
        ("המפעל יוקם בחיפה בשנה הבאה.", "he", ["חיפה"]),
        ("बसों का कारख़ाना नागपुर के पास लगाया जाएगा।", "hi", ["नागपुर"]),
        ("کارخانه در اصفهان ساخته می‌شود.", "fa", ["اصفهان"]),
        ("合同自签署之日起生效。", "zh", []),
        ("Made in Hamburg.", "en", []),  # where capitals tell, `find_names` looks
    ],
)
def test_towns_are_found_in_scripts_without_capitals(text: str, language: str, towns: list[str]) -> None:
    assert [text[start:end] for start, end in find_towns(text, language)] == towns


@pytest.mark.parametrize(
    ("text", "language", "name", "kind"),
    [
        ("Gebaut werden die Fähren in Stralsund.", "de", "Stralsund", "place"),
        ("The courts of Madrid have exclusive jurisdiction.", "en", "Madrid", "place"),
        ("Canapelele se vor tapița la Satu Mare.", "ro", "Satu Mare", "place"),
        ("Kotipaikaksi on valittu Oulu.", "fi", "Oulu", "place"),
        ("The buyer trusts Ms Florence.", "en", "Florence", "person"),
        ("The notary heard Santos.", "en", "Santos", "name"),
    ],
)
def test_a_preposition_and_no_title_tells_a_town_from_a_surname(
    text: str, language: str, name: str, kind: str
) -> None:
    assert [(found.kind, found.text) for found in find_names(text, language)] == [(kind, name)]
