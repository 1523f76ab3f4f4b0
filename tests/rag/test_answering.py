import time
from collections.abc import Iterator, Sequence

import pytest

from rag import Assistant, QuestionError, answering
from rag.answering import Asked, prepare_question, stream_answer
from rag.drafting import Writers
from rag.records import Answer, Chunk, DocumentInfo, Draft, Page, Passage, Support
from rag.settings import RetrievalSettings


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


CONTRACT = "The price is EUR 186,400,000."
AMENDMENT = "The amount of EUR 186,400,000 is replaced by EUR 181,250,000."


def passage(id_: str, text: str) -> Passage:
    info = DocumentInfo(id_, f"{id_}.txt", id_, "en", paged=False, pages=1)
    return Passage(info, (Chunk(id_, id_, 0, 1, 0, len(text), text, None, "en"),), 1.0)


class Found:
    """Finds the contract for every question, and the amendment for one that names the amount."""

    def __init__(self) -> None:
        self.searched: list[str] = []

    def retrieve(self, question: str, limit: int, documents: object = None) -> list[Passage]:
        self.searched.append(question)
        amended = "186,400,000" in question
        return [passage("contract", CONTRACT), *([passage("amendment", AMENDMENT)] if amended else [])]


class Quotes:
    """Quotes the contract where the question has the word price."""

    mode = "extractive"

    def generate(self, question: str, language: str, passages: Sequence[Passage]) -> Iterator[Draft]:
        if "price" in question:
            support = Support("contract", "contract", 1, 0, len(CONTRACT))
            yield Draft(CONTRACT, "en", (support,), "EUR 186,400,000")


class Turns(Quotes):
    """Thinks the passage that was found last the best one."""

    def reorder(self, question: str, language: str, passages: Sequence[Passage]) -> list[Passage]:
        return list(passages)[::-1]


class Refuses:
    """A model that finds nothing, and takes its time."""

    mode = "llm"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked: list[str] = []

    def generate(self, question: str, language: str, passages: Sequence[Passage]) -> Iterator[Draft]:
        self.asked.append(question)
        time.sleep(self.seconds)
        yield from ()


def last_answer(question: str, found: Found, *history: str, writing: Refuses | None = None) -> Answer:
    pages = {"contract": CONTRACT, "amendment": AMENDMENT}
    *_, last = stream_answer(
        Asked(question, "en", history=history),
        retriever=found,  # type: ignore[arg-type]
        writers=Writers(Quotes(), writing, "m" if writing else ""),
        settings=RetrievalSettings(),
        read_page=lambda id_, number: Page(number, pages[id_]),
    )
    return last


@pytest.mark.parametrize(
    ("reranker", "order"), [("", ["amendment", "contract"]), ("x", ["contract", "amendment"])]
)
def test_who_quotes_orders_the_passages_unless_a_cross_encoder_has(reranker: str, order: list[str]) -> None:
    *_, last = stream_answer(
        Asked("Which 186,400,000?", "en"),
        retriever=Found(),  # type: ignore[arg-type]
        writers=Writers(Turns()),
        settings=RetrievalSettings(reranker=reranker),
        read_page=lambda id_, number: Page(number, ""),
    )
    assert [each.document.id for each in last.passages] == order


def test_an_amendment_stands_beside_the_contract_that_it_changes() -> None:
    answer = last_answer("What is the price?", Found())
    assert [short.text for short in answer.shorts] == ["EUR 186,400,000", "EUR 181,250,000"]
    assert [citation.quote for citation in answer.citations] == [CONTRACT, AMENDMENT]
    assert answer.text.startswith("The documents give 2 different values:")


def test_a_follow_up_is_searched_with_its_conversation_and_says_so() -> None:
    found = Found()
    answer = last_answer("And the price?", found, "Who sells Solvenar?")
    assert found.searched[0] == "the price? (sells Solvenar)"
    assert answer.notes[0] == "Understood as: the price? (sells Solvenar)"


def test_what_stands_alone_is_answered_alone_in_any_conversation() -> None:
    answer = last_answer("What is the purchase price of shares?", Found(), "Who sells Solvenar?")
    assert answer.notes == ()
    assert answer.statements == last_answer("What is the purchase price of shares?", Found()).statements


@pytest.mark.parametrize(("seconds", "times"), [(0.0, 2), (0.2, 1)])
def test_a_slow_model_server_is_asked_one_reading_only(
    seconds: float, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_PATIENCE", 0.1)
    writing = Refuses(seconds)
    last_answer("Who signed?", Found(), "Who sells Solvenar?", writing=writing)
    assert len(writing.asked) == times


def test_what_may_stand_alone_is_read_with_the_conversation_only_if_nothing_answers() -> None:
    found = Found()
    assert last_answer("Which price?", found, "Who sells Solvenar?").notes == ()
    assert found.searched[0] == "Which price?"
    found = Found()
    refused = last_answer("Who signed?", found, "Who sells Solvenar?")
    assert found.searched == ["Who signed?", "Who signed? (sells Solvenar)"]
    assert not refused.answered
    assert refused.notes == ()
