import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import IndexDamaged, QuestionError
from rag.index.store import ChunkStore, indexed_text
from rag.text.words import in_language, language_and_form

TEXTS = ("The buyer pays 5 million euros.\nThe seller delivers in May.", "Schluss: das Recht von Österreich gilt.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChunkStore]:
    made = ChunkStore(tmp_path / "store.sqlite", 16, create=True)
    yield made
    made.close()


def query(word):
    return [((in_language(f"w{word}", "en"), 1.0),)]


def test_what_is_stored_comes_back_equal(store, make):
    document, chunks, vectors = make("deals/a.pdf", *TEXTS, title="Deal")
    assert store.replace(document, chunks, vectors) == []
    assert store.documents() == [document.info]
    assert store.document("deals/a.pdf") == store.document(document.info.id) == document.info
    assert store.document("b.pdf") is None
    assert store.pages(document.info.id) == document.pages
    assert store.page(document.info.id, 2) == document.pages[1]
    assert store.chunks_of(document.info.id) == chunks
    ids, rows = store.vectors([chunk.id for chunk in chunks])
    assert ids == [chunk.id for chunk in chunks]
    assert np.abs(rows - vectors).max() < 5e-4
    counts = store.counts()
    assert (counts.documents, counts.pages, counts.chunks) == (1, 2, 3)


def test_sizes_are_counted_not_believed(store, make):
    document, chunks, vectors = make("a.txt", *TEXTS)
    store.replace(replace(document, info=replace(document.info, pages=0, chunks=0)), chunks, vectors)
    info = store.document("a.txt")
    assert (info.pages, info.chunks) == (2, 3)


def test_chunks_come_in_the_order_asked_for_and_unknown_ones_are_left_out(store, make):
    document, chunks, vectors = make("a.txt", *TEXTS)
    store.replace(document, chunks, vectors)
    asked = [chunks[2].id, "00000000000000ff", chunks[0].id]
    assert store.chunks(asked) == [chunks[2], chunks[0]]


def test_a_part_of_a_documents_chunks_can_be_read(store, make):
    document, chunks, vectors = make("a.txt", *TEXTS)
    store.replace(document, chunks, vectors)
    assert store.chunks_of(document.info.id, 1, 2) == chunks[1:]
    assert store.chunk_ids(document.info.id) == [chunk.id for chunk in chunks]


def test_a_missing_page_is_a_question_error(store, make):
    document, chunks, vectors = make("a.txt", *TEXTS)
    store.replace(document, chunks, vectors)
    with pytest.raises(QuestionError, match="no page 3"):
        store.page(document.info.id, 3)


def test_the_document_of_that_name_is_replaced_in_every_leg(store, make):
    old, new = make("a.txt", "The zebra sleeps"), make("a.txt", "The lion hunts")
    store.replace(*old)
    assert store.replace(*new) == [old[1][0].id]
    assert store.documents() == [new[0].info]
    assert store.lexical.search(query("zebra"), 5) == []
    assert [hit.chunk_id for hit in store.lexical.search(query("lion"), 5)] == [new[1][0].id]
    assert store.vectors()[0] == [new[1][0].id]


def test_the_same_bytes_under_another_name_replace_the_earlier_name(store, make):
    document, chunks, vectors = make("a.txt", *TEXTS)
    store.replace(document, chunks, vectors)
    store.replace(replace(document, info=replace(document.info, name="b.txt")), chunks, vectors)
    assert [info.name for info in store.documents()] == ["b.txt"]
    assert len(store.lexical) == 3


def test_a_removed_document_is_gone_from_every_leg(store, make):
    kept, gone = make("a.txt", "The zebra sleeps"), make("b.txt", *TEXTS)
    store.replace(*kept)
    store.replace(*gone)
    assert sorted(store.remove(["b.txt", "unknown.txt"])) == sorted(chunk.id for chunk in gone[1])
    assert store.documents() == [kept[0].info]
    left = {language_and_form(word): count for word, count in store.lexical.words().items()}
    assert left == {("en", word): 1 for word in ("part", "1", "the", "zebra", "sleeps")}
    assert store.vectors()[0] == [kept[1][0].id]
    assert store.chunks([chunk.id for chunk in gone[1]]) == []


def test_title_and_heading_are_found_by_words(store, make):
    document, chunks, vectors = make("a.txt", "Nothing else", title="Framework agreement")
    store.replace(document, chunks, vectors)
    assert indexed_text("Framework agreement", chunks[0]) == "Part 1\nFramework agreement\nNothing else"
    assert [hit.chunk_id for hit in store.lexical.search(query("framework"), 5)] == [chunks[0].id]


def test_a_document_that_cannot_be_stored_leaves_the_earlier_one(store, make):
    old, new = make("a.txt", "The zebra sleeps"), make("a.txt", "The lion hunts\nby night")
    store.replace(*old)
    twice = [new[1][0], replace(new[1][1], position=0)]
    with pytest.raises(sqlite3.IntegrityError):
        store.replace(new[0], twice, new[2])
    assert store.documents() == [old[0].info]
    assert [hit.chunk_id for hit in store.lexical.search(query("zebra"), 5)] == [old[1][0].id]
    assert store.lexical.search(query("lion"), 5) == []


@pytest.mark.parametrize("spoil", ["rows", "dimension", "nan", "document"])
def test_parts_that_do_not_fit_are_refused(store, make, spoil):
    document, chunks, vectors = make("a.txt", *TEXTS)
    match spoil:
        case "rows":
            vectors = vectors[:2]
        case "dimension":
            vectors = vectors[:, :8]
        case "nan":
            vectors = np.full_like(vectors, np.nan)
        case "document":
            chunks = [replace(chunk, document_id="other") for chunk in chunks]
    with pytest.raises(ValueError, match=r"a\.txt"):
        store.replace(document, chunks, vectors)
    assert store.documents() == []


def test_an_error_takes_back_what_the_transaction_did(store, make):
    def write_and_fail() -> None:
        with store.writing():
            store.replace(*make("a.txt", "The zebra sleeps"))
            raise KeyError("stop")

    with pytest.raises(KeyError):
        write_and_fail()
    assert store.documents() == []
    assert store.lexical.words() == {}


def test_the_writer_sees_its_own_changes_and_others_only_what_is_kept(store, make):
    seen = []
    with store.writing():
        store.replace(*make("a.txt", "The zebra sleeps"))
        reader = threading.Thread(target=lambda: seen.append((store.documents(), store.lexical.words())))
        reader.start()
        reader.join(10)
        assert [info.name for info in store.documents()] == ["a.txt"]
        assert len(store.lexical.search(query("zebra"), 5)) == 1
    assert seen == [([], {})]


def test_many_threads_read_while_one_writes(store, make):
    store.replace(*make("always.txt", "The zebra sleeps"))
    expected = store.chunks_of(store.document("always.txt").id)
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                hits = store.lexical.search(query("zebra"), 1)
                if store.chunks([hit.chunk_id for hit in hits]) != expected:
                    wrong.append(hits)
        except Exception as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(40):
        store.replace(*make(f"{number % 5}.txt", f"A lion hunts {number}"))
    stop.set()
    for reader in readers:
        reader.join(10)
    assert wrong == []
    assert len(store.documents()) == 6


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ("UPDATE pages SET text = 'The buyer pays 6 million euros.'", lambda store, id_: store.page(id_, 1)),
        ("UPDATE chunks SET first = first + 1", lambda store, id_: store.chunks_of(id_)),
        ("UPDATE documents SET title = 'Other'", lambda store, id_: store.documents()),
        ("UPDATE vectors SET vector = x'00'", lambda store, id_: store.vectors()),
        ("UPDATE pages SET text = CAST(x'ff' AS TEXT)", lambda store, id_: store.page(id_, 1)),
    ],
)
def test_a_damaged_row_is_never_handed_out(store, make, change, read):
    document, chunks, vectors = make("a.txt", *TEXTS)
    store.replace(document, chunks, vectors)
    with sqlite3.connect(store.database.path) as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(IndexDamaged, match="verify --repair"):
        read(store, document.info.id)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_store_is_damaged(tmp_path, content):
    from rag.errors import IndexFolderError

    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    with pytest.raises(IndexFolderError, match="rebuild --full"):
        ChunkStore(path, 16)
