"""A stand-in for the Assistant: a few documents in memory, answers by rule, no index and no model."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rag.errors import QuestionError
from rag.records import (
    Answer,
    Chunk,
    Citation,
    DocumentInfo,
    Failure,
    Heading,
    Health,
    IngestReport,
    Note,
    Page,
    Passage,
    Progress,
    Statement,
)
from rag.settings import Settings

PRESS = (
    "OpenAI e Foxconn anunciam parceria\n\n"
    "A OpenAI e a Foxconn anunciaram uma parceria para projetar e fabricar equipamentos de centros de dados nos "
    "Estados Unidos. A produção de cabos, sistemas de energia e racks ficará em fábricas no Wisconsin, em Ohio e "
    "no Texas.\n\nO acordo não prevê compromissos de compra."
)
CONTRACT = "## 5. Lieferung\n\nDie Lieferfrist beträgt 45 Kalendertage. Verzug kostet 0,5 % je Woche."
FILING = "青岚精密拟发行可转换公司债券，募集资金总额不超过人民币三亿元。发行期限为六年。"
BOARD = "قرر مجلس الإدارة تعيين السيدة ليلى منصور رئيسة تنفيذية. يسري القرار من أول يونيو."
HOSTILE = '<img src=x onerror="alert(1)"> [x](http://example.com/a) ![](http://example.com/b.png) $$\\int$$ ${alert(2)} {{alert}} <script>alert(3)</script>'


def info(
    name: str, language: str, title: str | None = None, *, paged: bool = False, pages: int = 1
) -> DocumentInfo:
    return DocumentInfo(
        f"id-{name}",
        name,
        title,
        language,
        paged,
        pages=pages,
        chunks=3,
        size=1200,
        added="2026-11-23T10:00:00+00:00",
    )


class FakeAssistant:
    """The Assistant's methods over texts in memory."""

    def __init__(self, settings: Settings | None = None, *, delay: float = 0.0) -> None:
        self.settings = settings or Settings()
        self.delay = delay
        self.embedder_name = "fake@1"
        self.generation = "20261123-100000-ab12"
        self.is_new = False
        self.asked: list[tuple[str, str | None, tuple[str, ...], tuple[str, ...]]] = []
        self.texts: dict[str, tuple[DocumentInfo, list[Page]]] = {}
        self.put(
            info("press/openai-foxconn.pdf", "pt", "OpenAI e Foxconn", paged=True, pages=2),
            [PRESS, "Segunda página."],
        )
        self.put(info("contracts/liefervertrag.md", "de", "Liefervertrag"), [CONTRACT])
        self.put(info("filings/青岚精密_公告.pdf", "zh", "可转换公司债券公告", paged=True), [FILING])
        self.put(info("minutes/board.txt", "ar"), [BOARD])
        self.put(info("hostile <b>name</b>.txt", "en", HOSTILE), [HOSTILE])

    def put(self, card: DocumentInfo, texts: list[str]) -> None:
        heads = (Heading("5. Lieferung", 2, 3, 15),) if card.language == "de" else ()
        self.texts[card.name] = (card, [Page(number, text, heads) for number, text in enumerate(texts, 1)])

    def documents(self) -> list[DocumentInfo]:
        return [card for card, _ in self.texts.values()]

    def page(self, name: str, number: int) -> Page:
        if name not in self.texts or not 1 <= number <= len(self.texts[name][1]):
            raise QuestionError(f"There is no page {number} in {name!r}.")
        return self.texts[name][1][number - 1]

    def passages(self, names: Sequence[str]) -> tuple[Passage, ...]:
        found = []
        for name in names:
            card, pages = self.texts[name]
            text = pages[0].text
            chunk = Chunk(f"{name}#0", card.id, 0, 1, 0, len(text), text, None, card.language)
            found.append(Passage(card, (chunk,), 0.4))
        return tuple(found)

    def stream(
        self,
        question: str,
        language: str | None = None,
        documents: Sequence[str] | None = None,
        history: Sequence[str] = (),
        *,
        use_model: bool = True,
    ) -> Iterator[Answer]:
        self.use_model = use_model
        self.asked.append((question, language, tuple(documents or ()), tuple(history)))
        if "boom" in question:
            raise RuntimeError("secret detail")
        if "wrong" in question:
            raise QuestionError("The language 'xx' is not known.", "Choose another.")
        asked = Answer(question, language or "pt", "", generation=self.generation, seconds=0.1234)
        if "unknown" in question:
            time.sleep(self.delay)
            names = [name for name in self.texts if not documents or name in documents]
            yield replace(asked, text="Não encontrei isso nestes documentos.", passages=self.passages(names))
            return
        if "hostile" in question:
            quotes = [("hostile <b>name</b>.txt", HOSTILE)]
        elif "حر" in question or "arab" in question:
            quotes = [("minutes/board.txt", BOARD.split(". ")[0] + ".")]
        else:
            quotes = [
                ("press/openai-foxconn.pdf", PRESS[PRESS.index("A produção") : PRESS.index("\n\nO acordo")]),
                ("contracts/liefervertrag.md", "Die Lieferfrist beträgt 45 Kalendertage."),
                ("filings/青岚精密_公告.pdf", "募集资金总额不超过人民币三亿元。"),
            ]
        statements: tuple[Statement, ...] = ()
        citations: tuple[Citation, ...] = ()
        for number, (name, quote) in enumerate(quotes, 1):
            time.sleep(self.delay)
            card, pages = self.texts[name]
            start = pages[0].text.index(quote)
            cited = Citation(
                number, card, f"{name}#0", 1 if card.paged else None, "5. Lieferung" if card.language == "de" else None,
                start, start + len(quote), quote, card.language,
            )  # fmt: skip
            citations = (*citations, cited)
            statements = (*statements, Statement(quote, card.language, (number,)))
            text = "\n".join(f"{item.text} [{item.citations[0]}]" for item in statements)
            yield replace(
                asked, text=text, statements=statements, citations=citations, short="Wisconsin, Ohio, Texas",
                passages=self.passages(list(self.texts)), notes=("Uma nota.",),
            )  # fmt: skip

    def add(
        self, paths: Iterable[str | Path], *, progress: Callable[[Progress], None] | None = None
    ) -> IngestReport:
        files = [Path(path) for path in paths]
        added, failed = [], []
        for done, file in enumerate(files):
            if progress:
                progress(Progress("load", done, len(files), file.name))
            time.sleep(self.delay)
            if file.suffix == ".txt":
                self.put(info(file.name, "en"), [file.read_text(encoding="utf-8")])
                added.append(file.name)
            else:
                failed.append(Failure(file.name, "unsupported", f"{file.name} is of no kind that can be read."))
        return IngestReport(
            tuple(added),
            failed=tuple(failed),
            notes=tuple(Note(name, "The encoding was guessed.") for name in added),
        )

    def remove(self, names: Iterable[str]) -> IngestReport:
        wanted = list(names)
        for name in wanted:
            if name not in self.texts:
                raise QuestionError(f"There is no document {name!r}.")
            del self.texts[name]
        return IngestReport(removed=tuple(wanted))

    def rebuild(self, full: bool = False, *, progress: Callable[[Progress], None] | None = None) -> IngestReport:
        for done, name in enumerate(self.texts):
            if progress:
                progress(Progress("embed", done, len(self.texts), name))
            time.sleep(self.delay)
        return IngestReport(unchanged=len(self.texts), seconds=1.25)

    def verify(self, repair: bool = False) -> Health:
        return Health((), len(self.texts), 15, 15)
