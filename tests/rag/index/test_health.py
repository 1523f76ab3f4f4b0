import random
import re
import sqlite3

import pytest

from rag.index import repair_index
from rag.settings import ChunkingSettings
from rag.text.words import in_language

TEXTS = ("The buyer pays 5 million euros.\nThe seller delivers in May.", "Das Recht von Österreich gilt.")
FAKE = {"dimension": 16, "chunking": ChunkingSettings()}


def store_path(index):
    return index.folder / "generations" / index.generation / "store.sqlite"


def change(index, *statements):
    connection = sqlite3.connect(store_path(index))
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.fixture
def filled(index, make):
    index.replace(*make("a.txt", *TEXTS))
    index.replace(*make("b.txt", "The zebra sleeps"))
    return index


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE pages SET text = replace(text, '5', '6')", r"a\.txt: page 1 is not as it was stored"),
        ("UPDATE pages SET headings = '[]' WHERE number = 2", r"a\.txt: page 2 is not as it was stored"),
        ("UPDATE chunks SET language = 'xx' WHERE position = 1", r"a\.txt: chunk \w+ is not as it was stored"),
        (
            "UPDATE chunks SET first = first + 1, last = last + 1 WHERE position = 1",
            "not the text of its place on page 1",
        ),
        ("UPDATE documents SET title = 'x' WHERE name = 'b.txt'", r"b\.txt: the document's row"),
        ("UPDATE vectors SET vector = zeroblob(32)", "its vector is not as it was stored"),
        ("UPDATE vectors SET vector = zeroblob(3)", "has no vector"),
        ("DELETE FROM vectors", "has no vector"),
        ("DELETE FROM pages WHERE number = 2", r"a\.txt: 1 pages and 3 chunks are here, not 2 and 3"),
        ("DELETE FROM chunks WHERE position = 1", r"a\.txt: 2 pages and 2 chunks are here, not 2 and 3"),
        ("DELETE FROM postings WHERE substr(term, 2) = 'buyer'", "words of segment 1 are not as they were stored"),
        ("UPDATE postings SET data = x'000500' WHERE substr(term, 2) = 'buyer'", "words of segment 1"),
        ("UPDATE postings SET data = x'F009' WHERE substr(term, 2) = 'buyer'", "words of segment 1"),
        ("UPDATE words SET count = 9 WHERE substr(word, 2) = 'buyer'", "table of words"),
        ("DELETE FROM segments WHERE number = 1", "kept for 1 chunks, the store holds 4"),
        ("UPDATE pages SET text = CAST(x'ff41' AS TEXT) WHERE number = 2", "cannot be read"),
    ],
)
def test_damage_is_found_and_mended(filled, open_again, statement, problem):
    assert filled.verify() == []
    change(filled, statement)
    found = "\n".join(filled.verify())
    assert re.search(problem, found), found
    assert "The bytes of store.sqlite are not those that were written." in found
    repair_index(filled.folder, "fake", **FAKE)
    opened = open_again()
    assert opened.verify() == []
    whole = opened.lexical.search([((in_language("wzebra", "en"), 1.0),)], 5)
    assert len(whole) == (1 if opened.store.document("b.txt") else 0)


def test_a_damaged_document_is_removed_and_the_others_stay(filled, make, open_again):
    change(filled, "UPDATE pages SET text = replace(text, '5', '6')")
    done = filled.repair()
    assert [line for line in done if "a.txt: page 1" in line]
    assert [info.name for info in filled.store.documents()] == ["b.txt"]
    filled.replace(*make("a.txt", *TEXTS))
    assert filled.verify() == []
    assert open_again().verify() == []


def test_words_read_anew_find_what_they_found(filled):
    before = (
        filled.lexical.search([((in_language("wbuyer", "en"), 1.0),), ((in_language("gzebr", "en"), 1.0),)], 9),
        filled.lexical.words(),
    )
    change(filled, "DELETE FROM postings", "DELETE FROM words")
    assert "The words were read anew from the stored texts." in filled.repair()
    assert (
        filled.lexical.search([((in_language("wbuyer", "en"), 1.0),), ((in_language("gzebr", "en"), 1.0),)], 9),
        filled.lexical.words(),
    ) == before


def test_every_flipped_bit_of_the_store_is_seen(filled, make):
    path = store_path(filled)
    data = path.read_bytes()
    generator = random.Random(0)
    unseen = []
    for _ in range(25):
        at, bit = generator.randrange(len(data)), 1 << generator.randrange(8)
        path.write_bytes(data[:at] + bytes((data[at] ^ bit,)) + data[at + 1 :])
        if not filled.verify():
            unseen.append((at, bit))
    path.write_bytes(data)
    assert unseen == []
    assert filled.verify() == []


def test_a_vector_view_that_is_not_the_stores_is_seen(filled):
    filled.vectors.remove([filled.store.vectors()[0][0]])
    assert [problem for problem in filled.verify() if "The vector view holds 3 chunks, the store 4" in problem]


def test_a_flipped_bit_of_the_vector_file_is_seen_and_mended(filled, open_again):
    path = store_path(filled).with_name("vectors.faiss")
    data = bytearray(path.read_bytes())
    data[-40] ^= 4
    path.write_bytes(data)
    assert filled.verify() == ["The bytes of vectors.faiss are not those that were written."]
    assert open_again().verify() == []
