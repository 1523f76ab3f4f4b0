import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def served(monkeypatch) -> list[tuple]:
    calls: list[tuple] = []
    page = ModuleType("ui.__main__")
    page.serve = lambda *parts, **named: calls.append((*parts, *named.values()))
    monkeypatch.setitem(sys.modules, "ui", SimpleNamespace(__main__=page))
    monkeypatch.setitem(sys.modules, "ui.__main__", page)
    return calls


def test_the_page_is_served_on_this_machine_alone_by_default(dealglot, assistant, served) -> None:
    assert dealglot("chat").code == 0
    assert served == [(assistant, "127.0.0.1", None, True, ())]


def test_the_options_are_handed_on(dealglot, assistant, served) -> None:
    dealglot("chat", "--host", "0.0.0.0", "--port", "8000", "--no-browser", "--name", "deals.example")
    assert served == [(assistant, "0.0.0.0", 8000, False, ["deals.example"])]


def test_control_c_closes_the_page_without_an_error(dealglot, monkeypatch, served) -> None:
    def interrupted(*parts, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["ui.__main__"], "serve", interrupted)
    run = dealglot("chat")
    assert (run.code, run.err) == (0, "The page is closed.\n")


def test_a_new_corpus_is_indexed_before_the_page_opens(dealglot, assistant, served) -> None:
    Path("corpus").mkdir()
    assistant.is_new = True
    assert dealglot("chat").code == 0
    assert (assistant.names()[0], len(served)) == ("sync", 1)
