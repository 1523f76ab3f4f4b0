from typing import cast

import pytest
from fake_assistant import HOSTILE, FakeAssistant, info

from rag import Assistant, Failure, Health, IngestReport, Note, Progress
from rag.errors import REASONS
from ui import actions
from ui.actions import IndexState, Step, Trouble
from ui.tables import render_documents, render_index, render_rebuild, render_step
from ui.wording import LANGUAGES, read_wording

ENGLISH = read_wording("en")


def table(assistant: FakeAssistant, language: str = "en") -> str:
    return render_documents(actions.documents(cast(Assistant, assistant)), read_wording(language))


def test_every_document_has_a_row_with_its_facts(assistant: FakeAssistant) -> None:
    markup = table(assistant, "de")
    assert markup.count("<tr data-find=") == 5
    assert "Dokumente: 5" in markup
    assert "openai-foxconn.pdf" in markup
    assert "Portugiesisch" in markup
    assert "23.11.2026" in markup
    assert 'aria-label="minutes/board.txt entfernen"' in markup


def test_a_dash_can_be_left_out_where_room_is_short(assistant: FakeAssistant) -> None:
    markup = table(assistant)
    assert 'class="pages none" data-label="Pages">–<' in markup
    assert 'class="passages none"' not in markup


def test_names_and_titles_are_escaped(assistant: FakeAssistant) -> None:
    markup = table(assistant)
    assert HOSTILE not in markup
    assert "<b>" not in markup
    assert "<img" not in markup
    assert "hostile &lt;b&gt;name&lt;" in markup


def test_a_long_table_can_be_searched_and_a_short_one_needs_it_not(assistant: FakeAssistant) -> None:
    assert 'type="search"' not in table(assistant)
    for number in range(4):
        assistant.put(info(f"more-{number}.txt", "en", "Über Öl"), ["x"])
    assert 'type="search"' in table(assistant)
    assert 'data-find="more-1.txt über öl"' in table(assistant)


def test_no_documents_is_said_in_words() -> None:
    assert "Ainda não há documentos." in render_documents([], read_wording("pt"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_worded_beside_the_file(language: str) -> None:
    wording = read_wording(language)
    failures = tuple(Failure(f"file-{reason}<i>.pdf", reason, f"Detail of {reason}.") for reason in REASONS)
    markup = render_step(Step(report=IngestReport(failed=failures)), wording, "documents.reading")
    for reason in REASONS:
        assert f"file-{reason}&lt;i&gt;.pdf" in markup
        assert wording.say(f"reason.{reason}") in markup
        assert f"Detail of {reason}." in markup
    assert wording.say("documents.failed") in markup


def test_a_report_names_what_was_added_replaced_removed_and_noted() -> None:
    report = IngestReport(("a.txt",), ("b.txt",), ("c.txt",), 7, notes=(Note("a.txt", "Encoding <guessed>."),))
    markup = render_step(Step(report=report), ENGLISH, "documents.reading")
    for words in (
        "Added",
        "a.txt",
        "Replaced",
        "b.txt",
        "Removed: c.txt",
        "unchanged: 7",
        "Encoding &lt;guessed&gt;.",
    ):
        assert words in markup
    assert "Not added" not in markup


def test_progress_counts_from_one_and_never_past_the_end() -> None:
    steps = [Step(progress=Progress("load", done, 2, "a&b.pdf")) for done in range(3)]
    shown = [render_step(step, ENGLISH, "documents.reading") for step in steps]
    assert ["1 of 2" in shown[0], "2 of 2" in shown[1], "2 of 2" in shown[2]] == [True, True, True]
    assert 'value="1" max="2"' in shown[1]
    assert "a&amp;b.pdf" in shown[0]
    assert "value=" not in render_step(Step(), ENGLISH, "documents.reading")


def test_work_that_broke_shows_the_error() -> None:
    markup = render_step(Step(trouble=Trouble("error.damaged", "Bytes.")), ENGLISH, "index.working")
    assert "The index is damaged." in markup
    assert "Bytes." in markup


def test_a_rebuild_ends_with_its_time() -> None:
    markup = render_rebuild(Step(report=IngestReport(unchanged=5, seconds=1.25)), read_wording("de"))
    assert "In 1,2 s neu aufgebaut" in markup
    assert "Der Index wird neu aufgebaut" in render_rebuild(Step(), read_wording("de"))


def test_a_healthy_index_shows_its_counts() -> None:
    markup = render_index(IndexState(Health((), 1234, 5678, 5678), "bundled@1", "g1"), read_wording("de"))
    for words in ("Alles ist in Ordnung", "1.234", "5.678", "bundled@1", "g1"):
        assert words in markup


def test_problems_are_listed_and_escaped() -> None:
    markup = render_index(IndexState(Health(("Row <7> differs.",), 1, 1, 0), "m", "g"), ENGLISH)
    assert "Problems found" in markup
    assert "Row &lt;7&gt; differs." in markup
    assert "Everything is in order" not in markup


def test_an_index_that_cannot_be_opened_says_why() -> None:
    markup = render_index(IndexState(None, "", "", Trouble("error.missing", "Run sync.")), ENGLISH)
    assert "There is no index yet." in markup
    assert "Run sync." in markup
