from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeReranker

from rag import Assistant
from rag.fusion import FUSED, LEGS, LEXICAL, NAMED
from rag.retrieval import Retriever

LINES = [f"Clause {number}: the {word} of the parties." for number, word in enumerate(("duty", "price", "term"))]


@pytest.fixture
def retriever(assistant: Assistant) -> Retriever:
    return assistant._ready()


def test_every_leg_searches_the_whole_pool(retriever: Retriever) -> None:
    legs = retriever.legs("Meridian servidores seller")
    assert set(legs) == set(LEGS)
    assert all(hits for leg, hits in legs.items() if leg != NAMED)
    assert retriever.legs("How much is 4.200.000 EUR?")[NAMED]


def test_each_leg_alone_stands_beside_the_fusion(retriever: Retriever) -> None:
    found = retriever.retrieve_by_leg("EUR 4,200,000 payable within 30 days", 3)
    assert list(found) == [*retriever.legs("price"), FUSED]
    assert found[FUSED] == retriever.retrieve("EUR 4,200,000 payable within 30 days", 3)
    assert all("4,200,000" in found[leg][0].text for leg in (LEXICAL, FUSED))


def test_scores_are_shares(retriever: Retriever) -> None:
    for hits in retriever.legs("The price is EUR 4,200,000").values():
        assert all(-1e-6 <= hit.score <= 1.0 + 1e-6 for hit in hits)


def test_the_passage_with_the_words_comes_first(retriever: Retriever) -> None:
    best = retriever.retrieve("EUR 4,200,000 payable within 30 days", 3)[0]
    assert best.document.name == "contract.md"
    assert "4,200,000" in best.text


def test_a_number_is_found_in_another_local_form(retriever: Retriever) -> None:
    assert "4,200,000" in retriever.retrieve("4.200.000", 1)[0].text


def test_no_more_passages_than_asked_for(retriever: Retriever) -> None:
    assert len(retriever.retrieve("price", 1)) == 1


def test_passages_are_sorted_best_first(retriever: Retriever) -> None:
    scores = [passage.score for passage in retriever.retrieve("price seller Porto", 10)]
    assert scores == sorted(scores, reverse=True)


def test_neighbouring_chunks_are_joined_once(make_assistant: Callable[..., Assistant], tmp_path: Path) -> None:
    assistant = make_assistant(**{"chunking.size": 60, "chunking.overlap_sentences": 0})
    (tmp_path / "long.txt").write_text("\n\n".join(LINES * 3), encoding="utf-8")
    assistant.add([tmp_path / "long.txt"])
    passages = assistant.search("clause price parties", limit=10)
    joined = [chunk.id for passage in passages for chunk in passage.chunks]
    assert len(joined) == len(set(joined))
    assert max(len(passage.chunks) for passage in passages) > 1
    for passage in passages:
        places = [chunk.position for chunk in passage.chunks]
        assert places == list(range(places[0], places[0] + len(places)))


def test_a_reranker_orders_the_candidates(assistant: Assistant) -> None:
    plain = assistant._ready()
    reranked = Retriever(
        plain._index,
        plain._embedder,
        plain._vocabulary,
        settings=assistant.settings.retrieval,
        reranker=FakeReranker(),
    )
    best = reranked.retrieve("entregas previstas março seller", 3)[0]
    assert best.document.name == "artigo.txt"
    assert best.score == 3.0


@pytest.fixture
def long_and_short(make_assistant: Callable[..., Assistant], tmp_path: Path) -> Assistant:
    """A document that speaks of the price on every page, and two that do so once."""
    assistant = make_assistant(**{"chunking.size": 60, "chunking.overlap_sentences": 0})
    for name, count in {"long.txt": 40, "one.txt": 1, "two.txt": 1}.items():
        other = "\n\n".join(f"Clause {at}: the weather of the season in {name}." for at in range(3))
        lines = (f"Number {at}: the price of the shares.\n\n{other}" for at in range(count))
        (tmp_path / name).write_text("\n\n".join(lines), encoding="utf-8")
    assistant.add([tmp_path / name for name in ("long.txt", "one.txt", "two.txt")])
    return assistant


def test_a_long_document_does_not_fill_the_places_of_others(long_and_short: Assistant) -> None:
    found = long_and_short.search("What is the price of the shares?", 5)
    assert len(found) == 5
    assert {passage.document.name for passage in found} == {"long.txt", "one.txt", "two.txt"}
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)


def test_where_there_is_nothing_else_one_document_fills_all_places(long_and_short: Assistant) -> None:
    assert len(long_and_short.search("What is the price of the shares?", 10, ["long.txt"])) == 10
