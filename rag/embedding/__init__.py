"""Text -> unit rows: the bundled static model, or any sentence-transformers model."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embedding.static import StaticEmbedder
from rag.settings import EmbeddingSettings

if TYPE_CHECKING:
    from rag.embedding.transformer import TransformerEmbedder

BUNDLED = Path(__file__).with_name("bundled")


def load_embedder(settings: EmbeddingSettings) -> "StaticEmbedder | TransformerEmbedder":
    """Open the model the settings name: "bundled", a folder, or a sentence-transformers name.

    A folder of a static model is read without torch. Raises ModelUnavailable when there is no such model.
    """
    folder = BUNDLED if settings.model == "bundled" else Path(settings.model).expanduser()
    if settings.model == "bundled" or is_static(folder):
        return StaticEmbedder(folder)
    # Importing sentence-transformers takes seconds, and the bundled model does without.
    from rag.embedding.transformer import TransformerEmbedder

    model = str(folder) if folder.is_dir() else settings.model
    return TransformerEmbedder(model, device=settings.device, batch_size=settings.batch_size)


def load_word_embedder(embedder: object) -> StaticEmbedder:
    """Open the bundled model for single words, whatever embeds texts; `embedder` itself if it is that one."""
    if isinstance(embedder, StaticEmbedder) and embedder.folder == BUNDLED:
        return embedder
    return StaticEmbedder(BUNDLED)


def is_static(folder: Path) -> bool:
    """Tell whether a folder holds a StaticEmbedding, alone or followed by Normalize."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
        paths = [str(module["path"]) for module in modules]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) and paths[0] in ("", ".")
