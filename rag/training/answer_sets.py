"""The development sets as pools of passages with questions, also asked across languages."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from rag.chunking import chunk_document
from rag.generation.candidates import Candidate
from rag.protocols import Embedder
from rag.records import Chunk, Document, DocumentInfo, Page, Passage
from rag.settings import ChunkingSettings
from rag.text.normalize import normalize
from rag.text.words import document_terms, fold

MONOLINGUAL = (
    *("arcd", "cmrc2018", "jaquad", "faquad", "enelpi-tr", "iapp-wiki-qa", "persianqa"),
    *("tatqa", "chunking-evaluation", "danetqa", "piaf-cnil"),
)
# Sets whose evidence is a whole passage: they say which document answers, not which sentence.
WHOLE_PASSAGE = frozenset({"danetqa", "piaf-cnil", "pira", "crosslingual"})
CROSS_LANGUAGES = ("ar", "de", "es", "fr", "hi", "it", "ja", "pt", "ru", "tr", "zh")
_SMALL_SHARE = 16
# Share of letter grams from which a sentence is taken to say what a person answered.
_TOLD_OVERLAP = 0.35


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set with the places that answer it."""

    id: str
    set: str
    question: str
    language: str
    answerable: bool
    documents: frozenset[str]
    evidence: tuple[str, ...]
    answer: str | None
    sentences: bool  # whether the evidence names sentences
    without: frozenset[str] = frozenset()  # documents to keep out of the pool for this question
    only: str = ""  # the one language of the documents to search
    told: bool = False  # whether the evidence is an answer in a person's words


def held_out(id_: str) -> bool:
    """Whether a question is for measuring only; the same question in another language falls on the same side."""
    key = id_.split("-", 1)[-1]
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 10 < 3


class Pool:
    """Documents of one set that are searched together: dense and lexical, standardised and added."""

    def __init__(self, name: str, documents: Sequence[Document], embedder: Embedder) -> None:
        self.name = name
        self._embedder = embedder
        self._infos = {document.info.id: document.info for document in documents}
        self._chunks: list[Chunk] = [c for d in documents for c in chunk_document(d, ChunkingSettings(), None)]
        self._owners = np.array([chunk.document_id for chunk in self._chunks])
        self._languages = np.array([self._infos[chunk.document_id].language for chunk in self._chunks])
        self._vectors = embedder.embed_passages([f"{c.heading or ''} {c.text}" for c in self._chunks])
        self._terms: dict[str, int] = {}
        self._matrix = self._weighted([document_terms(chunk.text) for chunk in self._chunks])

    def search(self, asked: Asked, limit: int, without: AbstractSet[str] = frozenset()) -> list[Passage]:
        """The best chunks, each a passage, best first; `without` names further documents to leave out."""
        question, without = asked.question, without | asked.without
        dense = self._vectors @ self._embedder.embed_questions([question])[0]
        query = np.zeros(len(self._terms))
        for term in document_terms(question):
            if term in self._terms:
                query[self._terms[term]] = 1.0
        lexical = self._matrix @ query
        scores = _standard(dense) + _standard(lexical)
        if without:
            scores = np.where(np.isin(self._owners, list(without)), -np.inf, scores)
        if asked.only:
            scores = np.where(self._languages == asked.only, scores, -np.inf)
        best = [at for at in np.argsort(-scores, kind="stable")[:limit] if np.isfinite(scores[at])]
        return [
            Passage(self._infos[self._chunks[at].document_id], (self._chunks[at],), float(scores[at]))
            for at in best
        ]

    def is_right(self, asked: Asked, candidate: Candidate) -> bool:
        """Whether a candidate is (part of) the evidence, or a sentence of its document that has the answer."""
        if candidate.support.document_id not in asked.documents:
            return False
        if not asked.sentences:
            return True
        return says_evidence(asked, candidate.text)

    def _weighted(self, counts: Sequence[dict[str, int]]) -> Any:
        """BM25 weights (Robertson, Zaragoza 2009) of every term in every chunk."""
        for count in counts:
            for term in count:
                self._terms.setdefault(term, len(self._terms))
        lengths = np.array([sum(count.values()) for count in counts], dtype=float)
        rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
        columns = np.array([self._terms[term] for count in counts for term in count])
        found = np.array([number for count in counts for number in count.values()], dtype=float)
        frequency = np.bincount(columns, minlength=len(self._terms))
        rarity = np.log1p((len(counts) - frequency + 0.5) / (frequency + 0.5))
        norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
        return csr_matrix(
            (rarity[columns] * found * 2.2 / (found + norm[rows]), (rows, columns)),
            (len(counts), len(self._terms)),
        )


def says_evidence(asked: Asked, sentence: str) -> bool:
    """Whether a sentence of a right document is (part of) the evidence, or has the answer."""
    text = _bare(sentence)
    if asked.told:
        return _overlap(text, _bare(asked.evidence[0])) > _TOLD_OVERLAP
    for evidence in asked.evidence:
        bare = _bare(evidence)
        if text in bare or bare in text or _overlap(text, bare) > 0.6:
            return True
    return bool(asked.answer) and len(asked.answer or "") > 3 and _bare(asked.answer or "") in text


def read_sets(folder: Path, embedder: Embedder, most: int) -> Iterator[tuple[Pool, list[Asked]]]:
    """Each set that is there, with at most `most` questions, chosen by the hash of their ids."""
    for name in MONOLINGUAL:
        if (folder / name / "questions.jsonl").exists():
            lines = _lines(folder / name / "questions.jsonl")
            questions = [_asked(line, name) for line in lines]
            language = questions[0].language
            documents = _documents(folder / name / "documents", language)
            yield Pool(name, documents, embedder), _sample(questions, most)
    if (folder / "pira").exists():
        yield from _pira(folder / "pira", embedder, most)
    if (folder / "crosslingual").exists():
        yield from _crosslingual(folder / "crosslingual", embedder)


def _pira(folder: Path, embedder: Embedder, most: int) -> Iterator[tuple[Pool, list[Asked]]]:
    """Questions in English and Portuguese over documents in both, where only one of the two languages answers."""
    lines = {line["id"]: line for line in _lines(folder / "questions.jsonl")}
    cross = _lines(folder / "cross.jsonl")
    documents = [
        d for code in ("en", "pt") for d in _documents(folder / "documents" / code, code, prefix=f"{code}/")
    ]
    pool = Pool("pira", documents, embedder)
    for asking in ("en", "pt"):
        for language in ("en", "pt"):
            questions = [_across(row, lines, asking, language, f"pira {asking}->{language}") for row in cross]
            yield pool, _with_mixed(_sample(questions, most))


def _crosslingual(folder: Path, embedder: Embedder) -> Iterator[tuple[Pool, list[Asked]]]:
    """Titles and first sentences in 12 languages over documents in all of them, of which one other answers."""
    lines = {line["id"]: line for line in _lines(folder / "questions.jsonl")}
    cross = [row for row in _lines(folder / "cross.jsonl") if _family(row["documents"]["en"][0]) % 3 == 0]
    documents = [
        document
        for code in ("en", *CROSS_LANGUAGES)
        for document in _documents(folder / "documents" / code, code, prefix=f"{code}/")
        if _family(document.info.name) % 3 == 0
    ]
    pool = Pool("crosslingual", documents, embedder)
    pairs = [(asking, "en", "crosslingual ->en") for asking in CROSS_LANGUAGES]
    pairs += [("en", other, "crosslingual en->") for other in CROSS_LANGUAGES]
    pairs += [(one, two, "crosslingual other") for one, two in pairwise(CROSS_LANGUAGES)]
    for asking, language, name in pairs:
        questions = [_across(row, lines, asking, language, name) for row in cross]
        yield pool, _with_mixed(_sample(questions, _SMALL_SHARE))


def _across(row: dict[str, Any], lines: dict[str, Any], asking: str, language: str, name: str) -> Asked:
    """A question in one language over the documents in another one."""
    places = row["documents"]
    every = {document for code in places for document in _names(places[code])}
    right = frozenset(_names(places[language]))
    return Asked(
        id=row["questions"][asking],
        set=name,
        question=lines[row["questions"][asking]]["question"],
        language=asking,
        answerable=True,
        documents=right,
        evidence=(row["answers"][language],) if "answers" in row else (),
        answer=None,
        sentences="answers" in row,
        told="answers" in row,
        only=language,
        without=frozenset(every - right),
    )


def _with_mixed(questions: Sequence[Asked]) -> list[Asked]:
    """The questions over one language, and again over all languages together."""
    return [*questions, *(replace(asked, set=f"mixed {asked.set}", only="") for asked in questions)]


def _names(places: str | list[str]) -> list[str]:
    return [places] if isinstance(places, str) else places


def _family(name: str) -> int:
    """A number for a document in any language, by the name of the page it is a paragraph of."""
    page = name.split("/", 1)[1].rsplit("-", 1)[0]
    return int(hashlib.sha256(page.encode()).hexdigest(), 16)


def _asked(line: dict[str, Any], name: str) -> Asked:
    return Asked(
        id=line["id"],
        set=name,
        question=line["question"],
        language=line["language"],
        answerable=line["answerable"],
        documents=frozenset(place["document"] for place in line["evidence"]),
        evidence=tuple(place["text"] for place in line["evidence"]),
        answer=line.get("answer"),
        sentences=name not in WHOLE_PASSAGE,
    )


def _documents(folder: Path, language: str, prefix: str = "") -> list[Document]:
    documents = []
    for path in sorted(folder.glob("*.txt")):
        text = normalize(path.read_text(encoding="utf-8"))
        name = prefix + path.name
        info = DocumentInfo(name, name, path.stem, language, paged=False)
        documents.append(Document(info, (Page(1, text),)))
    return documents


def _sample(questions: Sequence[Asked], most: int) -> list[Asked]:
    return sorted(questions, key=lambda asked: hashlib.sha256(asked.id.encode()).hexdigest())[:most]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _bare(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _overlap(one: str, other: str) -> float:
    grams = {one[at : at + 5] for at in range(len(one) - 4)}
    others = {other[at : at + 5] for at in range(len(other) - 4)}
    return len(grams & others) / max(1, min(len(grams), len(others)))


def _standard(scores: Any) -> Any:
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else scores * 0.0
