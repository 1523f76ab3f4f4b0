import json

import pytest

from rag.errors import SettingsError
from rag.evaluation.questions import Evidence, read_parallel, read_questions, sample

ROW = {
    "id": "a",
    "question": "Quem?",
    "language": "pt",
    "answerable": True,
    "evidence": [{"document": "a.pdf", "page": 3, "text": "Ela."}, {"document": "a.pdf", "page": None}],
    "answer": "Ela",
    "accept": ["ela mesma"],
    "turns": ["Onde?"],
    "kind": "unknown fields are left alone",
}


def write(tmp_path, *lines: str):
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_question_is_read_with_all_it_has(tmp_path) -> None:
    (question,) = read_questions(write(tmp_path, "\ufeff" + json.dumps(ROW), "", "  "))
    assert question.evidence == (Evidence("a.pdf", 3, "Ela."), Evidence("a.pdf", None, ""))
    assert (question.documents, question.answers, question.turns) == (("a.pdf",), ("Ela", "ela mesma"), ("Onde?",))


def test_optional_fields_may_be_absent_or_null(tmp_path) -> None:
    row = {"id": "a", "question": "?", "language": "pt", "answerable": False, "answer": None, "turns": None}
    (question,) = read_questions(write(tmp_path, json.dumps(row)))
    assert (question.evidence, question.answers, question.turns) == ((), (), ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: a JSON object is needed"),
        (json.dumps({**ROW, "id": None}), "line 2: 'id' must be str"),
        (json.dumps({key: ROW[key] for key in ROW if key != "answerable"}), "line 2: 'answerable' is missing"),
        (json.dumps({**ROW, "id": "b", "answerable": "yes"}), "line 2: 'answerable' must be bool"),
        (json.dumps({**ROW, "id": "b", "evidence": []}), "line 2: an answerable question needs evidence"),
        (json.dumps({**ROW, "id": "b", "evidence": ["a.pdf"]}), "line 2: each piece of evidence is an object"),
        (
            json.dumps({**ROW, "id": "b", "evidence": [{"document": "a", "page": True}]}),
            "line 2: 'page' must be int",
        ),
        (json.dumps({**ROW, "id": "b", "turns": [1]}), "line 2: 'turns' is a list of texts"),
        (json.dumps(ROW), "line 2: the id 'a' is there twice"),
    ],
)
def test_a_wrong_line_is_named(line, said, tmp_path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_questions(write(tmp_path, json.dumps(ROW), line))
    assert said in str(caught.value)


def test_a_file_that_is_absent_empty_or_not_utf_8_is_an_error(tmp_path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(SettingsError, match="holds no questions"):
        read_questions(write(tmp_path, ""))
    (tmp_path / "latin.jsonl").write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_questions(tmp_path / "latin.jsonl")


def test_parallel_documents_may_be_one_or_several_a_language(tmp_path) -> None:
    row = {
        "questions": {"en": "en-1", "pt": "pt-1"},
        "documents": {"en": "en/1.txt", "pt": ["pt/1.txt", "pt/2.txt"]},
    }
    parallel = read_parallel(write(tmp_path, json.dumps(row)))
    assert parallel["pt-1"] == parallel["en-1"] == {"en": ("en/1.txt",), "pt": ("pt/1.txt", "pt/2.txt")}
    with pytest.raises(SettingsError, match="line 1"):
        read_parallel(write(tmp_path, '{"questions": []}'))


def test_a_sample_keeps_the_order_and_does_not_depend_on_it(tmp_path) -> None:
    questions = read_questions(write(tmp_path, *(json.dumps({**ROW, "id": str(number)}) for number in range(20))))
    chosen = sample(questions, 5)
    assert [each.id for each in chosen] == sorted((each.id for each in chosen), key=int)
    assert {each.id for each in sample(questions[::-1], 5)} == {each.id for each in chosen}
    assert sample(questions, 100) == questions
