"""Rows -> a table in a file that opens in any spreadsheet, and in which no document's words become a formula."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from rag.cli.terminal import shown
from rag.errors import SettingsError

SUFFIXES: Final = (".csv", ".xlsx")

# What a spreadsheet may take for the beginning of a formula or a command.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF))
_LONGEST_CELL: Final = 32_000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MAIN}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Dealglot" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def check_table_path(path: Path) -> None:
    """A table's file ends in one of SUFFIXES and its folder is there; else a SettingsError, before any work."""
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"--out {path} is no kind of table that is written.", "End it in .csv or .xlsx.")
    if not path.absolute().parent.is_dir():
        raise SettingsError(f"The folder of --out {path} does not exist.", "Make it first.")


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows with the same keys, the keys as the first line; true and false as yes and no, null as nothing."""
    columns = list(rows[0]) if rows else []
    cells = [columns, *([_cell(row[name]) for name in columns] for row in rows)]
    try:
        path.write_bytes(_csv(cells) if path.suffix.lower() == ".csv" else _xlsx(cells))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else shown(str(value)).translate(_NO_XML)[:_LONGEST_CELL]


def _csv(cells: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; what could be a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in cells:
        writer.writerow([f"'{cell}" if cell.lstrip(" ").startswith(_RISKY) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _xlsx(cells: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet; every cell is text by its type, so nothing in it is ever computed."""
    lines = "".join(f"<row>{''.join(map(_text_cell, row))}</row>" for row in cells)
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{lines}</sheetData></worksheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (_HEAD + part).encode("utf-8", errors="replace"))
    return packed.getvalue()


def _text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
