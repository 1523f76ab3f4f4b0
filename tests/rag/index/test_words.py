"""The words of an index: exact in small languages, by code in large ones, kept in one file."""

from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder

from rag.index import WordVectors

MANY = [f"word{number}" for number in range(700)]
ASKED = ["word7", "word300", "word599"]


class Counting(FakeEmbedder):
    """Counts the words that it is given."""

    count = 0

    def embed_words(self, words: list[str]) -> np.ndarray:
        self.count += len(words)
        return super().embed_words(words)


@pytest.fixture
def coded() -> WordVectors:
    words = WordVectors(FakeEmbedder(), exact=100)
    words.follow({"en": MANY, "fr": ["prix", "usine"]})
    return words


def best(words: WordVectors, asked: list[str], language: str = "en") -> list[str]:
    found = words.nearest(FakeEmbedder().embed_words(asked), 1, 0.3)
    return [word for near in found for word in near[language]]


def test_a_large_language_finds_what_an_exact_scan_finds(coded: WordVectors) -> None:
    exact = WordVectors(FakeEmbedder())
    exact.follow({"en": MANY})
    asked = FakeEmbedder().embed_words(ASKED)
    wanted = [near["en"] for near in exact.nearest(asked, 3, 0.3)]
    found = [near["en"] for near in coded.nearest(asked, 3, 0.3)]
    assert [max(near, key=near.__getitem__) for near in found] == ASKED
    for near, right in zip(found, wanted, strict=True):
        assert set(near) <= {*right}
        assert all(cosine == pytest.approx(right[word], abs=1e-4) for word, cosine in near.items())


def test_every_language_is_asked(coded: WordVectors) -> None:
    (near,) = coded.nearest(FakeEmbedder().embed_words(["usine"]), 2, 0.3)
    assert list(near) == ["en", "fr"]
    assert list(near["fr"]) == ["usine"]


def test_what_is_less_near_than_the_least_is_not_found(coded: WordVectors) -> None:
    (near,) = coded.nearest(FakeEmbedder().embed_words(["something"]), 3, 0.9)
    assert near == {"en": {}, "fr": {}}


def test_only_new_words_are_embedded() -> None:
    embedder = Counting()
    words = WordVectors(embedder, exact=100)
    words.follow({"en": MANY})
    before = embedder.count
    words.follow({"en": [*MANY, "new"], "fr": ["prix"]})
    assert embedder.count - before == 2
    assert best(words, ["new", "word7"]) == ["new", "word7"]


@pytest.mark.parametrize("left", [MANY[:550], MANY[:200], MANY[:50]])
def test_a_word_that_is_gone_is_not_found(coded: WordVectors, left: list[str]) -> None:
    coded.follow({"en": left})
    assert coded.languages == ("en",)
    assert len(coded) == len(left)
    assert best(coded, ["word7"]) == ["word7"]
    assert "word599" not in best(coded, ["word599"])


def test_a_large_language_may_grow_small(coded: WordVectors) -> None:
    coded.follow({"en": MANY[:50]})
    coded.follow({"en": MANY[:40]})
    assert best(coded, ["word7", "word39"]) == ["word7", "word39"]


def test_a_small_language_may_grow_large() -> None:
    words = WordVectors(FakeEmbedder(), exact=100)
    words.follow({"en": MANY[:90]})
    words.follow({"en": MANY})
    assert best(words, ASKED) == ASKED


def test_kept_words_give_the_same_neighbours(coded: WordVectors, tmp_path: Path) -> None:
    coded.keep(tmp_path / "words", "now")
    opened = WordVectors(FakeEmbedder(), exact=100)
    assert opened.recall(tmp_path / "words", "now")
    asked = FakeEmbedder().embed_words([*ASKED, "prix"])
    assert opened.nearest(asked, 3, 0.1) == coded.nearest(asked, 3, 0.1)


def test_a_language_without_words_is_kept_too(tmp_path: Path) -> None:
    words = WordVectors(FakeEmbedder())
    words.follow({"en": ["price"], "zh": []})
    words.keep(tmp_path / "words", "now")
    opened = WordVectors(FakeEmbedder())
    assert opened.recall(tmp_path / "words", "now")
    assert opened.languages == ("en", "zh")
    assert opened.nearest(FakeEmbedder().embed_words(["price"]), 3, 0.3)[0].keys() == {"en", "zh"}


def test_words_of_another_state_are_held_but_not_current(coded: WordVectors, tmp_path: Path) -> None:
    coded.keep(tmp_path / "words", "before")
    opened = WordVectors(FakeEmbedder(), exact=100)
    assert not opened.recall(tmp_path / "words", "after")
    assert len(opened) == len(coded)


@pytest.mark.parametrize("place", [3, 40, -1])
def test_a_damaged_file_is_not_used(coded: WordVectors, tmp_path: Path, place: int) -> None:
    path = tmp_path / "words"
    coded.keep(path, "now")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    opened = WordVectors(FakeEmbedder(), exact=100)
    assert not opened.recall(path, "now")
    assert len(opened) == 0


def test_words_of_another_model_are_not_used(coded: WordVectors, tmp_path: Path) -> None:
    coded.keep(tmp_path / "words", "now")
    assert not WordVectors(FakeEmbedder(dimension=32)).recall(tmp_path / "words", "now")


def test_a_folder_that_cannot_be_written_to_is_no_error(coded: WordVectors, tmp_path: Path) -> None:
    coded.keep(tmp_path / "missing" / "words", "now")
    assert coded.recall(tmp_path / "missing" / "words", "now")


def test_vectors_of_odd_length_are_scanned_exactly() -> None:
    words = WordVectors(FakeEmbedder(dimension=33), exact=100)
    words.follow({"en": MANY})
    (near,) = words.nearest(FakeEmbedder(dimension=33).embed_words(["word7"]), 1, 0.3)
    assert list(near["en"]) == ["word7"]
