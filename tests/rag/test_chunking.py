from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunking import chunk_document
from rag.records import Document, DocumentInfo, Heading, Page
from rag.settings import ChunkingSettings

SENTENCE = "The Seller shall pay the price to the Buyer on the closing date. "


def document(*texts, headings=(), language="en"):
    """`headings`: (page, level, text) in order; each text stands once on its page."""
    pages = []
    for number, text in enumerate(texts, start=1):
        found = tuple(
            Heading(title, level, text.index(title), text.index(title) + len(title))
            for page, level, title in headings
            if page == number
        )
        pages.append(Page(number, text, found))
    return Document(DocumentInfo("d" * 64, "a.pdf", "A", language, paged=True), tuple(pages))


def chunks_of(doc, size=700, overlap=1, max_tokens=None):
    return chunk_document(doc, ChunkingSettings(size=size, overlap_sentences=overlap), max_tokens)


def test_a_chunk_never_crosses_a_page():
    chunks = chunks_of(document(SENTENCE * 3, SENTENCE * 2))
    assert [(chunk.page, chunk.position) for chunk in chunks] == [(1, 0), (2, 1)]


def test_chunks_end_at_sentence_ends_and_share_one_sentence():
    text = "".join(f"Sentence number {n} says something of note. " for n in range(40))
    chunks = chunks_of(document(text), size=200)
    assert all(chunk.text.startswith("Sentence") and chunk.text.endswith("note.") for chunk in chunks)
    for before, after in pairwise(chunks):
        shared = text[after.start : before.end]
        assert shared.count("Sentence") == 1
    assert all(len(chunk.text) <= 200 for chunk in chunks)


def test_a_heading_starts_a_chunk_and_names_it_with_its_parents():
    text = f"Contract\n{SENTENCE}\n1. Price\n{SENTENCE}\n1.1 Payment\n{SENTENCE}\n2. Law\n{SENTENCE}"
    headings = [(1, 1, "Contract"), (1, 2, "1. Price"), (1, 3, "1.1 Payment"), (1, 2, "2. Law")]
    chunks = chunks_of(document(text, headings=headings))
    assert [chunk.heading for chunk in chunks] == [
        "Contract",
        "Contract › 1. Price",
        "Contract › 1. Price › 1.1 Payment",
        "Contract › 2. Law",
    ]
    assert [chunk.text.split("\n")[0] for chunk in chunks] == ["Contract", "1. Price", "1.1 Payment", "2. Law"]


def test_a_heading_holds_over_the_next_page():
    chunks = chunks_of(document(f"Price\n{SENTENCE}", SENTENCE, headings=[(1, 1, "Price")]))
    assert [chunk.heading for chunk in chunks] == ["Price", "Price"]


def test_headings_in_a_row_make_one_chunk():
    text = f"Part A\nPrice\n{SENTENCE}"
    chunks = chunks_of(document(text, headings=[(1, 1, "Part A"), (1, 2, "Price")]))
    assert [(chunk.heading, chunk.start) for chunk in chunks] == [("Part A › Price", 0)]


def test_a_few_words_over_the_first_heading_are_no_chunk_of_their_own():
    text = f"Draft of 3 May\nPrice\n{SENTENCE}"
    chunks = chunks_of(document(text, headings=[(1, 1, "Price")]))
    assert [(chunk.start, chunk.heading) for chunk in chunks] == [(0, "Price")]


def test_a_tiny_end_joins_what_is_before_it():
    text = SENTENCE * 3 + "It ends."
    chunks = chunks_of(document(text), size=200, overlap=0)
    assert len(chunks) == 2
    assert len(chunks[1].text) > 60


def test_letters_of_dense_scripts_weigh_more():
    latin = chunks_of(document("The quick brown fox runs on. " * 60))
    chinese = chunks_of(document("卖方应在交割日向买方支付全部价款。" * 60, language="zh"))
    assert max(len(chunk.text) for chunk in latin) > 600
    assert 200 < max(len(chunk.text) for chunk in chinese) < 300


def test_the_embedders_limit_holds():
    chunks = chunks_of(document(SENTENCE * 40), max_tokens=50)
    assert max(len(chunk.text) for chunk in chunks) <= 150


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [("alpha beta gamma, " * 60, ","), ("alpha beta gamma " * 60, "abgm"), ("x" * 900, "x")],
)
def test_an_endless_sentence_is_cut_at_clauses_then_blanks_then_anywhere(sentence, ends):
    chunks = chunks_of(document(sentence), size=200)
    assert all(len(chunk.text) <= 200 for chunk in chunks)
    assert len(chunks) >= len(sentence) // 200
    assert all(chunk.text[-1] in ends for chunk in chunks[:-1])


def test_ids_are_short_numbers_that_differ_by_document_page_and_place():
    chunks = chunks_of(document(SENTENCE * 30, SENTENCE * 30), size=200)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert all(len(chunk.id) == 16 and 0 <= int(chunk.id, 16) < 2**63 for chunk in chunks)
    assert chunks == chunks_of(document(SENTENCE * 30, SENTENCE * 30), size=200)


def test_a_chunk_in_another_language_says_so():
    german = "Der Verkäufer überträgt dem Käufer sämtliche Anteile an der Gesellschaft mit allen Rechten."
    chunks = chunks_of(document(SENTENCE, german, "卖方应在交割日向买方支付全部价款。", "GmbH & Co. KG"))
    assert [chunk.language for chunk in chunks] == ["en", "de", "zh", "en"]


def test_an_empty_page_gives_no_chunk():
    assert [chunk.page for chunk in chunks_of(document("", SENTENCE, " \n "))] == [2]


WORDS = st.sampled_from(
    ["a", "price", "Seller.", "买方支付。", "\n", "\n\n", "Mr. X", "1.2 ", "ไทย", "z" * 90, "| b", "😀"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=60).map(" ".join), max_size=3), st.integers(40, 300), st.integers(0, 2))
def test_chunks_lie_on_their_pages_in_order_and_cover_them(texts, size, overlap):
    doc = document(*texts)
    chunks = chunks_of(doc, size=size, overlap=overlap)
    assert [chunk.position for chunk in chunks] == list(range(len(chunks)))
    assert [(chunk.page, chunk.start) for chunk in chunks] == sorted((chunk.page, chunk.start) for chunk in chunks)
    assert chunks == chunks_of(doc, size=size, overlap=overlap)
    for page in doc.pages:
        covered = [False] * len(page.text)
        for chunk in chunks:
            if chunk.page == page.number:
                assert page.text[chunk.start : chunk.end] == chunk.text
                covered[chunk.start : chunk.end] = [True] * len(chunk.text)
        assert all(done or letter.isspace() for done, letter in zip(covered, page.text, strict=True))
