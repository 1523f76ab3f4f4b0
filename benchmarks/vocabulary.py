"""What a large vocabulary costs: opening, a question's words, bytes a word; against an exact scan in the same run.

    python benchmarks/vocabulary.py [--texts DIR] [--sizes 13000 100000 500000] [--words FILE]

The words are those of parallel texts (`*.jsonl.xz`, an object a line, `{"t": {language: text}}`), in 20 languages
of unlike size; without them, words put together from those of the sample corpus. `--words` keeps them for the next
run. The reference holds a float32 row a word and compares each word of the question with all of them. Times are of
the processor, one core.
"""

import argparse
import json
import lzma
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from rag import read_settings
from rag.expansion import Vocabulary
from rag.index import WordVectors
from rag.loading import find_documents, load_document
from rag.protocols import WordEmbedder
from rag.settings import LoadingSettings
from rag.text.words import WORD, field_terms, has_no_blanks, in_language, split_words
from rag.wiring import Parts

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "uk"),
    *("tr", "zh", "ja", "ko", "ar", "el", "hi", "sv", "ro", "cs"),
)
QUESTIONS = 40
NEIGHBOURS = 3
LEAST = 0.3
LONGEST = 2_000

Words = dict[str, list[str]]


def main() -> None:
    """Cut the words unless they are kept, then measure each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[13_000, 100_000, 500_000])
    parser.add_argument("--words", type=Path)
    choices = parser.parse_args()
    if choices.words and choices.words.exists():
        words = json.loads(choices.words.read_text(encoding="utf-8"))
    else:
        wanted = shares(max(choices.sizes))
        words = cut(choices.texts, wanted) if choices.texts else put_together(wanted)
        if choices.words:
            choices.words.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    embedder = Parts(read_settings(environment={})).words
    embedder.embed_words(["warm"])
    lines = (ROOT / "corpus" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[:QUESTIONS]]
    print(
        "| words | first built s | opened s | file B/word | memory B/word | question ms | exact scan ms | same |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for size in sorted(choices.sizes):
        chosen = {language: words[language][:count] for language, count in shares(size).items()}
        print(row(chosen, embedder, questions), flush=True)


def shares(size: int) -> dict[str, int]:
    """How many words each language gets: the first one most, as the square root of its place."""
    weights = [1 / (place + 1) ** 0.5 for place in range(len(LANGUAGES))]
    return {
        language: int(size * weight / sum(weights)) for language, weight in zip(LANGUAGES, weights, strict=True)
    }


def cut(folder: Path, wanted: dict[str, int]) -> Words:
    """The commonest words of each language, from as many files as it takes."""
    found: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                for language, text in json.loads(line)["t"].items():
                    if language in found and isinstance(text, str):
                        for word in split_words(text[:LONGEST]):
                            found[language].update(term[1:] for term in field_terms(word, WORD))
        if all(len(found[language]) >= count for language, count in wanted.items()):
            break
    return {language: [word for word, _ in found[language].most_common(wanted[language])] for language in wanted}


def put_together(wanted: dict[str, int]) -> Words:
    """Words of which one half is from one word of the sample corpus and one from another."""
    known = sorted(
        {
            word
            for path in find_documents(ROOT / "corpus")
            for page in load_document(path, path.name, LoadingSettings())[0].pages
            for word in split_words(page.text)
            if word.isalpha() and not has_no_blanks(word)
        }
    )
    rng = np.random.default_rng(1)
    found: Words = {}
    for language, count in wanted.items():
        pairs = rng.integers(len(known), size=(2 * count, 2)).tolist()
        halves = ((known[first], known[last]) for first, last in pairs)
        made = dict.fromkeys(first[: len(first) // 2 + 1] + last[len(last) // 2 :] for first, last in halves)
        found[language] = list(made)[:count]
    return found


def row(words: Words, embedder: WordEmbedder, questions: list[str]) -> str:
    """One line of the table."""
    terms = [in_language(WORD + word, language) for language, found in words.items() for word in found]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "words"
        begin = time.process_time()
        Vocabulary(embedder, WordVectors(embedder)).follow(lambda: terms, state="1", kept=kept)
        built = time.process_time() - begin
        embedder.embed_words(["warm"])
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            memory = fresh.submit(grown, kept).result()
        begin = time.process_time()
        neighbours = WordVectors(embedder)
        vocabulary = Vocabulary(embedder, neighbours)
        vocabulary.follow(lambda: terms, state="1", kept=kept)
        opened = time.process_time() - begin
        size = kept.stat().st_size
    held = {language: [word for word in neighbours.words(language) if word] for language in neighbours.languages}
    count = sum(map(len, held.values()))
    for question in questions:
        vocabulary.expand(question)
    vocabulary._near = {}
    asking = median(lambda at: forgetting(vocabulary, questions[at]), len(questions))
    asked = [embedder.embed_words(vocabulary.question_words(question)) for question in questions]
    matrices = {language: embedder.embed_words(found) for language, found in held.items()}
    exact = median(lambda at: scan(asked[at], matrices), len(questions))
    same = agreement(neighbours, matrices, held, asked)
    return (
        f"| {count:,} | {built:.1f} | {opened:.2f} | {size / count:.0f} | {memory / count:.0f} | {asking:.1f} | "
        f"{exact:.1f} | {same:.3f} |"
    )


def forgetting(vocabulary: Vocabulary, question: str) -> None:
    """All that a search asks of the vocabulary, as if no word was asked for before; concepts stay known."""
    vocabulary._near = {}
    vocabulary.question_terms(question)
    vocabulary.expand(question)
    vocabulary.named(question)


def scan(asked: np.ndarray, matrices: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The reference: the nearest words of each language by every row."""
    found = {}
    for language, rows in matrices.items():
        cosines = asked @ rows.T
        found[language] = np.argpartition(-cosines, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
    return found


def agreement(
    neighbours: WordVectors, matrices: dict[str, np.ndarray], held: Words, asked: list[np.ndarray]
) -> float:
    """The share of the reference's neighbours from cosine .3 on that is found; of equal ones it may be others."""
    hit = total = 0
    for rows in asked:
        near = neighbours.nearest(rows, NEIGHBOURS, LEAST)
        for language, places in scan(rows, matrices).items():
            cosines = rows @ matrices[language].T
            for at, row_places in enumerate(places):
                right = {held[language][place] for place in row_places if cosines[at, place] >= LEAST}
                hit += len(right & near[at][language].keys())
                total += len(right)
    return hit / total


def grown(kept: Path) -> int:
    """Bytes of memory that opening takes in a program that has the model already."""
    embedder = Parts(read_settings(environment={})).words
    embedder.embed_words(["warm"])
    before = resident()
    neighbours = WordVectors(embedder)
    Vocabulary(embedder, neighbours).follow(list, state="1", kept=kept)
    return resident() - before


def resident() -> int:
    """Bytes of memory in use, where the system tells."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else 0


def median(call: Callable[[int], object], count: int) -> float:
    """Milliseconds of the processor of one call, the median."""
    times = []
    for at in range(count):
        begin = time.process_time()
        call(at)
        times.append((time.process_time() - begin) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
