"""Which pieces share a row, what a shared table keeps, and how it is saved."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from rag.embedding.static import StaticEmbedder
from rag.training.saving import save_model
from rag.training.sharing import Shared, same_words, share_rows
from rag.training.stepping import shared_table


def test_a_word_within_another_has_the_row_of_the_word_alone() -> None:
    pieces = ["▁vertrag", "vertrag", "▁er", "er", "חברה", "▁חברה", "partner"]
    rows = same_words(pieces).tolist()
    assert rows[0] == rows[1]
    assert rows[4] == rows[5]
    assert rows[2] != rows[3]  # too short to be the same word
    assert sorted(set(rows)) == list(range(5))


def near(row: torch.Tensor, seed: int) -> torch.Tensor:
    noise = torch.randn(3, len(row), generator=torch.Generator().manual_seed(seed))
    return row + 0.05 * noise


def test_rows_that_point_the_same_way_share_one() -> None:
    groups = torch.eye(8)[:4]
    rows = torch.cat([near(group, number) * (number + 1) for number, group in enumerate(groups)])
    centres, nearest = share_rows(rows, torch.tensor([3.0, 1.0, 1.0] * 4), size=4)
    assert [len(set(nearest[first : first + 3])) for first in range(0, 12, 3)] == [1] * 4
    assert len(set(nearest.tolist())) == 4
    assert torch.allclose(centres.norm(dim=1), torch.ones(4), atol=1e-5)


def test_a_shared_table_keeps_directions_and_lengths() -> None:
    rows = torch.randn(40, 16, generator=torch.Generator().manual_seed(1)) * torch.arange(1, 41)[:, None]
    table = shared_table(rows, np.arange(1, 41), size=100)
    assert table.shared is not None
    again = table.rows[torch.from_numpy(table.shared.row)] * torch.from_numpy(table.shared.length)[:, None]
    assert torch.allclose(again, rows, rtol=1e-3, atol=1e-3)


def test_a_saved_shared_table_is_read_alike_with_and_without_torch(tmp_path: Path) -> None:
    transformers = pytest.importorskip("sentence_transformers")
    tokenizer = Tokenizer(Unigram([("<unk>", 0.0), ("a", -1.0), ("b", -1.0), ("c", -2.0)], unk_id=0))
    rows = np.random.default_rng(3).normal(size=(2, 8)).astype(np.float32)
    shared = Shared(np.array([0, 0, 1, 1]), np.array([0.0, 1.0, 2.0, 0.5], dtype=np.float32))
    save_model(rows, tokenizer, tmp_path, shared=shared)
    mine = StaticEmbedder(tmp_path).embed_passages(["ab", "abcc", "c"])
    wanted = rows[0] + 2.0 * rows[1]
    assert np.allclose(mine[0], wanted / np.linalg.norm(wanted), atol=0.02)  # one byte a number
    model = transformers.SentenceTransformer(str(tmp_path), device="cpu", local_files_only=True)
    assert np.abs(model.encode(["ab", "abcc", "c"], show_progress_bar=False) - mine).max() < 1e-4
