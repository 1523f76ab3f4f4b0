"""Tiny models with random weights: what they say is nonsense, how they are asked is not."""

from pathlib import Path

import pytest
import torch
from tiny_models import make_m2m, make_marian, make_nllb

from rag.errors import DependencyMissing, ModelUnavailable
from rag.translation import seq2seq
from rag.translation.seq2seq import Seq2SeqTranslator

TEXT = "O preço é de 12,5 milhões. A OpenAI e a Foxconn."


@pytest.fixture(scope="module")
def m2m(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_m2m(tmp_path_factory.mktemp("models") / "tiny-m2m")


@pytest.fixture(scope="module")
def opus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_marian(tmp_path_factory.mktemp("models") / "opus-mt-pt-en", "pt", "en")


def test_m2m_translates_in_order_and_the_same_way_each_time(m2m: Path) -> None:
    translator = Seq2SeqTranslator(str(m2m))
    made = translator.translate([TEXT, "The price."], "pt", "en")
    assert len(made) == 2
    assert made == [translator.translate([text], "pt", "en")[0] for text in (TEXT, "The price.")]
    assert made[0].strip()
    assert "__" not in "".join(made)


def test_a_text_in_the_wanted_language_is_left_as_it_is(m2m: Path) -> None:
    assert Seq2SeqTranslator(str(m2m)).translate([TEXT], "pt", "pt") == [TEXT]


def test_m2m_is_asked_for_the_language_by_its_token(m2m: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    translator = Seq2SeqTranslator(str(m2m))
    asked = []

    def generate(**options: object) -> torch.Tensor:
        asked.append((options["input_ids"][0, 0].item(), options["forced_bos_token_id"]))  # type: ignore[index]
        return torch.tensor([[2]])

    monkeypatch.setattr(translator._model, "generate", generate)
    translator.translate(["O preço."], "pt", "de")
    known = translator._tokenizer.lang_code_to_id
    assert asked == [(known["pt"], known["de"])]


def test_it_can_what_its_tokenizer_knows(m2m: Path, opus: Path) -> None:
    assert Seq2SeqTranslator(str(m2m)).can("no", "zh")
    assert not Seq2SeqTranslator(str(m2m)).can("xx", "en")
    assert Seq2SeqTranslator(str(opus)).can("pt", "en")
    assert not Seq2SeqTranslator(str(opus)).can("en", "pt")
    with pytest.raises(ModelUnavailable, match="from en into pt"):
        Seq2SeqTranslator(str(opus)).translate(["x"], "en", "pt")


def test_opus_translates(opus: Path) -> None:
    translator = Seq2SeqTranslator(str(opus))
    assert (translator.name, len(translator.translate([TEXT], "pt", "en"))) == ("opus-mt-pt-en", 1)


def test_a_sentence_longer_than_the_models_positions_breaks_nothing(opus: Path, m2m: Path) -> None:
    long = "O preço combinado é de 12,5 milhões de euros e " * 40 + "a OpenAI paga."
    for folder in (opus, m2m):
        assert len(Seq2SeqTranslator(str(folder)).translate([long], "pt", "en")) == 1


def test_opus_with_several_targets_gets_the_mark_of_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_marian(tmp_path / "opus-mt-en-ROMANCE", "en", "ROMANCE", [">>fr<<", ">>pt<<"])
    translator = Seq2SeqTranslator(str(folder))
    assert translator.can("en", "pt")
    assert not translator.can("en", "de")
    lines = []
    tokenizer = translator._tokenizer
    monkeypatch.setattr(
        translator, "_tokenizer", lambda texts, **named: lines.extend(texts) or tokenizer(texts, **named)
    )
    monkeypatch.setattr(translator._tokenizer, "batch_decode", tokenizer.batch_decode, raising=False)
    translator._generated("The price.", (">>pt<<", ">>pt<<"))
    assert lines == [">>pt<< The price."]


def test_nllb_is_read_by_its_own_codes(tmp_path: Path) -> None:
    translator = Seq2SeqTranslator(str(make_nllb(tmp_path / "nllb")))
    assert translator.can("pt", "en")
    assert not translator.can("pt", "xx")
    assert len(translator.translate([TEXT], "pt", "en")) == 1


def test_the_revision_changes_with_the_files(opus: Path) -> None:
    before = Seq2SeqTranslator(str(opus)).revision
    assert before == Seq2SeqTranslator(str(opus)).revision
    (opus / "note.txt").write_text("changed")
    assert Seq2SeqTranslator(str(opus)).revision != before


def test_a_model_that_is_not_here_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def from_pretrained(place: str, **named: object) -> None:
        asked.append(named)
        raise OSError("not in the cache")

    monkeypatch.setattr(seq2seq.transformers.AutoConfig, "from_pretrained", from_pretrained)
    with pytest.raises(ModelUnavailable, match="facebook/m2m100_418M cannot be loaded"):
        Seq2SeqTranslator("facebook/m2m100_418M")
    assert asked == [{"local_files_only": True, "trust_remote_code": False}]


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelUnavailable, match="of the kind bert"):
        Seq2SeqTranslator(str(tmp_path))


def test_a_missing_package_is_named(opus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def from_pretrained(place: str, **named: object) -> None:
        raise ImportError("sentencepiece")

    monkeypatch.setattr(seq2seq.transformers.AutoTokenizer, "from_pretrained", from_pretrained)
    with pytest.raises(DependencyMissing, match="pip install sentencepiece"):
        Seq2SeqTranslator(str(opus))


def test_a_model_that_breaks_is_unavailable(opus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    translator = Seq2SeqTranslator(str(opus))

    def generate(**_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(translator._model, "generate", generate)
    with pytest.raises(ModelUnavailable, match="out of memory"):
        translator.translate([TEXT], "pt", "en")
