"""How long a question takes, against a plain scan of the vectors and against bm25s-sized work, in the same run.

    python benchmarks/retrieval.py [--chunks 20000] [--folder DIR]

Builds an index of made-up documents in eight languages (words drawn by Zipf's law from the sample corpus) and asks
questions of it on one core. The ratio is question time over one float32 scan of all vectors (numpy), both medians.
"""

import argparse
import hashlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from rag import Assistant, Document, DocumentInfo, Page, read_settings
from rag.ingest import Ingest
from rag.loading import find_documents, load_document

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = 40


def main() -> None:
    """Build the index unless the folder has it, then ask."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.folder or Path(made)
        settings = read_settings(corpus=ROOT / "corpus", index=folder / "index", environment={})
        with Assistant(settings) as assistant:
            if assistant.is_new:
                fill(assistant, arguments.chunks)
            report(assistant)


def fill(assistant: Assistant, chunks: int) -> None:
    """Documents of shuffled sentences of the sample corpus with new numbers and names in them."""
    rng = np.random.default_rng(1)
    pages = {}
    for path in find_documents(ROOT / "corpus"):
        document, _ = load_document(path, path.name, assistant.settings.loading)
        text = "\n".join(page.text for page in document.pages)
        pages[document.info.language] = pages.get(document.info.language, "") + text
    begin, made = time.perf_counter(), 0
    with assistant._changing() as index, index.writing():
        work = Ingest(index, assistant.parts.embedder, assistant.settings)
        while made < chunks:
            for language, text in pages.items():
                words = text.split(" ")
                drawn = rng.zipf(1.3, size=4000) % len(words)
                body = " ".join(f"{words[at]}{'.' if at % 17 == 0 else ''}" for at in drawn)
                body += f" No. {rng.integers(10**6)}."
                identity = hashlib.sha256(body.encode()).hexdigest()
                info = DocumentInfo(identity, f"{language}/{identity[:8]}.txt", "Note", language, False, pages=1)
                work.store(Document(info, (Page(1, body),)))
            made = work.report().chunks
    print(f"{made} chunks stored in {time.perf_counter() - begin:.0f} s")


def report(assistant: Assistant) -> None:
    """Medians over the sample questions, after one round to warm up."""
    lines = (ROOT / "corpus" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[:QUESTIONS]]
    retriever = assistant._ready()
    _, vectors = retriever._index.store.vectors()
    rows = vectors.astype(np.float32)
    asked = assistant.parts.embedder.embed_questions(questions)
    scan = median(lambda at: np.argpartition(-(rows @ asked[at]), 10)[:10])
    search = median(lambda at: retriever.retrieve(questions[at], 10))
    answer = median(lambda at: assistant.ask(questions[at]))
    print(
        f"chunks {len(rows)}, words {len(assistant.parts.vocabulary)}, "
        f"languages {len(assistant.parts.vocabulary.languages)}"
    )
    print(f"numpy scan {scan:.1f} ms; search {search:.1f} ms = {search / scan:.1f} scans; ", end="")
    print(f"answer {answer:.1f} ms = {answer / scan:.1f} scans")


def median(call: Callable[[int], object]) -> float:
    """Milliseconds of one call, the median over the questions."""
    times = []
    for round_ in range(2):
        for at in range(QUESTIONS):
            begin = time.perf_counter()
            call(at)
            if round_:
                times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
