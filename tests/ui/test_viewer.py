import io
from pathlib import Path
from typing import cast

import pypdfium2
import pytest
from fake_assistant import HOSTILE, PRESS, FakeAssistant
from PIL import Image

from rag import Assistant, Page
from ui import actions, picture, viewer
from ui.viewer import marked_text, render_view
from ui.wording import read_wording

ENGLISH = read_wording("en")
QUOTE = "The price is EUR 42 million in cash."


def opened(assistant: FakeAssistant, name: str, start: int = 0, end: int = 0, page: int = 1) -> str:
    place = {"document": name, "page": str(page), "start": str(start), "end": str(end)}
    return render_view(actions.show(cast(Assistant, assistant), place), ENGLISH)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One page of A4 with two sentences, the second one over a line end."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    raw = pypdfium2.raw
    for line, height in (("Solvenar is sold.", 700), ("The price is EUR 42", 680), ("million in cash.", 660)):
        text = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 14)
        letters = (line + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(text, (raw.FPDF_WCHAR * (len(letters) // 2)).from_buffer_copy(letters))
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 72, height)
        raw.FPDFPage_InsertObject(page, text)
    page.gen_content()
    path = tmp_path_factory.mktemp("pdf") / "deal.pdf"
    document.save(str(path))
    return path


def test_the_sentence_is_marked_in_the_page() -> None:
    text = "One. Two & three. Four."
    assert marked_text(Page(1, text), 5, 17) == "One. <mark>Two &amp; three.</mark> Four."


def test_headings_are_strong_also_inside_the_mark(assistant: FakeAssistant) -> None:
    page = assistant.page("contracts/liefervertrag.md", 1)
    assert marked_text(page, 0, 15) == (
        "<mark>## </mark><strong><mark>5. Lieferung</mark></strong>" + str(page.text[15:])
    )


def test_without_a_range_nothing_is_marked() -> None:
    assert marked_text(Page(1, "One. Two."), 0, 0) == "One. Two."


def test_a_very_long_page_is_cut_around_the_sentence() -> None:
    text = "a" * 100_000 + "SENTENCE" + "b" * 100_000
    marked = marked_text(Page(1, text), 100_000, 100_008)
    assert marked.startswith("… a")
    assert marked.endswith("b …")
    assert "<mark>SENTENCE</mark>" in marked
    assert len(marked) < 70_000


def test_hostile_text_is_shown_as_text(assistant: FakeAssistant) -> None:
    markup = opened(assistant, "hostile <b>name</b>.txt", 0, 20)
    assert "<img src=x" not in markup.replace("<img data-src", "")
    assert "<script" not in markup
    assert "&lt;script&gt;alert(3)" in markup
    assert "hostile &lt;b&gt;name&lt;" in markup
    assert HOSTILE not in markup


def test_pages_turn_only_where_there_are_pages(assistant: FakeAssistant) -> None:
    first = opened(assistant, "press/openai-foxconn.pdf")
    assert "Page 1 of 2" in first
    assert 'data-page="2" aria-label="Next page">' in first
    assert 'data-page="0" aria-label="Previous page" disabled>' in first
    assert "turn-page" not in opened(assistant, "minutes/board.txt")


def test_only_a_pdf_has_a_picture_and_it_is_not_asked_for_at_once(assistant: FakeAssistant) -> None:
    start = PRESS.index("A produção")
    markup = opened(assistant, "press/openai-foxconn.pdf", start, start + 10)
    assert f'data-src="/page/picture?document=press%2Fopenai-foxconn.pdf&amp;page=1&amp;start={start}' in markup
    assert " src=" not in markup
    assert "picture" not in opened(assistant, "minutes/board.txt")


def test_a_document_that_is_gone_says_so(assistant: FakeAssistant) -> None:
    assert "This document is no longer there." in opened(assistant, "gone.pdf")


def test_a_page_is_drawn_with_its_quotation_marked(pdf: Path) -> None:
    plain, marked = viewer.draw_page(pdf, 1, ""), viewer.draw_page(pdf, 1, QUOTE)
    assert plain is not None
    assert marked is not None
    before, after = (Image.open(io.BytesIO(drawing.png)).convert("RGB") for drawing in (plain, marked))
    assert plain.top == 0
    assert 0.15 < marked.top < 0.2  # 162 of 842 points below the top
    assert before.size == after.size == (1000, 1416)
    assert (255, 214, 74) not in {colour for _, colour in before.getcolors(1 << 20) or []}
    assert sum(count for count, colour in after.getcolors(1 << 20) or [] if colour == (255, 214, 74)) > 1000


def test_a_quotation_over_two_lines_has_two_boxes_below_the_first_sentence(pdf: Path) -> None:
    page = pypdfium2.PdfDocument(str(pdf))[0]
    boxes = picture.quote_boxes(page, QUOTE)
    assert len(boxes) == 2
    assert all(650 < bottom < top < 700 for _, bottom, _, top in boxes)


@pytest.mark.parametrize("quote", ["Another price.", "", " ", "…"])
def test_a_quotation_that_the_page_does_not_have_is_not_marked(pdf: Path, quote: str) -> None:
    assert picture.quote_boxes(pypdfium2.PdfDocument(str(pdf))[0], quote) == []


def test_boxes_on_one_line_are_joined_and_columns_are_not() -> None:
    words = [(10.0, 100.0, 40.0, 112.0), (44.0, 101.0, 80.0, 111.0), (300.0, 100.0, 340.0, 112.0)]
    assert picture.joined_boxes(words) == [(10.0, 100.0, 80.0, 112.0), (300.0, 100.0, 340.0, 112.0)]


@pytest.mark.parametrize(("content", "page"), [(b"no pdf", 1), (b"", 1), (None, 9)])
def test_what_cannot_be_drawn_is_none(pdf: Path, tmp_path: Path, content: bytes | None, page: int) -> None:
    file = pdf
    if content is not None:
        file = tmp_path / "broken.pdf"
        file.write_bytes(content)
    assert viewer.draw_page(file, page, "") is None
