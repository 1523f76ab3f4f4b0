import pytest

from rag import Assistant, QuestionError
from rag.answering import prepare_question


@pytest.mark.parametrize("empty", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(empty: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        prepare_question(empty, None, ())


def test_a_very_long_question_is_refused() -> None:
    with pytest.raises(QuestionError, match="2000"):
        prepare_question("why " * 1000, None, ())


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(QuestionError, match=r"'xx'.* pt "):
        prepare_question("Quem assinou?", "xx", ())


def test_the_language_is_detected_unless_it_is_chosen() -> None:
    assert prepare_question("Quem assinou o contrato e quando?", None, ("pt",)) == (
        "Quem assinou o contrato e quando?",
        "pt",
    )
    assert prepare_question("Quem assinou?", "de", ())[1] == "de"


def test_a_question_is_one_line() -> None:
    assert prepare_question("Who\nsigned\tit?", "en", ())[0] == "Who signed it?"


def test_every_quote_is_found_on_its_page(assistant: Assistant) -> None:
    answer = assistant.ask("Qual é o preço combinado com a Meridian?")
    assert answer.answered
    for citation in answer.citations:
        page = assistant.page(citation.document.name, citation.page or 1)
        assert page.text[citation.start : citation.end] == citation.quote


def test_an_answer_carries_its_language_mode_and_passages(assistant: Assistant) -> None:
    answer = assistant.ask("Who is the seller?", "fr")
    assert (answer.language, answer.mode, answer.question) == ("fr", "extractive", "Who is the seller?")
    assert len(answer.passages) >= 2
    assert answer.seconds > 0


def test_the_last_of_a_stream_is_the_answer(assistant: Assistant) -> None:
    *_, last = assistant.stream("Who is the seller?")
    assert last.statements == assistant.ask("Who is the seller?").statements
