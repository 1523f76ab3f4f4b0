"""The model server goes first; where it fails, quotations take its place as a whole."""

import pytest

from rag.drafting import Drafted, Writers, write_drafts
from rag.model_server import ServerFault
from rag.phrases import phrase
from rag.records import Draft, Support

PROVEN = Draft("proven", "en", (Support("d", "c", 1, 0, 3),), located=True)
WITHHELD = Draft("withheld", "en", ())
QUOTED = Draft("quoted", "en", (Support("d", "c", 1, 0, 3),))


class Fixed:
    """Gives its drafts, then fails if it is told to."""

    def __init__(self, mode: str, *drafts: Draft, fault: str = "") -> None:
        self.mode, self._drafts, self._fault = mode, drafts, fault

    def generate(self, question, language, passages):
        yield from self._drafts
        if self._fault:
            raise ServerFault(self._fault, "The server failed.")


def write(writing: Fixed | None, *quotes: Draft) -> list[Drafted]:
    writers = Writers(Fixed("extractive", *quotes), writing, "m" if writing else "")
    count = lambda drafts: sum(bool(draft.support) for draft in drafts)  # noqa: E731
    return list(write_drafts("Who?", "pt", (), writers=writers, proven=count))


def test_without_a_server_the_documents_are_quoted() -> None:
    assert write(None, QUOTED) == [Drafted((QUOTED,))]
    assert write(None) == [Drafted()]


def test_proven_drafts_stay_and_the_withheld_are_counted() -> None:
    last = write(Fixed("llm", PROVEN, WITHHELD), QUOTED)[-1]
    assert (last.mode, last.model, last.drafts) == ("llm", "m", (PROVEN, WITHHELD))
    assert last.notes == (phrase("note_withheld", "pt", count=1),)


def test_no_draft_is_a_refusal_and_is_believed() -> None:
    assert write(Fixed("llm"), QUOTED) == [Drafted((), "llm", "m")]


def test_where_nothing_is_proven_the_documents_are_quoted() -> None:
    last = write(Fixed("llm", WITHHELD, WITHHELD), QUOTED)[-1]
    assert (last.mode, last.model, last.drafts) == ("extractive", "", (QUOTED,))
    assert last.notes == (phrase("note_unusable", "pt"), phrase("note_withheld", "pt", count=2))


@pytest.mark.parametrize(("kind", "note"), [("unreachable", "note_fallback"), ("cut", "note_unusable")])
def test_a_failure_midway_takes_all_it_said_with_it(kind: str, note: str) -> None:
    steps = write(Fixed("llm", PROVEN, fault=kind), QUOTED)
    assert steps[0].drafts == (PROVEN,)
    assert steps[-1] == Drafted((QUOTED,), "extractive", "", (phrase(note, "pt"),))
