from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Document, DocumentInfo, Page, read_settings
from rag.embedding import BUNDLED, load_embedder
from rag.embedding.static import StaticEmbedder
from rag.index import Index, create_index
from rag.ingest import Ingest
from rag.subjects import Subjects

LEASE = "Lease of the warehouse in Leipzig"
LOAN = "Bridge loan agreement"
PAGES = {
    LEASE: ["The hall may be used by day and night.", "Keys are handed over on the first day."],
    LOAN: ["Interest is paid every quarter to the bank.", "Keys are handed over on the first day."],
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    settings = read_settings(environment={})
    embedder = load_embedder(settings.embedding)
    folder = tmp_path_factory.mktemp("subjects") / "index"
    made = create_index(folder, embedder.name, dimension=embedder.dimension, chunking=settings.chunking)
    with made.writing():
        work = Ingest(made, embedder, settings)
        for number, (title, texts) in enumerate(PAGES.items()):
            pages = tuple(Page(at + 1, text) for at, text in enumerate(texts))
            info = DocumentInfo(f"{number:064x}", f"{number}.pdf", title, "en", paged=True, pages=len(pages))
            work.store(Document(info, pages))
    yield made
    made.close()


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder(BUNDLED)


def fit(index: Index, embedder: StaticEmbedder, question: str, language: str = "und") -> dict[str, float]:
    """How well each document fits, by title; every chunk of a document must say the same."""
    titles = {info.id: info.title for info in index.store.documents()}
    owners = {f"{number:016x}": titles[document] for number, document in index.store.owners().items()}
    vector = embedder.embed_questions([question])[0]
    found = Subjects(index, embedder).fit(question, language, vector=vector, chunks=list(owners))
    assert found.keys() == owners.keys()
    by_title = {title: {found[chunk] for chunk in owners if owners[chunk] == title} for title in PAGES}
    assert all(len(fits) == 1 for fits in by_title.values())
    return {title: fits.pop() for title, fits in by_title.items()}


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("When does the lease of the warehouse end?", LEASE),
        ("Wann endet die Miete der Lagerhalle?", LEASE),
        ("什么时候偿还银行贷款？", LOAN),
        ("متى يجب سداد القرض للبنك؟", LOAN),
    ],
)
def test_the_document_that_a_question_is_about_fits_best_in_every_language(
    question: str, document: str, index: Index, embedder: StaticEmbedder
) -> None:
    fits = fit(index, embedder, question)
    assert max(fits, key=fits.__getitem__) == document


def test_who_names_a_people_means_the_documents_in_its_language(index: Index, embedder: StaticEmbedder) -> None:
    plain = fit(index, embedder, "What does the buyer say?", "en")
    named = fit(index, embedder, "What does the French buyer say?", "en")
    titles = [LEASE, LOAN]
    index_language = fit(index, embedder, "What does the English buyer say?", "en")
    assert all(index_language[title] - max(plain[title], named[title]) > 0.2 for title in titles)


def test_chunks_that_the_index_does_not_have_are_left_out(index: Index, embedder: StaticEmbedder) -> None:
    question = embedder.embed_questions(["lease"])[0]
    assert (
        Subjects(index, embedder).fit("lease", "en", vector=question, chunks=["0" * 15 + "1", "7" + "f" * 15])
        == {}
    )


def test_an_empty_index_and_a_question_without_words_are_no_error(
    tmp_path: Path, index: Index, embedder: StaticEmbedder
) -> None:
    settings = read_settings(environment={})
    empty = create_index(
        tmp_path / "none", embedder.name, dimension=embedder.dimension, chunking=settings.chunking
    )
    vector = embedder.embed_questions(["?"])[0]
    assert Subjects(empty, embedder).fit("?", "en", vector=vector, chunks=["0" * 16]) == {}
    empty.close()
    assert set(fit(index, embedder, "?").values()) == {0.0}
