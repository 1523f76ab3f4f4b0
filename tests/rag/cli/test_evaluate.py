import json
from pathlib import Path

import pytest

QUOTE = "A OpenAI e a Foxconn assinaram um acordo em novembro."
QUESTIONS = [
    {
        "id": "a",
        "question": "Wer hat unterschrieben?",
        "language": "de",
        "answerable": True,
        "evidence": [{"document": "press/Açúcar.pdf", "page": 2, "text": QUOTE}],
        "answer": "OpenAI",
    },
    {
        "id": "b",
        "question": "Quando?",
        "language": "pt",
        "answerable": True,
        "evidence": [{"document": "合同.md", "page": None, "text": "签署合同"}],
        "answer": None,
    },
    {
        "id": "c",
        "question": "nothing of this",
        "language": "en",
        "answerable": False,
        "evidence": [],
        "answer": None,
        "turns": ["Quem?"],
    },
]


@pytest.fixture
def questions() -> str:
    Path("questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)) + "\n", encoding="utf-8")
    return "questions.jsonl"


def test_json_has_every_promised_figure(dealglot, questions) -> None:
    shape = dealglot("evaluate", questions, "--json").json
    assert (shape["questions"], shape["overall"]["answerable"], shape["overall"]["unanswerable"]) == (3, 2, 1)
    overall = shape["overall"]
    assert (overall["hit@1"], overall["hit@5"], overall["mrr"]) == (0.5, 1.0, 0.75)
    assert overall["refusals"] == {"invented": 0.0, "wrongly_refused": 0.0}
    assert (overall["evidence_cited"], overall["right_document_cited"], overall["answer_containment"]) == (
        0.5,
        0.5,
        1.0,
    )
    assert set(shape["seconds"]) >= {"mean", "p50", "p95"}
    pairs = {(each["question_language"], each["document_language"]): each["hit@1"] for each in shape["pairs"]}
    assert pairs == {("de", "pt"): 1.0, ("pt", "zh"): 0.0, ("en", None): None}


def test_quotes_are_checked_anew_on_the_stored_pages(dealglot, questions, assistant) -> None:
    assert dealglot("evaluate", questions, "--json").json["overall"]["verified_citations"] == 1.0
    ask = assistant.ask
    assistant.page = lambda name, number: type("Page", (), {"text": "other text"})
    assistant.ask = ask
    assert dealglot("evaluate", questions, "--json").json["overall"]["verified_citations"] == 0.0


def test_results_are_the_answers_with_their_ids(dealglot, questions) -> None:
    dealglot("evaluate", questions, "--results", "out.jsonl", "--quiet")
    rows = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    single = dealglot("ask", "Wer hat unterschrieben?", "--json").json
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert {**rows[0], "id": None} == single


def test_turns_are_asked_as_history(dealglot, questions, assistant) -> None:
    dealglot("evaluate", questions)
    asked = [(call[1], [answer.question for answer in call[4]]) for call in assistant.calls if call[0] == "ask"]
    assert ("Quem?", []) in asked
    assert ("nothing of this", ["Quem?"]) in asked


def test_turns_can_be_left_out(dealglot, questions, assistant) -> None:
    dealglot("evaluate", questions, "--alone")
    assert ("ask", "nothing of this", None, None, ()) in assistant.calls


def test_retrieval_only_searches_and_says_nothing_of_answers(dealglot, questions, assistant) -> None:
    run = dealglot("evaluate", questions, "--retrieval-only", "--limit", "2", "--results", "out.jsonl", "--json")
    assert "ask" not in assistant.names()
    assert ("search", "Quando?", 2, None) in assistant.calls
    assert (run.json["overall"]["mrr"], run.json["overall"]["refusals"]["invented"]) == (0.75, None)
    first = json.loads(Path("out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (first["id"], [each["page"] for each in first["ranked"]]) == ("a", [2, None])


def test_a_sample_is_the_same_every_time(dealglot, questions, assistant) -> None:
    runs = [dealglot("evaluate", questions, "--sample", "2", "--json").json for _ in range(2)]
    assert [run["questions"] for run in runs] == [2, 2]
    assert runs[0]["pairs"][0]["question_language"] == runs[1]["pairs"][0]["question_language"]


def test_only_some_languages_can_be_asked(dealglot, questions) -> None:
    run = dealglot("evaluate", questions, "--question-language", "de", "--question-language", "en", "--json")
    assert run.json["questions"] == 2
    run = dealglot("evaluate", questions, "--question-language", "fi")
    assert (run.code, "de en pt" in run.err) == (1, True)


def test_a_person_sees_a_table_of_all_and_of_each_pair(dealglot, questions) -> None:
    out = dealglot("evaluate", questions).out
    lines = [line.split() for line in out.splitlines()]
    assert ["hit@1", "0.500", "0.500"] in lines
    assert ["de", "→", "pt", "1", "1.000", "1.000", "1.000", "1.000", "1.000", "0.000", "–"] in lines
    assert out.splitlines()[-1].startswith("3 questions; seconds a question: mean ")


def test_legs_stand_side_by_side_for_each_pair(dealglot, questions, assistant) -> None:
    lines = [line.split() for line in dealglot("evaluate", questions, "--legs").out.splitlines()]
    assert ["asked", "→", "document", "questions", "dense", "fused"] in lines
    assert ["de", "→", "pt", "1", "0.631", "1.000"] in lines
    shape = dealglot("evaluate", questions, "--legs", "--limit", "5", "--json").json
    assert shape["overall"]["hit@1"] == shape["legs"]["fused"]["overall"]["hit@1"] == 0.5
    assert shape["legs"]["dense"]["pairs"][0]["hit@1"] == 0.0
    assert "ask" not in assistant.names()
    assert ("search_legs", "Quando?", 5, None) in assistant.calls


def test_right_documents_that_are_not_in_the_index_are_told(dealglot, assistant) -> None:
    row = {**QUESTIONS[0], "evidence": [{"document": "lost.pdf", "page": 1, "text": "x"}]}
    Path("q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    run = dealglot("evaluate", "q.jsonl")
    assert run.code == 0
    assert "Right documents that are not in the index: 1, first lost.pdf" in run.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--without-own-language"], "needs --mixed"),
        (["--mixed", "--documents-language", "en"], "Give one of the two"),
        (["--limit", "50"], "needs --retrieval-only"),
        (["--legs", "--results", "out.jsonl"], "--legs gives figures"),
        (["--documents-language", "en"], "cross.jsonl"),
        (["--results", "no/such/folder.jsonl"], "cannot be written"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, said, dealglot, questions, assistant) -> None:
    run = dealglot("evaluate", questions, *options)
    assert (run.code, run.out) == (1, "")
    assert said in run.err
    assert "ask" not in assistant.names()
