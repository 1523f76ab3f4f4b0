"""What a file is, by its first bytes."""

import io
import zipfile

import regex

from rag.errors import UnreadableDocument, UnsupportedFormat

_HTML = regex.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", regex.I | regex.S
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = {
    b"\x89PNG\r\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"BM": "BMP",
}
_ARCHIVES = {b"7z\xbc\xaf": "7z", b"Rar!": "RAR", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_SHOWN = {"pdf": "a PDF", "docx": "a DOCX", "html": "HTML", "text": "text", "markdown": "Markdown"}


def loader_for(data: bytes, name: str, by_suffix: str) -> tuple[str, str | None]:
    """The loader for the bytes, and a note if the suffix had named another one.

    UnsupportedFormat names a kind that cannot be read; a PDF or DOCX by suffix alone is "corrupt".
    """
    found = _kind(data, name) or (by_suffix if by_suffix in ("text", "markdown", "html") else None)
    if found is None:
        raise UnreadableDocument(
            "corrupt",
            f"{name} is named like {_SHOWN[by_suffix]} but is none.",
            "Check that the file was copied whole, or give it its true suffix.",
        )
    if found == "html" and by_suffix == "markdown":
        return "markdown", None
    if found == by_suffix:
        return found, None
    return found, f"The file is {_SHOWN[found]} despite its suffix, and was read as such."


def _kind(data: bytes, name: str) -> str | None:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data, name)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableDocument(
                "encrypted", f"{name} is locked with a password.", "Save a copy without the password."
            )
        raise _unsupported(name, "an old Office file", "Save it as DOCX or PDF.")
    if data.startswith(b"{\\rtf"):
        raise _unsupported(name, "an RTF file", "Save it as DOCX or PDF.")
    for start, kind in _PICTURES.items():
        if data.startswith(start) and b"\0" in data[:64]:
            raise _unsupported(
                name, f"a picture ({kind})", "Run text recognition (OCR) and save the result as PDF."
            )
    for start, kind in _ARCHIVES.items():
        if data.startswith(start):
            raise _unsupported(name, f"an archive ({kind})", "Unpack it and add the documents inside.")
    return "html" if _HTML.match(data[:4096].lstrip(b"\xef\xbb\xbf")) else None


def _zip_kind(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableDocument(
            "corrupt", f"{name} is damaged: its end is missing or broken.", "Copy or save the file again."
        ) from error
    if "word/document.xml" in names or (
        "[Content_Types].xml" in names and any(n.startswith("word/") for n in names)
    ):
        return "docx"
    if any(n.startswith("xl/") for n in names):
        raise _unsupported(name, "a spreadsheet", "Save it as PDF.")
    if any(n.startswith("ppt/") for n in names):
        raise _unsupported(name, "a slide show", "Save it as PDF.")
    if "content.xml" in names and "mimetype" in names:
        raise _unsupported(name, "an OpenDocument file", "Save it as DOCX or PDF.")
    if "META-INF/container.xml" in names:
        raise _unsupported(name, "an e-book", "Save it as PDF.")
    raise _unsupported(name, "a ZIP archive", "Unpack it and add the documents inside.")


def _unsupported(name: str, kind: str, do: str) -> UnsupportedFormat:
    return UnsupportedFormat("unsupported", f"{name} is {kind}, which cannot be read.", do)
