"""A command line on a fake Assistant: no model, no index, every call written down."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main, session
from rag.comparing import Comparison, row_of
from rag.errors import REASONS
from rag.records import (
    Answer,
    Chunk,
    Citation,
    DocumentInfo,
    Failure,
    Health,
    IngestReport,
    Note,
    Page,
    Passage,
    Progress,
    Statement,
)
from rag.settings import Settings

PAGES = {
    ("press/Açúcar.pdf", 1): "Primeira página.",
    ("press/Açúcar.pdf", 2): "A OpenAI e a Foxconn assinaram um acordo em novembro.",
    ("合同.md", 1): "双方于二〇二五年签署合同。",
}


def info(name: str, *, language: str, paged: bool) -> DocumentInfo:
    return DocumentInfo(
        id=name[0] * 64,
        name=name,
        title=f"About {name}",
        language=language,
        paged=paged,
        pages=sum(document == name for document, _ in PAGES),
        chunks=2,
        size=2048,
        added="2025-11-23T10:00:00+00:00",
    )


DOCUMENTS = (info("press/Açúcar.pdf", language="pt", paged=True), info("合同.md", language="zh", paged=False))


def passage(document: DocumentInfo, page: int, score: float) -> Passage:
    text = PAGES[document.name, page]
    chunk = Chunk(f"{document.name}#{page}", document.id, 0, page, 0, len(text), text, None, document.language)
    return Passage(document, (chunk,), score)


PASSAGES = (passage(DOCUMENTS[0], 2, 0.9), passage(DOCUMENTS[1], 1, 0.4), passage(DOCUMENTS[0], 1, 0.2))


def an_answer(question: str, language: str) -> Answer:
    quote = "A OpenAI e a Foxconn assinaram um acordo em novembro."
    citation = Citation(1, DOCUMENTS[0], "c", 2, "Acordo", 0, len(quote), quote, "pt", "They signed.", "bundled")
    return Answer(
        question=question,
        language=language,
        text=f"OpenAI, Foxconn\n“{quote}” [1]",
        statements=(Statement(quote, "pt", (1,)),),
        citations=(citation,),
        passages=PASSAGES,
        short="OpenAI, Foxconn",
        notes=("a note",),
        seconds=0.0123456,
        generation="g1",
    )


@dataclass
class FakeAssistant:
    """Answers every question alike, except those that begin with `nothing`."""

    settings: Settings = field(default_factory=Settings)
    is_new: bool = False
    generation: str = "g1"
    report: IngestReport = field(default_factory=lambda: IngestReport(added=("a.md",), chunks=3, seconds=0.5))
    health: Health = field(default_factory=lambda: Health(documents=2, chunks=4, vectors=4))
    error: Exception | None = None
    calls: list[tuple[str, Any]] = field(default_factory=list)
    use_model: bool = True

    def _called(self, name: str, *values: Any) -> None:
        self.calls.append((name, *values))
        if self.error:
            raise self.error

    def add(self, paths: Iterable[Path], *, progress: Callable[[Progress], None]) -> IngestReport:
        self._called("add", list(paths))
        progress(Progress("load", 1, 1, "a.md"))
        return self.report

    def remove(self, names: Iterable[str]) -> IngestReport:
        self._called("remove", list(names))
        return IngestReport(removed=tuple(names))

    def sync(self, folder: Path | None = None, *, progress: Callable[[Progress], None]) -> IngestReport:
        self._called("sync", folder)
        progress(Progress("load", 1, 1, "a.md"))
        self.is_new = False
        return self.report

    def rebuild(self, full: bool = False, *, progress: Callable[[Progress], None]) -> IngestReport:
        self._called("rebuild", full)
        return self.report

    def documents(self) -> list[DocumentInfo]:
        self._called("documents")
        return list(DOCUMENTS)

    def page(self, name: str, number: int) -> Page:
        return Page(number, PAGES[name, number])

    def search(self, question: str, limit: int = 10, documents: Sequence[str] | None = None) -> list[Passage]:
        self._called("search", question, limit, documents)
        found = [each for each in PASSAGES if documents is None or each.document.name in documents]
        return [] if question.startswith("nothing") else found[:limit]

    def search_legs(
        self, question: str, limit: int = 10, documents: Sequence[str] | None = None
    ) -> dict[str, list[Passage]]:
        self._called("search_legs", question, limit, documents)
        return {"dense": [PASSAGES[1], PASSAGES[0]], "fused": list(PASSAGES[:limit])}

    def ask(
        self,
        question: str,
        language: str | None = None,
        documents: Sequence[str] | None = None,
        history: Sequence[str] = (),
        *,
        use_model: bool = True,
    ) -> Answer:
        self._called("ask", question, language, documents, tuple(history))
        self.use_model = use_model
        answer = an_answer(question, language or "pt")
        if question.startswith("nothing"):
            return replace(answer, text="Não está nos documentos.", statements=(), citations=(), short=None)
        return answer

    def compare(
        self,
        question: str,
        documents: Sequence[str] | None = None,
        language: str | None = None,
        *,
        progress: Callable[[Progress], None],
    ) -> Comparison:
        self._called("compare", question, documents, language)
        progress(Progress("compare", 0, 2, "a"))
        answer = an_answer(question, language or "pt")
        rows = [row_of(DOCUMENTS[0], answer), row_of(DOCUMENTS[1], replace(answer, statements=(), citations=()))]
        return Comparison(question, "pt", tuple(rows), 0.0123456)

    def purge(self) -> int:
        self._called("purge")
        return 4096

    def verify(self, repair: bool = False) -> Health:
        self._called("verify", repair)
        return self.health

    def close(self) -> None:
        self.calls.append(("close",))

    def names(self) -> list[str]:
        return [name for name, *_ in self.calls]


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAssistant:
    fake = FakeAssistant()

    def build(settings: Settings) -> FakeAssistant:
        fake.settings = settings
        return fake

    monkeypatch.setattr(session, "build_assistant", build)
    monkeypatch.chdir(tmp_path)
    return fake


@pytest.fixture
def dealglot(assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    def run(*arguments: str) -> Run:
        code = main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Run(code, out, err)

    return run


@pytest.fixture
def failing_report() -> IngestReport:
    failed = tuple(Failure(f"{reason}.pdf", reason, f"It is {reason}. Mend it.") for reason in REASONS)
    return IngestReport(added=("a.md",), failed=failed, notes=(Note("a.md", "page 2 has no text"),), chunks=1)
