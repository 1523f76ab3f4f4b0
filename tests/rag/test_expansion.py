from pathlib import Path

import pytest
from fakes import FakeEmbedder

from rag.expansion import Vocabulary
from rag.index import WordVectors
from rag.protocols import TermGroup
from rag.text.words import SOUND, VALUE, WORDS_BEFORE, WORDS_FROM, in_language, language_and_form


def terms(language: str, *words: str) -> list[str]:
    return [in_language("w" + word, language) for word in words]


def found(groups: list[TermGroup]) -> list[list[tuple[str, str]]]:
    """The words of each group, without the sounds beside them."""
    return [
        [language_and_form(term) for term, _ in group if WORDS_FROM <= term < WORDS_BEFORE] for group in groups
    ]


def made(embedder: FakeEmbedder) -> Vocabulary:
    return Vocabulary(embedder, WordVectors(embedder))


@pytest.fixture
def vocabulary() -> Vocabulary:
    # Words that mean the same share one direction of the space, as in the bundled model.
    same = {"parceria": "partnership", "合作": "partnership", "partenariat": "partnership"}
    vocabulary = made(FakeEmbedder(synonyms=same))
    vocabulary.refresh([*terms("en", "partnership", "factory", "price"), *terms("fr", "partenariat", "prix")])
    return vocabulary


def test_a_word_finds_its_translation_in_each_language(vocabulary: Vocabulary) -> None:
    assert found(vocabulary.expand("parceria")) == [[("en", "partnership")], [("fr", "partenariat")]]


def test_the_weight_is_the_cosine(vocabulary: Vocabulary) -> None:
    ((_, weight),) = vocabulary.expand("price")[0]
    assert weight == pytest.approx(1.0, abs=1e-4)


def test_a_run_without_blanks_is_cut_into_words(vocabulary: Vocabulary) -> None:
    assert found(vocabulary.expand("合作"))[0] == [("en", "partnership")]


def test_a_word_that_a_language_lacks_is_still_asked_for(vocabulary: Vocabulary) -> None:
    *_, near, missed = vocabulary.expand("parceria factory")
    assert language_and_form(near[0][0]) == ("fr", "partenariat")
    assert language_and_form(missed[0][0]) == ("fr", "factory")
    assert missed[0][1] < near[0][1]


def test_a_refresh_forgets_words_and_learns_new_ones(vocabulary: Vocabulary) -> None:
    vocabulary.refresh(terms("de", "fabrik", "rechnung"))
    assert len(vocabulary) == 2
    assert vocabulary.languages == ("de",)
    assert found(vocabulary.expand("Rechnung Fabrik")) == [[("de", "rechnung")], [("de", "fabrik")]]


def test_an_empty_vocabulary_expands_nothing() -> None:
    empty = made(FakeEmbedder())
    empty.refresh([])
    assert empty.expand("price") == []


def test_words_that_say_little_weigh_little() -> None:
    vocabulary = made(FakeEmbedder(weights={"the": 0.1}))
    vocabulary.refresh(terms("en", "the", "price"))
    weights = dict(vocabulary.question_terms("the price"))
    assert weights["wthe"] == pytest.approx(0.1)
    assert weights["wprice"] == weights["gpric"] == 1.0


def test_words_of_one_concept_of_deals_meet() -> None:
    vocabulary = made(FakeEmbedder())
    vocabulary.refresh([*terms("de", "kaufpreis", "fabrik"), *terms("ja", "代金")])
    assert found(vocabulary.expand("price")) == [[("de", "kaufpreis")], [("ja", "代金")]]


def test_a_name_is_asked_for_by_its_sound_in_other_scripts_alone() -> None:
    vocabulary = made(FakeEmbedder())
    vocabulary.refresh([*terms("en", "factory"), *terms("ru", "завод")])
    weights = {term: weight for group in vocabulary.expand("Foxconn") for term, weight in group}
    assert weights[in_language(SOUND + "bkskn", "ru")] == pytest.approx(0.85)
    assert in_language(SOUND + "bkskn", "en") not in weights


def test_a_name_in_a_run_without_blanks_is_heard_whole() -> None:
    vocabulary = made(FakeEmbedder())
    vocabulary.refresh(terms("en", "factory"))
    heard = {term for group in vocabulary.expand("フォックスコン") for term, _ in group}
    assert in_language(SOUND + "bkskn", "en") in heard


def test_a_value_is_asked_for_in_every_language() -> None:
    vocabulary = made(FakeEmbedder())
    vocabulary.refresh([*terms("en", "price"), *terms("ja", "代金")])
    asked = {term for group in vocabulary.expand("preço de 1,5 mil milhões", "pt") for term, _ in group}
    assert {in_language(VALUE + "1500000000", language) for language in ("en", "ja")} <= asked


def test_words_of_runs_are_those_of_the_model_whose_pairs_are_there() -> None:
    class Cutting(FakeEmbedder):
        def run_pieces(self) -> tuple[str, ...]:
            return ("合作伙伴", "合作", "公司")

    vocabulary = made(Cutting())
    vocabulary.refresh(terms("zh", "合作", "作伙", "伙伴"))
    assert ("zh", "合作伙伴") in found(vocabulary.expand("合作伙伴"))[-1]
    assert len(vocabulary) == 2


def test_a_kept_vocabulary_is_not_read_anew(tmp_path: Path) -> None:
    def unasked() -> list[str]:
        raise AssertionError("the words were read")

    words = [*terms("en", "partnership", "price"), *terms("fr", "prix")]
    made(FakeEmbedder()).follow(lambda: words, state="a 1", kept=tmp_path / "words")
    opened = made(FakeEmbedder())
    opened.follow(unasked, state="a 1", kept=tmp_path / "words")
    assert opened.languages == ("en", "fr")
    assert found(opened.expand("price"))[0] == [("en", "price")]


def test_a_vocabulary_of_another_state_is_brought_up_to_date(tmp_path: Path) -> None:
    made(FakeEmbedder()).follow(lambda: terms("en", "price", "gone"), state="a 1", kept=tmp_path / "words")
    opened = made(FakeEmbedder())
    opened.follow(lambda: terms("en", "price", "factory"), state="a 2", kept=tmp_path / "words")
    assert len(opened) == 2
    assert found(opened.expand("factory")) == [[("en", "factory")]]
    assert b"gone" not in (tmp_path / "words").read_bytes()


def test_of_many_words_of_a_concept_the_most_typical_are_asked_for() -> None:
    vocabulary = made(FakeEmbedder())
    compounds = [f"kauf{chr(first)}{chr(second)}preis" for first in range(97, 107) for second in range(97, 103)]
    vocabulary.refresh(terms("de", *compounds, "fabrik"))
    ((*words,),) = found(vocabulary.expand("price"))
    assert len(words) == 24
    assert all(word.endswith("preis") for _, word in words)
