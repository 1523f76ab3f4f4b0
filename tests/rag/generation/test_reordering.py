from collections.abc import Sequence

import numpy as np
import pytest

from rag.embedding import load_embedder, load_word_embedder
from rag.generation.extractive import ExtractiveGenerator
from rag.generation.reordering import LOOKED_AT, reordered
from rag.records import Chunk, DocumentInfo, Passage
from rag.settings import AnsweringSettings, EmbeddingSettings

PRICE = "The buyer pays 42 million euros for all shares."


def passage(text: str, score: float, language: str = "en") -> Passage:
    info = DocumentInfo(text[:12], f"{text[:12]}.txt", "", language, paged=False, pages=1)
    return Passage(info, (Chunk(text[:12], text[:12], 0, 1, 0, len(text), text, None, language),), score)


def texts(passages: Sequence[Passage]) -> list[str]:
    return [each.text for each in passages]


@pytest.fixture(scope="module")
def generator() -> ExtractiveGenerator:
    embedder = load_embedder(EmbeddingSettings())
    return ExtractiveGenerator(embedder, load_word_embedder(embedder), AnsweringSettings())


def test_the_passage_with_the_best_sentence_comes_first() -> None:
    found = [passage("a", 0.6), passage("b", 0.5), passage("c", 0.4)]
    assert texts(reordered(found, [0, 1, 1, 2], np.array([0.0, -5.0, 3.0, 1.0]))) == ["b", "a", "c"]


def test_sentences_alike_leave_the_order_of_the_search() -> None:
    found = [passage("a", 0.6), passage("b", 0.5)]
    assert reordered(found, [0, 1], np.array([1.0, 1.0])) == found


def test_a_passage_without_sentences_counts_as_the_worst() -> None:
    found = [passage("a", 0.6), passage("b", 0.59), passage("c", 0.58)]
    assert texts(reordered(found, [1, 2], np.array([2.0, 1.0]))) == ["b", "a", "c"]


def test_new_scores_fall_along_the_new_order() -> None:
    found = [passage(letter, 1.0 - place / 10) for place, letter in enumerate("abcde")]
    scores = [each.score for each in reordered(found, range(5), np.array([0.0, 4.0, 1.0, 3.0, 2.0]))]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("question", "language"),
    [("Wie viel zahlt der Käufer?", "de"), ("Quanto paga o comprador?", "pt"), ("买方支付多少？", "zh")],
)
def test_what_answers_moves_before_what_was_found_first(
    generator: ExtractiveGenerator, question: str, language: str
) -> None:
    found = [
        passage("The factory was built in a small town near the river.", 0.9),
        passage("Birds have nested on the roof since spring.", 0.85),
        passage(PRICE, 0.8),
    ]
    assert texts(generator.reorder(question, language, found))[0] == PRICE


def test_only_so_many_are_looked_at(generator: ExtractiveGenerator) -> None:
    found = [passage(f"Sentence number {place} says little.", 1.0 - place / 100) for place in range(LOOKED_AT + 3)]
    assert sorted(texts(generator.reorder("Who signed?", "en", found))) == sorted(texts(found[:LOOKED_AT]))


def test_passages_without_any_sentence_stay_as_they_are(generator: ExtractiveGenerator) -> None:
    assert generator.reorder("Who signed?", "en", []) == []
    bare = [passage("—", 0.9), passage("…", 0.8)]
    assert generator.reorder("Who signed?", "en", bare) == bare
