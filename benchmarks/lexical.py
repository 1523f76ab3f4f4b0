"""Full-text search: the store's BM25 against the package bm25s on the same terms, in the same run.

    python benchmarks/lexical.py FOLDER [FOLDER ...] [--chunks 20000]

The texts under the folders are cut into chunks; questions are pieces out of the middle of some. bm25s is optional
(`pip install bm25s`): without it only our own times are printed.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.index.database import Database
from rag.index.lexical import K1, B, SqliteLexical
from rag.protocols import TermGroup
from rag.text.terms import chunk_terms
from rag.text.words import document_terms, in_language

try:
    import bm25s
except ImportError:
    bm25s = None

QUESTIONS = 200
LIMIT = 200
CHUNK = 700
BATCH = 2_000
# Languages are not told apart here: bm25s does not either.
LANGUAGE = "und"


def main() -> None:
    """Measure and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--chunks", type=int, default=20_000)
    options = parser.parse_args()
    texts = chunks_of(options.folders, options.chunks)
    asked = [text[100:170] for text in texts[:: max(len(texts) // QUESTIONS, 1)] if len(text) > 200][:QUESTIONS]
    queries = [[((in_language(term, LANGUAGE), 1.0),) for term in document_terms(text)] for text in asked]
    terms = statistics.mean(len(query) for query in queries)
    print(f"{len(texts)} chunks, {len(queries)} questions of {terms:.0f} terms on average, {LIMIT} hits each")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "store.sqlite", create=True)
        index = SqliteLexical(database)
        measure_ours(index, database.path, texts, queries)
        if bm25s is not None:
            compare(index, texts, queries)
        measure_removal(index, texts)
        database.close()


def measure_ours(
    index: SqliteLexical, path: Path, texts: Sequence[str], queries: Sequence[list[TermGroup]]
) -> None:
    """Adding, opening, searching."""
    ids = [f"{number:016x}" for number in range(len(texts))]
    cutting = seconds(lambda: [chunk_terms(text, LANGUAGE) for text in texts])

    def add() -> None:
        for at in range(0, len(texts), BATCH):
            batch = texts[at : at + BATCH]
            index.add(ids[at : at + BATCH], batch, [LANGUAGE] * len(batch))

    adding = seconds(add)
    print(f"terms alone: {cutting:.1f} s; adding with terms: {adding:.1f} s; {path.stat().st_size / 1e6:.0f} MB")
    database = Database(path)
    opened = SqliteLexical(database)
    print(f"open and first question: {seconds(lambda: opened.search(queries[0], LIMIT)) * 1e3:.1f} ms")
    for state in ("cold", "warm"):
        times = [seconds(lambda q=query: opened.search(q, LIMIT)) for query in queries]
        slowest = sorted(times)[int(len(times) * 0.95)]
        print(f"{state}: {statistics.median(times) * 1e3:.2f} ms a question, 95 % under {slowest * 1e3:.2f} ms")
    words: dict[str, int] = {}
    took = seconds(lambda: words.update(opened.words()))
    print(f"words: {took * 1e3:.0f} ms for {len(words)}")
    database.close()


def compare(index: SqliteLexical, texts: Sequence[str], queries: Sequence[list[TermGroup]]) -> None:
    """The same terms in bm25s, question by question in turn with ours."""
    counted = [chunk_terms(text, LANGUAGE).items() for text in texts]
    tokens = [[term for term, count in terms for _ in range(count)] for terms in counted]
    engine = bm25s.BM25(method="lucene", k1=K1, b=B)
    print(
        f"bm25s {bm25s.__version__}, indexing: {seconds(lambda: engine.index(tokens, show_progress=False)):.1f} s"
    )
    asked = [[[term for ((term, _),) in query]] for query in queries]
    for query in queries:
        index.search(query, LIMIT)
    theirs, ours = [], []
    for query, words in zip(queries, asked, strict=True):
        theirs.append(seconds(lambda w=words: engine.retrieve(w, k=LIMIT, show_progress=False)))
        ours.append(seconds(lambda q=query: index.search(q, LIMIT)))
    base = statistics.median(theirs)
    print(f"bm25s: {base * 1e3:.2f} ms a question; ours, warm: {statistics.median(ours) / base:.2f} of it")


def measure_removal(index: SqliteLexical, texts: Sequence[str]) -> None:
    """Taking chunks out again."""
    ids = [f"{number:016x}" for number in range(60)]
    known = {id_: (text, LANGUAGE) for id_, text in zip(ids[:30], texts, strict=False)}
    print(f"remove 30 chunks, texts known: {seconds(lambda: index.change(known, {})):.2f} s")
    print(f"remove 30 chunks, by id: {seconds(lambda: index.remove(ids[30:])):.2f} s")


def chunks_of(folders: Sequence[Path], count: int) -> list[str]:
    """Pieces of the texts under some folders, the same on every run."""
    files = sorted(path for folder in folders for path in folder.rglob("*.txt"))
    texts = [path.read_text(encoding="utf-8", errors="ignore") for path in files]
    chunks = [text[at : at + CHUNK] for text in texts for at in range(0, len(text), CHUNK)]
    random.Random(1).shuffle(chunks)
    return chunks[:count]


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
