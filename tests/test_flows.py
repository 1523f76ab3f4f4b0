"""Document in, answer out, with the bundled model, and nothing reaches outside the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

# Runs a program with every way to the network closed: a name looked up or a connection made ends it.
CLOSED = """
import runpy, socket, sys

def refuse(*arguments, **options):
    raise SystemExit(f"the network was used: {arguments}")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.socket.sendto = refuse
socket.getaddrinfo = refuse
socket.create_connection = refuse
sys.argv = ["dealglot", *sys.argv[1:]]
runpy.run_module("rag", run_name="__main__")
"""


def dealglot(folder: Path, *arguments: str) -> dict[str, object]:
    places = ("--corpus", str(folder / "corpus"), "--index", str(folder / "index"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DEALGLOT_", "HF_"))}
    run = subprocess.run(
        [sys.executable, "-c", CLOSED, *arguments, "--json", *places],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=folder,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of the sample corpus, added without a network."""
    folder = tmp_path_factory.mktemp("offline")
    report = dealglot(folder, "add", str(CORPUS))
    assert report["failed"] == []
    assert len(report["added"]) == 18
    return folder


def test_a_question_is_answered_with_the_network_closed(folder: Path) -> None:
    answer = dealglot(folder, "ask", "Quando é que a OpenAI e a Foxconn anunciaram a colaboração?")
    assert answer["language"] == "pt"
    assert answer["answered"]
    assert answer["citations"][0]["document"] == "press/openai-foxconn-parceria-hardware.html"
    assert answer["citations"][0]["verified"] is True


def test_every_evidence_of_the_sample_questions_is_on_its_stored_page(folder: Path) -> None:
    from rag import Assistant, read_settings

    settings = read_settings(corpus=folder / "corpus", index=folder / "index", environment={})
    lines = (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    missing = []
    with Assistant(settings) as assistant:
        for question in map(json.loads, lines):
            for evidence in question["evidence"]:
                page = assistant.page(evidence["document"], evidence["page"] or 1).text
                if "".join(evidence["text"].split()) not in "".join(page.split()):
                    missing.append((question["id"], evidence["text"][:60]))
    assert missing == []


def test_the_index_is_sound_after_all_that(folder: Path) -> None:
    health = dealglot(folder, "verify")
    assert (health["ok"], health["problems"], health["documents"]) == (True, [], 18)
    assert health["chunks"] == health["vectors"] > 100
