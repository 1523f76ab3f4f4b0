import io

import docx
import pytest
from sample_files import make_zip, read_data

from rag.errors import UnreadableDocument
from rag.loading.word import load_docx


def test_a_docx_is_read_in_order_with_its_numbers_and_rows():
    loaded = load_docx(read_data("licence-de.docx"))
    assert loaded.title == "Lizenzvertrag LX-7"
    assert not loaded.paged
    assert [line for line in loaded.pages[0].text.split("\n") if line] == [
        "Lizenzvertrag LX-7",
        "Zwischen der Nordlicht Optik AG und der Brunnhof Maschinenbau GmbH.",
        "1 Gegenstand",
        "Die Lizenzgeberin überlässt das Patent EP-4711.",
        "1.1 Gebiet",
        "- Deutschland",
        "- Österreich",
        "2 Vergütung",
        "1. Die Gebühr beträgt 3,5 % des Nettoumsatzes.",
        "2. Sie ist vierteljährlich fällig.",
        "Jahr | Mindestgebühr",
        "2026 | EUR 120.000",
        "Die Laufzeit endet 2031.",
        "Gerichtsstand ist Kassel.",
        "Ende des Vertrags.",
        "Hinweis im Textfeld.",
    ]


def test_deleted_text_and_page_headers_are_left_out():
    text = load_docx(read_data("licence-de.docx")).pages[0].text
    assert "2028" not in text
    assert "Kopfzeile" not in text


def test_docx_headings_know_their_levels_and_places():
    page = load_docx(read_data("licence-de.docx")).pages[0]
    assert [(h.level, h.text) for h in page.headings] == [
        (1, "Lizenzvertrag LX-7"),
        (1, "1 Gegenstand"),
        (2, "1.1 Gebiet"),
        (1, "2 Vergütung"),
    ]
    assert all(page.text[h.start : h.end] == h.text for h in page.headings)


def test_merged_cells_are_read_once():
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(0, 2).text = "narrow"
    target = io.BytesIO()
    document.save(target)
    assert load_docx(target.getvalue()).pages[0].text == "wide | narrow"


def test_a_docx_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    bomb = make_zip({"[Content_Types].xml": b"", "word/document.xml": b" " * (81 << 20)})
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableDocument) as caught:
        load_docx(bomb)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 cut short",
        make_zip({"word/document.xml": b"<w:document"}),
        read_data("licence-de.docx")[:20_000],
    ],
)
def test_a_damaged_docx_is_corrupt(data):
    with pytest.raises(UnreadableDocument) as caught:
        load_docx(data)
    assert caught.value.reason == "corrupt"
