"""Vector search: the FAISS view of an index against a float32 flat FAISS index, in the same run.

    python benchmarks/vectors.py [--rows 100000] [--documents FOLDER ...]

Without documents the rows are drawn at random; with folders of texts they are the bundled model's rows of their
chunks, and the questions are other chunks' first sentences: the ranks of real vectors are compared.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np

from rag.embedding import load_embedder
from rag.index.vectors import FaissIndex, load_vectors
from rag.protocols import Vectors
from rag.settings import EmbeddingSettings

QUESTIONS = 200
LIMIT = 200
CHUNK = 500


def main() -> None:
    """Measure and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--documents", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    rows, questions = embedded(options.documents, options.rows) if options.documents else drawn(options.rows)
    ids = [f"{number:016x}" for number in range(len(rows))]
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    view = FaissIndex(rows.shape[1])
    print(f"{len(rows)} rows of {rows.shape[1]} numbers, {len(questions)} questions, {LIMIT} hits each")
    print(f"build: {seconds(lambda: FaissIndex(rows.shape[1]).add(ids, rows)) * 1e3:.0f} ms")
    view.add(ids, rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "view"
        print(f"save:  {seconds(lambda: view.save(path)) * 1e3:.0f} ms, {path.stat().st_size / 1e6:.0f} MB")
        digest = view.save(path)
        print(f"load:  {seconds(lambda: load_vectors(path, rows.shape[1], digest)) * 1e3:.0f} ms")
    faiss.omp_set_num_threads(1)
    plain = [seconds(lambda q=question: flat.search(q[None], LIMIT)) for question in questions]
    ours = [seconds(lambda q=question: view.search(q, LIMIT)) for question in questions]
    scan = [seconds(lambda q=question: view._index.search(q[None], LIMIT)) for question in questions]
    base = statistics.median(plain)
    print(f"float32 flat, bare: {base * 1e3:.2f} ms a question")
    print(
        f"view, bare scan:    {statistics.median(scan) * 1e3:.2f} ms, {statistics.median(scan) / base:.2f} of flat"
    )
    print(
        f"view, whole search: {statistics.median(ours) * 1e3:.2f} ms, {statistics.median(ours) / base:.2f} of flat"
    )
    _, exact = flat.search(questions, 100)
    found = [[int(hit.chunk_id, 16) for hit in view.search(question, 100)] for question in questions]
    for depth in (1, 10, 100):
        shared = np.mean([len(set(a[:depth]) & set(b[:depth])) / depth for a, b in zip(exact, found, strict=True)])
        print(f"the same {depth} best: {shared:.4f}")


def drawn(count: int) -> tuple[Vectors, Vectors]:
    """Unit rows around common directions, and questions near some of them."""
    generator = np.random.default_rng(0)
    rows = generator.standard_normal((count, 32)) @ generator.standard_normal((32, 256))
    rows += 2 * generator.standard_normal(rows.shape)
    near = rows[:QUESTIONS] + 2 * generator.standard_normal((QUESTIONS, 256))
    return unit(rows), unit(near)


def embedded(folders: list[Path], count: int) -> tuple[Vectors, Vectors]:
    """The bundled model's rows of the texts under some folders, and of sentences out of their middle."""
    files = sorted(path for folder in folders for path in folder.rglob("*.txt"))
    texts = [path.read_text(encoding="utf-8", errors="ignore") for path in files]
    chunks = [text[at : at + CHUNK] for text in texts for at in range(0, len(text), CHUNK)][:count]
    embedder = load_embedder(EmbeddingSettings())
    whole = [chunk for chunk in chunks if len(chunk) == CHUNK]
    asked = [chunk[CHUNK // 3 : CHUNK // 2] for chunk in whole[:: max(len(whole) // QUESTIONS, 1)]][:QUESTIONS]
    return embedder.embed_passages(chunks), embedder.embed_questions(asked)


def unit(rows: np.ndarray) -> Vectors:
    """Rows of length 1."""
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
