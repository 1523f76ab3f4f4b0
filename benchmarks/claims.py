"""How many true and wrong claims the check of a model server's answers lets pass.

`python -m benchmarks.claims PARALLEL.jsonl.xz [--pairs de-en,fr-en] [--count 50]`. Each line of the file is
`{"t": {language: sentence}}`. A true claim is a translation of a sentence (or itself), among six sentences of the
other language; a wrong one is that of another sentence; a slipped one is a true one with six words of another.
"""

import argparse
import json
import lzma
import random
from itertools import islice
from pathlib import Path

from rag.embedding import load_embedder, load_word_embedder
from rag.generation.checking import Checker
from rag.generation.prompts import Shown
from rag.generation.replies import Claim
from rag.protocols import WordEmbedder
from rag.records import Chunk
from rag.settings import EmbeddingSettings
from rag.text.sentences import split_sentences

LINES, POOL, BESIDE, TAIL = 30_000, 300, 5, 6


def main() -> None:
    """Print a line for each pair: the claim's language, the source's, and three shares."""
    parser = argparse.ArgumentParser(description="How many claims the check lets pass.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", default="en-en,de-de,de-en,fr-en,es-en,ru-en")
    parser.add_argument("--count", type=int, default=50)
    options = parser.parse_args()
    words = load_word_embedder(load_embedder(EmbeddingSettings()))
    for pair in options.pairs.split(","):
        claimed, source = pair.split("-")
        sentences = read_pairs(options.file, claimed, source)
        kept, wrong, slipped = measure(sentences, (claimed, source), words=words, count=options.count)
        print(f"{claimed} <- {source}: true {kept:.2f}, wrong {wrong:.2f}, slipped in {slipped:.2f}")


def read_pairs(file: Path, claimed: str, source: str) -> list[tuple[str, str]]:
    """Single sentences of both languages, of a sentence's length."""
    found = []
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in islice(lines, LINES):
            texts = json.loads(line)["t"]
            if claimed not in texts or source not in texts or not 50 <= len(texts[source]) <= 220:
                continue
            one, other = texts[claimed].strip(), texts[source].strip()
            if (
                other.endswith(".")
                and len(split_sentences(one, claimed)) == len(split_sentences(other, source)) == 1
            ):
                found.append((one, other))
    return found[:POOL]


def measure(
    sentences: list[tuple[str, str]], pair: tuple[str, str], *, words: WordEmbedder, count: int
) -> tuple[float, float, float]:
    """The shares of true, wrong and slipped-in claims that are taken for proven."""
    claimed, source = pair
    chance = random.Random(5)
    passed = [0, 0, 0]
    for _ in range(count):
        sample = chance.sample(sentences, BESIDE + 1)
        text = "\n".join(other for _, other in sample)
        chunk = Chunk("c", "d", 0, 1, 0, len(text), text, None, source)
        checker = Checker(Shown((), ((chunk,),), ("",)), "", claimed, words=words)
        true = sample[0][0]
        wrong = chance.choice([one for one, _ in sentences if one not in {each for each, _ in sample}])
        claims = (true, wrong, f"{true.rstrip('.')}, {' '.join(wrong.split()[:TAIL])}.")
        for place, claim in enumerate(claims):
            passed[place] += bool(checker.prove(Claim(claim, (1,))))
    return passed[0] / count, passed[1] / count, passed[2] / count


if __name__ == "__main__":
    main()
