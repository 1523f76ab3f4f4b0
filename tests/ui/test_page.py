"""The switch of the model server is there exactly where a server is set, and says its name."""

import gc
from dataclasses import replace
from typing import Any

import pytest
from fake_assistant import FakeAssistant

from rag.records import Answer, Statement
from rag.settings import LlmSettings, Settings
from ui import actions
from ui.actions import Session, Turn
from ui.page import build_page
from ui.regions import speak
from ui.render import render_turn
from ui.wording import LANGUAGES, read_wording

# Gradio opens event loops of its own while it is set up, and leaves them to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SERVED = replace(Settings(), llm=LlmSettings(url="http://127.0.0.1:9/v1", model="qwen3:8b"))


def component(assistant: Any, name: str) -> dict[str, Any]:
    found = [each["props"] for each in build_page(assistant).config["components"]]
    gc.collect()
    return next(each for each in found if each.get("elem_id") == name)


@pytest.mark.parametrize(("settings", "there"), [(Settings(), False), (SERVED, True)])
def test_the_switch_is_shown_where_a_server_is_set(settings: Settings, there: bool) -> None:
    switch = component(FakeAssistant(settings), "model")
    assert (switch["visible"], switch["value"]) == (there, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switch_names_the_model_in_every_language(language: str) -> None:
    assert "qwen3:8b" in speak(FakeAssistant(SERVED), "ask.model", read_wording(language))  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", [True, False])
def test_the_choice_reaches_the_assistant(assistant: FakeAssistant, wanted: bool) -> None:
    list(actions.ask(assistant, Session(), "onde?", use_model=wanted))  # type: ignore[arg-type]
    assert assistant.use_model is wanted


@pytest.mark.parametrize(("model", "shown"), [("", "quotes only"), ("<qwen>", "&lt;qwen&gt;")])
def test_an_answer_says_who_worded_it(model: str, shown: str) -> None:
    mode = "llm" if model else "extractive"
    answer = Answer("Who?", "en", "Nobody.", (Statement("Nobody.", "en", ()),), mode=mode, model=model)
    html = str(render_turn(Turn("Who?", answer), 1, read_wording("en")))
    assert f'<span class="mode"><bdi>{shown}</bdi></span>' in html


def test_a_refusal_is_not_called_quotes() -> None:
    html = str(render_turn(Turn("Who?", Answer("Who?", "en", "Not found.")), 1, read_wording("en")))
    assert "Not found." in html
    assert 'class="mode"' not in html
