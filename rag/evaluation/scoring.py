"""One question's measures: was the right document found, was the answer right, is every quote on its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.evaluation.metrics import hit_at, ndcg_at, reciprocal_rank
from rag.evaluation.questions import Evidence, Question
from rag.phrases import LANGUAGES
from rag.records import Answer, Citation, Page
from rag.text.words import fold, has_no_blanks, split_words

OVERLAP = 0.6
PIECE = 8

Measures = dict[str, tuple[float, int]]
"""Measure -> (sum, count); a measure that says nothing about a question is absent."""


@dataclass(frozen=True, slots=True)
class Task:
    """A question, the documents that are right, and the pool it is asked in (None = all documents)."""

    question: Question
    right: tuple[str, ...]
    document_language: str | None = None
    pool: tuple[str, ...] | None = None
    own_evidence: bool = True


def ranking_measures(task: Task, ranked: Sequence[str]) -> Measures:
    """How early a right document stands; a document counts once, at its best place. Nothing if unanswerable."""
    if not task.question.answerable:
        return {}
    return {
        "hit@1": (hit_at(ranked, task.right, 1), 1),
        "hit@5": (hit_at(ranked, task.right, 5), 1),
        "ndcg@10": (ndcg_at(ranked, task.right, 10), 1),
        "mrr": (reciprocal_rank(ranked, task.right), 1),
    }


def answer_measures(task: Task, answer: Answer, read_page: Callable[[str, int], Page]) -> Measures:
    """How right the answer is; a question that was wrongly refused counts 0 in all that it should have had."""
    question = task.question
    measures: Measures = {}
    if answer.citations:
        found = sum(_stands_on_page(each, read_page) for each in answer.citations)
        measures["verified_citations"] = (float(found), len(answer.citations))
    if question.language in LANGUAGES:
        measures["answer_language"] = (float(answer.language == question.language), 1)
    if not question.answerable:
        return measures | {"invented": (float(answer.answered), 1)}
    measures["wrongly_refused"] = (float(not answer.answered), 1)
    cited = [each for each in answer.citations if each.document.name in task.right]
    measures["right_document_cited"] = (float(bool(cited)), 1)
    if task.own_evidence:
        measures |= _evidence_measures(question.evidence, answer.citations)
    return measures | _gold_measures(question, answer)


def contains(text: str, wanted: str) -> bool:
    """Whether `text` has the words of `wanted` in a row, whatever case, marks and number style they have."""
    words = split_words(wanted)
    if not words:
        return False
    if any(has_no_blanks(word) for word in words):
        return "".join(words) in "".join(split_words(text))
    return f" {' '.join(words)} " in f" {' '.join(split_words(text))} "


def overlaps(quote: str, evidence: str) -> bool:
    """Whether one holds the other, or the greater share of either's 8-character pieces is 60 % or more."""
    one, other = _plain(quote), _plain(evidence)
    if not one or not other:
        return False
    if one in other or other in one:
        return True
    pieces, others = _pieces(one), _pieces(other)
    common = len(pieces & others)
    return common >= OVERLAP * min(len(pieces), len(others))


def _evidence_measures(evidence: Sequence[Evidence], citations: Sequence[Citation]) -> Measures:
    measures: Measures = {}
    texts = [each for each in evidence if each.text]
    if texts:
        cited = any(
            each.document == citation.document.name and overlaps(citation.quote, each.text)
            for each in texts
            for citation in citations
        )
        measures["evidence_cited"] = (float(cited), 1)
    pages = {(each.document, each.page) for each in evidence if each.page is not None}
    if pages:
        cited = any((each.document.name, each.page) in pages for each in citations)
        measures["right_page_cited"] = (float(cited), 1)
    return measures


def _gold_measures(question: Question, answer: Answer) -> Measures:
    """A short answer is right when it holds a gold answer or, being more than a word's part, is held by one."""
    if not question.answers:
        return {}
    said = answer.answered
    inside = said and any(
        contains(answer.text, gold) or contains(answer.short or "", gold) for gold in question.answers
    )
    measures: Measures = {
        "answer_containment": (float(inside), 1),
        "short_given": (float(said and answer.short is not None), 1),
    }
    if said and answer.short:
        short = answer.short
        right = any(contains(short, gold) or contains(gold, short) for gold in question.answers)
        measures["short_right"] = (float(right), 1)
    return measures


def _stands_on_page(citation: Citation, read_page: Callable[[str, int], Page]) -> bool:
    """Checked anew from the stored page, not trusted: formats without pages have one page, number 1."""
    page = read_page(citation.document.name, citation.page or 1)
    return bool(citation.quote) and page.text[citation.start : citation.end] == citation.quote


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def _pieces(text: str) -> set[str]:
    return {text[start : start + PIECE] for start in range(max(1, len(text) - PIECE + 1))}
