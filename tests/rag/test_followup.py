import pytest

from rag.followup import in_talk_first, likely_languages, readings
from rag.records import Answer, Chunk, Citation, DocumentInfo, Passage
from rag.text.asking import question_type

SPA = DocumentInfo("s", "spa.pdf", "Share purchase agreement", "en", paged=True)
LOAN = DocumentInfo("l", "loan.pdf", "Loan", "it", paged=True)


def passage(document: DocumentInfo, score: float) -> Passage:
    return Passage(document, (Chunk("c", document.id, 0, 1, 0, 1, "x", None, document.language),), score)


def answer(question: str, language: str, *documents: DocumentInfo, short: str | None = None) -> Answer:
    citations = tuple(
        Citation(number, document, "c", 1, None, 0, 1, "x", document.language)
        for number, document in enumerate(documents, 1)
    )
    return Answer(question, language, "", citations=citations, passages=(passage(LOAN, 1.0),), short=short)


DIALOGUES = [
    ("en", "Who is the buyer of Solvenar?", "And the price?", {"price", "Solvenar", "buyer"}),
    ("pt", "Quem é o comprador da Solvenar?", "E quando?", {"quando", "comprador", "Solvenar"}),
    ("de", "Wer ist der Käufer von Solvenar?", "Und der Preis?", {"Preis", "Käufer", "Solvenar"}),
    ("fr", "Qui est l'acheteur de Solvenar ?", "Et le prix ?", {"prix", "acheteur", "Solvenar"}),
    ("es", "¿Quién es el comprador de Solvenar?", "¿Y el precio?", {"precio", "comprador", "Solvenar"}),
    ("ru", "Кто покупатель компании Solvenar?", "А цена?", {"цена", "покупатель", "Solvenar"}),
    ("tr", "Solvenar'ın alıcısı kim?", "Peki fiyat?", {"fiyat", "alıcısı", "Solvenar"}),
    ("ar", "من هو مشتري Solvenar؟", "وما السعر؟", {"السعر", "مشتري", "Solvenar"}),
    ("zh", "Solvenar的买方是谁？", "那么价格呢？", {"价格", "买方", "Solvenar"}),
    ("ja", "Solvenarの買主は誰ですか", "では価格は？", {"価格", "買主", "Solvenar"}),
    ("ko", "Solvenar 매수인은 누구인가요?", "그럼 가격은요?", {"가격", "매수인은", "Solvenar"}),
    ("hi", "Solvenar का खरीदार कौन है?", "और कीमत?", {"कीमत", "खरीदार", "Solvenar"}),
]


@pytest.mark.parametrize(("language", "before", "question", "words"), DIALOGUES)
def test_a_follow_up_is_searched_with_what_the_question_before_was_about(
    language: str, before: str, question: str, words: set[str]
) -> None:
    (reading,) = readings(question, language, [before])
    assert reading.completed
    assert all(word in reading.searched for word in words)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Which court decides disputes about the supply contract?"),
        ("pt", "Em que cidade vai ficar a nova fábrica chinesa de placas?"),
        ("ja", "綾瀬川電工の2024年度の売上高はいくらですか"),
        ("ar", "متى سيجتمع مجلس إدارة نوران مرة أخرى؟"),
    ],
)
def test_a_whole_question_stays_as_it_is(language: str, question: str) -> None:
    (reading,) = readings(question, language, ["Who is the buyer of Solvenar?"])
    assert (reading.searched, reading.judged, reading.documents) == (question, question, ())
    assert not reading.completed


def test_without_history_even_a_short_question_stays_as_it_is() -> None:
    assert [reading.searched for reading in readings("And the price?", "en", ())] == ["And the price?"]


def test_what_may_be_either_is_first_read_as_it_stands() -> None:
    first, second = readings("Who signed?", "en", ["When does the loan of Banca Montelisio end?"])
    assert (first.searched, first.completed) == ("Who signed?", False)
    assert "Banca Montelisio" in second.searched
    assert second.completed


def test_the_old_words_do_not_judge_a_question_with_words_of_its_own() -> None:
    (reading,) = readings("And the lump sum?", "en", ["What royalty does Suryansh pay?"])
    assert "royalty" in reading.searched
    assert "royalty" not in reading.judged
    assert "Suryansh" in reading.judged


def test_a_bare_question_word_is_judged_with_the_old_words() -> None:
    (reading,) = readings("Why?", "en", ["How much VAT is disputed at Solvenar Polska?"])
    assert reading.judged == "Why? (VAT disputed Solvenar Polska)"


def test_a_new_name_takes_the_place_of_the_old_one() -> None:
    (reading,) = readings("E Young Liu?", "pt", ["O que disse Sam Altman sobre a colaboração?"])
    assert "disse" in reading.judged
    assert "Young Liu" in reading.judged
    assert "Altman" not in reading.judged


def test_the_language_may_change_between_turns() -> None:
    (reading,) = readings("Und wann?", "de", ["Quem assinou o contrato da Banca Montelisio?"])
    assert reading.searched == "wann? (assinou contrato Banca Montelisio)"


def test_a_follow_up_of_a_follow_up_still_knows_the_name() -> None:
    (reading,) = readings("And who signed it?", "en", ["Who is the buyer of Solvenar?", "And the price?"])
    assert "Solvenar" in reading.searched
    assert "price" in reading.searched


def test_a_new_subject_ends_the_old_one() -> None:
    talk = ["Who is the buyer of Solvenar?", "What royalty does Suryansh pay for its licence?"]
    (reading,) = readings("And when?", "en", talk)
    assert "Suryansh" in reading.searched
    assert "Solvenar" not in reading.searched


def test_the_one_who_was_asked_for_is_meant_by_she() -> None:
    asked = answer("Who is the chair of the works council?", "en", SPA, short="Gerlinde Haubold")
    (reading,) = readings("What does she regret?", "en", [asked])
    assert "Gerlinde Haubold" in reading.judged
    assert (
        "Haubold" not in readings("And when?", "en", [answer("What is paid?", "en", SPA, short="EUR 5")])[0].judged
    )


def test_the_documents_in_talk_are_those_that_were_quoted() -> None:
    quoted = answer("Who signed the deal?", "en", SPA)
    refused = answer("Who signed the deal?", "en")
    assert readings("And when?", "en", [quoted])[0].documents == ("s",)
    assert readings("And when?", "en", [refused])[0].documents == ()
    assert readings("And when?", "en", [quoted, answer("And where?", "en")])[0].documents == ("s",)


def test_passages_of_the_documents_in_talk_move_up_but_not_past_far_better_ones() -> None:
    ranked = [passage(LOAN, 2.0), passage(LOAN, 1.1), passage(SPA, 1.0)]
    assert [each.document.id for each in in_talk_first(ranked, ["s"])] == ["l", "s", "l"]


def test_few_words_are_likely_in_the_language_of_the_question_before() -> None:
    assert likely_languages("E quando?", ["Quem assinou o contrato?"], ["de", "ja"]) == ["pt"]
    assert likely_languages("E quando?", [], ["de", "ja"]) == ["de", "ja"]
    assert likely_languages("Who signed the loan agreement with the bank?", ["Quem?"], ["de", "ja"]) == [
        "de",
        "ja",
    ]


def test_another_role_is_asked_for_as_the_first_was() -> None:
    (reading,) = readings("And the auditor?", "en", ["Who arranges the convertible bonds of Qinglan Precision?"])
    assert question_type(reading.judged, "en") == "who"
    assert "arranges" not in reading.judged


def test_another_one_is_not_the_one_who_was_asked_for() -> None:
    asked = answer("Кто руководит OpenAI?", "ru", SPA, short="Sam Altman")
    (reading,) = readings("А Foxconn?", "ru", [asked])
    assert "Altman" not in reading.searched
    assert "OpenAI" not in reading.judged
    assert question_type(reading.judged, "ru") == "who"


def test_no_word_is_said_twice() -> None:
    (reading,) = readings("它呢？", "zh", ["青岚精密可转换公司债券的期限是多久？"])
    assert reading.searched.count("青岚精密") == 1
