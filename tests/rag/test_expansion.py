import pytest
from fakes import FakeEmbedder

from rag.expansion import Vocabulary


@pytest.fixture
def vocabulary() -> Vocabulary:
    # Two languages meet in one direction of the space, as in the bundled model.
    embedder = FakeEmbedder(synonyms={"parceria": "partnership", "合作": "partnership"})
    vocabulary = Vocabulary(embedder)
    vocabulary.refresh(["partnership", "factory", "price"])
    return vocabulary


def test_a_word_finds_its_translation(vocabulary: Vocabulary) -> None:
    assert [[term for term, _ in group] for group in vocabulary.expand("A parceria")] == [["wpartnership"]]


def test_the_weight_is_the_cosine_squared(vocabulary: Vocabulary) -> None:
    ((_, weight),) = vocabulary.expand("price")[0]
    assert weight == pytest.approx(1.0, abs=1e-5)


def test_a_run_without_blanks_is_cut_into_words(vocabulary: Vocabulary) -> None:
    assert [[term for term, _ in group] for group in vocabulary.expand("合作")] == [["wpartnership"]]


def test_a_word_without_near_words_gives_no_group(vocabulary: Vocabulary) -> None:
    assert vocabulary.expand("xylophone") == []


def test_a_refresh_forgets_words_and_learns_new_ones(vocabulary: Vocabulary) -> None:
    vocabulary.refresh(["factory", "invoice"])
    assert len(vocabulary) == 2
    assert vocabulary.expand("parceria") == []
    assert [group[0][0] for group in vocabulary.expand("invoice factory")] == ["winvoice", "wfactory"]


def test_an_empty_vocabulary_expands_nothing() -> None:
    empty = Vocabulary(FakeEmbedder())
    empty.refresh([])
    assert empty.expand("price") == []
