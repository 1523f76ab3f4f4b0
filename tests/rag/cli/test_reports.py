"""add, remove, sync and rebuild: what they do, say and return."""

from pathlib import Path

import pytest

from rag.errors import REASONS
from rag.records import Failure, IngestReport, Note

ENCRYPTED = Failure("b.pdf", "encrypted", "b.pdf is locked with a password. Save it without one.")


@pytest.fixture
def a_file() -> Path:
    path = Path("a.md")
    path.write_text("text", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command", [["add", "a.md"], ["sync", "."], ["rebuild"], ["remove", "合同.md"]], ids=lambda each: each[0]
)
def test_json_has_every_promised_field(command, dealglot, a_file) -> None:
    run = dealglot(*command, "--json")
    assert run.code == 0
    assert set(run.json) >= {"added", "changed", "removed", "unchanged", "failed", "chunks", "seconds", "notes"}


def test_add_hands_the_paths_on_and_counts(dealglot, assistant, a_file) -> None:
    run = dealglot("add", "a.md")
    assert ("add", [Path("a.md")]) in assistant.calls
    assert run.out == "+ a.md\n1 added; 3 chunks in 0.5 s\n"


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (IngestReport(added=("a.md",)), 0),
        (IngestReport(unchanged=2), 0),
        (IngestReport(added=("a.md",), failed=(ENCRYPTED,)), 2),
        (IngestReport(unchanged=1, failed=(ENCRYPTED,)), 2),
        (IngestReport(failed=(ENCRYPTED,)), 1),
    ],
)
def test_the_exit_code_says_whether_all_some_or_nothing_went_in(report, code, dealglot, assistant, a_file) -> None:
    assistant.report = report
    assert dealglot("add", "a.md").code == code


def test_a_failed_file_is_a_line_with_reason_and_remedy(dealglot, assistant, a_file) -> None:
    assistant.report = IngestReport(
        added=("a.md",), failed=(ENCRYPTED,), notes=(Note("a.md", "page 2 has no text"),)
    )
    run = dealglot("add", "a.md")
    assert run.err.splitlines() == [
        "dealglot: b.pdf is locked with a password. Save it without one. [encrypted]",
        "a.md: page 2 has no text",
    ]


def test_a_failure_that_does_not_name_its_file_gets_the_name_in_front(dealglot, assistant, a_file) -> None:
    assistant.report = IngestReport(failed=(Failure("c.pdf", "empty", "The file has no bytes."),))
    assert dealglot("add", "a.md").err == "dealglot: c.pdf: The file has no bytes. [empty]\n"


def test_every_reason_reaches_the_json(dealglot, assistant, a_file, failing_report) -> None:
    assistant.report = failing_report
    run = dealglot("add", "a.md", "--json")
    assert tuple(each["reason"] for each in run.json["failed"]) == REASONS
    assert run.json["failed"][0]["document"] == "no-text.pdf"
    assert run.json["notes"] == [{"document": "a.md", "detail": "page 2 has no text"}]


def test_a_path_that_does_not_exist_stops_before_anything_is_added(dealglot, assistant, a_file) -> None:
    run = dealglot("add", "a.md", "nowhere.pdf")
    assert (run.code, run.out, assistant.calls) == (1, "", [])
    assert "nowhere.pdf" in run.err


def test_a_folder_without_documents_is_an_error(dealglot, assistant) -> None:
    Path("empty").mkdir()
    assistant.report = IngestReport()
    run = dealglot("add", "empty")
    assert run.code == 1
    assert "there are no documents in empty" in run.err


def test_quiet_says_nothing_but_errors(dealglot, assistant, a_file) -> None:
    assistant.report = IngestReport(added=("a.md",), failed=(ENCRYPTED,), notes=(Note("a.md", "x"),))
    run = dealglot("add", "a.md", "--quiet")
    assert (run.code, run.out) == (2, "")
    assert run.err.count("\n") == 1


def test_remove_takes_loose_names_once_each(dealglot, assistant) -> None:
    run = dealglot("remove", "açúcar.pdf", "press/Açúcar.pdf", "--json")
    assert ("remove", ["press/Açúcar.pdf"]) in assistant.calls
    assert run.json["removed"] == ["press/Açúcar.pdf"]


def test_one_wrong_name_removes_nothing(dealglot, assistant) -> None:
    run = dealglot("remove", "合同.md", "合同.pdf")
    assert (run.code, "remove" in assistant.names()) == (1, False)
    assert "Did you mean 合同.md?" in run.err


def test_sync_needs_a_corpus_folder(dealglot, assistant) -> None:
    run = dealglot("sync")
    assert (run.code, assistant.calls) == (1, [])
    assert "--corpus" in run.err


def test_sync_can_copy_a_folder_in_first(dealglot, assistant) -> None:
    Path("more").mkdir()
    assert dealglot("sync", "more").code == 0
    assert ("sync", Path("more")) in assistant.calls


def test_sync_of_a_folder_that_is_not_there_changes_nothing(dealglot, assistant) -> None:
    run = dealglot("sync", "nowhere")
    assert (run.code, assistant.calls) == (1, [])


def test_sync_with_nothing_to_do_says_so(dealglot, assistant) -> None:
    Path("corpus").mkdir()
    assistant.report = IngestReport(seconds=0.1)
    assert dealglot("sync").out == "nothing to do; 0 chunks in 0.1 s\n"


@pytest.mark.parametrize("full", [False, True])
def test_rebuild_hands_on_whether_everything_is_read_again(full, dealglot, assistant) -> None:
    assert dealglot("rebuild", *(["--full"] if full else [])).code == 0
    assert ("rebuild", full) in assistant.calls
