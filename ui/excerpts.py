"""How much of a text the page shows, cut at words where the script has blanks."""

from collections.abc import Sequence
from typing import Final

_EXCERPT: Final = 420
"""Characters of a passage shown when it is offered as near."""

_CONTEXT: Final = 140
"""Characters of a passage shown before and after a quotation, or before its likeliest sentence."""


def excerpt(text: str, likely: Sequence[str]) -> str:
    """The beginning of a passage; where the likeliest of its sentences would be cut off, what is around that.

    `likely` are sentences, of this passage or others, the likeliest first.
    """
    sentence = next((sentence for sentence in likely if sentence in text), "")
    at = text.find(sentence)
    if at + len(sentence) <= _EXCERPT or at <= _CONTEXT:
        return _shortened(text, _EXCERPT)
    return "… " + _shortened(_from_word(text[at - _CONTEXT :]), _EXCERPT)


def shown_before(text: str) -> str:
    """The end of what stands before a quotation."""
    return text if len(text) <= _CONTEXT else "… " + _from_word(text[-_CONTEXT:])


def shown_after(text: str) -> str:
    """The beginning of what stands behind a quotation."""
    return _shortened(text, _CONTEXT)


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = text[:limit]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > limit // 2 else cut) + " …"


def _from_word(text: str) -> str:
    blank = text.find(" ")
    return text[blank + 1 :] if 0 <= blank < len(text) // 2 else text
