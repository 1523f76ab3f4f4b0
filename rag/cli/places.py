"""A place in a document, said in one line."""

from rag.records import DocumentInfo

SNIPPET = 240


def said_place(document: DocumentInfo, page: int | None, heading: str | None) -> str:
    """Document, then page where the format has pages, then heading."""
    parts = [document.name]
    if page is not None and document.paged:
        parts.append(f"p. {page}")
    if heading:
        parts.append(" ".join(heading.split()))
    return ", ".join(parts)


def snippet(text: str) -> str:
    """The beginning of `text` on one line, cut at a word where the script has them."""
    flat = " ".join(text.split())
    if len(flat) <= SNIPPET:
        return flat
    cut = flat.rfind(" ", SNIPPET // 2, SNIPPET)
    return flat[: cut if cut > 0 else SNIPPET] + " …"
