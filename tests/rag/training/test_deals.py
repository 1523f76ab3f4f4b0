"""Words of a deal that the model cuts into pieces of another meaning become pieces of their concept."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
from tokenizers import Tokenizer

from rag.embedding.static import StaticEmbedder
from rag.training.deals import add_deal_words, words_by_concept
from rag.training.saving import save_model
from rag.training.tokenizer import make_unigram

KNOWN = ("lawsuit", "litigat", "litígio", "rechtsstreit", "contenzios", "sued")
OTHERS = ("price", "factory")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that knows some words of one concept, and no word of another."""
    pieces = [f"▁{word}" for word in (*KNOWN, *OTHERS)]
    tokenizer = make_unigram(dict.fromkeys(pieces, -5.0) | dict.fromkeys("abcdefghijklmnopqrstuvwxyzíãç", -9.0))
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(tokenizer.get_vocab_size(), 16)).astype(np.float32)
    direction = generator.normal(size=16)
    for word in KNOWN:
        rows[tokenizer.token_to_id(f"▁{word}")] = direction + 0.1 * generator.normal(size=16)
    save_model(rows, tokenizer, tmp_path / "model")
    return tmp_path / "model"


def test_unknown_words_of_a_concept_take_its_direction(folder: Path) -> None:
    before = StaticEmbedder(shutil.copytree(folder, folder.with_name("before"))).embed_words(["klage", "lawsuit"])
    assert before[0] @ before[1] < 0.5
    assert add_deal_words(folder) > 0
    after = StaticEmbedder(folder)
    klage, lawsuit = after.embed_words(["klage", "lawsuit"])
    assert klage @ lawsuit > 0.8


def test_words_the_model_knows_keep_their_vectors(folder: Path) -> None:
    before = StaticEmbedder(shutil.copytree(folder, folder.with_name("before")))
    assert add_deal_words(folder) > 0
    assert np.allclose(
        before.embed_words([*KNOWN, *OTHERS]), StaticEmbedder(folder).embed_words([*KNOWN, *OTHERS])
    )


def test_the_changed_folder_opens_with_sentence_transformers(folder: Path) -> None:
    transformers = pytest.importorskip("sentence_transformers")
    assert add_deal_words(folder) > 0
    texts = ["klage lawsuit", "litígio, price", "xyz"]
    model = transformers.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert (
        np.abs(model.encode(texts, show_progress_bar=False) - StaticEmbedder(folder).embed_words(texts)).max()
        < 1e-4
    )


def test_a_word_of_two_concepts_belongs_to_none(folder: Path) -> None:
    words = words_by_concept(Tokenizer.from_file(str(folder / "tokenizer.json")))
    members = [word for listed in words.values() for word in listed]
    assert len(members) == len(set(members))
    assert all(" " not in word for word in members)
    assert "▁klage" in words["lawsuit"]
