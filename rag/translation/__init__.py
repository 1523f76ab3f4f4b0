"""Quotations in another language: a model server, a seq2seq model, or nobody; a translation is checked, too."""

from typing import TYPE_CHECKING

from rag.errors import ModelUnavailable
from rag.settings import LlmSettings, TranslatorSettings

if TYPE_CHECKING:
    from rag.protocols import Translator

NOBODY = ("", "none")


def load_translator(settings: TranslatorSettings, llm: LlmSettings) -> "Translator | None":
    """Open the engine that the settings name: "llm", a seq2seq model's folder or name; None for "none".

    Raises ModelUnavailable or DependencyMissing where it cannot be had.
    """
    if settings.model in NOBODY:
        return None
    if settings.model == "bundled":
        raise ModelUnavailable(
            "This version of Dealglot has no bundled translator yet.",
            "Set translator to llm, to the folder of a translation model, or to none.",
        )
    if settings.model == "llm":
        from rag.model_server import ModelServer
        from rag.translation.server import ServerTranslator

        return ServerTranslator(ModelServer(llm))
    # Importing transformers takes a second, and who translates by a server does without.
    from rag.translation.seq2seq import Seq2SeqTranslator

    return Seq2SeqTranslator(settings.model)
