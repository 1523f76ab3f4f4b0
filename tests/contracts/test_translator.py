"""What a Translator promises, asserted on every one there is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stub_server import stub_server
from tiny_models import make_m2m, make_marian

from rag.errors import ModelUnavailable
from rag.model_server import ModelServer
from rag.protocols import Translator
from rag.settings import LlmSettings
from rag.translation.seq2seq import Seq2SeqTranslator
from rag.translation.server import ServerTranslator

TEXTS = ["O preço é 12,5.", "A OpenAI.", "O preço é 12,5."]


def _server(_: Path) -> Iterator[Translator]:
    with stub_server(script=lambda messages: f"about {len(messages[-1]['content'])}") as stub:
        yield ServerTranslator(ModelServer(LlmSettings(url=stub.url, model="m"), environment={}))


def _m2m(folder: Path) -> Iterator[Translator]:
    yield Seq2SeqTranslator(str(make_m2m(folder / "m2m")))


def _marian(folder: Path) -> Iterator[Translator]:
    yield Seq2SeqTranslator(str(make_marian(folder / "opus", "pt", "en")))


@pytest.fixture(scope="module", params=[_server, _m2m, _marian], ids=["server", "m2m", "marian"])
def translator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Translator]:
    make: Callable[[Path], Iterator[Translator]] = request.param
    yield from make(tmp_path_factory.mktemp("models"))


def test_there_is_one_translation_a_text_in_order(translator: Translator) -> None:
    first, other, again = translator.translate(TEXTS, "pt", "en")
    assert first == again
    assert [first, other] == [translator.translate([text], "pt", "en")[0] for text in TEXTS[:2]]


def test_no_texts_no_translations(translator: Translator) -> None:
    assert translator.translate([], "pt", "en") == []


def test_the_same_language_is_unchanged(translator: Translator) -> None:
    assert translator.translate(TEXTS, "pt", "pt") == TEXTS


def test_it_has_a_name_and_a_revision(translator: Translator) -> None:
    assert translator.name
    assert translator.revision
    assert translator.can("pt", "en")


def test_what_it_cannot_it_says(translator: Translator) -> None:
    if not translator.can("en", "xx"):
        with pytest.raises(ModelUnavailable):
            translator.translate(TEXTS, "en", "xx")
