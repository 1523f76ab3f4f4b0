import json
from pathlib import Path

import pytest

from rag.phrases import LANGUAGES
from rag.text.following import leaning, topic

QUESTIONS = Path(__file__).resolve().parents[3] / "corpus" / "questions.jsonl"

CANNOT_STAND_ALONE = [
    ("en", "And the price?"), ("en", "When was it signed?"), ("en", "Why?"), ("en", "What does she regret?"),
    ("pt", "E quem assinou?"), ("pt", "E quando?"), ("pt", "E Young Liu?"), ("pt", "Quanto custa isso?"),
    ("de", "Und wann?"), ("de", "Wo fand sie statt?"), ("de", "Was ist mit dem Verkäufer?"),
    ("fr", "Et à Leipzig ?"), ("fr", "Quand part-il ?"), ("fr", "Et la marge ?"),
    ("es", "¿Y el precio?"), ("es", "¿Dónde?"), ("it", "E quando è stata firmata?"), ("it", "Perché?"),
    ("ru", "А кто подписал?"), ("ru", "Когда он был подписан?"), ("uk", "А коли?"), ("bg", "А цената?"),
    ("pl", "A kto podpisał?"), ("cs", "A kdo to podepsal?"), ("ro", "Și prețul?"), ("hu", "És az ár?"),
    ("el", "Και η τιμή;"), ("tr", "Peki fiyat?"), ("fi", "Entä hinta?"), ("sv", "Och priset?"),
    ("da", "Og hvad med prisen?"), ("no", "Hva med prisen?"), ("nl", "En de prijs?"), ("nl", "Waarom?"),
    ("id", "Lalu harganya?"), ("vi", "Còn giá?"), ("th", "แล้วราคาล่ะ"), ("zh", "那么价格呢？"), ("zh", "它的总部在哪里？"),
    ("ja", "では価格は？"), ("ja", "それはいつですか"), ("ko", "그럼 가격은요?"), ("ko", "왜?"),
    ("hi", "और कीमत?"), ("hi", "उस पर कब हस्ताक्षर हुए?"), ("ar", "وما السعر؟"), ("ar", "ومتى يغادر؟"), ("he", "והמחיר?"),
    ("he", "ומתי?"),
]  # fmt: skip
STAND_ALONE = [
    ("en", "Is there a break fee in the share purchase agreement?"),
    ("en", "How much does the Japanese distributor have to buy every year?"),
    ("pt", "Qual foi o volume de negócios da Foxconn em 2024?"),
    ("de", "Gibt es eine Vertragsstrafe im Liefervertrag?"),
    ("fr", "Y a-t-il une clause de confidentialité dans le contrat de fourniture ?"),
    ("fr", "Combien Solvenar paie-t-elle de loyer pour son usine de Leipzig ?"),
    ("ru", "Кому принадлежит компания «Алтынсай Логистика»?"),
    ("zh", "供应商的产品责任险每次事故至少要保多少钱？"),
    ("ja", "綾瀬川電工の2024年度の売上高はいくらですか"),
    ("ar", "متى سيجتمع مجلس إدارة نوران مرة أخرى؟"),
]


@pytest.mark.parametrize(("language", "question"), CANNOT_STAND_ALONE)
def test_a_question_that_leaves_something_out_leans(language: str, question: str) -> None:
    assert leaning(question, language).surely


@pytest.mark.parametrize(("language", "question"), STAND_ALONE)
def test_a_whole_question_does_not_lean(language: str, question: str) -> None:
    lean = leaning(question, language)
    assert not lean.surely
    assert not lean.perhaps


def test_every_language_has_its_words() -> None:
    assert {language for language, _ in CANNOT_STAND_ALONE} == set(LANGUAGES)


def test_the_questions_of_the_deal_room_stand_alone() -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    leaning_ones = [
        row["question"]
        for row in rows
        if (lean := leaning(row["question"], row["language"])).surely or lean.perhaps
    ]
    assert len(leaning_ones) <= 1  # "which system does the data room of this deal use" may be either


@pytest.mark.parametrize(
    ("language", "question"), [("en", "Who signed?"), ("pt", "Quem assinou?"), ("de", "Wer unterschrieb?")]
)
def test_a_short_question_may_be_either(language: str, question: str) -> None:
    lean = leaning(question, language)
    assert lean.perhaps
    assert not lean.surely


@pytest.mark.parametrize(
    ("question", "language", "points"),
    [
        ("When was it signed?", "en", 2),
        ("Which law governs the supply contract if it is ended?", "en", 1),
        ("Is there a fee?", "en", 0),
        ("应该付多少钱？", "zh", 0),
        ("Wie viele Module liefert sie?", "de", 1),
    ],
)
def test_a_pronoun_points_back_unless_the_question_has_what_it_means(
    question: str, language: str, points: int
) -> None:
    assert leaning(question, language).points == points


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("And who is the buyer of Solvenar?", "en", ["buyer", "Solvenar"]),
        ("How much VAT is disputed at Solvenar Polska?", "en", ["VAT", "disputed", "Solvenar", "Polska"]),
        ("Quem dirige a OpenAI?", "pt", ["dirige", "OpenAI"]),
        ("OpenAI的首席执行官是谁？", "zh", ["OpenAI", "首席执行官"]),
    ],
)
def test_the_topic_is_what_the_question_is_about(question: str, language: str, words: list[str]) -> None:
    assert topic(question, language) == words


def test_the_rest_is_the_question_without_and() -> None:
    assert leaning("E o valor?", "pt").rest == "o valor?"
    assert leaning("那么价格呢？", "zh").rest == "价格"
    assert leaning("והמחיר?", "he").rest == "המחיר?"
    assert leaning("E o valor?", "pt").type == "how_much"


def test_a_language_without_words_leans_by_what_is_left_out_alone() -> None:
    assert not leaning("Zer da salerosketa-prezioa?", "eu").surely
