import hashlib
import subprocess
import sys

import numpy as np
import pytest

from rag.index.vectors import FaissIndex, load_vectors


def rows(count, dimension=32, seed=0):
    matrix = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def ids(count):
    return [f"{number * 7919 % 10_007:016x}" for number in range(1, count + 1)]


@pytest.fixture
def index():
    made = FaissIndex(32)
    made.add(ids(500), rows(500))
    return made


def test_the_nearest_are_those_of_the_exact_product(index):
    for question in rows(20, seed=1):
        exact = rows(500) @ question
        best = [ids(500)[at] for at in np.argsort(-exact)[:5]]
        hits = index.search(question, 5)
        assert [hit.chunk_id for hit in hits] == best
        assert [hit.score for hit in hits] == pytest.approx(np.sort(exact)[::-1][:5].tolist(), abs=1e-3)


def test_a_search_keeps_the_state_it_began_with(index):
    view = index._index
    index.remove(ids(500))
    assert (len(index), view.ntotal) == (0, 500)


def test_rows_of_another_shape_are_refused(index):
    with pytest.raises(ValueError, match="32"):
        index.add(ids(2), rows(2, dimension=16))
    with pytest.raises(ValueError, match="2 chunks"):
        index.add(ids(2), rows(3))


def test_a_score_is_never_above_one():
    index = FaissIndex(32)
    index.add(ids(500), rows(500))
    assert max(index.search(row, 1)[0].score for row in rows(500)) <= 1.0


def test_the_contents_are_sorted_and_near_what_was_added(index):
    numbers, held = index.contents()
    order = np.argsort([int(id_, 16) for id_ in ids(500)])
    assert numbers.tolist() == sorted(int(id_, 16) for id_ in ids(500))
    assert np.abs(held - rows(500)[order]).max() < 5e-4


@pytest.mark.parametrize("spoil", ["missing", "cut", "flipped", "dimension"])
def test_a_file_that_is_not_what_was_saved_is_not_loaded(index, tmp_path, spoil):
    path = tmp_path / "view"
    digest = index.save(path)
    assert load_vectors(path, 32, digest) is not None
    data = path.read_bytes()
    match spoil:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(data[:-1])
        case "flipped":
            path.write_bytes(data[:-5] + bytes((data[-5] ^ 1,)) + data[-4:])
    assert load_vectors(path, 16 if spoil == "dimension" else 32, digest) is None


def test_saving_leaves_one_file(index, tmp_path):
    digest = index.save(tmp_path / "view")
    assert [path.name for path in tmp_path.iterdir()] == ["view"]
    assert hashlib.sha256((tmp_path / "view").read_bytes()).hexdigest() == digest


def test_only_one_file_imports_faiss():
    code = "import sys, rag.index.store, rag.index.generation; sys.exit('faiss' in sys.modules and 'rag.index.vectors' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
