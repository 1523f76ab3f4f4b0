"""Settings -> the parts that hold weights or connections, each loaded at its first use and then kept."""

from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

from rag.settings import ChunkingSettings, Settings

if TYPE_CHECKING:
    from rag.drafting import Writers
    from rag.expansion import Vocabulary
    from rag.generation.llm import LlmGenerator
    from rag.index import Index
    from rag.protocols import Embedder, Generator, Reranker, WordEmbedder
    from rag.translating import QuoteTranslator


class Identity(TypedDict):
    """The further arguments of those who open and make an index."""

    dimension: int
    chunking: ChunkingSettings


class Parts:
    """What settings choose. Imports stand inside the methods, so that only what is used is loaded."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def embedder(self) -> "Embedder":
        """Texts -> vectors."""
        from rag.embedding import load_embedder

        return load_embedder(self._settings.embedding)

    @property
    def identity(self) -> "Identity":
        """What an index is opened and made with, besides its folder and the embedder's name."""
        return {"dimension": self.embedder.dimension, "chunking": self._settings.chunking}

    @cached_property
    def words(self) -> "WordEmbedder":
        """Single words -> vectors; of the bundled model where the chosen one has none."""
        from rag.embedding import load_word_embedder

        return load_word_embedder(self.embedder)

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """The words of the index, across languages; refreshed when the index has changed."""
        from rag.expansion import Vocabulary
        from rag.index import WordVectors

        return Vocabulary(self.words, WordVectors(self.words))

    def vocabulary_of(self, index: "Index") -> "Vocabulary":
        """The vocabulary, as the words of the index are now."""
        self.vocabulary.follow(index.lexical.words, state=index.state, kept=index.words_file)
        return self.vocabulary

    @cached_property
    def reranker(self) -> "Reranker | None":
        """The cross-encoder, where one is chosen."""
        if not self._settings.retrieval.reranker:
            return None
        from rag.reranking import CrossEncoderReranker

        return CrossEncoderReranker(self._settings.retrieval.reranker, device=self._settings.embedding.device)

    @cached_property
    def generator(self) -> "Generator":
        """Passages -> drafts that quote."""
        from rag.generation.extractive import ExtractiveGenerator

        return ExtractiveGenerator(self.embedder, self.words, self._settings.answering)

    @cached_property
    def model_generator(self) -> "LlmGenerator | None":
        """Passages -> drafts by the model server, where one is set."""
        if not self._settings.llm.url:
            return None
        from rag.generation.llm import LlmGenerator
        from rag.model_server import ModelServer

        return LlmGenerator(ModelServer(self._settings.llm), self.embedder, self.words)

    def writers(self, *, use_model: bool) -> "Writers":
        """Who writes an answer; the model server is left alone unless it is set and wanted."""
        from rag.drafting import Writers

        writing = self.model_generator if use_model else None
        return Writers(self.generator, writing, writing.model if writing else "")

    def quote_translator(self, *, use_model: bool) -> "QuoteTranslator":
        """Who puts translations beside quotations; where nobody can, it says so."""
        from rag.translating import SERVER

        if self._settings.translator.model == SERVER and not use_model:
            return self._no_translator
        return self._translator

    @cached_property
    def _translator(self) -> "QuoteTranslator":
        from rag.translating import QuoteTranslator
        from rag.translation import load_translator

        wanted, llm = self._settings.translator, self._settings.llm
        return QuoteTranslator(wanted.model, lambda: load_translator(wanted, llm), lambda: self.words)

    @cached_property
    def _no_translator(self) -> "QuoteTranslator":
        from rag.translating import QuoteTranslator

        return QuoteTranslator("none", lambda: None, lambda: self.words)
