import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest
from fake_assistant import PRESS, FakeAssistant

from rag import Assistant, IndexDamaged, IndexMismatch, IngestReport, Progress, RagError
from ui import actions
from ui.actions import LONGEST_QUESTION, Session, Trouble, Turn


def real(assistant: FakeAssistant) -> Assistant:
    return cast(Assistant, assistant)


def asked(assistant: FakeAssistant, question: str, session: Session | None = None, **choice: object) -> Session:
    return list(actions.ask(real(assistant), session or Session(), question, **choice))[-1]  # type: ignore[arg-type]


def test_the_conversation_grows_with_the_answer(assistant: FakeAssistant) -> None:
    steps = list(actions.ask(real(assistant), Session(), "  onde?\n"))
    turns = [step.turns[-1] for step in steps]
    assert {turn.question for turn in turns} == {"onde?"}
    assert [len(turn.answer.statements) if turn.answer else 0 for turn in turns] == [0, 1, 2, 3, 3]
    assert [turn.busy for turn in turns] == [True, True, True, True, False]


def test_language_documents_and_earlier_answers_are_handed_on(assistant: FakeAssistant) -> None:
    session = asked(assistant, "onde?")
    session = asked(assistant, "wrong", session)
    asked(assistant, "e quando?", session, language="de", documents=["minutes/board.txt"])
    assert assistant.asked[0] == ("onde?", None, (), ())
    assert assistant.asked[2] == ("e quando?", "de", ("minutes/board.txt",), (session.turns[0].answer,))


@pytest.mark.parametrize(
    ("question", "key"), [("", "ask.empty"), (" \n", "ask.empty"), ("x" * (LONGEST_QUESTION + 1), "ask.long")]
)
def test_a_question_that_cannot_be_asked_never_reaches_the_assistant(
    assistant: FakeAssistant, question: str, key: str
) -> None:
    turn = asked(assistant, question).turns[-1]
    assert turn.trouble == Trouble(key)
    assert not turn.busy
    assert assistant.asked == []


def test_a_question_of_the_longest_length_is_asked(assistant: FakeAssistant) -> None:
    asked(assistant, "x" * LONGEST_QUESTION)
    assert len(assistant.asked) == 1


def test_a_rag_error_is_worded_by_class_and_keeps_its_sentence(assistant: FakeAssistant) -> None:
    turn = asked(assistant, "wrong").turns[-1]
    assert turn.trouble == Trouble("error.question", "The language 'xx' is not known. Choose another.")


def test_an_unexpected_error_is_logged_and_not_shown(
    assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    turn = asked(assistant, "boom").turns[-1]
    assert turn.trouble == Trouble("error.unexpected")
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (IndexDamaged("It is damaged."), "error.damaged"),
        (IndexMismatch("Other settings."), "error.mismatch"),
        (RagError("No."), "error.other"),
        (KeyError("x"), "error.unexpected"),
    ],
)
def test_the_nearest_class_words_an_error(error: Exception, key: str) -> None:
    assert actions.trouble_of(error).key == key


def test_stopping_keeps_what_came_so_far(assistant: FakeAssistant) -> None:
    steps = actions.ask(real(assistant), Session(), "onde?")
    growing = [next(steps) for _ in range(2)][-1]
    stopped = actions.stopped(growing)
    assert not stopped.turns[-1].busy
    assert stopped.turns[-1].answer == growing.turns[-1].answer


def test_an_upload_tells_each_step_and_lists_what_failed(assistant: FakeAssistant, tmp_path: Path) -> None:
    good, bad = tmp_path / "note.txt", tmp_path / "picture.xyz"
    good.write_text("Lyon.", encoding="utf-8")
    bad.write_text("x", encoding="utf-8")
    steps = list(actions.upload(real(assistant), [str(good), str(bad)]))
    assert [step.progress.name for step in steps if step.progress] == ["note.txt", "picture.xyz"]
    report = steps[-1].report
    assert report is not None
    assert report.added == ("note.txt",)
    assert [(failure.document, failure.reason) for failure in report.failed] == [("picture.xyz", "unsupported")]
    assert not good.exists()
    assert not bad.exists()


def test_an_upload_goes_on_when_the_page_is_closed(assistant: FakeAssistant, tmp_path: Path) -> None:
    assistant.delay = 0.05
    file = tmp_path / "note.txt"
    file.write_text("Lyon.", encoding="utf-8")
    steps = actions.upload(real(assistant), [str(file)])
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 5
    while file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "note.txt" in assistant.texts


def test_an_upload_that_breaks_says_so(assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(paths: Iterable[str | Path], *, progress: Callable[[Progress], None] | None = None) -> IngestReport:
        raise IndexDamaged("The index is damaged.", "Run verify.")

    monkeypatch.setattr(assistant, "add", broken)
    assert [step.trouble for step in actions.upload(real(assistant), [])] == [
        Trouble("error.damaged", "The index is damaged. Run verify.")
    ]


def test_asking_goes_on_during_a_rebuild(assistant: FakeAssistant) -> None:
    assistant.delay = 0.05
    steps = actions.rebuild(real(assistant), full=True)
    next(steps)
    names = {thread.name for thread in threading.enumerate()}
    assert "dealglot-work" in names
    assert asked(assistant, "unknown?").turns[-1].answer is not None
    assert list(steps)[-1].report is not None


def test_documents_are_listed_by_name(assistant: FakeAssistant) -> None:
    names = [info.name for info in actions.documents(real(assistant))]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == 5


def test_a_document_is_removed_once(assistant: FakeAssistant) -> None:
    first = actions.remove(real(assistant), "minutes/board.txt")
    second = actions.remove(real(assistant), "minutes/board.txt")
    assert first.report is not None
    assert first.report.removed == ("minutes/board.txt",)
    assert second.trouble == Trouble("error.question", "There is no document 'minutes/board.txt'.")


def test_a_place_opens_with_its_range(assistant: FakeAssistant) -> None:
    start = PRESS.index("A produção")
    place = {"document": "press/openai-foxconn.pdf", "page": "1", "start": str(start), "end": str(start + 10)}
    view = actions.show(real(assistant), place)
    assert view is not None
    assert view.page.text[view.start : view.end] == "A produção"


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"document": "../secret.txt", "page": "1"},
        {"document": "minutes/board.txt", "page": "7"},
    ],
)
def test_a_place_that_is_not_there_opens_nothing(assistant: FakeAssistant, place: dict[str, str]) -> None:
    assert actions.show(real(assistant), place) is None


def test_a_range_that_makes_no_sense_is_cut_to_the_page(assistant: FakeAssistant) -> None:
    place = {"document": "minutes/board.txt", "page": "-3", "start": "99999", "end": "٣"}
    view = actions.show(real(assistant), place)
    assert view is not None
    assert (view.page.number, view.start, view.end) == (1, len(view.page.text), len(view.page.text))


def test_the_index_shows_its_health_or_what_is_wrong(
    assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = actions.index_state(real(assistant))
    assert state.health is not None
    assert (state.health.documents, state.model, state.generation) == (5, "fake@1", "20261123-100000-ab12")

    def broken(repair: bool = False) -> None:
        raise IndexDamaged("Bytes differ.")

    monkeypatch.setattr(assistant, "verify", broken)
    assert actions.index_state(real(assistant)).trouble == Trouble("error.damaged", "Bytes differ.")


def test_a_turn_without_answer_is_not_part_of_the_history(assistant: FakeAssistant) -> None:
    session = Session((Turn("stopped before any answer"),))
    asked(assistant, "onde?", session)
    assert assistant.asked[0][3] == ()
