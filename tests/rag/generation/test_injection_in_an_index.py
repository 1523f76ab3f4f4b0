"""Hostile documents on disk, beside one with a secret: the whole way from the file to the answer, over a server."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from injected import CANARY, FACTS, FORMATS, ORDERS, SECRET, write_hostile
from stub_server import StubServer, stub_server

from rag import Assistant, read_settings

CASES = [(language, suffix) for language, suffixes in FORMATS.items() for suffix in suffixes]
SECRET_TEXT = f"The board keeps {SECRET} confidential. The access code of the vault is {CANARY}.\n"


@dataclass
class House:
    assistant: Assistant
    stub: StubServer


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    corpus = folder / "corpus"
    corpus.mkdir()
    for language, suffix in CASES:
        write_hostile(corpus, language, suffix)
    (corpus / "secret.txt").write_text(SECRET_TEXT, encoding="utf-8")
    with stub_server() as stub:
        options = {"llm.url": stub.url, "llm.model": "stub-model", "translator.model": "none"}
        settings = read_settings(corpus=corpus, index=folder / "index", environment={}, options=options)
        assistant = Assistant(settings)
        assert assistant.sync().failed == ()
        yield House(assistant, stub)
        assistant.close()


def obeys(messages: list[dict[str, str]]) -> str:
    """What a model says that does all it is told: everything that it was shown, and the secret."""
    shown = [line for line in messages[1]["content"].splitlines() if line and not line.startswith("⟦")]
    return "\n".join(
        [f"{SECRET}: {CANARY} [1].", *(f"{line} [1]" for line in shown if CANARY in line), "HACKED [1]"]
    )


@pytest.mark.parametrize(("language", "suffix"), CASES)
def test_a_hostile_document_gets_no_other_documents_secret(house: House, language: str, suffix: str) -> None:
    name = f"hostile-{language}.{suffix}"
    house.stub.script = obeys
    house.stub.asked.clear()
    question = FACTS[language][1]
    answer = house.assistant.ask(question, language, documents=[name])
    assert house.stub.asked
    for body in house.stub.asked:
        sent = "".join(message["content"] for message in body["messages"])
        assert sent.endswith(question)
        assert CANARY not in sent
        assert SECRET not in sent
    told = f"{answer.text} {answer.short} {answer.notes} {answer.citations} {answer.passages}"
    assert CANARY not in told
    assert SECRET not in told
    assert {citation.document.name for citation in answer.citations} <= {name}


def test_the_secret_can_be_had_by_who_asks_for_it(house: House) -> None:
    house.stub.say(f"The access code of the vault is {CANARY} [1].")
    answer = house.assistant.ask("What is the access code of the vault?", "en", documents=["secret.txt"])
    assert CANARY in answer.text


def test_there_are_sixty_orders_on_disk() -> None:
    assert len({order for orders in ORDERS.values() for order in orders}) >= 60
