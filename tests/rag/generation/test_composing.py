from rag.generation.composing import compose_answer
from rag.records import Chunk, Citation, DocumentInfo, Passage, Short, Statement

PRESS = DocumentInfo("p", "press/partnership.pdf", "Partnership", "pt", paged=True)
TERMS = DocumentInfo("t", "terms.docx", "Terms", "en", paged=False)
QUOTE = "A parceria foi anunciada em 20 de novembro de 2025."
DAY = Short("20 de novembro de 2025", "20 November 2025", (1,))


def citation(number: int, quote: str, document: DocumentInfo = PRESS, **more: object) -> Citation:
    page = 2 if document.paged else None
    heading = None if document.paged else "Price"
    language = document.language
    return Citation(number, document, "c", page, heading, 0, len(quote), quote, language, **more)  # type: ignore[arg-type]


def statement(quote: str, *numbers: int, language: str = "pt") -> Statement:
    return Statement(quote, language, numbers)


def passage(document: DocumentInfo, page: int) -> Passage:
    return Passage(document, (Chunk("c", document.id, 0, page, 0, 1, "x", "Price", "en"),), 0.5)


def test_the_direct_answer_comes_first_in_the_askers_way_and_in_the_sources():
    text = compose_answer([DAY], [statement(QUOTE, 1)], [citation(1, QUOTE)], language="en")
    assert text == (
        "20 November 2025 (in the source: “20 de novembro de 2025”) [1]\n\n"
        f"“{QUOTE}” [1]\n— press/partnership.pdf, page 2 · quoted in Portuguese"
    )


def test_a_name_stays_as_the_source_writes_it():
    quote = "Sam Altman apresentou a iniciativa."
    text = compose_answer(
        [Short("Sam Altman", None, (1,))], [statement(quote, 1)], [citation(1, quote)], language="de"
    )
    assert text.splitlines()[0] == "Sam Altman [1]"


def test_without_a_direct_answer_the_document_speaks():
    text = compose_answer((), [statement(QUOTE, 1)], [citation(1, QUOTE)], language="pt")
    assert text == f"O documento diz:\n\n“{QUOTE}” [1]\n— press/partnership.pdf, página 2"


def test_several_documents_are_several():
    other = "The fee is EUR 5 million."
    statements = [statement(QUOTE, 1), statement(other, 2, language="en")]
    text = compose_answer((), statements, [citation(1, QUOTE), citation(2, other, TERMS)], language="en")
    assert text.startswith("The documents say:\n\n")
    assert "— terms.docx, under “Price”" in text


def test_different_values_are_said_to_differ_with_document_and_date():
    old, new = "O preço é de 5 milhões de euros.", "The price is EUR 6,000,000."
    text = compose_answer(
        [Short("5 milhões de euros", "€5 million", (1,)), Short("EUR 6,000,000", None, (2,))],
        [statement(old, 1), statement(new, 2, language="en")],
        [citation(1, old, dated="2025-06-27"), citation(2, new, TERMS)],
        language="en",
    )
    assert text.splitlines()[:3] == [
        "The documents give 2 different values:",
        "– €5 million (in the source: “5 milhões de euros”) [1] – press/partnership.pdf, page 2 · 27 June 2025",
        "– EUR 6,000,000 [2] – terms.docx, under “Price”",
    ]


def test_the_same_value_in_two_documents_is_one_answer_with_two_numbers():
    old, new = "O preço é de 6 milhões de euros.", "The price is EUR 6,000,000."
    text = compose_answer(
        [Short("6 milhões de euros", "€6 million", (1, 2))],
        [statement(old, 1), statement(new, 2, language="en")],
        [citation(1, old), citation(2, new, TERMS)],
        language="en",
    )
    assert text.splitlines()[0] == "€6 million (in the source: “6 milhões de euros”) [1][2]"


def test_what_a_model_tells_stands_above_the_quotations():
    told = Statement("The partnership was announced on 20 November 2025.", "en", (1,))
    text = compose_answer((), [told], [citation(1, QUOTE)], language="en")
    assert text.startswith("The partnership was announced on 20 November 2025. [1]\n\n“A parceria")


def test_a_translation_follows_its_quotation():
    cited = citation(1, QUOTE, translation="The partnership was announced.", translated_by="opus")
    text = compose_answer((), [statement(QUOTE, 1)], [cited], language="en")
    assert text.endswith("\nThe partnership was announced. (machine translation: opus)")


def test_nothing_sure_says_so_and_names_the_nearest_places():
    passages = [passage(PRESS, 3), passage(PRESS, 3), passage(TERMS, 1), passage(PRESS, 4), passage(PRESS, 5)]
    assert compose_answer((), [], [], language="en", passages=passages) == (
        "No sure answer was found in these documents.\n"
        "The nearest passages are:\n"
        "– press/partnership.pdf, page 3\n"
        "– terms.docx, under “Price”\n"
        "– press/partnership.pdf, page 4"
    )


def test_not_found_without_passages_is_one_sentence():
    assert compose_answer((), [], [], language="ja") == "この質問への答えは文書の中に見つかりません。"


def test_foreign_quotations_are_isolated_in_arabic():
    text = compose_answer((), [statement(QUOTE, 1)], [citation(1, QUOTE)], language="ar")
    assert f"«\u2068{QUOTE}\u2069» [1]" in text
    assert "\u2068press/partnership.pdf\u2069، الصفحة 2" in text
    assert "لغة الاقتباس: البرتغالية" in text


def test_line_ends_inside_a_quotation_become_blanks_where_a_script_has_them():
    latin = citation(1, "The price\nis EUR 5.", TERMS)
    han = citation(1, "价格为\n五百万元。", TERMS)
    assert "“The price is EUR 5.”" in compose_answer((), [statement(latin.quote, 1)], [latin], language="en")
    assert "“价格为五百万元。”" in compose_answer((), [statement(han.quote, 1)], [han], language="zh")


def test_an_answer_is_plain_text():
    quote = "<b>Price</b> *EUR* `5` [link](http://x)"
    text = compose_answer((), [statement(quote, 1)], [citation(1, quote)], language="en")
    assert quote in text
