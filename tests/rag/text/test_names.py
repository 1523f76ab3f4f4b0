import pytest

from rag.text.names import find_names


def found(text: str, language: str) -> list[tuple[str, str]]:
    names = find_names(text, language)
    assert all(text[name.start : name.end] == name.text for name in names)
    return [(name.kind, name.text) for name in names]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        (
            "en",
            "The CEO of Foxconn, Young Liu, said on Tuesday that OpenAI and Apple Inc. will build servers in Ohio.",
            [("name", "Foxconn"), ("person", "Young Liu"), ("name", "OpenAI"), ("organisation", "Apple Inc"),
             ("place", "Ohio")],
        ),
        (
            "pt",
            "Segundo Sam Altman, diretor-executivo da OpenAI, a produção será nos Estados Unidos.",
            [("person", "Sam Altman"), ("name", "OpenAI"), ("place", "Estados Unidos")],
        ),
        (
            "de",
            "Der Kaufvertrag zwischen der Solvenar GmbH und der Brückhain AG wurde von Herrn Klaus Weber unterzeichnet.",
            [("organisation", "Solvenar GmbH"), ("organisation", "Brückhain AG"), ("person", "Klaus Weber")],
        ),
        ("ru", "Директор Иван Петров подписал договор в Москве.", [("person", "Иван Петров"), ("place", "Москве")]),
        (
            "zh",
            "协议由青岚精密股份有限公司董事长李明与华为技术有限公司签署，地点在上海市。",
            [("organisation", "青岚精密股份有限公司"), ("person", "李明"), ("organisation", "华为技术有限公司"),
             ("place", "上海市")],
        ),
        (
            "ja",
            "株式会社ソルヴェナーの田中健一社長は東京都で契約した。",
            [("organisation", "株式会社ソルヴェナー"), ("person", "田中健一"), ("place", "東京都")],
        ),
        ("ko", "삼성전자 이재용 회장이 말했다.", [("organisation", "삼성전자"), ("person", "이재용")]),
        (
            "ar",
            "وقعت شركة نوران للطاقة مع الرئيس التنفيذي أحمد علي في مصر مع OpenAI",
            [("organisation", "شركة نوران للطاقة"), ("person", "أحمد علي"), ("place", "مصر"), ("name", "OpenAI")],
        ),
        ("he", 'מנכ"ל דוד כהן חתם בישראל', [("person", "דוד כהן"), ("place", "ישראל")]),
        ("hi", "श्री राजेश कुमार भारत में हैं", [("person", "राजेश कुमार"), ("place", "भारत")]),
        (
            "th",
            "นายสมชาย ใจดี กรรมการ บริษัท ไทยพลังงาน จำกัด",
            [("person", "นายสมชาย ใจดี"), ("organisation", "บริษัท ไทยพลังงาน จำกัด")],
        ),
        ("tr", "Genel müdürü Mehmet Yılmaz sözleşmeyi imzaladı.", [("person", "Mehmet Yılmaz")]),
    ],
)  # fmt: skip
def test_names_are_found_by_capitals_or_by_marks(language: str, text: str, names: list[tuple[str, str]]):
    assert found(text, language) == names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Payment is due within thirty days. Delivery follows."),
        ("de", "Der Vertrag endet mit der Lieferung der Ware."),
        ("zh", "合同自签署之日起生效。"),
        ("en", ""),
    ],
)
def test_ordinary_words_are_no_names(language: str, text: str):
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "name", "kind"),
    [
        ("Uma parceria com a Foxconn foi anunciada.", "pt", "Foxconn", "name"),
        ("A produção decorre em Braga.", "pt", "Braga", "place"),
        ("Elle a choisi la Verrandel pour ce projet.", "fr", "Verrandel", "name"),
        ("La produzione si trova a Torino.", "it", "Torino", "place"),
        ("Az üzem a Kereskedelmi Bankkal épült.", "hu", "Kereskedelmi Bankkal", None),
    ],
)
def test_an_article_before_a_name_makes_no_place(text: str, language: str, name: str, kind: str | None) -> None:
    kinds = {found.text: found.kind for found in find_names(text, language)}
    if kind is None:
        assert kinds.get(name) != "place"
    else:
        assert kinds[name] == kind


def test_the_company_with_an_article_is_no_name() -> None:
    assert find_names("انعقد اجتماع مجلس إدارة الشركة في مقرها الرئيسي في أبوظبي.", "ar") == []
    assert [name.text for name in find_names("وقعت شركة نوران القابضة العقد.", "ar")] == [
        "شركة نوران القابضة العقد"
    ]


def test_an_office_after_a_name_is_no_part_of_it() -> None:
    names = find_names("حضر الاجتماع السيد خلفان الراوي رئيس مجلس الإدارة، والسيد طارق الحمداني عضوا.", "ar")
    assert [(name.kind, name.text) for name in names] == [("person", "خلفان الراوي"), ("person", "طارق الحمداني")]


def test_ground_of_a_country_is_a_place_and_its_company_is_none() -> None:
    assert found("toda a infraestrutura a ser erguida em solo norte-americano.", "pt") == [
        ("place", "solo norte-americano")
    ]
    assert found("It is built on North American soil.", "en") == [("place", "North American soil")]
    assert found("Foxconn, a gigante taiwanesa, ajuda a empresa americana.", "pt") == []
    assert "place" not in [
        kind for kind, _ in found("He asked the Taiwanese giant and the American company.", "en")
    ]
    assert found("He asked American Market Holdings Inc. for it.", "en") == [
        ("organisation", "American Market Holdings Inc")
    ]
