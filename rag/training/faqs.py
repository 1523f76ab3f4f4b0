"""Questions from parallel documentation, asked in one language and answered by the next paragraph in another."""

import hashlib
import json
import lzma
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import regex

from rag.protocols import Embedder
from rag.records import Document, DocumentInfo, Page
from rag.text.asking import question_type
from rag.text.normalize import normalize
from rag.training.answer_sets import Asked, Pool

# Files of the parallel data in which headings are questions and the next paragraph answers them.
_SOURCES: Final = ("bitcoin-org", "ms-azd", "ms-security101", "osguide", "po", "pydocs", "smb", "www")
_LANGUAGES: Final = frozenset(
    [
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sv",
        "th",
        "tr",
        "uk",
        "vi",
        "zh",
    ]
)
_AROUND: Final = 8
_LEAST_QUESTION, _LEAST_ANSWER = 18, 90
_ASKINGS: Final = 2  # language pairs a question is asked in
_OPENING = regex.compile(r"^(?:\[.?\] ?)?[QA]\d*[:.]\s+")
_MARKUP = regex.compile(r"!?\[?!INCLUDE ?\[([^\]]*)\]?\]?|[*_`#]+")
_ASKS = regex.compile(r"[?？؟]\s*$")

Row = dict[str, str]


def faq_pool(folder: Path, embedder: Embedder, most: int) -> tuple[Pool, list[Asked]]:
    """The documents, each the paragraphs around an answer without the questions, and what is asked of them.

    Half of the questions are asked of the documents in one language, half of those in all languages together.
    """
    documents: dict[str, Document] = {}
    asked: list[tuple[str, int, Asked]] = []
    for source in _SOURCES:
        path = folder / f"{source}.jsonl.xz"
        rows = list(_rows(path)) if path.exists() else []
        places = [at for at in range(len(rows) - 1) if _is_asked(rows, at)]
        for at in sorted(places, key=lambda at: _number(f"{source}{at}{rows[at]['en']}"))[:most]:
            for question, document in _askings(rows, at, source):
                asked.append((source, at, question))
                documents[document.info.id] = document
    places_of = [(source, at, document) for source, at, question in asked for document in question.documents]
    questions = [
        replace(
            question,
            without=frozenset(
                name
                for other, place, name in places_of
                if other == source and abs(place - at) <= 2 * _AROUND + 1 and name not in question.documents
            ),
        )
        for source, at, question in asked
    ]
    return Pool("faqs", list(documents.values()), embedder), questions


def _rows(path: Path) -> Iterator[Row]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            texts = json.loads(line)["t"]
            if "en" in texts:
                yield {code: text for code, text in texts.items() if code in _LANGUAGES}


def _clean(text: str) -> str:
    return normalize(_OPENING.sub("", _MARKUP.sub(r"\1", text))).replace("\n", " ").strip()


def _is_asked(rows: list[Row], at: int) -> bool:
    if not _ASKS.search(rows[at]["en"]) or _ASKS.search(rows[at + 1]["en"]):
        return False
    question, answer = _clean(rows[at]["en"]), _clean(rows[at + 1]["en"])
    if not _LEAST_QUESTION <= len(question) <= 200:
        return False
    # What is answered by a list or by yes and no alone says too little about where the answer stands.
    return len(answer) >= _LEAST_ANSWER and question_type(question, "en") != "other"


def _askings(rows: list[Row], at: int, source: str) -> Iterator[tuple[Asked, Document]]:
    """The question in some languages, each over its surroundings in one other (now and then the same) language."""
    both = sorted(rows[at].keys() & rows[at + 1].keys())
    for turn in range(_ASKINGS):
        number = _number(f"{source}{at}/{turn}")
        asking, language = both[number % len(both)], both[number // 97 % len(both)]
        around = [
            _clean(row[language]) for row in rows[max(0, at - _AROUND) : at + 2 + _AROUND] if language in row
        ]
        text = "\n\n".join(paragraph for paragraph in around if paragraph and not _ASKS.search(paragraph))
        name = f"{language}/{source}-{at}.txt"
        question = Asked(
            id=f"{asking}{language}-faq-{source}-{at}",
            set="faqs same" if asking == language else "faqs across" if turn else "faqs other",
            question=_clean(rows[at][asking]),
            language=asking,
            answerable=True,
            documents=frozenset({name}),
            evidence=(_clean(rows[at + 1][language]),),
            answer=None,
            sentences=True,
            only="" if turn and asking != language else language,
        )
        yield question, Document(DocumentInfo(name, name, "", language, paged=False), (Page(1, normalize(text)),))


def _number(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest()[:12], 16)
