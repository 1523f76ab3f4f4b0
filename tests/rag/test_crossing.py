"""Names and numbers across scripts: a table of 216 questions over 107 passages, most of them near misses."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Document, DocumentInfo, Page, read_settings
from rag.embedding import load_embedder
from rag.expansion import Vocabulary
from rag.index import WordVectors, create_index
from rag.ingest import Ingest
from rag.retrieval import Retriever

TABLE = json.loads((Path(__file__).parent.parent / "data" / "crossing.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def first_right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Counter[str], Counter[str]]]:
    """How many cases of each kind there are, and of how many the right passage comes first."""
    settings = read_settings(environment={})
    embedder = load_embedder(settings.embedding)
    folder = tmp_path_factory.mktemp("crossing") / "index"
    index = create_index(folder, embedder.name, dimension=embedder.dimension, chunking=settings.chunking)
    with index.writing():
        work = Ingest(index, embedder, settings)
        for passage in TABLE["passages"]:
            name = passage["id"]
            identity = hashlib.sha256(name.encode()).hexdigest()
            info = DocumentInfo(identity, name, "", passage["language"], paged=False, pages=1)
            work.store(Document(info, (Page(1, passage["text"]),)))
    vocabulary = Vocabulary(embedder, WordVectors(embedder))
    vocabulary.refresh(index.lexical.words())
    retriever = Retriever(index, embedder, vocabulary, settings=settings.retrieval)
    cases: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case in TABLE["cases"]:
        cases[case["kind"]] += 1
        best = retriever.retrieve(case["question"], 1)[0]
        right[case["kind"]] += best.document.name == case["passage"]
    yield cases, right
    index.close()


def test_the_table_has_two_hundred_cases_among_sixty_near_misses() -> None:
    wanted = {case["passage"] for case in TABLE["cases"]}
    assert len(TABLE["cases"]) >= 200
    assert sum(passage["id"] not in wanted for passage in TABLE["passages"]) >= 60
    assert len({passage["language"] for passage in TABLE["passages"]}) >= 12


@pytest.mark.parametrize(
    ("kind", "share"), [("amount", 0.95), ("scale", 0.9), ("date", 0.9), ("number", 0.9), ("name", 0.8)]
)
def test_what_is_written_otherwise_is_found_first(
    kind: str, share: float, first_right: tuple[Counter[str], Counter[str]]
) -> None:
    cases, right = first_right
    assert right[kind] / cases[kind] >= share


def test_of_all_cases_most_come_first(first_right: tuple[Counter[str], Counter[str]]) -> None:
    cases, right = first_right
    assert right.total() / cases.total() >= 0.9
