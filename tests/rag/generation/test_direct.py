import pytest
from fakes import FakeEmbedder

from rag.generation.candidates import find_candidates
from rag.generation.direct import direct_answers, local_form
from rag.generation.features import Looker
from rag.phrases import LANGUAGES
from rag.records import Chunk, Citation, DocumentInfo, Draft, Passage, Short, Statement
from rag.text.values import find_values

PRESS = DocumentInfo("p", "press.pdf", "Press", "pt", paged=True)
TERMS = DocumentInfo("t", "terms.docx", "Terms", "en", paged=False)


def direct(*said: tuple[str, DocumentInfo, str | None], language: str = "en") -> tuple[Short, ...]:
    statements = [
        Statement(text, document.language, (number,)) for number, (text, document, _) in enumerate(said, 1)
    ]
    citations = [
        Citation(number, document, "c", 1, None, 0, len(text), text, document.language)
        for number, (text, document, _) in enumerate(said, 1)
    ]
    drafts = [Draft(text, document.language, (), short) for text, document, short in said]
    return direct_answers(statements, citations, drafts, language=language)


def test_a_direct_answer_has_the_form_of_the_source_and_of_the_asker() -> None:
    said = direct(("A parceria foi anunciada em 20 de novembro de 2025.", PRESS, "20 de novembro de 2025"))
    assert said == (Short("20 de novembro de 2025", "20 November 2025", (1,)),)


def test_in_the_language_of_the_source_there_is_no_other_form() -> None:
    assert direct(("The price is EUR 6,000,000.", TERMS, "EUR 6,000,000")) == (Short("EUR 6,000,000", None, (1,)),)


def test_different_values_of_different_documents_are_all_said() -> None:
    said = direct(
        ("O preço é de 5 milhões de euros.", PRESS, "5 milhões de euros"),
        ("The price is EUR 6,000,000.", TERMS, "EUR 6,000,000"),
    )
    assert [(short.text, short.citations) for short in said] == [
        ("5 milhões de euros", (1,)),
        ("EUR 6,000,000", (2,)),
    ]


def test_the_same_value_is_said_once_with_both_quotations() -> None:
    said = direct(
        ("O preço é de 6 milhões de euros.", PRESS, "6 milhões de euros"),
        ("The price is EUR 6,000,000.", TERMS, "EUR 6,000,000"),
    )
    assert [(short.text, short.citations) for short in said] == [("6 milhões de euros", (1, 2))]


@pytest.mark.parametrize("amended_first", [True, False])
def test_an_amendment_gives_the_new_value_beside_the_old_one(amended_first: bool) -> None:
    contract = ("O preço é de 186,4 milhões de euros.", PRESS, "186,4 milhões de euros")
    amendment = ("In clause 2.1 EUR 186,400,000 is replaced by EUR 181,250,000.", TERMS, None)
    said = direct(*((amendment, contract) if amended_first else (contract, amendment)))
    assert {short.text for short in said} == {"186,4 milhões de euros", "EUR 181,250,000"}


def test_of_an_old_and_a_new_value_in_one_sentence_the_new_one_answers() -> None:
    said = direct(("The date of 31 March 2026 is moved to 30 June 2026.", TERMS, "31 March 2026"))
    assert [short.text for short in said] == ["30 June 2026"]


def test_two_values_without_a_word_of_change_are_no_change() -> None:
    said = direct(("It runs from 31 March 2026 to 30 June 2026.", TERMS, "31 March 2026"))
    assert [short.text for short in said] == ["31 March 2026"]


def test_several_names_are_no_contradiction() -> None:
    said = direct(("Ana Lima assinou.", PRESS, "Ana Lima"), ("Rui Costa was there.", TERMS, "Rui Costa"))
    assert [short.text for short in said] == ["Ana Lima"]


def test_values_of_one_document_are_no_contradiction() -> None:
    said = direct(("Fee: EUR 5.", TERMS, "EUR 5"), ("Price: EUR 6,000,000.", TERMS, "EUR 6,000,000"))
    assert [short.text for short in said] == ["EUR 5"]


VALUES = [
    ("20 de novembro de 2025", "pt", "2025-11-20"),
    ("30. Juni", "de", "--06-30"),
    ("novembre 2025", "fr", "2025-11"),
    ("R$ 1,5 mil milhões", "pt", "BRL 1500000000"),
    ("EUR 186,400,000", "en", "EUR 186400000"),
    ("1,9 млрд", "ru", "1900000000"),
    ("8.6亿元", "zh", "CNY 860000000"),
    ("12億円", "ja", "JPY 1200000000"),
    ("418 करोड़ रुपये", "hi", "INR 4180000000"),
    ("92,400,000 درهم إماراتي", "ar", "AED 92400000"),
    ("US$ 2.3 billion", "en", "USD 2300000000"),
    ("2 500 000,00 zł", "pl", "PLN 2500000"),
    ("£40 million", "en", "GBP 40000000"),
    ("181,25 millions d'euros", "fr", "EUR 181250000"),
    ("2,35%", "it", "2.35%"),
    ("36 Monate", "de", "P36M"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("text", "source", "normal"), VALUES)
def test_a_local_form_is_read_back_as_the_same_value(text: str, source: str, normal: str, language: str) -> None:
    said = local_form(text, source, language) or text
    spoken = language if said != text else source
    assert [value.normal for value in find_values(said, spoken)] == [normal]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "20 نوفمبر 2025"),
        ("de", "20. November 2025"),
        ("ja", "2025年11月20日"),
        ("ko", "2025년 11월 20일"),
        ("th", "20 พฤศจิกายน ค.ศ. 2025"),  # the year of the source, not the Buddhist one
        ("vi", "ngày 20 tháng 11 năm 2025"),
        ("zh", "2025年11月20日"),
    ],
)
def test_a_date_is_said_as_the_asker_would(language: str, said: str) -> None:
    assert local_form("20 de novembro de 2025", "pt", language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "R$1.5 billion"), ("de", "1,5\xa0Milliarden\xa0R$"), ("zh", "R$15亿"), ("pl", "1,5 miliarda\xa0R$")],
)
def test_a_great_number_in_words_is_said_in_words(language: str, said: str) -> None:
    found = local_form("R$ 1,5 mil milhões", "pt", language)
    assert found is not None
    assert found.replace("\xa0", " ") == said.replace("\xa0", " ")


def test_words_for_great_numbers_that_differ_within_a_language_are_not_used() -> None:
    assert local_form("EUR 1.5 billion", "en", "pt") == "€\xa01.500.000.000"


@pytest.mark.parametrize("text", ["Sam Altman", "03/04/2025", "ten Business Days"])
def test_what_is_no_value_or_in_doubt_has_no_other_form(text: str) -> None:
    assert local_form(text, "en", "de") is None


def test_a_second_value_of_a_document_does_not_hide_the_other_documents() -> None:
    said = direct(
        ("The price is EUR 6,000,000.", TERMS, "EUR 6,000,000"),
        ("2. Price", TERMS, "2"),
        ("O preço é de 5 milhões de euros.", PRESS, "5 milhões de euros"),
    )
    assert [short.text for short in said] == ["EUR 6,000,000", "5 milhões de euros"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2. Purchase price of 480 modules", ["480"]),
        ("1.1 The price of 7 modules", ["7"]),
        ("480 modules are sold", ["480"]),
    ],
)
def test_the_number_of_a_clause_is_no_value(text: str, values: list[str]) -> None:
    info = DocumentInfo("t", "t.txt", "T", "en", paged=False)
    passages = [Passage(info, (Chunk("c", "t", 0, 1, 0, len(text), text, None, "en"),), 1.0)]
    fake = FakeEmbedder()
    scene = Looker(fake, fake).look("How many are there?", "en", find_candidates(passages))
    assert [value.text for value in scene.values[0]] == values
