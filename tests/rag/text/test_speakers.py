import pytest

from rag.text.speakers import languages_named


@pytest.mark.parametrize(
    ("question", "language", "named"),
    [
        ("How much VAT is the Polish subsidiary fighting over?", "en", {"pl"}),
        ("Bis wann soll die polnische Tochter die Genehmigung beantragen?", "de", {"pl"}),
        ("Quel droit régit le contrat de distribution au Japon ?", "fr", {"ja"}),
        ("Que disse a imprensa grega sobre a fábrica chinesa?", "pt", {"el", "zh"}),
        ("Хто керує грецькою компанією?", "uk", {"el"}),
        ("Что пишет немецкая газета?", "ru", {"de"}),
        ("ما المبلغ الذي عُرض على الشركة التركية؟", "ar", {"tr"}),
        ("האם לחברה הפולנית יש נכסים?", "he", {"pl"}),
        ("한국 기업은 어디인가요?", "ko", {"ko"}),
        ("土耳其公司要求多少赔偿？", "zh", {"tr"}),
        ("ドイツの契約書はいつ締結されましたか", "ja", {"de"}),
        ("บริษัทญี่ปุ่นบอกเลิกสัญญาเมื่อไร", "th", {"ja"}),
        ("Công ty Ấn Độ phải trả bao nhiêu?", "vi", {"hi"}),
        ("Varför vill den spanska ägaren sälja?", "sv", {"es"}),
        ("İtalyan bankası ne kadar verdi?", "tr", {"it"}),
        ("Who signed the Brazilian filing?", "en", {"pt"}),
        ("Wem gehört die US-amerikanische Tochter?", "de", {"en"}),
        ("Was sagt der schweizerische Pachtvertrag?", "de", {"de", "fr", "it"}),
        ("Que dit l'accord mexicain ?", "fr", {"es"}),
        ("O que promete a gigante taiwanesa?", "pt", {"zh"}),
        ("¿Quién compró la filial brasileña?", "es", {"pt"}),
        ("Сколько заплатил австрийский банк?", "ru", {"de"}),
        ("Що вирішив бельгійський суд?", "uk", {"nl", "fr", "de"}),
        ("كم دفعت الشركة البرازيلية؟", "ar", {"pt"}),
        ("מה החליטה החברה המצרית?", "he", {"ar"}),
        ("巴西公司付了多少？", "zh", {"pt"}),
        ("台湾の会社はどこですか", "ja", {"zh"}),
        ("대만 기업은 얼마를 냈나요?", "ko", {"zh"}),
        ("Công ty Mỹ trả bao nhiêu?", "vi", {"en"}),
        ("Mısırlı ortak kim?", "tr", {"ar"}),
        ("Mikä on brasilialaisen yhtiön hinta?", "fi", {"pt"}),
    ],
)
def test_a_language_is_named_by_itself_its_country_or_its_people(
    question: str, language: str, named: set[str]
) -> None:
    assert languages_named(question, language) == named


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many of the cabinets that were shut down are running again?", "en"),
        ("Who did polarise the indicated part, and did it germinate?", "en"),
        ("Was sagt die Polizei indirekt?", "de"),
        ("Việc sửa chữa nhất định tốn bao nhiêu tiền?", "vi"),
        ("Quanto custa a chinela?", "pt"),
        ("Who builds the green plant, and does it let us market it?", "en"),
        ("Qual é a taxa de suicídio?", "pt"),
        ("Je suis l'acheteur ?", "fr"),
        ("2 अरब रुपये किसने दिए?", "hi"),
        ("Công ty mỹ phẩm nào?", "vi"),
        ("Kim mısır satar?", "tr"),
        ("Ne katar bu anlaşma?", "tr"),
        ("מי הודיע על העסקה?", "he"),
        ("What does the European or the African law say?", "en"),
        ("Who drills in the Gulf of Mexico for oil?", "en"),
        ("", "en"),
        ("the Polish subsidiary", "xx"),
        ("the Polish subsidiary", "und"),
    ],
)
def test_words_that_only_begin_alike_name_no_language(question: str, language: str) -> None:
    assert languages_named(question, language) == frozenset()
