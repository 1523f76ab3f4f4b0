from dataclasses import replace

import pytest
from fake_assistant import FakeAssistant

from rag import Account, Answer, Considered, Short
from ui.actions import Turn
from ui.details import render_foot
from ui.render import render_turn
from ui.wording import LANGUAGES, read_wording

ENGLISH = read_wording("en")
SENTENCE = Considered(
    "a<b>.pdf", 2, "<i>Signed</i> on Monday.", 1.234, (("words", 1.0), ("other", 0.234)), chosen=True
)
OTHER = Considered("b.txt", None, "Something else.", 0.5, (("words", 0.4), ("other", 0.1)))
ACCOUNT = Account("When?", "en", "when", 0.8, 0.6, "Chosen & sure.", (SENTENCE, OTHER), searched="When? (deal)")


@pytest.fixture
def answer() -> Answer:
    *_, last = FakeAssistant().stream("When?")
    return replace(last, question="When?", account=ACCOUNT)


def test_the_fold_tells_type_reading_reason_and_sentences(answer: Answer) -> None:
    fold = str(render_foot(answer, "copied", ENGLISH))
    for said in (
        "What is asked",
        "date",
        "Understood as",
        "When? (deal)",
        "Chosen &amp; sure.",
        "Page 2",
        "chosen",
    ):
        assert said in fold
    assert fold.count("<tr>") == 3
    assert "1.23" in fold


def test_a_documents_words_are_no_markup_in_the_fold(answer: Answer) -> None:
    fold = str(render_foot(answer, "copied", ENGLISH))
    assert "<i>" not in fold
    assert "&lt;i&gt;Signed&lt;/i&gt;" in fold
    assert "a&lt;b&gt;.pdf" in fold


def test_the_table_can_be_reached_and_read_without_eyes(answer: Answer) -> None:
    fold = str(render_foot(answer, "copied", ENGLISH))
    assert 'role="region" tabindex="0" aria-label="Sentences considered, best first"' in fold
    assert fold.count('scope="row"') == 2
    assert fold.count('scope="col"') == 4
    assert "<caption>" in fold


def test_without_an_account_the_fold_has_its_plain_facts(answer: Answer) -> None:
    fold = str(render_foot(replace(answer, account=None), "copied", ENGLISH))
    assert "<dl>" in fold
    assert "<table>" not in fold


def test_an_unknown_type_is_an_open_question(answer: Answer) -> None:
    fold = str(render_foot(replace(answer, account=replace(ACCOUNT, type="odd")), "copied", ENGLISH))
    assert "open question" in fold


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fold_speaks_the_pages_language(language: str, answer: Answer) -> None:
    wording = read_wording(language)
    fold = str(render_foot(answer, "copied", wording))
    assert wording.say("details.sentences") in fold
    assert wording.say("type.when") in fold


def test_a_short_answer_stands_in_the_askers_form_and_in_the_sources(answer: Answer) -> None:
    shorts = (Short("20 de novembro de 2025", "20 November 2025", (1,)),)
    page = str(render_turn(Turn("When?", replace(answer, short=shorts[0].text, shorts=shorts)), 1, ENGLISH))
    assert "20 November 2025</bdi>" in page
    assert '<small><bdi dir="auto">20 de novembro de 2025</bdi></small>' in page


def test_different_values_stand_side_by_side_with_document_and_day(answer: Answer) -> None:
    shorts = (Short("EUR 5", None, (1,)), Short("EUR 6", None, (2,)))
    citations = tuple(replace(each, dated="2025-06-27") for each in answer.citations)
    both = replace(answer, short="EUR 5", shorts=shorts, citations=citations)
    page = str(render_turn(Turn("When?", both), 1, ENGLISH))
    assert page.count('class="short"') == 2
    assert "Jun 27, 2025" in page
    assert page.index("EUR 5") < page.index("EUR 6")
