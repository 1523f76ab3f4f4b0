"""Questions offered on the empty page; one is shown only where its document is in the index."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Example:
    """A question in one language about a document of the sample corpus, often in another."""

    language: str
    question: str
    document: str


EXAMPLES: Final[Sequence[Example]] = ()


def fitting_examples(names: Collection[str], language: str, limit: int = 6) -> list[Example]:
    """At most `limit` examples whose document is there: the page's language first, then others, in order."""
    there = [example for example in EXAMPLES if example.document in names]
    own = [example for example in there if example.language == language]
    return [*own, *(example for example in there if example.language != language)][:limit]
