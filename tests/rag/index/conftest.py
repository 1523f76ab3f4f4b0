import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder

from rag.index import Index, create_index, indexed_text, open_index
from rag.protocols import Vectors
from rag.records import Chunk, Document, DocumentInfo, Heading, Page
from rag.settings import ChunkingSettings

DIMENSION = 16
Parts = tuple[Document, list[Chunk], Vectors]


@pytest.fixture
def make() -> Callable[..., Parts]:
    """A document of given page texts; each line of a page is a chunk."""
    return _make


@pytest.fixture
def open_again(tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """Opens the index of the test, as another program would; closed at the end."""
    opened: list[Index] = []

    def open_it(embedder: str = "fake", dimension: int = DIMENSION, size: int = 700) -> Index:
        chunking = ChunkingSettings(size=size)
        opened.append(open_index(tmp_path / "index", embedder, dimension=dimension, chunking=chunking))
        return opened[-1]

    yield open_it
    for index in opened:
        index.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """A new, empty index."""
    made = create_index(tmp_path / "index", "fake", dimension=DIMENSION, chunking=ChunkingSettings())
    yield made
    made.close()


def _make(name: str, *texts: str, language: str = "en", title: str | None = None) -> Parts:
    id_ = hashlib.sha256("\f".join((name, *texts)).encode()).hexdigest()
    pages = tuple(Page(at + 1, text, (Heading("Top", 1, 0, 3),)) for at, text in enumerate(texts))
    chunks: list[Chunk] = []
    for page in pages:
        start = 0
        for line in page.text.split("\n"):
            end = start + len(line)
            number = (
                int.from_bytes(hashlib.sha256(f"{id_}-{page.number}-{start}".encode()).digest()[:8], "big") >> 1
            )
            place = (len(chunks), page.number, start, end)
            chunks.append(Chunk(f"{number:016x}", id_, *place, line, f"Part {page.number}", language))
            start = end + 1
    info = DocumentInfo(id_, name, title, language, True, len(pages), len(chunks), 10, "2026-01-01T00:00:00+00:00")
    vectors = FakeEmbedder(DIMENSION).embed_passages([indexed_text(title, chunk) for chunk in chunks])
    return Document(info, pages), chunks, np.asarray(vectors)
