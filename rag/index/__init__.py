"""One index folder on disk: documents, texts and vectors in one SQLite file, a FAISS view derived from it."""

from rag.index.folder import Index
from rag.index.generation import has_index
from rag.index.opening import create_index, open_index, rebuilding, repair_index
from rag.index.store import indexed_text
from rag.index.words import WordVectors

__all__ = [
    "Index",
    "WordVectors",
    "create_index",
    "has_index",
    "indexed_text",
    "open_index",
    "rebuilding",
    "repair_index",
]
