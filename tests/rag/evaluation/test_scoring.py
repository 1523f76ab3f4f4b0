from dataclasses import replace

import pytest

from rag.evaluation.questions import Evidence, Question
from rag.evaluation.scoring import Task, answer_measures, contains, overlaps, ranking_measures
from rag.records import Answer, Citation, DocumentInfo, Page, Statement

DOCUMENT = DocumentInfo("a", "a.pdf", "A", "pt", paged=True)
PAGE = "O preço é de 1.234,50 euros. O prazo é de dez dias."
QUOTE = "O preço é de 1.234,50 euros."
QUESTION = Question("1", "How much?", "en", True, (Evidence("a.pdf", 2, QUOTE),), "1,234.50 euros")
TASK = Task(QUESTION, ("a.pdf",), "pt")
ANSWER = Answer(
    question="How much?",
    language="en",
    text=f"1,234.50 euros: {QUOTE}",
    short="1,234.50",
    statements=(Statement(QUOTE, "pt", (1,)),),
    citations=(Citation(1, DOCUMENT, "c", 2, None, 0, len(QUOTE), QUOTE, "pt"),),
)
REFUSAL = Answer(question="How much?", language="en", text="Not in these documents.")


def read_page(name: str, number: int) -> Page:
    return {("a.pdf", 2): Page(2, PAGE), ("a.txt", 1): Page(1, PAGE)}[name, number]


def values(task: Task, answer: Answer) -> dict[str, float]:
    return {name: total / count for name, (total, count) in answer_measures(task, answer, read_page).items()}


def test_a_right_answer_has_every_measure() -> None:
    assert values(TASK, ANSWER) == {
        "verified_citations": 1.0,
        "answer_language": 1.0,
        "wrongly_refused": 0.0,
        "right_document_cited": 1.0,
        "evidence_cited": 1.0,
        "right_page_cited": 1.0,
        "answer_containment": 1.0,
        "short_given": 1.0,
        "short_right": 1.0,
    }


def test_a_refusal_of_an_answerable_question_counts_nought_everywhere() -> None:
    assert values(TASK, REFUSAL) == {
        "answer_language": 1.0,
        "wrongly_refused": 1.0,
        "right_document_cited": 0.0,
        "evidence_cited": 0.0,
        "right_page_cited": 0.0,
        "answer_containment": 0.0,
        "short_given": 0.0,
    }


def test_an_answer_to_an_unanswerable_question_is_invented() -> None:
    task = Task(replace(QUESTION, answerable=False, evidence=(), answer=None), ())
    assert values(task, ANSWER)["invented"] == 1.0
    assert values(task, REFUSAL) == {"answer_language": 1.0, "invented": 0.0}


@pytest.mark.parametrize(
    "change", [{"start": 1}, {"quote": "O preço é de 1.234,51 euros."}, {"quote": "", "end": 0}]
)
def test_a_quote_that_is_not_at_its_place_is_not_verified(change) -> None:
    answer = replace(ANSWER, citations=(replace(ANSWER.citations[0], **change),))
    assert values(TASK, answer)["verified_citations"] == 0.0


def test_a_format_without_pages_is_verified_on_its_one_page() -> None:
    document = replace(DOCUMENT, name="a.txt", paged=False)
    answer = replace(ANSWER, citations=(replace(ANSWER.citations[0], document=document, page=None),))
    assert values(TASK, answer)["verified_citations"] == 1.0


def test_the_wrong_language_is_counted_where_we_answer_in_it() -> None:
    assert values(TASK, replace(ANSWER, language="pt"))["answer_language"] == 0.0
    unknown = Task(replace(QUESTION, language="fa"), ("a.pdf",))
    assert "answer_language" not in values(unknown, ANSWER)


def test_evidence_of_another_language_is_not_compared() -> None:
    assert "evidence_cited" not in values(replace(TASK, own_evidence=False), ANSWER)


def test_a_wrong_short_answer_is_counted_beside_a_right_text() -> None:
    measured = values(TASK, replace(ANSWER, short="dez dias"))
    assert (measured["answer_containment"], measured["short_right"]) == (1.0, 0.0)


def test_a_document_counts_once_at_its_best_place() -> None:
    ranked = ["b.pdf", "b.pdf", "a.pdf", "b.pdf"]
    assert ranking_measures(TASK, ranked) == {
        "hit@1": (0.0, 1),
        "hit@5": (1.0, 1),
        "ndcg@10": (pytest.approx(0.6309, abs=1e-4), 1),
        "mrr": (0.5, 1),
    }
    assert ranking_measures(replace(TASK, question=replace(QUESTION, answerable=False)), ranked) == {}


@pytest.mark.parametrize(
    ("text", "wanted", "is_in"),
    [
        ("Assinado pela FOXCONN, em novembro.", "Foxconn", True),
        ("Foxconns Werk", "Foxconn", False),
        ("双方于二〇二五年签署合同。", "二〇二五年", True),
        ("双方于二〇二五年签署合同。", "二〇二四年", False),
        ("The fee is 1,234.50 euros", "1.234,50 euros", True),
        ("anything", "", False),
        ("anything", "?!", False),
    ],
)
def test_an_answer_is_contained_as_whole_words(text, wanted, is_in) -> None:
    assert contains(text, wanted) is is_in


@pytest.mark.parametrize(
    ("quote", "evidence", "do"),
    [
        ("o preço é de 10", "O  PREÇO\né de 10 euros", True),
        ("The price is ten euros and the term is ten days.", "price is ten euros", True),
        ("The price is ten euros in all. Short.", "On signing: the price is ten euros in all, they say", True),
        ("Another sentence about other things", "The price is ten euros", False),
        ("", "The price", False),
    ],
)
def test_a_quote_overlaps_evidence_when_most_of_one_is_in_the_other(quote, evidence, do) -> None:
    assert overlaps(quote, evidence) is do
