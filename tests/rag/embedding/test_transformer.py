"""Any sentence-transformers model, here the bundled folder opened by sentence-transformers itself."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sentence_transformers")
pytestmark = pytest.mark.filterwarnings("ignore")

from rag.embedding import BUNDLED, load_embedder
from rag.embedding.static import StaticEmbedder
from rag.embedding.transformer import TransformerEmbedder, prefixes
from rag.errors import ModelUnavailable
from rag.settings import EmbeddingSettings

TEXTS = ["The price is 20 euros.", "O preço é de 20 euros.", "价格是20欧元。"]


@pytest.fixture(scope="module")
def embedder() -> TransformerEmbedder:
    return TransformerEmbedder(str(BUNDLED))


def test_rows_are_float32_of_length_one_and_equal_the_static_reader(embedder: TransformerEmbedder) -> None:
    rows = embedder.embed_passages(TEXTS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert np.allclose(rows, StaticEmbedder(BUNDLED, check=False).embed_passages(TEXTS), atol=1e-4)
    assert np.allclose(embedder.embed_questions(TEXTS), rows, atol=1e-6)
    assert np.allclose(embedder.embed_words(TEXTS), rows, atol=1e-6)
    assert embedder.dimension == rows.shape[1]


def test_no_texts_give_no_rows(embedder: TransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_the_name_tells_model_and_revision_and_the_length_is_open(embedder: TransformerEmbedder) -> None:
    assert embedder.name.startswith("bundled@")
    assert embedder.max_tokens is None


def test_a_missing_model_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as error:
        load_embedder(EmbeddingSettings(model=str(tmp_path / "none")))
    assert "embedding.model" in error.value.do


def test_prefixes_come_from_the_model_and_else_from_its_family() -> None:
    assert prefixes("any/model", {"query": "q: ", "document": "d: "}) == ("q: ", "d: ")
    assert prefixes("intfloat/multilingual-e5-small", {"query": "", "document": None}) == ("query: ", "passage: ")
    assert prefixes("intfloat/multilingual-e5-large-instruct", {}) == ("", "")
    assert prefixes("sentence-transformers/LaBSE", {}) == ("", "")
