"""Settings choose the parts; what is not chosen is not loaded."""

from dataclasses import replace

import pytest

from rag.errors import ModelUnavailable
from rag.settings import EmbeddingSettings, Settings
from rag.wiring import Parts


def test_a_part_is_made_once() -> None:
    parts = Parts(Settings())
    assert parts.embedder is parts.embedder
    assert parts.vocabulary is parts.vocabulary


def test_no_reranker_is_loaded_unless_one_is_chosen() -> None:
    assert Parts(Settings()).reranker is None


def test_an_unknown_model_is_said_when_it_is_first_needed() -> None:
    parts = Parts(replace(Settings(), embedding=EmbeddingSettings(model="no/such-folder-or-model")))
    with pytest.raises(ModelUnavailable, match="no/such-folder-or-model"):
        parts.embedder  # noqa: B018
