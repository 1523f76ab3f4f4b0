import pytest

from rag.text.grounds import find_grounds, same_ground


@pytest.mark.parametrize(
    ("language", "text", "ground"),
    [
        ("ar", "سيتم الإنتاج في الأراضي الأمريكية بالكامل", "الأراضي الأمريكية"),
        ("bg", "Производството е на американска земя.", "американска земя"),
        ("cs", "Vyrábí se na americké půdě.", "americké půdě"),
        ("da", "De bygges på amerikansk jord.", "amerikansk jord"),
        ("de", "Gebaut wird auf US-amerikanischem Boden.", "US-amerikanischem Boden"),
        ("de", "Sie liefern nur für den US-Markt.", "US-Markt"),
        ("de", "Gebaut wird auf deutschem Boden.", "deutschem Boden"),
        ("el", "Παράγεται σε αμερικανικό έδαφος.", "αμερικανικό έδαφος"),
        ("en", "It is made for the U.S. market.", "U.S. market"),
        ("en", "It is made in Polish factories.", "Polish factories"),
        ("es", "Se fabrica en suelo estadounidense.", "suelo estadounidense"),
        ("fa", "تولید در خاک آمریکا انجام می‌شود", "خاک آمریکا"),
        ("fi", "Tuotanto on Yhdysvaltain maaperällä.", "Yhdysvaltain maaperällä"),
        ("fr", "Tout sera produit sur le sol américain.", "sol américain"),
        ("he", "הייצור ייעשה על אדמה אמריקאית", "אדמה אמריקאית"),
        ("hi", "उत्पादन अमेरिकी धरती पर होगा", "अमेरिकी धरती"),
        ("hu", "A gyártás amerikai földön folyik.", "amerikai földön"),
        ("id", "Produksi dilakukan di tanah Amerika.", "tanah Amerika"),
        ("it", "Tutto è prodotto sul suolo americano.", "suolo americano"),
        ("ja", "生産は米国内で行われる。", "米国内"),
        ("ko", "생산은 미국 땅에서 이루어진다.", "미국 땅에서"),
        ("nl", "Er wordt op Amerikaanse bodem gebouwd.", "Amerikaanse bodem"),
        ("no", "De bygges på amerikansk jord.", "amerikansk jord"),
        ("pl", "Produkcja trafia na rynek brazylijski.", "rynek brazylijski"),
        ("pt", "Fica em território brasileiro.", "território brasileiro"),
        ("ro", "Se produce pe solul american.", "solul american"),
        ("ru", "Производство идёт на американской земле.", "американской земле"),
        ("sv", "De byggs på amerikansk mark.", "amerikansk mark"),
        ("th", "ผลิตบนแผ่นดินอเมริกา", "แผ่นดินอเมริกา"),
        ("tr", "Üretim Amerikan topraklarında yapılacak.", "Amerikan topraklarında"),
        ("uk", "Продається на європейському ринку.", "європейському ринку"),
        ("vi", "Sản xuất trên đất Mỹ.", "đất Mỹ"),
        ("zh", "在美国本土生产", "美国本土"),
    ],
)
def test_a_ground_stands_beside_its_country_in_every_language(language: str, text: str, ground: str) -> None:
    assert [text[start:end] for start, end in find_grounds(text, language)] == [ground]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The American company sells the soil. American, market and soil stand apart."),
        ("en", "The green plant lets us market it, on solid ground."),
        ("en", "The American Market closed."),
        ("de", "Das US-Unternehmen verliert an Boden."),
        ("es", "Solo americano y solo el mercado."),
        ("it", "Solo americano."),
        ("zh", "美国公司的工厂"),
        ("ja", "米国内外の会社"),
        ("zh", "香港城市大学"),
        ("ko", "미국 내년 계획"),
        ("ar", "الشركة الأمريكية"),
        ("xx", "American soil"),
        ("en", ""),
    ],
)
def test_what_is_no_ground_of_a_country_is_none(language: str, text: str) -> None:
    assert find_grounds(text, language) == []


@pytest.mark.parametrize(
    ("phrase", "language", "text", "other", "same"),
    [
        ("美国本土", "zh", "erguida em solo norte-americano", "pt", True),
        ("美国本土", "zh", "in the United States", "en", True),
        ("德国本土", "zh", "auf deutschem Boden", "de", True),
        ("الأمريكية", "ar", "the American company", "en", True),
        ("American soil", "en", "auf deutschem Boden", "de", False),
        ("American soil", "en", "on British soil", "en", False),
        ("American Airlines", "en", "the American company", "en", False),
    ],
)
def test_a_ground_is_the_same_if_the_other_text_names_the_country(
    phrase: str, language: str, text: str, other: str, same: bool
) -> None:
    assert same_ground(phrase, language, text, other) == same
