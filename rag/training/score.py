"""Score a model folder on the development sets.

`python -m rag.training.score MODEL --eval DIR [--pairs DIR] [--out FILE] [--questions 400]` prints one line a
figure: sentence pairs X -> English (`bitext`; `news` and `word` on the held-out parts of the packed data),
questions against the paragraphs of their own language (`same`), questions against paragraphs of another language
(`cross`).
"""

import argparse
import json
import logging
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from rag.embedding.static import StaticEmbedder
from rag.evaluation.metrics import bitext_f1, ndcg_at
from rag.protocols import Embedder, Vectors
from rag.training.pairs import open_pairs

log = logging.getLogger(__name__)

SAME_LANGUAGE = (
    "arcd", "cmrc2018", "jaquad", "persianqa", "iapp-wiki-qa", "faquad", "enelpi-tr", "piaf-cnil", "danetqa",
    "pira", "tatqa",
)  # fmt: skip
Figures = dict[str, float]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_documents(folder: Path) -> dict[str, str]:
    """Return the text documents under a folder by their path inside it."""
    paths = sorted(folder.rglob("*.txt"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def mean_ndcg(questions: Vectors, right: list[set[str]], *, names: list[str], passages: Vectors) -> float:
    """Return the mean nDCG@10 of cosine ranking over all passages."""
    similar = questions @ passages.T
    top = np.argsort(-similar, axis=1, kind="stable")[:, :10]
    return mean(ndcg_at([names[i] for i in row], gold) for row, gold in zip(top, right, strict=True))


def score_bitext(embedder: Embedder, folder: Path) -> Figures:
    """Return F1 of X -> English for each language of a folder of aligned lines."""
    english = embedder.embed_passages((folder / "en.txt").read_text(encoding="utf-8").splitlines())
    figures = {}
    for path in sorted(folder.glob("*.txt")):
        if path.stem != "en":
            other = embedder.embed_passages(path.read_text(encoding="utf-8").splitlines())
            figures[f"bitext {path.stem}"] = bitext_f1(other, english)
    return figures


def score_questions(embedder: Embedder, folder: Path, *, limit: int) -> Figures:
    """Return nDCG@10 of a set by language: questions against all documents of the set in that language."""
    documents = read_documents(folder / "documents")
    by_language = defaultdict(list)
    for question in read_lines(folder / "questions.jsonl"):
        if question["answerable"] and question["evidence"]:
            by_language[question["language"]].append(question)
    figures = {}
    for language, questions in sorted(by_language.items()):
        chosen = questions[:: max(1, len(questions) // limit)][:limit]
        prefix = f"{language}/" if any(name.startswith(f"{language}/") for name in documents) else ""
        names = [name for name in documents if name.startswith(prefix)]
        figures[f"same {folder.name} {language}"] = mean_ndcg(
            embedder.embed_questions([question["question"] for question in chosen]),
            [{evidence["document"] for evidence in question["evidence"]} for question in chosen],
            names=names,
            passages=embedder.embed_passages([documents[name] for name in names]),
        )
    return figures


def score_cross(embedder: Embedder, folder: Path, target: str) -> Figures:
    """Return nDCG@10 by question language against the documents of the target language."""
    documents = read_documents(folder / "documents")
    names = [name for name in documents if name.startswith(f"{target}/")]
    passages = embedder.embed_passages([documents[name] for name in names])
    asked = {question["id"]: question["question"] for question in read_lines(folder / "questions.jsonl")}
    groups = read_lines(folder / "cross.jsonl")
    figures = {}
    for language in sorted({language for group in groups for language in group["questions"]} - {target}):
        chosen = [group for group in groups if language in group["questions"] and target in group["documents"]]
        figures[f"cross {folder.name} {language}-{target}"] = mean_ndcg(
            embedder.embed_questions([asked[group["questions"][language]] for group in chosen]),
            [set(np.atleast_1d(group["documents"][target]).tolist()) for group in chosen],
            names=names,
            passages=passages,
        )
    return figures


def score_news(embedder: Embedder, pairs_folder: Path) -> Figures:
    """Return F1 of X -> English over the held-out sentences of the packed data."""
    pairs = open_pairs(pairs_folder)
    names = pairs.meta["languages"]
    rows = np.flatnonzero(pairs.parts == 1)
    texts: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        numbers = np.arange(pairs.starts[row], pairs.starts[row + 1])
        for number, text in zip(numbers, pairs.texts(numbers), strict=True):
            texts[names[pairs.languages[number]]][int(row)] = text
    figures = {}
    for language in sorted(set(texts) - {"en"}):
        common = [row for row in texts["en"] if row in texts[language]]
        left = embedder.embed_passages([texts[language][row] for row in common])
        right = embedder.embed_passages([texts["en"][row] for row in common])
        figures[f"news {language}"] = bitext_f1(left, right)
    return figures


def score_words(embedder: StaticEmbedder, pairs_folder: Path, *, pool: int = 5000) -> Figures:
    """Return how often a held-out word's nearest of `pool` English words is one of its translations."""
    pairs = open_pairs(pairs_folder)
    names = pairs.meta["languages"]
    right: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    common: set[str] = set()
    for row in np.flatnonzero(pairs.parts == 2):
        numbers = np.arange(pairs.starts[row], pairs.starts[row + 1])
        words = [(names[pairs.languages[n]], t) for n, t in zip(numbers, pairs.texts(numbers), strict=True)]
        english = {text.lower() for language, text in words if language == "en" and " " not in text}
        common |= english
        for language, text in words:
            if english and language != "en" and " " not in text:
                right[language][text.lower()] |= english
    vocabulary = sorted(common)[:pool]
    vectors = embedder.embed_words(vocabulary)
    figures = {}
    for language, words_right in sorted(right.items()):
        asked = sorted(word for word in words_right if word not in words_right[word])[:500]
        if len(asked) >= 50:
            nearest = (embedder.embed_words(asked) @ vectors.T).argmax(axis=1)
            hits = [vocabulary[n] in words_right[word] for word, n in zip(asked, nearest, strict=True)]
            figures[f"word {language}"] = mean(map(float, hits))
    return figures


def score(embedder: StaticEmbedder, *, evaluation: Path | None = None, pairs: Path | None = None,
          questions: int = 400) -> Figures:  # fmt: skip
    """Return every figure by name that the given folders allow; means stand under `mean ...`."""
    figures: Figures = {}
    if evaluation is not None:
        figures |= score_bitext(embedder, evaluation / "crosslingual" / "bitext" / "texts")
        for name in SAME_LANGUAGE:
            figures |= score_questions(embedder, evaluation / name, limit=questions)
        figures |= score_cross(embedder, evaluation / "crosslingual", "en")
        figures |= score_cross(embedder, evaluation / "pira", "en")
        figures |= score_cross(embedder, evaluation / "pira", "pt")
    if pairs is not None:
        figures |= score_news(embedder, pairs) | score_words(embedder, pairs)
    for kind in ("bitext", "news", "word", "same", "cross crosslingual"):
        found = [value for name, value in figures.items() if name.startswith(f"{kind} ")]
        if found:
            figures[f"mean {kind}"] = mean(found)
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    """Read the command line, score, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--eval", type=Path, help="folder with the unpacked development sets")
    parser.add_argument("--pairs", type=Path, help="packed data, for its held-out sentences and words")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    parser.add_argument("--questions", type=int, default=400, help="questions a set at most")
    options = parser.parse_args()
    embedder = StaticEmbedder(options.model, check=False)
    figures = score(embedder, evaluation=options.eval, pairs=options.pairs, questions=options.questions)
    sys.stdout.write("".join(f"{name:40} {value:.3f}\n" for name, value in figures.items()))
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
