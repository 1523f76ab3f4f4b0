"""A whole index folder: filling, adding one document, opening, verifying, rebuilding the view.

    python benchmarks/index.py FOLDER [FOLDER ...] [--chunks 20000]

The texts under the folders are cut into chunks; vectors are drawn at random, since no model is measured here.
"""

import argparse
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from rag.index import Index, create_index, open_index
from rag.protocols import Vectors
from rag.records import Chunk, Document, DocumentInfo, Page
from rag.settings import ChunkingSettings

DIMENSION = 256
CHUNK = 700
PAGE = 2_800
MADE = {"dimension": DIMENSION, "chunking": ChunkingSettings()}

Parts = tuple[Document, list[Chunk], Vectors]


def main() -> None:
    """Measure and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--chunks", type=int, default=20_000)
    options = parser.parse_args()
    parts = list(documents(options.folders, options.chunks))
    extra, parts = parts[0], parts[1:]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "index"
        index = create_index(folder, "none", **MADE)
        chunks = sum(len(part[1]) for part in parts)
        print(f"fill:   {seconds(lambda: fill(index, parts)):.1f} s for {len(parts)} documents, {chunks} chunks")
        sizes = [(path.name, path.stat().st_size / 1e6) for path in sorted(folder.rglob("*.*")) if path.is_file()]
        print("files:  " + ", ".join(f"{name} {size:.0f} MB" for name, size in sizes if size > 0.5))
        print(f"add:    {seconds(lambda: index.replace(*extra)):.2f} s for one document of {len(extra[1])} chunks")
        print(f"change: {seconds(lambda: index.replace(*extra)):.2f} s for the same")
        print(f"remove: {seconds(lambda: index.remove([extra[0].info.name])):.2f} s for the same")
        print(f"verify: {seconds(index.verify):.1f} s")
        index.close()
        print(f"open:   {seconds(lambda: open_index(folder, 'none', **MADE)) * 1e3:.0f} ms")
        next(folder.rglob("vectors.faiss")).unlink()
        print(f"open without the vector file: {seconds(lambda: open_index(folder, 'none', **MADE)) * 1e3:.0f} ms")


def fill(index: Index, parts: Sequence[Parts]) -> None:
    """Store all documents in one go."""
    with index.writing():
        for part in parts:
            index.replace(*part)


def documents(folders: Sequence[Path], chunks: int) -> Iterator[Parts]:
    """Documents out of the texts under some folders, until there are enough chunks."""
    generator = np.random.default_rng(0)
    files = sorted(path for folder in folders for path in folder.rglob("*.txt"))
    for path in files:
        text = path.read_text(encoding="utf-8", errors="ignore")
        if chunks <= 0 or not text.strip():
            continue
        made = list(islice(cut(path.as_posix(), text), chunks))
        chunks -= len(made)
        pages = tuple(Page(at // PAGE + 1, text[at : at + PAGE]) for at in range(0, len(text), PAGE))
        rows = generator.standard_normal((len(made), DIMENSION)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        info = DocumentInfo(made[0].document_id, path.as_posix(), path.stem, "und", False)
        yield Document(info, pages), made, rows


def cut(name: str, text: str) -> Iterator[Chunk]:
    """Chunks of one size within pages of one size."""
    id_ = hashlib.sha256(name.encode()).hexdigest()
    for position, at in enumerate(range(0, len(text), CHUNK)):
        number = int(hashlib.sha256(f"{name}{at}".encode()).hexdigest()[:16], 16) >> 1
        piece = text[at : at + CHUNK]
        start = at % PAGE
        place = (position, at // PAGE + 1, start, start + len(piece))
        yield Chunk(f"{number:016x}", id_, *place, piece, None, "und")


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
