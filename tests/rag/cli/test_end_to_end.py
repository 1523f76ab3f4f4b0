"""The commands on the real parts: a newcomer's way through, on small files and the bundled model."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.cli import main

CONTRACT = (
    "# Supply contract\n\nAlba Metals delivers 4,000 tonnes of copper to Borealis Cables.\n\n"
    "## Price\n\nThe price is 9,250 US dollars a tonne.\n\n## Term\n\nThe contract ends on 30 June 2027.\n"
)
ARTICLE = (
    "Fábrica nova em Manaus\n\nA Borealis Cables vai construir uma fábrica de cabos em Manaus.\n"
    "A diretora Helena Prado disse que a obra custará 80 milhões de reais.\n"
)


@pytest.fixture
def dealglot(tmp_path, monkeypatch, capfd) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def room(tmp_path) -> Path:
    folder = tmp_path / "room"
    (folder / "press").mkdir(parents=True)
    (folder / "contract.md").write_text(CONTRACT, encoding="utf-8")
    (folder / "press" / "fábrica.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 this is no PDF")
    return folder


def test_a_newcomers_way_through(dealglot, room) -> None:
    code, out, err = dealglot("add", "room", "--json")
    report = json.loads(out)
    assert (code, report["added"]) == (2, ["contract.md", "press/fábrica.txt"])
    assert [(each["document"], each["reason"]) for each in report["failed"]] == [("broken.pdf", "corrupt")]
    assert "broken.pdf" in err

    code, out, _ = dealglot("list", "--json")
    listed = json.loads(out)["documents"]
    assert [(each["name"], each["language"], each["state"]) for each in listed] == [
        ("contract.md", "en", "indexed"),
        ("press/fábrica.txt", "pt", "indexed"),
    ]

    code, out, _ = dealglot("ask", "Where will Borealis Cables build a factory?", "--json")
    answer = json.loads(out)
    assert (code, answer["answered"], answer["language"]) == (0, True, "en")
    assert answer["citations"][0]["document"] == "press/fábrica.txt"
    page = Path("corpus/press/fábrica.txt").read_text(encoding="utf-8")
    assert all(each["quote"] in page for each in answer["citations"] if each["document"].endswith(".txt"))
    assert len(answer["generation"]) > 0

    code, out, _ = dealglot("search", "preço do cobre", "--document", "contract.md", "--json")
    assert (code, {each["document"] for each in json.loads(out)["ranked"]}) == (0, {"contract.md"})

    code, out, _ = dealglot("sync", "--json")
    assert (code, json.loads(out)["unchanged"]) == (0, 2)
    code, out, _ = dealglot("rebuild", "--json")
    assert code == 0
    code, out, _ = dealglot("verify", "--json")
    health = json.loads(out)
    assert (code, health["ok"], health["documents"], health["vectors"]) == (0, True, 2, health["chunks"])

    code, out, _ = dealglot("remove", "contract.md", "--json")
    assert (code, json.loads(out)["removed"]) == (0, ["contract.md"])
    code, out, _ = dealglot("search", "price of a tonne of copper", "--json")
    assert {each["document"] for each in json.loads(out)["ranked"]} <= {"press/fábrica.txt"}
    assert not Path("corpus/contract.md").exists()


def test_the_first_question_indexes_the_corpus_by_itself(dealglot, room) -> None:
    code, out, err = dealglot("ask", "Who will deliver copper?", "--corpus", "room", "--json")
    assert (code, json.loads(out)["citations"][0]["document"]) == (0, "contract.md")
    assert "Indexing room for the first time" in err
    assert "broken.pdf" in err


def test_evaluation_of_a_small_set(dealglot, room) -> None:
    rows = [
        {
            "id": "1",
            "question": "What is the price of a tonne of copper?",
            "language": "en",
            "answerable": True,
            "evidence": [
                {"document": "contract.md", "page": None, "text": "The price is 9,250 US dollars a tonne."}
            ],
            "answer": "9,250 US dollars",
        },
        {
            "id": "2",
            "question": "Quem é a diretora da Borealis Cables?",
            "language": "pt",
            "answerable": True,
            "evidence": [{"document": "press/fábrica.txt", "page": None, "text": "A diretora Helena Prado disse"}],
            "answer": "Helena Prado",
        },
    ]
    Path("q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    # Without a floor both are answered, however sure the present model is.
    options = ("--corpus", "room", "--results", "out.jsonl", "--json", "--set", "answering.floor=0")
    code, out, _ = dealglot("evaluate", "q.jsonl", *options)
    shape = json.loads(out)
    assert (code, shape["questions"], shape["overall"]["hit@1"]) == (0, 2, 1.0)
    assert shape["overall"]["verified_citations"] == 1.0
    assert [json.loads(line)["id"] for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()] == [
        "1",
        "2",
    ]


def test_an_index_of_another_model_is_exit_3_with_the_remedy(dealglot, room) -> None:
    dealglot("sync", "--corpus", "room", "--quiet")
    code, out, err = dealglot("ask", "Who?", "--corpus", "room", "--set", "chunking.size=300")
    assert (code, out) == (3, "")
    assert "dealglot rebuild" in err


def test_doctor_finds_the_bundled_model_in_order(dealglot) -> None:
    code, out, _ = dealglot("doctor", "--json")
    found = {each["name"]: each["state"] for each in json.loads(out)["checks"]}
    assert (code, found["bundled model"]) == (0, "ok")
