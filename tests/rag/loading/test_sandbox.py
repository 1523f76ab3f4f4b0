import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_files import make_pdf

from rag.errors import DocumentError
from rag.loading.sandbox import Sandbox
from rag.settings import LoadingSettings


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    shared = Sandbox()
    yield shared
    shared.close()


def child_of(sandbox):
    assert sandbox._child is not None
    return sandbox._child.pid


def test_a_file_crosses_the_border_unchanged(sandbox):
    loaded = sandbox.load("markdown", "# Überschrift\n\nTexte 🙂 «à»".encode(), "a.md", LoadingSettings())
    page = loaded.pages[0]
    assert page.text == "Überschrift\nTexte 🙂 «à»"
    assert [(h.level, page.text[h.start : h.end]) for h in page.headings] == [(1, "Überschrift")]


def test_one_child_serves_many_files(sandbox):
    sandbox.load("text", b"One.", "a.txt", LoadingSettings())
    first = child_of(sandbox)
    assert sandbox.load("text", b"Two.", "b.txt", LoadingSettings()).pages[0].text == "Two."
    assert child_of(sandbox) == first


def test_a_slow_file_is_stopped_and_the_next_one_is_read(sandbox):
    sandbox.load("text", b"One.", "a.txt", LoadingSettings())
    first = child_of(sandbox)
    started = time.monotonic()
    with pytest.raises(DocumentError) as caught:
        sandbox.load("pdf", make_pdf(["x"], forms=9), "slow.pdf", LoadingSettings(max_seconds=1))
    assert caught.value.reason == "too-slow"
    assert "slow.pdf" in str(caught.value)
    assert time.monotonic() - started < 10
    assert sandbox.load("text", b"Two.", "b.txt", LoadingSettings()).pages[0].text == "Two."
    assert child_of(sandbox) != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


@pytest.mark.skipif(os.name != "posix", reason="memory limits need the resource module")
def test_a_file_that_needs_too_much_memory_is_refused(sandbox):
    data = b"word \n\n" * 3_000_000
    with pytest.raises(DocumentError) as caught:
        sandbox.load("text", data, "long.txt", LoadingSettings(max_memory_megabytes=50))
    assert caught.value.reason == "too-large"
    sandbox.close()


def test_the_errors_of_a_loader_come_through(sandbox):
    with pytest.raises(DocumentError) as caught:
        sandbox.load("pdf", make_pdf([None]), "scan.pdf", LoadingSettings())
    assert type(caught.value).__name__ == "EmptyDocument"
    assert caught.value.reason == "no-text"


def test_a_child_that_is_gone_is_replaced(sandbox):
    sandbox.load("text", b"One.", "a.txt", LoadingSettings())
    os.kill(child_of(sandbox), 9)
    sandbox._child.wait()
    assert sandbox.load("text", b"Two.", "b.txt", LoadingSettings()).pages[0].text == "Two."


def test_threads_take_turns(sandbox):
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        texts[number] = sandbox.load("text", f"Text {number}.".encode(), "a.txt", LoadingSettings()).pages[0].text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"Text {number}." for number in range(8)}


def test_the_child_gets_no_secrets_and_writes_no_files(sandbox, monkeypatch):
    monkeypatch.setenv("DEALGLOT_LLM_KEY", "secret")
    sandbox.close()
    sandbox.load("text", b"One.", "a.txt", LoadingSettings())
    if Path("/proc").is_dir():
        with Path(f"/proc/{child_of(sandbox)}/environ").open("rb") as environment:
            assert b"secret" not in environment.read()
        with Path(f"/proc/{child_of(sandbox)}/limits").open() as limits:
            sizes = [line.split()[3] for line in limits if line.startswith("Max file size")]
        assert sizes == ["0"]


def test_closing_leaves_no_process():
    own = Sandbox()
    own.load("text", b"One.", "a.txt", LoadingSettings())
    process = child_of(own)
    own.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
