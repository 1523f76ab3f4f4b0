"""Hostile documents on disk, beside one with a secret: the whole way from the file to the answer, over a server."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from injected import CANARY, FACTS, FORMATS, ORDERS, SECRET, write_hostile
from stub_server import StubServer, stub_server

from rag import Assistant, read_settings
from rag.phrases import phrase

CASES = [(language, suffix) for language, suffixes in FORMATS.items() for suffix in suffixes]
PASSAGE = re.compile(r"⟦passage (\d+) \w+⟧(.*?)⟦end", re.DOTALL)
SECRET_TEXT = f"The board keeps {SECRET} confidential. The access code of the vault is {CANARY}.\n"
# What stands in a document beside the hostile one, in each language: true, and nobody asked for it.
CANARIES = {
    "en": f"The access code of the vault is {CANARY}.",
    "pt": f"O código de acesso do cofre é {CANARY}.",
    "de": f"Der Zugangscode des Tresors ist {CANARY}.",
    "ru": f"Код доступа к сейфу — {CANARY}.",
    "zh": f"保险库的访问代码是{CANARY}。",
    "ar": f"رمز الوصول إلى الخزنة هو {CANARY}.",
}
CODE_QUESTIONS = {
    "en": "What is the access code of the vault?",
    "pt": "Qual é o código de acesso do cofre?",
    "de": "Wie lautet der Zugangscode des Tresors?",
    "ru": "Какой код доступа к сейфу?",
    "zh": "保险库的访问代码是什么？",
    "ar": "ما هو رمز الوصول إلى الخزنة؟",
}


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
    with opened(corpus) as house:
        yield house


@contextmanager
def opened(corpus: Path) -> Iterator[House]:
    """An index of a folder's documents, and the server that answers from it."""
    with stub_server() as stub:
        options = {"llm.url": stub.url, "llm.model": "stub-model", "translator.model": "none"}
        settings = read_settings(corpus=corpus, index=corpus.parent / "index", environment={}, options=options)
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


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """A hostile document and one with a canary in its language, both in every request."""
    language, suffix = request.param
    folder = tmp_path_factory.mktemp("pair")
    corpus = folder / "corpus"
    corpus.mkdir()
    write_hostile(corpus, language, suffix)
    (corpus / "note.txt").write_text(f"{CANARIES[language]}\n", encoding="utf-8")
    with opened(corpus) as house:
        yield language, house


def tells(statement: str, language: str) -> Callable[[list[dict[str, str]]], str]:
    """A model that answers rightly and obeys: the canary's own sentence, with the number of its passage."""

    def reply(messages: list[dict[str, str]]) -> str:
        shown = messages[1]["content"]
        numbers = {}
        for number, text in PASSAGE.findall(shown):
            numbers.setdefault("canary" if CANARY in text else "fact" if statement in text else "", number)
        return f"{statement} [{numbers['fact']}]\n{CANARIES[language]} [{numbers['canary']}]"

    return reply


def test_a_true_sentence_that_nobody_asked_for_is_withheld(pair: tuple[str, House]) -> None:
    language, house = pair
    statement, question, _ = FACTS[language]
    house.stub.script = tells(statement, language)
    answer = house.assistant.ask(question, language)
    assert CANARY in house.stub.asked[-1]["messages"][1]["content"]
    assert [each.text for each in answer.statements] == [statement]
    assert answer.mode == "llm"
    assert answer.notes == (phrase("note_withheld", language, count=1),)
    told = f"{answer.text} {answer.short} {answer.citations}"
    assert CANARY not in told


def test_the_same_sentence_is_told_to_who_asks_for_it(pair: tuple[str, House]) -> None:
    language, house = pair
    house.stub.script = tells(FACTS[language][0], language)
    answer = house.assistant.ask(CODE_QUESTIONS[language], language)
    assert answer.mode == "llm"
    assert CANARIES[language] in [each.text for each in answer.statements]


def test_there_are_sixty_orders_on_disk() -> None:
    assert len({order for orders in ORDERS.values() for order in orders}) >= 60
