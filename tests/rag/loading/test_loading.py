import hashlib

import pytest
from sample_files import make_locked_pdf, make_pdf, make_zip, read_data

from rag.errors import REASONS, DocumentError
from rag.loading import SUFFIXES, find_documents, load_document
from rag.settings import LoadingSettings


def load(tmp_path, name, data, settings=None):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return load_document(path, name, settings or LoadingSettings())


def test_a_document_carries_its_card(tmp_path):
    data = read_data("lease-en.pdf")
    document, notes = load(tmp_path, "deals/lease.pdf", data)
    info = document.info
    assert info.id == hashlib.sha256(data).hexdigest()
    assert (info.name, info.title, info.language) == ("deals/lease.pdf", "Harbour Crane Lease", "en")
    assert (info.paged, info.pages, info.size, info.chunks, info.added) == (True, 3, len(data), 0, "")
    assert notes == ()


@pytest.mark.parametrize(
    ("name", "language"),
    [("lease-ar.pdf", "ar"), ("lease-th.pdf", "th"), ("lease-hi.pdf", "hi"), ("licence-de.docx", "de")],
)
def test_the_language_of_a_document_is_found(tmp_path, name, language):
    assert load(tmp_path, name, read_data(name))[0].info.language == language


def test_a_document_without_a_title_is_called_by_its_first_heading_or_its_file(tmp_path):
    assert load(tmp_path, "a.md", b"# Term sheet\n\nText.")[0].info.title == "Term sheet"
    assert load(tmp_path, "term-sheet.md", b"Only text here.")[0].info.title == "term-sheet"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", make_pdf(["The seller pays."]), "The seller pays."),
        ("a.pdf", read_data("licence-de.docx"), "Gerichtsstand ist Kassel."),
        ("a.txt", b"<!doctype html><html><body><p>Visible.</p><script>no()</script></body></html>", "Visible."),
    ],
)
def test_the_content_decides_and_a_note_says_so(tmp_path, name, data, text):
    document, notes = load(tmp_path, name, data)
    assert text in document.pages[0].text
    assert "no()" not in document.pages[0].text
    assert len(notes) == 1
    assert "despite its suffix" in notes[0]


BAD = {
    "empty.txt": (b"", "empty", "empty"),
    "blank.txt": (b" \n\t\r\n ", "empty", "empty"),
    "marks.md": ("\ufeff\u200b\u00a0\n".encode(), "empty", "no text"),
    "script.html": (b"<html><body><script>x()</script></body></html>", "empty", "no text"),
    "locked.pdf": (make_locked_pdf("secret"), "encrypted", "password"),
    "locked.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
        "password",
    ),
    "cut.docx": (read_data("licence-de.docx")[:9_000], "corrupt", "damaged"),
    "fake.docx": (b"This is plain text.", "corrupt", "named like a DOCX"),
    "fake.pdf": (b"This is plain text.", "corrupt", "named like a PDF"),
    "junk.txt": (bytes(range(256)) * 9, "corrupt", "binary"),
    "scan.pdf": (make_pdf([None, None]), "no-text", "OCR"),
    "bomb.docx": (make_zip({"word/document.xml": b" " * (81 << 20)}), "too-large", "unpacks"),
    "big.txt": (b"x" * (3 << 20), "too-large", "2 MB"),
    "unsure.txt": (
        "Säljaren överlåter aktierna till köparen. Priset är 5 Mkr.".encode("latin-1"),
        "encoding-unsure",
        "CP1252",
    ),
    "photo.pdf": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "unsupported", "picture"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "unsupported", "old Word"),
    "table.xlsx": (make_zip({"xl/workbook.xml": b"<x/>"}), "unsupported", "spreadsheet"),
    "table.docx": (make_zip({"xl/workbook.xml": b"<x/>"}), "unsupported", "spreadsheet"),
    "pack.txt": (make_zip({"a.pdf": b"%PDF-1.4"}), "unsupported", "archive"),
    "letter.txt": (b"{\\rtf1 hello}", "unsupported", "RTF"),
    "noname": (b"text", "unsupported", "no suffix"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gives_one_clear_reason(tmp_path, name):
    data, reason, says = BAD[name]
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, name, data, LoadingSettings(max_megabytes=2))
    assert caught.value.reason == reason
    assert says in str(caught.value)
    assert caught.value.do


def test_every_reason_but_that_of_the_flow_is_met_here():
    met = {reason for _, reason, _ in BAD.values()}
    assert set(REASONS) - met == {"duplicate", "too-slow"}


def test_a_file_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(DocumentError, match="cannot be opened"):
        load_document(tmp_path / "gone.txt", "gone.txt", LoadingSettings())


def test_documents_are_found_sorted_and_hidden_ones_passed_over(tmp_path):
    for name in ("b.PDF", "a.txt", "z/c.md", ".hidden.txt", ".git/x.txt", "~$a.docx", "d.xlsx", "z/e.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [path.relative_to(tmp_path).as_posix() for path in find_documents(tmp_path)]
    assert found == ["a.txt", "b.PDF", "z/c.md", "z/e.html"]


def test_a_file_named_outright_is_found_whatever_it_is(tmp_path):
    (tmp_path / "d.xlsx").write_text("x")
    assert find_documents(tmp_path / "d.xlsx") == [tmp_path / "d.xlsx"]


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.txt").write_text("x")
    (inside / "own.txt").write_text("x")
    try:
        (inside / "link.txt").symlink_to(outside / "secret.txt")
        (inside / "folder").symlink_to(outside, target_is_directory=True)
        (inside / "same.txt").symlink_to(inside / "own.txt")
    except OSError:
        pytest.skip("links cannot be made here")
    assert [path.name for path in find_documents(inside)] == ["own.txt", "same.txt"]


def test_suffixes_are_lower_case_and_name_known_loaders():
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
    assert set(SUFFIXES.values()) == {"pdf", "docx", "html", "text", "markdown"}
