import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def served(monkeypatch) -> list[tuple]:
    calls: list[tuple] = []
    page = ModuleType("ui.__main__")
    page.serve = lambda assistant, host, port, open_browser: calls.append((assistant, host, port, open_browser))
    monkeypatch.setitem(sys.modules, "ui", SimpleNamespace(__main__=page))
    monkeypatch.setitem(sys.modules, "ui.__main__", page)
    return calls


def test_the_page_is_served_on_this_machine_alone_by_default(dealglot, assistant, served) -> None:
    assert dealglot("chat").code == 0
    assert served == [(assistant, "127.0.0.1", 7860, True)]


def test_the_options_are_handed_on(dealglot, assistant, served) -> None:
    dealglot("chat", "--host", "0.0.0.0", "--port", "8000", "--no-browser")
    assert served == [(assistant, "0.0.0.0", 8000, False)]


def test_a_new_corpus_is_indexed_before_the_page_opens(dealglot, assistant, served) -> None:
    Path("corpus").mkdir()
    assistant.is_new = True
    assert dealglot("chat").code == 0
    assert (assistant.names()[0], len(served)) == ("sync", 1)
