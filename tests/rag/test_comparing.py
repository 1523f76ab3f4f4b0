from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Assistant, Progress, QuestionError


def test_every_document_has_one_row_from_itself_alone(assistant: Assistant) -> None:
    comparison = assistant.compare("Qual é o preço?")
    assert [row.document.name for row in comparison.rows] == ["artigo.txt", "contract.md"]
    for row in comparison.rows:
        assert row.citation is not None
        assert row.citation.document == row.document
        page = assistant.page(row.document.name, row.citation.page or 1)
        assert page.text[row.citation.start : row.citation.end] == row.citation.quote
    assert (comparison.covered, comparison.language, comparison.question) == (2, "pt", "Qual é o preço?")


def test_a_document_that_does_not_answer_has_a_row_that_says_so(
    make_assistant: Callable[..., Assistant], files: Path
) -> None:
    assistant = make_assistant(**{"answering.floor": 2.0})
    del assistant.parts.__dict__["generator"]  # the real one: the fake never refuses
    assistant.add([files])
    comparison = assistant.compare("Qual é o preço?")
    assert (comparison.covered, len(comparison.rows)) == (0, 2)
    assert [(row.found, row.short, row.citation) for row in comparison.rows] == [(False, None, None)] * 2


def test_only_the_named_documents_are_asked(assistant: Assistant) -> None:
    rows = assistant.compare("Qual é o preço?", ["contract.md"], "de").rows
    assert [row.document.name for row in rows] == ["contract.md"]
    with pytest.raises(QuestionError, match=r"contract\.md"):
        assistant.compare("Qual é o preço?", ["contrat.md"])


def test_whoever_waits_is_told_how_far_it_is(assistant: Assistant) -> None:
    steps: list[Progress] = []
    assistant.compare("Qual é o preço?", progress=steps.append)
    assert [(step.done, step.total, step.name) for step in steps] == [(0, 2, "artigo.txt"), (1, 2, "contract.md")]
