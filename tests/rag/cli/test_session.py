"""The first question of a newcomer: the corpus is indexed by itself."""

from pathlib import Path

import pytest

from rag.cli.session import known_name
from rag.errors import QuestionError
from rag.records import DocumentInfo, Failure, IngestReport


def named(*names: str) -> list[DocumentInfo]:
    return [DocumentInfo(name, name, name, "en", paged=False) for name in names]


@pytest.mark.parametrize("command", [["ask", "a"], ["search", "a"], ["list"], ["verify"], ["remove", "合同.md"]])
def test_a_missing_index_is_built_first(command, dealglot, assistant) -> None:
    Path("corpus").mkdir()
    assistant.is_new = True
    run = dealglot(*command, "--json")
    assert (run.code, assistant.names()[0]) == (0, "sync")
    assert "Indexed: 1 documents" in run.err
    assert run.json


@pytest.mark.parametrize("command", [["rebuild"], ["sync", "."], ["add", "."]])
def test_commands_that_build_do_not_build_twice(command, dealglot, assistant) -> None:
    assistant.is_new = True
    dealglot(*command)
    assert assistant.names().count("sync") == command.count("sync")


def test_an_index_that_is_there_is_not_built_again(dealglot, assistant) -> None:
    dealglot("ask", "a")
    assert "sync" not in assistant.names()


def test_no_index_and_no_corpus_is_an_error_that_says_what_to_do(dealglot, assistant) -> None:
    assistant.is_new = True
    run = dealglot("ask", "a", "--corpus", "nowhere")
    assert (run.code, run.out) == (1, "")
    assert "dealglot add PATH" in run.err


def test_a_corpus_without_readable_documents_is_an_error(dealglot, assistant) -> None:
    Path("corpus").mkdir()
    assistant.is_new = True
    assistant.report = IngestReport(failed=(Failure("b.pdf", "empty", "b.pdf is empty."),))
    run = dealglot("ask", "a")
    assert (run.code, "ask" in assistant.names()) == (1, False)
    assert "b.pdf is empty. [empty]" in run.err


def test_a_name_in_two_folders_must_be_given_with_its_folder() -> None:
    documents = named("2024/spa.pdf", "2025/spa.pdf")
    assert known_name(documents, "2025/SPA.pdf") == "2025/spa.pdf"
    with pytest.raises(QuestionError, match=r"2024/spa\.pdf or 2025/spa\.pdf"):
        known_name(documents, "spa.pdf")


def test_the_exact_name_wins_over_loose_ones() -> None:
    assert known_name(named("A.md", "a.md"), "a.md") == "a.md"
