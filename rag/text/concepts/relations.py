"""What concepts are to each other: "How much did they pay?" is answered by "The price is ..."."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Final

# Sections of `meanings.toml` whose words say little about what a text is about: first, new, large, result.
_GENERAL: Final = ("measure", "order", "degree", "reach", "times", "manner", "thought", "press")


@lru_cache(maxsize=1)
def general_concepts() -> frozenset[str]:
    """The concepts that are met in texts about anything."""
    sections = tomllib.loads(_read("meanings.toml"))
    return frozenset(concept for section in _GENERAL for concept in sections[section])


@lru_cache(maxsize=1)
def related_concepts() -> dict[str, tuple[str, ...]]:
    """For a concept of a question those that a sentence about the same matter may have, nearest first."""
    return {concept: tuple(others.split()) for concept, others in tomllib.loads(_read("related.toml")).items()}


def _read(name: str) -> str:
    return resources.files("rag.text.concepts").joinpath(name).read_text(encoding="utf-8")
