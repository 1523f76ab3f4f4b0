import pytest
from sample_files import make_locked_pdf, make_pdf, read_data

from rag.errors import DocumentError
from rag.loading.layout import Line, running_lines
from rag.loading.pdf import load_pdf

FILES = {
    "lease-en.pdf": (
        [
            "1.2 The term begins on 1 March 2026. The Lessor leases the crane to the Lessee for a term of seven years,"
            " and the Lessee shall keep it insured against all risks with an insurer of good standing for not less than"
            " its replacement value.",
            "2026 48,250\n2027 49,700",
            "Harbour Crane Lease – draft 4",
        ],
        ["Page 1", "Page 2", "Page 3"],
    ),
    "lease-ar.pdf": (
        [
            "تم توقيع الاتفاقية لأول مرة في 5 يونيو 2025 مع Delta Crane GmbH بمبلغ 48,250 يورو (أي ما يعادل 24% من القيمة)"
            " وفقا للمادة 4.2 من العقد، والله الموفق.",
            "عقد إيجار الرافعة (نسخة 4)",
        ],
        ["GmbH Crane", "%24", "ﻻ"],
    ),
    "lease-th.pdf": (
        ["สัญญาเช่าเครน", "ผู้ให้เช่าตกลงซื้อขายหุ้นทั้งหมดกับผู้เช่าเมื่อวันที่ 5 มิถุนายน 2568 ไม่มีค่าธรรมเนียม"],
        ["ซื้อซื้อ"],
    ),
    "lease-hi.pdf": (["विक्रेता शेयर बेचेगा और क्रेता खरीदेगा। यह अनुबंध पाठ यहाँ है।"], ["पा ठ"]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_pdf_gives_its_text_as_a_person_reads_it(name):
    text = "\n".join(page.text for page in load_pdf(read_data(name)).pages)
    contains, lacks = FILES[name]
    assert [part for part in contains if part not in text] == []
    assert [part for part in lacks if part in text] == []


def test_pages_keep_their_physical_numbers_and_headings_their_places():
    loaded = load_pdf(read_data("lease-en.pdf"))
    assert loaded.paged
    assert loaded.title == "Harbour Crane Lease"
    assert [page.number for page in loaded.pages] == [1, 2, 3]
    found = [(page.number, heading.level, heading.text) for page in loaded.pages for heading in page.headings]
    assert found == [(1, 1, "Harbour Crane Lease"), (1, 2, "1. Term"), (2, 2, "2. Rent"), (3, 2, "3. Law")]
    assert all(page.text[h.start : h.end] == h.text for page in loaded.pages for h in page.headings)


def test_a_running_header_stays_once():
    text = "\n".join(page.text for page in load_pdf(read_data("lease-en.pdf")).pages)
    assert text.count("draft 4") == 1


def test_pages_without_text_are_named_and_blank_ones_are_not():
    loaded = load_pdf(make_pdf(["One.", None, "", None, None, "Six."]))
    assert loaded.notes == (
        "Pages 2, 4-5 have no text layer: nothing there can be found. Run text recognition (OCR) if it matters.",
    )
    assert [page.text for page in loaded.pages] == ["One.", "", "", "", "", "Six."]


def test_a_pdf_that_forbids_changes_still_opens():
    assert load_pdf(make_locked_pdf("")).pages[0].text == "The price is EUR 5."


@pytest.mark.parametrize(
    ("make", "reason", "says"),
    [
        (lambda: make_locked_pdf("secret"), "encrypted", "password"),
        (lambda: make_pdf([None, None]), "no-text", "OCR"),
        (lambda: make_pdf(["", ""]), "empty", "blank"),
        (lambda: make_pdf(["One.", "Two.", "Three."]), "too-large", "3 pages"),
        (lambda: b"%PDF-1.7\nnothing of a PDF follows", "corrupt", "damaged"),
    ],
)
def test_a_bad_pdf_says_what_is_wrong_with_it(make, reason, says):
    with pytest.raises(DocumentError) as caught:
        load_pdf(make(), max_pages=2)
    assert caught.value.reason == reason
    assert says in str(caught.value)


def test_a_pdf_cut_at_its_end_is_still_read():
    whole = make_pdf(["The seller pays."])
    assert load_pdf(whole[: whole.index(b"startxref")]).pages[0].text == "The seller pays."


def test_a_word_cut_at_a_line_end_is_whole_again():
    loaded = load_pdf(make_pdf(["The parties agreed on the indem-\nnification of the buyer against all."]))
    assert loaded.pages[0].text == "The parties agreed on the indemnification of the buyer against all."


def line(text, base):
    return Line(text, 70, 300, base, 12, 400)


def test_only_lines_at_the_edge_of_many_pages_run():
    pages = [
        [line("Confidential", 800), line("Body of it " * n, 400), line("same everywhere", 300), line("more", 200),
         line(f"- {n} -", 20)]
        for n in range(1, 5)
    ]  # fmt: skip
    assert running_lines(pages) >= {(0, 4), (1, 4), (2, 4), (3, 4), (1, 0), (2, 0), (3, 0)}
    assert (0, 0) not in running_lines(pages)
    assert all((page, 2) not in running_lines(pages) for page in range(4))
    assert all((page, 1) not in running_lines(pages) for page in range(4))


def test_two_pages_alone_make_no_running_line_without_a_number():
    pages = [[line("Signed in Leipzig", 800), line("One", 400), line("x", 300), line("y", 200)] for _ in range(2)]
    assert running_lines(pages) == set()
