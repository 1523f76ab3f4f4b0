"""A question put to a scripted model server over given passages: the real chain, without an index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from stub_server import StubServer, stub_server

from rag.answering import Asked, stream_answer
from rag.drafting import Writers
from rag.embedding import load_embedder, load_word_embedder
from rag.generation.extractive import ExtractiveGenerator
from rag.generation.llm import LlmGenerator
from rag.model_server import ModelServer
from rag.records import Answer, Chunk, DocumentInfo, Page, Passage
from rag.settings import AnsweringSettings, EmbeddingSettings, LlmSettings, RetrievalSettings


def passage(text: str, *, name: str = "a.txt", language: str = "en", heading: str | None = None) -> Passage:
    """A page that is one chunk."""
    info = DocumentInfo(f"id-{name}", name, None or name, language, paged=False)
    return Passage(info, (Chunk(f"{name}#0", info.id, 0, 1, 0, len(text), text, heading, language),), 1.0)


@dataclass
class Room:
    """The server, the models, and what the asked question's passages are."""

    stub: StubServer
    passages: Sequence[Passage] = ()
    seconds: int = 5
    answers: list[Answer] = field(default_factory=list)

    def ask(self, question: str, language: str, *replies: str, use_model: bool = True) -> Answer:
        """The answer when the server replies so, one reply after the other."""
        if replies:
            self.stub.say(*replies)
        embedder = load()
        words = load_word_embedder(embedder)
        settings = LlmSettings(url=self.stub.url, model="stub-model", timeout_seconds=self.seconds)
        server = ModelServer(settings, environment={"DEALGLOT_LLM_KEY": "sk-secret-of-the-test"})
        quoting = ExtractiveGenerator(embedder, words, AnsweringSettings())
        writing = LlmGenerator(server, embedder, words) if use_model else None
        self.answers = list(
            stream_answer(
                Asked(question, language),
                retriever=self,  # type: ignore[arg-type]
                writers=Writers(quoting, writing, "stub-model" if writing else ""),
                settings=RetrievalSettings(),
                read_page=self.page,
            )
        )
        return self.answers[-1]

    def retrieve(self, question: str, limit: int, documents: Sequence[str] | None = None) -> list[Passage]:
        return list(self.passages[:limit])

    def page(self, document: str, number: int) -> Page:
        """The page as it is stored: what its chunks say, at their places."""
        text = ""
        for each in self.passages:
            for chunk in each.chunks:
                if (chunk.document_id, chunk.page) == (document, number):
                    text = text.ljust(chunk.end)
                    text = text[: chunk.start] + chunk.text + text[chunk.end :]
        return Page(number, text)


_LOADED: list[object] = []


def load():
    """The bundled model, read once."""
    if not _LOADED:
        _LOADED.append(load_embedder(EmbeddingSettings()))
    return _LOADED[0]


@pytest.fixture
def room():
    with stub_server() as stub:
        yield Room(stub)


@pytest.fixture
def make_passage() -> Callable[..., Passage]:
    return passage
