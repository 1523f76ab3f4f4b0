"""TransformerEmbedder: any sentence-transformers model, with its prefixes and its length limit."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from rag.errors import ModelUnavailable
from rag.protocols import Vectors

# Words before questions and passages for models that need them without saying so in their configuration.
_PREFIXES = {
    "e5-": ("query: ", "passage: "),
    "bge-large-en": ("Represent this sentence for searching relevant passages: ", ""),
    "bge-base-en": ("Represent this sentence for searching relevant passages: ", ""),
    "bge-small-en": ("Represent this sentence for searching relevant passages: ", ""),
    "nomic-embed": ("search_query: ", "search_document: "),
}
_QUESTION_PROMPTS = ("query", "question", "search_query", "retrieval.query")
_PASSAGE_PROMPTS = ("document", "passage", "search_document", "retrieval.passage")
_MEND = "Name a folder that holds the model, or fetch it once while connected; then set embedding.model."


class TransformerEmbedder:
    """Turns texts into unit rows with a sentence-transformers model, by folder or by name."""

    def __init__(self, model: str, *, device: str = "cpu", batch_size: int = 64, offline: bool = True) -> None:
        """Open the model; with `offline` only files that are on this machine are used.

        Raises ModelUnavailable when the model is not there or cannot be read.
        """
        try:
            self._model = SentenceTransformer(model, device=device, local_files_only=offline)
        except Exception as error:  # the hub, the disk and torch each raise their own kinds
            raise ModelUnavailable(f"The embedding model {model} cannot be loaded.", _MEND) from error
        self._batch_size = batch_size
        self._question_prefix, self._passage_prefix = prefixes(model, self._model.prompts)
        self._name = f"{Path(model).name if Path(model).exists() else model}@{_revision(self._model)}"

    @property
    def name(self) -> str:
        """The model's name and the revision of its files, as far as the model tells it."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a row."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int | None:
        """The model's own limit in tokens; None when it reads any length."""
        limit = self._model.max_seq_length
        return None if limit is None or math.isinf(limit) else int(limit)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a passage, shape (n, dimension), in the given order."""
        return self._embed(texts, self._passage_prefix)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question, read with the model's prefix for questions."""
        return self._embed(texts, self._question_prefix)

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """Return one row a single word, without any prefix."""
        return self._embed(words, "")

    def _embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows = self._model.encode(
            list(texts), prompt=prefix, batch_size=self._batch_size, normalize_embeddings=True,
            convert_to_numpy=True, show_progress_bar=False,
        )  # fmt: skip
        return np.asarray(rows, dtype=np.float32)


def prefixes(model: str, prompts: Mapping[str, str | None]) -> tuple[str, str]:
    """Return what stands before questions and passages: the model's own prompts, else those of its family."""
    question = next(filter(None, map(prompts.get, _QUESTION_PROMPTS)), "")
    passage = next(filter(None, map(prompts.get, _PASSAGE_PROMPTS)), "")
    if question or passage:
        return question, passage
    name = Path(model).name.lower()
    return next((pair for part, pair in _PREFIXES.items() if part in name and "instruct" not in name), ("", ""))


def _revision(model: SentenceTransformer) -> str:
    """Return the commit of the model's files, or a number that changes with its weights' shape."""
    data = getattr(model, "model_card_data", None)
    revision = getattr(data, "base_model_revision", None)
    if revision:
        return str(revision)[:12]
    return f"{sum(parameter.numel() for parameter in model.parameters())}"
