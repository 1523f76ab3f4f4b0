import pytest

from rag.fusion import fuse, share_above_lowest, share_of_best
from rag.records import Hit


def hits(**scores: float) -> list[Hit]:
    return [Hit(name, score) for name, score in scores.items()]


def test_a_chunk_that_two_rankings_praise_wins() -> None:
    rankings = {"dense": hits(a=0.9, b=0.8, c=0.1), "lexical": hits(b=0.7, d=0.6, a=0.1)}
    fused = fuse(rankings, {"dense": 1.0, "lexical": 1.0}, 10)
    assert fused[0] == Hit("b", 1.5)
    assert [hit.chunk_id for hit in fused] == ["b", "a", "d", "c"]


def test_a_ranking_that_finds_little_changes_little() -> None:
    rankings = {"dense": hits(a=0.5, b=0.4), "lexical": hits(b=0.02, a=0.01)}
    assert fuse(rankings, {"dense": 1.0, "lexical": 6.0}, 2)[0].chunk_id == "a"


def test_a_ranking_without_a_weight_is_silent() -> None:
    rankings = {"dense": hits(a=0.2, b=0.1), "lexical": hits(b=0.9, a=0.1)}
    assert fuse(rankings, {"dense": 1.0}, 1) == hits(a=0.2)


def test_ties_are_ordered_by_id_and_the_limit_holds() -> None:
    fused = fuse({"dense": hits(b=1.0, a=1.0, c=1.0)}, {"dense": 1.0}, 2)
    assert [hit.chunk_id for hit in fused] == ["a", "b"]


def test_nothing_found_gives_nothing() -> None:
    assert fuse({"dense": [], "lexical": []}, {"dense": 1.0}, 5) == []


def test_a_share_of_the_best_is_one_for_a_whole_match() -> None:
    assert share_of_best(hits(a=8.0, b=2.0), 8.0) == hits(a=1.0, b=0.25)
    assert share_of_best(hits(a=8.0), 0.0) == []


@pytest.mark.parametrize(
    ("cosines", "shares"), [((0.8, 0.6), (0.5, 0.0)), ((1.0, -1.0), (1.0, 0.0)), ((1.0,), (1.0,))]
)
def test_cosines_become_shares_of_the_way_to_one(cosines: tuple[float, ...], shares: tuple[float, ...]) -> None:
    found = share_above_lowest([Hit(str(place), cosine) for place, cosine in enumerate(cosines)])
    assert [hit.score for hit in found] == pytest.approx(shares)


def test_no_hits_have_no_shares() -> None:
    assert share_above_lowest([]) == []
