"""The direct answer inside a sentence: a value or a name, exactly as the source writes it, or None."""

from rag.generation.features import Scene


def find_short(scene: Scene, place: int) -> str | None:
    """The value or name that the question asks for in the candidate at `place`; None when that is not sure."""
    return None
