"""What an answer says around its quotations, in 29 languages: one TOML file a language, one key a phrase."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

LANGUAGES: Final = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it"),
    *("ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)

_RIGHT_TO_LEFT: Final = frozenset({"ar", "he", "fa", "ur", "ps", "yi"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def phrase(key: str, language: str, /, **values: str | int | Sequence[str]) -> str:
    """The wording of `key` in `language` (English where we have no wording) with `values` put in.

    A phrase with plural forms takes the one that CLDR names for `count`. Inserted texts are isolated
    (Unicode UAX #9) wherever they could run in the other direction than the phrase; several texts are listed in
    the phrase's direction, each isolated by itself. An unknown key is a KeyError.
    """
    spoken = language if language in LANGUAGES else "en"
    entry = _phrases(spoken)[key]
    if isinstance(entry, dict):
        count = values["count"]
        entry = entry.get(_plural(spoken, count), entry["other"]) if isinstance(count, int) else entry["other"]
    return entry.format(**{name: _inserted(value, spoken) for name, value in values.items()})


def quoted(text: str, language: str) -> str:
    """`text` between the quotation marks of `language`, isolated where it runs in the other direction."""
    marks = phrase("open_quote", language), phrase("close_quote", language)
    return f"{marks[0]}{isolated(text, language)}{marks[1]}"


def isolated(text: str, language: str) -> str:
    """`text` as it can stand inside a sentence of `language` without mixing up the reading direction."""
    backwards = language in _RIGHT_TO_LEFT
    foreign = any(_runs_right_to_left(char) for char in text) if not backwards else not _all_own(text)
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if foreign else text


def language_name(code: str, language: str) -> str:
    """What `language` calls the language `code`; the code itself where neither is known."""
    try:
        name = Locale.parse(language if language in LANGUAGES else "en").languages.get(code)
    except (UnknownLocaleError, ValueError):
        name = None
    return str(name) if name else code


def _inserted(value: str | int | Sequence[str], language: str) -> str:
    if isinstance(value, int):
        return str(format_decimal(value, locale=language, group_separator=False))
    return " · ".join(isolated(part, language) for part in ([value] if isinstance(value, str) else value))


def _plural(language: str, count: int) -> str:
    return str(Locale.parse(language).plural_form(count))


def _runs_right_to_left(char: str) -> bool:
    # Hebrew, Arabic, Syriac, Thaana, NKo and the presentation forms.
    return "\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufeff"


def _all_own(text: str) -> bool:
    return all(_runs_right_to_left(char) or char.isspace() for char in text)


@lru_cache(maxsize=64)
def _phrases(language: str) -> dict[str, str | dict[str, str]]:
    source = resources.files(__package__).joinpath(f"{language}.toml")
    return dict(tomllib.loads(source.read_text(encoding="utf-8")))
