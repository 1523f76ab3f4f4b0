from rag.fusion import fuse
from rag.records import Hit


def hits(**scores: float) -> list[Hit]:
    return [Hit(name, score) for name, score in scores.items()]


def test_a_chunk_that_two_rankings_praise_wins() -> None:
    rankings = {"dense": hits(a=0.9, b=0.8, c=0.1), "lexical": hits(b=20.0, d=11.0, a=1.0)}
    fused = fuse(rankings, {"dense": 1.0, "lexical": 1.0}, 10)
    assert fused[0].chunk_id == "b"
    assert {hit.chunk_id for hit in fused} == {"a", "b", "c", "d"}


def test_scales_of_rankings_do_not_matter() -> None:
    small = {"dense": hits(a=0.3, b=0.2, c=0.1), "lexical": hits(c=3.0, b=1.0, a=0.5)}
    large = {"dense": small["dense"], "lexical": hits(c=300.0, b=100.0, a=50.0)}
    weights = {"dense": 1.0, "lexical": 2.0}
    assert [hit.chunk_id for hit in fuse(small, weights, 3)] == [hit.chunk_id for hit in fuse(large, weights, 3)]


def test_a_weight_of_zero_silences_a_ranking() -> None:
    rankings = {"dense": hits(a=2.0, b=1.0), "lexical": hits(b=9.0, a=1.0)}
    assert fuse(rankings, {"dense": 1.0}, 1)[0].chunk_id == "a"


def test_ties_are_ordered_by_id_and_the_limit_holds() -> None:
    fused = fuse({"dense": hits(b=1.0, a=1.0, c=1.0)}, {"dense": 1.0}, 2)
    assert [hit.chunk_id for hit in fused] == ["a", "b"]


def test_nothing_found_gives_nothing() -> None:
    assert fuse({"dense": [], "lexical": []}, {"dense": 1.0}, 5) == []
