"""What every LexicalIndex promises; run on a plain reference and on each real one."""

from collections.abc import Callable, Iterable, Sequence
from math import log
from pathlib import Path

import pytest

from rag.index.database import Database
from rag.index.lexical import SqliteLexical
from rag.protocols import LexicalIndex, TermGroup
from rag.records import Hit
from rag.text.terms import chunk_terms
from rag.text.words import WORDS_BEFORE, WORDS_FROM, in_language

K1, B, SMOOTHING = 1.2, 0.75, 10


class PlainLexical:
    """The promise, spelled out: BM25 with statistics for each field and one idf a group."""

    def __init__(self) -> None:
        self._terms: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, ids: Sequence[str], texts: Sequence[str], languages: Sequence[str]) -> None:
        for id_, text, language in zip(ids, texts, languages, strict=True):
            self._terms[id_] = chunk_terms(text, language)

    def remove(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            self._terms.pop(id_, None)

    def search(self, groups: Sequence[TermGroup], limit: int, allowed: Iterable[str] | None = None) -> list[Hit]:
        chosen = set(self._terms if allowed is None else allowed)
        hits = [Hit(id_, self._score(id_, groups)) for id_ in self._terms if id_ in chosen]
        return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.chunk_id))[:limit]

    def words(self) -> dict[str, int]:
        words = {term for terms in self._terms.values() for term in terms if WORDS_FROM <= term < WORDS_BEFORE}
        return {word: sum(word in terms for terms in self._terms.values()) for word in words}

    def _score(self, id_: str, groups: Sequence[TermGroup]) -> float:
        score = 0.0
        for group in groups:
            known = [(term, weight) for term, weight in group if self._held(term)] or group
            idf = sum(weight * self._idf(term) for term, weight in known) / sum(weight for _, weight in known)
            score += idf * sum(weight * self._saturated(id_, term) for term, weight in group)
        return score

    def _held(self, term: str) -> int:
        return sum(term in terms for terms in self._terms.values())

    def _idf(self, term: str) -> float:
        holding = self._held(term)
        chunks = SMOOTHING + sum(self._length(known, term[0]) > 0 for known in self._terms)
        return log(1 + (chunks - holding + 0.5) / (holding + 0.5))

    def _saturated(self, id_: str, term: str) -> float:
        lengths = {known: self._length(known, term[0]) for known in self._terms}
        mean = sum(lengths.values()) / max(sum(length > 0 for length in lengths.values()), 1)
        count = self._terms[id_].get(term, 0)
        return count * (K1 + 1) / (count + K1 * (1 - B + B * lengths[id_] / mean)) if count else 0.0

    def _length(self, id_: str, field: str) -> int:
        return sum(count for term, count in self._terms[id_].items() if term[0] == field)


class Kept:
    """A SqliteLexical with its file."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, create=not path.exists())
        self.index = SqliteLexical(self.database)


MAKERS = ["plain", "sqlite"]
IDS = [f"{number:016x}" for number in (5, 2**62, 1, 77)]
LANGUAGES = ["en", "en", "zh", "en"]
TEXTS = [
    "Foxconn builds servers in Ohio for OpenAI",
    "OpenAI signs a contract; the contract names OpenAI and Foxconn",
    "鸿海 与 OpenAI 签署 合作 协议",
    "Nothing of that sort: a ship sails to Lisbon",
]


@pytest.fixture(params=MAKERS)
def made(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterable[tuple[LexicalIndex, Callable[[], LexicalIndex]]]:
    """An empty index, and what reopens it."""
    if request.param == "plain":
        plain = PlainLexical()
        yield plain, lambda: plain
        return
    opened = [Kept(tmp_path / "words.sqlite")]

    def reopen() -> LexicalIndex:
        opened.append(Kept(tmp_path / "words.sqlite"))
        return opened[-1].index

    yield opened[0].index, reopen
    for kept in opened:
        kept.database.close()


@pytest.fixture
def index(made: tuple[LexicalIndex, Callable[[], LexicalIndex]]) -> LexicalIndex:
    return made[0]


def query(*terms: str, language: str = "en") -> list[TermGroup]:
    return [((in_language(term, language), 1.0),) for term in terms]


def english(*weighted: tuple[str, float]) -> TermGroup:
    return tuple((in_language(term, "en"), weight) for term, weight in weighted)


def test_an_empty_index_finds_nothing_and_has_no_words(index: LexicalIndex) -> None:
    assert index.search(query("wopenai"), 5) == []
    assert index.words() == {}
    assert len(index) == 0


def test_the_score_is_bm25_best_first(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    # Word lengths of the English chunks 7, 10 and 9: their mean is 26/3. Two of 3 + 10 hold the word, once each.
    idf = log(1 + 11.5 / 2.5)
    scores = [idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * length * 3 / 26)) for length in (7, 10)]
    hits = index.search(query("wfoxconn"), 5)
    assert [hit.chunk_id for hit in hits] == [IDS[0], IDS[1]]
    assert [hit.score for hit in hits] == pytest.approx(scores, abs=1e-4)


def test_no_shared_term_no_hit(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    assert index.search(query("wzebra", "gzebr"), 5) == []
    assert index.search([], 5) == []


def test_equal_texts_are_ordered_by_chunk_id_also_at_the_limit(index: LexicalIndex) -> None:
    index.add(IDS, [TEXTS[0]] * 4, ["en"] * 4)
    assert [hit.chunk_id for hit in index.search(query("wohio"), 3)] == [IDS[2], IDS[0], IDS[3]]
    assert len({hit.score for hit in index.search(query("wohio"), 9)}) == 1


def test_a_limit_of_zero_finds_nothing(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    assert index.search(query("wopenai"), 0) == []


def test_a_group_counts_as_one_word(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    reference = PlainLexical()
    reference.add(IDS, TEXTS, LANGUAGES)
    groups: list[TermGroup] = [
        english(("wcontract", 1.0), ("wservers", 0.6), ("wunknown", 0.3)),
        english(("wopenai", 1.0)),
    ]
    hits, expected = index.search(groups, 9), reference.search(groups, 9)
    assert [hit.chunk_id for hit in hits] == [hit.chunk_id for hit in expected]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], rel=1e-4)


def test_a_group_that_is_asked_twice_counts_twice(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    once, twice = index.search(query("wship"), 1)[0], index.search(query("wship", "wship"), 1)[0]
    assert twice.score == pytest.approx(2 * once.score)


def test_a_removed_chunk_is_never_found_and_counts_no_more(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    index.remove([IDS[1]])
    without = PlainLexical()
    without.add([IDS[0], *IDS[2:]], [TEXTS[0], *TEXTS[2:]], ["en", "zh", "en"])
    assert len(index) == 3
    hits, expected = (one.search(query("wopenai", "gopen", "wcontract"), 9) for one in (index, without))
    assert [hit.chunk_id for hit in hits] == [hit.chunk_id for hit in expected]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], rel=1e-4)
    assert index.words() == without.words()
    assert in_language("wcontract", "en") not in index.words()


def test_removing_an_unknown_chunk_changes_nothing(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    index.remove(["00000000000000ff"])
    assert len(index) == 4


def test_adding_a_known_chunk_replaces_it(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    index.add(IDS[:1], ["A zebra"], ["en"])
    assert len(index) == 4
    assert [hit.chunk_id for hit in index.search(query("wzebra"), 9)] == [IDS[0]]
    assert index.search(query("wohio"), 9) == []


def test_words_are_counted_by_chunk(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    words = index.words()
    counts = [words[in_language(f"w{word}", "en")] for word in ("openai", "foxconn", "contract")]
    assert counts == [2, 2, 1]
    assert [words[in_language(f"w{word}", "zh")] for word in ("openai", "鸿海")] == [1, 1]


def test_a_word_is_found_in_its_language_only(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    assert [hit.chunk_id for hit in index.search(query("wopenai", language="zh"), 9)] == [IDS[2]]
    assert [hit.chunk_id for hit in index.search(query("wopenai", language="en"), 9)] == [IDS[1], IDS[0]]


def test_a_word_is_as_rare_as_its_language_says(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    before = index.search(query("wopenai"), 1)[0].score
    index.add([f"{number:016x}" for number in range(900, 990)], ["鸿海"] * 90, ["zh"] * 90)
    assert index.search(query("wopenai"), 1)[0].score == pytest.approx(before)


def test_only_allowed_chunks_are_found(index: LexicalIndex) -> None:
    index.add(IDS, TEXTS, LANGUAGES)
    free = {hit.chunk_id: hit.score for hit in index.search(query("wopenai"), 9)}
    hits = index.search(query("wopenai"), 9, [IDS[1], IDS[3], "00000000000000ff"])
    assert hits == [Hit(IDS[1], free[IDS[1]])]
    assert index.search(query("wopenai"), 9, []) == []


def test_a_chunk_without_words_is_kept_and_never_found(index: LexicalIndex) -> None:
    index.add(IDS[:2], ["...", "Lisbon"], ["und", "en"])
    assert len(index) == 2
    assert [hit.chunk_id for hit in index.search(query("wlisbon"), 9)] == [IDS[1]]


def test_reopened_it_gives_equal_hits_and_words(made: tuple[LexicalIndex, Callable[[], LexicalIndex]]) -> None:
    index, reopen = made
    index.add(IDS, TEXTS, LANGUAGES)
    index.remove(IDS[:1])
    again = reopen()
    groups = query("wopenai", "gopen", "r_sai", "wship")
    assert again.search(groups, 9) == index.search(groups, 9)
    assert again.words() == index.words()


def test_what_one_chunk_alone_has_is_identified_fully(tmp_path: Path) -> None:
    index = Kept(tmp_path / "words.sqlite").index
    index.add(IDS, TEXTS, LANGUAGES)
    (lone,) = index.identify(query("wohio"), 9)
    shared = index.identify(query("wopenai"), 9)
    assert lone.chunk_id == IDS[0]
    assert 0.3 < shared[0].score < lone.score <= 1.0
