import pytest
from fakes import FakeEmbedder

from rag.citing import cite
from rag.records import Chunk, Citation, DocumentInfo, Draft, Heading, Page, Passage, Statement, Support

TEXT = "Price\nThe price is EUR 5 million. It is payable in 30 days.\nTerm\nThe contract ends on 31 May 2027."
FIRST = "The price is EUR 5 million."
SECOND = "It is payable in 30 days."
THIRD = "The contract ends on 31 May 2027."
HEADINGS = (Heading("Price", 1, 0, 5), Heading("Term", 1, TEXT.index("Term"), TEXT.index("Term") + 4))


def document(id_: str = "a", *, paged: bool = True) -> DocumentInfo:
    return DocumentInfo(id_, f"{id_}.pdf", id_, "en", paged)


def chunk(text: str, start: int, id_: str = "c1", document_id: str = "a", page: int = 2) -> Chunk:
    return Chunk(id_, document_id, 0, page, start, start + len(text), text, "Price", "en")


def support(of: Chunk, text: str) -> Support:
    start = TEXT.index(text)
    return Support(of.document_id, of.id, of.page, start, start + len(text))


WHOLE = chunk(TEXT, 0)
PASSAGES = (Passage(document(), (WHOLE,), 1.0),)


def read_page(document_id: str, number: int) -> Page:
    assert document_id in ("a", "b")
    return Page(number, TEXT, HEADINGS)


def draft(text: str, *supports: Support, language: str = "en") -> Draft:
    return Draft(text, language, supports)


def test_a_quote_is_the_pages_own_characters():
    statements, citations = cite([draft(FIRST, support(WHOLE, FIRST))], PASSAGES, read_page)
    assert statements == (Statement(FIRST, "en", (1,)),)
    start = TEXT.index(FIRST)
    assert citations == (Citation(1, document(), "c1", 2, "Price", start, start + len(FIRST), FIRST, "en"),)
    assert TEXT[citations[0].start : citations[0].end] == citations[0].quote


def test_numbers_count_from_one_and_the_same_range_has_one_number():
    drafts = [
        draft(SECOND, support(WHOLE, SECOND)),
        draft(FIRST, support(WHOLE, FIRST)),
        draft(SECOND, support(WHOLE, SECOND)),
    ]
    statements, citations = cite(drafts, PASSAGES, read_page)
    assert [statement.citations for statement in statements] == [(1,), (2,), (1,)]
    assert [citation.quote for citation in citations] == [SECOND, FIRST]


def test_the_heading_is_the_innermost_one_above():
    _, citations = cite([draft(THIRD, support(WHOLE, THIRD))], PASSAGES, read_page)
    assert citations[0].heading == "Term"


def test_a_document_without_pages_has_no_page_number():
    passages = (Passage(document(paged=False), (WHOLE,), 1.0),)
    _, citations = cite([draft(FIRST, support(WHOLE, FIRST))], passages, read_page)
    assert citations[0].page is None
    assert citations[0].heading == "Price"


def test_blanks_around_a_support_are_cut_off():
    start = TEXT.index(FIRST)
    wide = Support("a", "c1", 2, start - 1, start + len(FIRST) + 1)
    _, citations = cite([draft(FIRST, wide)], PASSAGES, read_page)
    assert citations[0].quote == FIRST


def test_a_draft_is_dropped_when_the_page_has_changed():
    changed = chunk(TEXT.replace("5 million", "6 million"), 0)
    passages = (Passage(document(), (changed,), 1.0),)
    assert cite([draft("The price is EUR 6 million.", support(changed, FIRST))], passages, read_page) == ((), ())


def test_a_draft_is_dropped_when_its_support_was_never_read():
    other = chunk(TEXT, 0, id_="c9")
    assert cite([draft(FIRST, support(other, FIRST))], PASSAGES, read_page) == ((), ())
    wrong_page = Support("a", "c1", 3, 0, 10)
    assert cite([draft(FIRST, wrong_page)], PASSAGES, read_page) == ((), ())
    empty = Support("a", "c1", 2, 10, 10)
    assert cite([draft(FIRST, empty)], PASSAGES, read_page) == ((), ())


def test_a_draft_without_support_is_dropped():
    assert cite([draft(FIRST)], PASSAGES, read_page) == ((), ())


def test_other_words_are_backed_by_the_nearest_sentence():
    told = draft("The price of the contract is EUR 5 million.", support(WHOLE, TEXT))
    statements, citations = cite([told], PASSAGES, read_page)
    assert [citation.quote for citation in citations] == [FIRST]
    assert statements[0].text == "The price of the contract is EUR 5 million."


def test_an_embedder_finds_the_nearest_sentence_in_another_language():
    synonyms = {"vertrag": "contract", "der": "the", "endet": "ends", "am": "on", "mai": "may"}
    told = draft("Der Vertrag endet am 31. Mai 2027.", support(WHOLE, TEXT), language="de")
    _, citations = cite([told], PASSAGES, read_page, embedder=FakeEmbedder(synonyms=synonyms))
    assert [citation.quote for citation in citations] == [THIRD]


def test_a_value_that_is_in_no_quotation_is_withheld():
    told = draft("The price of the contract is EUR 7 million.", support(WHOLE, TEXT))
    assert cite([told], PASSAGES, read_page) == ((), ())


def test_words_that_nothing_backs_are_withheld():
    told = draft("Zebras graze quietly.", support(WHOLE, TEXT))
    assert cite([told], PASSAGES, read_page) == ((), ())


def told(text: str, source: str, *, language: str = "en", source_language: str = "en") -> bool:
    """Whether a statement in other words passes with `source` as all that its page says."""
    card = DocumentInfo("a", "a.pdf", "a", source_language, paged=True)
    only = Chunk("c1", "a", 0, 1, 0, len(source), source, None, source_language)
    place = Support("a", "c1", 1, 0, len(source))
    statements, citations = cite(
        [Draft(text, language, (place,))],
        (Passage(card, (only,), 1.0),),
        lambda _, number: Page(number, source),
        embedder=FakeEmbedder(synonyms=dict.fromkeys((text + " " + source).casefold().split(), "same")),
    )
    assert all(citation.quote in source for citation in citations)
    return bool(statements)


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("en", "The guarantee covers the earn-out.", "The guarantee does not cover the earn-out."),
        ("de", "Die Garantie umfasst den Earn-out.", "Die Garantie umfasst den Earn-out nicht."),
        ("fr", "La garantie couvre le complément de prix.", "La garantie ne couvre pas le complément de prix."),
        ("pt", "A garantia abrange o preço.", "A garantia não abrange o preço."),
        ("ru", "Гарантия покрывает доплату.", "Гарантия не покрывает доплату."),
        ("zh", "担保涵盖该款项。", "担保不涵盖该款项。"),
        ("ar", "يشمل الضمان المبلغ الإضافي.", "لا يشمل الضمان المبلغ الإضافي."),
        ("tr", "Teminat ek ödemeyi kapsar.", "Teminat ek ödemeyi kapsamaz, böyle bir yükümlülük yoktur."),
    ],
)
def test_a_no_must_stand_in_the_quotation_and_a_yes_as_well(language: str, yes: str, no: str):
    assert not told(no, yes, language=language, source_language=language)
    assert not told(yes, no, language=language, source_language=language)
    assert told(f"{yes} ", yes, language=language, source_language=language)


def test_a_name_that_is_in_no_quotation_is_withheld():
    assert told(
        "It was signed for the bank by Ludovica Serrangeli.",
        "Per la Banca: Ludovica Serrangeli ha firmato.",
        source_language="it",
    )
    assert not told(
        "It was signed for the bank by Philippa Crannock.",
        "Per la Banca: Ludovica Serrangeli ha firmato.",
        source_language="it",
    )


def test_a_date_that_is_in_no_quotation_is_withheld():
    assert told("The end is on 31 May 2027.", "The contract ends on 31 May 2027.")
    assert not told("The end is on 30 May 2027.", "The contract ends on 31 May 2027.")
