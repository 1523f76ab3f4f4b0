import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rag.cli.tables import write_table
from rag.errors import SettingsError

QUOTE = "A OpenAI e a Foxconn assinaram um acordo em novembro."
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "＝1", '=HYPERLINK("http://x")')


def cells_of(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [["".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")] for row in root.iter(f"{SHEET}row")]


def test_json_has_every_promised_field(dealglot) -> None:
    shape = dealglot("compare", "Quem assinou?", "--json").json
    assert set(shape) >= {"question", "language", "covered", "of", "rows"}
    assert (shape["question"], shape["language"], shape["covered"], shape["of"]) == ("Quem assinou?", "pt", 1, 2)
    found, missing = shape["rows"]
    assert found == {
        "document": "press/Açúcar.pdf",
        "found": True,
        "short": "OpenAI, Foxconn",
        "quote": QUOTE,
        "page": 2,
        "heading": "Acordo",
        "language": "pt",
        "translation": "They signed.",
        "translated_by": "bundled",
        "translation_note": None,
    }
    assert (missing["document"], missing["found"]) == ("合同.md", False)
    assert {missing[name] for name in ("short", "quote", "page", "translation")} == {None}


def test_a_person_sees_a_row_for_each_document(dealglot) -> None:
    run = dealglot("compare", "Quem assinou?")
    assert run.code == 0
    assert "press/Açúcar.pdf" in run.out
    assert QUOTE in run.out
    assert "= They signed. (bundled)" in run.out
    assert "1 of 2 documents answer" in run.out


def test_documents_and_language_are_handed_on(dealglot, assistant) -> None:
    dealglot("compare", "Quem?", "--document", "açúcar.pdf", "--language", "de-AT")
    assert ("compare", "Quem?", ["press/Açúcar.pdf"], "de") in assistant.calls


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".CSV"])
def test_the_rows_are_written_into_a_file(suffix: str, dealglot, tmp_path: Path) -> None:
    out = tmp_path / f"table{suffix}"
    run = dealglot("compare", "Quem?", "--out", str(out), "--json")
    assert run.json["covered"] == 1
    head, found, missing = cells_of(out.rename(out.with_suffix(suffix.lower())))
    assert head[:5] == ["document", "found", "short", "quote", "page"]
    assert found[:5] == ["press/Açúcar.pdf", "yes", "OpenAI, Foxconn", QUOTE, "2"]
    assert missing[:5] == ["合同.md", "no", "", "", ""]


def test_a_csv_file_begins_with_the_mark_of_utf8(dealglot, tmp_path: Path) -> None:
    dealglot("compare", "Quem?", "--out", str(tmp_path / "t.csv"))
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfdocument,")


@pytest.mark.parametrize("out", ["table.ods", "table", "nowhere/table.csv"])
def test_a_file_that_cannot_be_written_is_refused_before_any_question(out: str, dealglot, assistant) -> None:
    run = dealglot("compare", "Quem?", "--out", out)
    assert (run.code, run.out, assistant.calls) == (1, "", [])


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_file_is_a_formula(text: str, tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", [{"quote": text}])
    (_, (cell,)) = cells_of(tmp_path / "t.csv")
    assert cell.startswith("'")
    assert cell.endswith(text.strip()[1:])


@pytest.mark.parametrize("text", FORMULAS)
def test_every_cell_of_a_workbook_is_text(text: str, tmp_path: Path) -> None:
    write_table(tmp_path / "t.xlsx", [{"quote": text}])
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert {cell.get("t") for cell in root.iter(f"{SHEET}c")} == {"inlineStr"}
    assert not list(root.iter(f"{SHEET}f"))
    assert cells_of(tmp_path / "t.xlsx")[1] == [text]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_script_and_mark_comes_through(suffix: str, tmp_path: Path) -> None:
    texts = ["合同 <b>&amp;</b>", "عقد", 'a "quote", b', "line\nline", "x\x00\x1b\ufffe\ud800y", "ü" * 40_000]
    path = tmp_path / f"t{suffix}"
    write_table(path, [{str(at): text for at, text in enumerate(texts)}])
    assert cells_of(path)[1] == [*texts[:4], "x?y", "ü" * 32_000]


def test_a_table_without_rows_is_an_empty_file_that_opens(tmp_path: Path) -> None:
    write_table(tmp_path / "t.xlsx", [])
    assert cells_of(tmp_path / "t.xlsx") == [[]]


def test_a_place_that_is_not_writable_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(SettingsError, match="cannot be written"):
        write_table(tmp_path / "t.csv", [{"a": 1}])
