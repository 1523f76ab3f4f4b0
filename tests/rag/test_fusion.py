import pytest

from rag.fusion import DENSE, EXPANDED, LEGS, LEXICAL, NAMED, ROMANISED, fuse, share_above_lowest
from rag.records import Hit


def hits(**scores: float) -> list[Hit]:
    return [Hit(name, score) for name, score in scores.items()]


def order(**rankings: list[Hit]) -> list[str]:
    return [hit.chunk_id for hit in fuse(rankings, 10)]


def test_a_chunk_that_two_rankings_praise_wins() -> None:
    assert order(dense=hits(a=0.5, b=0.4, c=0.1), expanded=hits(b=0.5, d=0.4, a=0.1)) == ["b", "d", "a", "c"]


def test_translations_cover_a_question_nearly_as_well_as_its_own_words() -> None:
    fused = fuse({LEXICAL: hits(own=0.3), EXPANDED: hits(other=0.38)}, 2)
    assert [hit.chunk_id for hit in fused] == ["own", "other"]
    assert fused[1].score == pytest.approx(fused[0].score, rel=0.1)


def test_a_page_merely_in_the_askers_language_does_not_beat_one_that_means_the_same() -> None:
    own, other = "own", "other"
    rankings = {LEXICAL: hits(own=0.2), DENSE: hits(own=0.2, other=0.5), EXPANDED: hits(own=0.3, other=0.4)}
    assert order(**rankings) == [other, own]


def test_a_page_with_nearly_all_of_the_words_wins() -> None:
    rankings = {LEXICAL: hits(own=0.8), DENSE: hits(own=0.3, other=0.6), EXPANDED: hits(own=0.6, other=0.7)}
    assert order(**rankings) == ["own", "other"]


@pytest.mark.parametrize("leg", LEGS)
def test_every_leg_finds_on_its_own(leg: str) -> None:
    assert order(**{leg: hits(a=0.5, b=0.2)}) == ["a", "b"]


def test_a_leg_that_repeats_what_another_says_adds_nothing() -> None:
    alone = fuse({LEXICAL: hits(a=0.5)}, 1)
    assert fuse({LEXICAL: hits(a=0.5), ROMANISED: hits(a=0.5), EXPANDED: hits(a=0.5)}, 1) == alone


def test_ties_are_ordered_by_id_and_the_limit_holds() -> None:
    fused = fuse({DENSE: hits(b=1.0, a=1.0, c=1.0)}, 2)
    assert [hit.chunk_id for hit in fused] == ["a", "b"]


def test_nothing_found_gives_nothing() -> None:
    assert fuse({DENSE: [], LEXICAL: []}, 5) == []


@pytest.mark.parametrize(
    ("cosines", "shares"), [((0.8, 0.6), (0.5, 0.0)), ((1.0, -1.0), (1.0, 0.0)), ((1.0,), (1.0,))]
)
def test_cosines_become_shares_of_the_way_to_one(cosines: tuple[float, ...], shares: tuple[float, ...]) -> None:
    found = share_above_lowest([Hit(str(place), cosine) for place, cosine in enumerate(cosines)])
    assert [hit.score for hit in found] == pytest.approx(shares)


def test_no_hits_have_no_shares() -> None:
    assert share_above_lowest([]) == []


def test_chunks_in_the_askers_language_share_their_places_by_the_words_themselves() -> None:
    legs = {DENSE: hits(a=0.9, b=0.1, z=0.5), LEXICAL: hits(a=0.2, b=0.3), EXPANDED: hits(z=0.3)}
    assert [hit.chunk_id for hit in fuse(legs, 3)] == ["a", "z", "b"]
    own_first = fuse(legs, 3, own={"a", "b"})
    assert [hit.chunk_id for hit in own_first] == ["b", "z", "a"]
    assert [hit.score for hit in own_first] == [hit.score for hit in fuse(legs, 3)]


def test_a_chunk_alone_in_having_what_is_named_beats_the_same_words_in_the_askers_language() -> None:
    rankings = {
        LEXICAL: hits(wording=0.1),
        EXPANDED: hits(wording=0.45, named=0.38),
        DENSE: hits(wording=0.5, named=0.2),
        NAMED: hits(named=0.2),
    }
    assert order(**rankings) == ["named", "wording"]


def test_a_name_that_many_chunks_have_decides_nothing() -> None:
    many = {f"c{number}": 0.2 for number in range(5)}
    rankings = {EXPANDED: hits(wording=0.45), DENSE: hits(wording=0.5), NAMED: hits(**many)}
    assert order(**rankings)[0] == "wording"


def test_of_two_chunks_alike_the_one_of_the_fitting_document_comes_first() -> None:
    found = fuse({DENSE: hits(a=0.3, b=0.3)}, 2, subjects={"a": 0.1, "b": 0.4})
    assert [hit.chunk_id for hit in found] == ["b", "a"]
