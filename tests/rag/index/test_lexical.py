import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.test_lexical_index import PlainLexical

from rag.index.database import Database
from rag.index.lexical import SqliteLexical
from rag.index.segments import load_segments
from rag.text.words import in_language, language_and_form


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "words.sqlite", create=True)
    yield made
    made.close()


def query(*terms, language="en"):
    return [((in_language(term, language), 1.0),) for term in terms]


def words(index):
    return {language_and_form(word): count for word, count in index.words().items()}


WORDS = [
    "buyer",
    "seller",
    "zebra",
    "euro",
    "株式",
    "会社",
    "договор",
    "contract",
    "ship",
    "Lisbon",
    "5",
    "Österreich",
]


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_changes_gives_what_a_plain_index_gives(database, seed):
    """Adding, replacing and removing, alone and in batches, with merges of segments in between."""
    generator = random.Random(seed)
    index, plain = SqliteLexical(database), PlainLexical()
    texts: dict[str, tuple[str, str]] = {}
    for _ in range(60):
        ids = [f"{generator.randrange(60):016x}" for _ in range(generator.randrange(1, 5))]
        new = {
            id_: (" ".join(generator.choices(WORDS, k=generator.randrange(12))), generator.choice(["en", "ja"]))
            for id_ in ids
        }
        match generator.randrange(4):
            case 0:
                index.remove(ids)
                plain.remove(ids)
            case 1:
                known = [id_ for id_ in dict.fromkeys(ids) if id_ in texts]
                index.change({id_: texts.pop(id_) for id_ in known}, {})
                plain.remove(known)
            case 2:
                with database.writing():
                    index.change({}, new)
                    index.remove(ids[:1])
                    index.add(ids[:1], ["zebra"], ["en"])
                new[ids[0]] = ("zebra", "en")
                plain.add(list(new), *zip(*new.values(), strict=True))
                texts |= new
            case 3:
                index.change({id_: texts.get(id_) for id_ in new}, new)
                plain.add(list(new), *zip(*new.values(), strict=True))
                texts |= new
    pair = ((in_language("wcontract", "en"), 1.0), (in_language("wship", "ja"), 0.5))
    groups = [*query("wzebra", "wbuyer", "w5", "glisb"), *query("w株式", "gzebr", language="ja"), pair]
    hits, expected = index.search(groups, 99), plain.search(groups, 99)
    assert {hit.chunk_id: round(hit.score, 4) for hit in hits} == {
        hit.chunk_id: round(hit.score, 4) for hit in expected
    }
    assert index.words() == plain.words()
    assert len(index) == len(plain) > 10
    with database.reading() as connection:
        assert len(load_segments(connection)) <= 16


def test_a_removal_with_a_wrong_text_removes_all_the_same(database):
    index = SqliteLexical(database)
    index.add(["0000000000000001", "0000000000000002"], ["the zebra sleeps", "the lion hunts"], ["en", "en"])
    index.change({"0000000000000001": ("not what was stored", "en")}, {})
    assert index.search(query("wzebra"), 5) == []
    assert words(index) == {("en", "the"): 1, ("en", "lion"): 1, ("en", "hunts"): 1}


def test_merged_segments_find_what_they_found(database):
    index = SqliteLexical(database)
    for number in range(16):
        index.add([f"{number:016x}"], [f"zebra number {number} of {number % 3}"], ["en"])
    with database.reading() as connection:
        assert len(load_segments(connection)) == 16
    before = index.search(query("wzebra", "w2", "gumbe"), 16)
    index.remove([f"{3:016x}"])
    index.add(["00000000000000ff"], ["no such animal"], ["en"])
    index.add([f"{3:016x}"], ["zebra number 3 of 0"], ["en"])
    index.remove(["00000000000000ff"])
    with database.reading() as connection:
        assert len(load_segments(connection)) < 16
    assert index.search(query("wzebra", "w2", "gumbe"), 16) == before


def test_another_programs_changes_are_seen_by_the_next_search(database):
    index = SqliteLexical(database)
    other = Database(database.path)
    assert index.search(query("wzebra"), 5) == []
    SqliteLexical(other).add(["0000000000000001"], ["the zebra sleeps"], ["en"])
    other.close()
    assert [hit.chunk_id for hit in index.search(query("wzebra"), 5)] == ["0000000000000001"]


def test_old_lists_leave_the_memory_when_it_is_full(database, monkeypatch):
    monkeypatch.setattr("rag.index.lexical._CACHED_ENTRIES", 3)
    index = SqliteLexical(database)
    index.add(["0000000000000001", "0000000000000002"], ["the zebra sleeps", "the zebra wakes"], ["en", "en"])
    first = index.search(query("wzebra", "wsleeps", "wwakes", "wthe"), 5)
    assert index.search(query("wzebra", "wsleeps", "wwakes", "wthe"), 5) == first
    assert len(first) == 2


def test_an_error_in_the_transaction_takes_back_the_words(database):
    index = SqliteLexical(database)
    index.add(["0000000000000001"], ["the zebra sleeps"], ["en"])

    def change_and_fail() -> None:
        with database.writing():
            index.remove(["0000000000000001"])
            index.add(["0000000000000002"], ["the lion hunts"], ["en"])
            raise sqlite3.IntegrityError

    with pytest.raises(sqlite3.IntegrityError):
        change_and_fail()
    assert words(index) == {("en", "the"): 1, ("en", "zebra"): 1, ("en", "sleeps"): 1}
    index.add(["0000000000000003"], ["a ship"], ["en"])
    assert len(index) == 2


def test_an_id_that_is_none_is_refused(database):
    index = SqliteLexical(database)
    for wrong in ("ff", "f000000000000000", "zebra"):
        with pytest.raises(ValueError, match=r"."):
            index.add([wrong], ["text"], ["en"])


def test_cover_gives_shares_of_the_whole_query(database):
    index = SqliteLexical(database)
    index.add(["0000000000000001", "0000000000000002"], ["zebra " * 500, "the zebra sleeps"], ["en", "en"])
    sleeps, unknown = in_language("wsleeps", "en"), in_language("wunknown", "en")
    groups = [*query("wzebra", "wthe"), ((sleeps, 0.5), (unknown, 0.2))]
    shares = {hit.chunk_id: hit.score for hit in index.cover(groups, 9)}
    assert list(shares) == [hit.chunk_id for hit in index.search(groups, 9)]
    assert 0 < shares["0000000000000001"] < shares["0000000000000002"] < 1
    assert index.cover([], 9) == []
    assert index.cover([((sleeps, 0.0),)], 9) == []


def test_a_language_with_more_terms_in_the_query_has_no_higher_shares(database):
    index = SqliteLexical(database)
    index.add(["0000000000000001", "0000000000000002"], ["zebra", "zebra"], ["en", "pt"])
    one = [((in_language("wzebra", "en"), 1.0),)]
    many = [((in_language(f"w{word}", "pt"), 1.0),) for word in ("zebra", "zebra", "zebra")]
    english, portuguese = sorted(index.cover(one + many, 9), key=lambda hit: hit.chunk_id)
    assert english.score == pytest.approx(portuguese.score)


def test_a_word_inside_a_run_without_blanks_is_found_by_its_grams(tmp_path: Path) -> None:
    index = SqliteLexical(Database(tmp_path / "words.sqlite", create=True))
    ids = [f"{number:016x}" for number in range(3)]
    index.add(ids, ["双方为合作伙伴关系", "合作很久的伙伴", "ขอแสดงความร่วมมือกัน"], ["zh", "zh", "th"])
    for word, language, holding in (
        ("合作伙伴", "zh", ids[:1]),
        ("久", "zh", ids[1:2]),
        ("ความร่วมมือ", "th", ids[2:]),
    ):
        hits = index.search([((in_language("w" + word, language), 1.0),)], 5)
        assert [hit.chunk_id for hit in hits] == holding
