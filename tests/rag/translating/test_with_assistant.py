"""The whole chain: a document in one language, a question in another, an engine that is told what to say."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import rag.translation
from rag import Assistant
from rag.phrases import phrase

QUESTION = "What is the agreed price with Meridian?"


class Engine:
    name = "small"
    revision = "1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def can(self, source: str, target: str) -> bool:
        return True

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        self.asked += texts
        return ["The agreed price with Meridian is 12.5 million euros."]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(rag.translation, "load_translator", lambda *_: engine)
    return engine


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "artigo.txt"
    path.write_text("O preço combinado com a Meridian é de 12,5 milhões de euros.\n", encoding="utf-8")
    return path


def test_an_answer_streams_first_and_is_translated_at_its_end(
    engine: Engine, make_assistant: Callable[..., Assistant], article: Path
) -> None:
    assistant = make_assistant(**{"translator.model": "small"})
    assistant.add([article])
    *_, before, last = assistant.stream(QUESTION, "en")
    assert before.answered
    assert before.citations[0].translation is None
    assert before.citations[0].quote == last.citations[0].quote
    assert engine.asked == [last.citations[0].quote]
    assert last.citations[0].translation == "The agreed price with Meridian is 12.5 million euros."
    assert "(machine translation: small)" in last.text
    assert [*assistant.settings.paths.index.rglob("translations.sqlite")]
    assert assistant.verify().ok
    assistant.ask(QUESTION, "en")
    assert len(engine.asked) == 1


def test_without_an_engine_nothing_is_opened_and_the_answer_says_so(
    make_assistant: Callable[..., Assistant], article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a connection was opened"))
    assistant = make_assistant()
    assistant.add([article])
    answer = assistant.ask(QUESTION, "en")
    assert answer.citations[0].translation is None
    assert phrase("note_untranslated", "en") in answer.notes
    assert phrase("note_untranslated", "pt") not in assistant.ask(QUESTION, "pt").notes


def test_the_bundled_translator_that_is_not_there_yet_costs_no_answer(
    make_assistant: Callable[..., Assistant], article: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assistant = make_assistant(translator="bundled")
    assistant.add([article])
    answer = assistant.ask(QUESTION, "en")
    assert answer.answered
    assert phrase("note_translation_failed", "en", name="bundled") in answer.notes
    assert "no bundled translator yet" in caplog.text
