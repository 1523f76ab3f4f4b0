"""What every VectorIndex promises; run on a plain reference and on each real one."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.index.vectors import FaissIndex, load_vectors
from rag.protocols import VectorIndex, Vectors
from rag.records import Hit

DIMENSION = 4
IDS = [f"{number:016x}" for number in (7, 2**62 + 5, 3, 900, 1)]


class PlainVectors:
    """The promise, spelled out."""

    def __init__(self) -> None:
        self._rows: dict[str, Vectors] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._rows |= dict(zip(ids, vectors, strict=True))

    def remove(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            self._rows.pop(id_, None)

    def search(self, vector: Vectors, limit: int, allowed: Iterable[str] | None = None) -> list[Hit]:
        chosen = set(self._rows if allowed is None else allowed)
        hits = [Hit(id_, float(row @ vector.reshape(-1))) for id_, row in self._rows.items() if id_ in chosen]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))[:limit]


def _same(index: VectorIndex, folder: Path) -> VectorIndex:
    return index


def _saved_and_loaded(index: FaissIndex, folder: Path) -> VectorIndex:
    loaded = load_vectors(folder / "view", DIMENSION, index.save(folder / "view"))
    assert loaded is not None
    return loaded


MAKERS = {"plain": (PlainVectors, _same), "faiss": (lambda: FaissIndex(DIMENSION), _saved_and_loaded)}


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[VectorIndex, Callable[[], VectorIndex]]:
    """An empty index, and what reopens it."""
    make, reopen = MAKERS[request.param]
    index = make()
    return index, lambda: reopen(index, tmp_path)


@pytest.fixture
def index(made: tuple[VectorIndex, Callable[[], VectorIndex]]) -> VectorIndex:
    return made[0]


def rows(*values: Sequence[float]) -> Vectors:
    matrix = np.array(values, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


ROWS = rows([1, 0, 0, 0], [0.8, 0.6, 0, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0.6, 0.8])
QUESTION = rows([1, 0, 0, 0])[0]


def near(hits: list[Hit]) -> list[tuple[str, float]]:
    return [(hit.chunk_id, round(hit.score, 3)) for hit in hits]


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(QUESTION, 3) == []
    assert len(index) == 0


def test_the_score_is_the_cosine_best_first(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    assert near(index.search(QUESTION, 2)) == [(IDS[0], 1.0), (IDS[1], 0.8)]


def test_the_limit_may_exceed_the_size_and_ties_go_by_chunk_id(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    expected = [(IDS[0], 1.0), (IDS[1], 0.8), (IDS[4], 0.0), (IDS[2], 0.0), (IDS[3], -1.0)]
    assert near(index.search(QUESTION, 100)) == expected


def test_a_tie_at_the_limit_goes_to_the_lowest_ids(index: VectorIndex) -> None:
    many = [f"{number:016x}" for number in range(200, 100, -1)]
    index.add(many, np.repeat(ROWS[:1], 100, axis=0))
    assert [hit.chunk_id for hit in index.search(QUESTION, 3)] == sorted(many)[:3]


def test_a_limit_of_zero_finds_nothing(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    assert index.search(QUESTION, 0) == []


def test_a_question_may_be_a_row_of_a_matrix(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    assert near(index.search(QUESTION.reshape(1, -1), 1)) == [(IDS[0], 1.0)]


def test_a_removed_chunk_is_never_found(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    index.remove([IDS[0], IDS[3]])
    assert len(index) == 3
    assert near(index.search(QUESTION, 9)) == [(IDS[1], 0.8), (IDS[4], 0.0), (IDS[2], 0.0)]


def test_removing_an_unknown_chunk_changes_nothing(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    index.remove(["00000000000000ff"])
    assert len(index) == 5


def test_adding_a_known_chunk_replaces_its_row(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    index.add(IDS[:1], rows([0, 0, 1, 0]))
    assert len(index) == 5
    assert near(index.search(rows([0, 0, 1, 0])[0], 1)) == [(IDS[0], 1.0)]


def test_only_allowed_chunks_are_found(index: VectorIndex) -> None:
    index.add(IDS, ROWS)
    allowed = [IDS[3], IDS[1], "00000000000000ff"]
    assert near(index.search(QUESTION, 9, allowed)) == [(IDS[1], 0.8), (IDS[3], -1.0)]
    assert index.search(QUESTION, 9, []) == []


def test_reopened_it_gives_equal_hits(made: tuple[VectorIndex, Callable[[], VectorIndex]]) -> None:
    index, reopen = made
    generator = np.random.default_rng(0)
    ids = [f"{number:016x}" for number in generator.choice(10_000, 300, replace=False).tolist()]
    index.add(ids, rows(*generator.standard_normal((300, DIMENSION))))
    index.remove(ids[:50])
    assert reopen().search(QUESTION, 20) == index.search(QUESTION, 20)
