"""Whether a text says that one value takes the place of another: replaced by, raised to, postponed."""

import tomllib
from functools import lru_cache
from importlib import resources

import regex

from rag.text.words import fold

_WITHOUT_BLANKS = frozenset({"ja", "ko", "th", "zh"})


def tells_a_change(text: str, language: str) -> bool:
    """Whether a word of change stands in a text; a language without a list tells none."""
    pattern = _pattern(language)
    return pattern is not None and pattern.search(fold(text)) is not None


@lru_cache(maxsize=64)
def _pattern(language: str) -> "regex.Pattern[str] | None":
    source = resources.files("rag.text").joinpath("changing.toml").read_text(encoding="utf-8")
    entries = [regex.escape(fold(entry)) for entry in tomllib.loads(source).get(language, ())]
    if not entries:
        return None
    # Arabic and Hebrew join "and", "to", "in" to the word.
    joined = {"ar": "[وفبل]?(?:ال)?", "he": "[ובלכמשה]{0,2}"}.get(language, "")
    start = "" if language in _WITHOUT_BLANKS else rf"(?<![\p{{L}}\p{{M}}]){joined}"
    return regex.compile(rf"{start}(?:{'|'.join(entries)})")
