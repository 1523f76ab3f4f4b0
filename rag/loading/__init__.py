"""One file's bytes -> a Document: content decides the loader, then the suffix."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from rag.errors import EmptyDocument, UnreadableDocument, UnsupportedFormat
from rag.loading import sandbox
from rag.loading.kinds import loader_for
from rag.records import Document, DocumentInfo, LoadedText
from rag.settings import LoadingSettings
from rag.text.language import detect_language

SUFFIXES: Final = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
}

_MEGABYTE: Final = 1 << 20
_SAMPLES: Final = 8
_SAMPLE_LENGTH: Final = 800


def find_documents(path: Path) -> list[Path]:
    """Every file of a known kind under a folder, sorted; a file named outright is returned whatever it is.

    Hidden files and folders and editors' lock files are passed over, and so are links that lead out of the folder.
    """
    if not path.is_dir():
        return [path]
    root = path.resolve()
    found = [
        Path(folder) / name
        for folder, folders, names in os.walk(path)
        if _keep_folders(folders)
        for name in names
        if _is_document(name)
    ]
    return sorted((file for file in found if file.is_file() and file.resolve().is_relative_to(root)), key=str)


def load_document(path: Path, name: str, settings: LoadingSettings) -> tuple[Document, tuple[str, ...]]:
    """The document in a file, and notes on it for a person; a DocumentError if it cannot be taken in.

    `chunks` is 0 and `added` empty: whoever stores the document fills them.
    """
    data = _read(path, name, settings)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnsupportedFormat("unsupported", *_unknown_suffix(name, suffix))
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise EmptyDocument("empty", f"{name} is empty.", "Check that the file was copied whole.")
    loader, note = loader_for(data, name, SUFFIXES[suffix])
    loaded = _shared_sandbox().load(loader, data, name, settings)
    if not any(page.text for page in loaded.pages):
        raise EmptyDocument("empty", f"{name} has no text.", "Check that it is the right file.")
    info = DocumentInfo(
        id=hashlib.sha256(data).hexdigest(),
        name=name,
        title=_title(loaded, path),
        language=_language(loaded),
        paged=loaded.paged,
        pages=len(loaded.pages),
        size=len(data),
    )
    return Document(info, loaded.pages), (*((note,) if note else ()), *loaded.notes)


def read_bytes(loader: str, data: bytes, max_pages: int) -> LoadedText:
    """What the named loader makes of bytes; called in the sandbox's child."""
    return _loader(loader)(data, max_pages)


def serve() -> None:
    """The sandbox's child: see `rag.loading.sandbox`."""
    sandbox.serve(read_bytes)


@lru_cache(maxsize=1)
def _shared_sandbox() -> sandbox.Sandbox:
    return sandbox.shared_sandbox()


def _loader(name: str) -> Callable[[bytes, int], LoadedText]:
    # Imported inside: each wraps a heavy library, and a text file needs none of them.
    if name == "pdf":
        from rag.loading.pdf import load_pdf

        return load_pdf
    if name == "docx":
        from rag.loading.word import load_docx

        return load_docx
    if name == "html":
        from rag.loading.web import load_html

        return load_html
    if name == "markdown":
        from rag.loading.markdown import load_markdown

        return load_markdown
    from rag.loading.plain import load_text

    return load_text


def _read(path: Path, name: str, settings: LoadingSettings) -> bytes:
    try:
        size = path.stat().st_size
        if size > settings.max_megabytes * _MEGABYTE:
            raise UnreadableDocument(
                "too-large",
                f"{name} has {size / _MEGABYTE:.0f} MB, more than the {settings.max_megabytes} MB allowed.",
                "Split it, or raise the setting loading.max_megabytes.",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            "corrupt",
            f"{name} cannot be opened: {error.strerror or error}.",
            "Check the file and its permissions.",
        ) from error


def _keep_folders(folders: list[str]) -> bool:
    folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
    return True


def _is_document(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES and not name.startswith((".", "~$"))


def _unknown_suffix(name: str, suffix: str) -> tuple[str, str]:
    known = ", ".join(SUFFIXES)
    what = {
        ".doc": f"{name} is an old Word file.",
        ".xls": f"{name} is a spreadsheet.",
        ".xlsx": f"{name} is a spreadsheet.",
        ".pptx": f"{name} is a slide show.",
    }.get(suffix, f"{name} is of a kind that cannot be read ({suffix or 'no suffix'}).")
    return what, f"Save it as PDF or DOCX. These can be read: {known}."


def _title(loaded: LoadedText, path: Path) -> str:
    headings = (heading.text for page in loaded.pages for heading in page.headings)
    return loaded.title or next(headings, None) or path.stem


def _language(loaded: LoadedText) -> str:
    """The language most of the text is in, by samples spread over the pages."""
    pages = [page.text for page in loaded.pages if page.text]
    if len(pages) == 1:
        step = max(1, len(pages[0]) // _SAMPLES)
        samples = [pages[0][at : at + _SAMPLE_LENGTH] for at in range(0, len(pages[0]), max(step, _SAMPLE_LENGTH))]
    else:
        samples = [pages[i * len(pages) // _SAMPLES][:_SAMPLE_LENGTH] for i in range(_SAMPLES)]
    votes: Counter[str] = Counter()
    for sample in samples[: _SAMPLES + 1]:
        votes[detect_language(sample)] += sum(letter.isalpha() for letter in sample)
    known = {language: count for language, count in votes.items() if language != "und" and count}
    return max(known, key=lambda language: (known[language], language)) if known else "und"
