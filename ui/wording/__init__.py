"""The page's texts in 29 languages, one TOML file a language; `en.toml` is the measure of the others."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

OWN_NAMES: Final = {
    "ar": "العربية", "bg": "Български", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά",
    "en": "English", "es": "Español", "fi": "Suomi", "fr": "Français", "he": "עברית", "hi": "हिन्दी",
    "hu": "Magyar", "id": "Bahasa Indonesia", "it": "Italiano", "ja": "日本語", "ko": "한국어",
    "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский",
    "sv": "Svenska", "th": "ไทย", "tr": "Türkçe", "uk": "Українська", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
"""The interface's languages, each by its name in itself, in the order in which they are offered."""

LANGUAGES: Final = tuple(OWN_NAMES)
DEFAULT: Final = "en"
COOKIE: Final = "dealglot_language"
"""Remembers the language chosen in the page; the page's script sets it."""

_RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_SYNONYMS: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's texts, and how that language writes numbers, dates and the names of languages."""

    language: str
    texts: Mapping[str, str]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction(self.language)

    def say(self, key: str, **values: object) -> str:
        """The text of `key` with its placeholders filled; plain text, never markup."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def number(self, value: float) -> str:
        """A number as this language writes it, with at most two decimals."""
        return format_decimal(value, format="#,##0.##", locale=_locale(self.language))

    def seconds(self, value: float) -> str:
        """A duration, in seconds."""
        return self.say("answer.seconds", seconds=self.number(round(value, 2)))

    def date(self, moment: str) -> str:
        """The day of an ISO 8601 moment; what is not one is given back unchanged."""
        try:
            day = datetime.fromisoformat(moment).date()
        except ValueError:
            return moment
        return format_date(day, format="medium", locale=_locale(self.language))

    def language_name(self, code: str) -> str:
        """The name of a language in this one; the code where no name is known, a dash for none."""
        if code in {"", "und"}:
            return "–"
        try:
            name = Locale.parse(code).get_display_name(_locale(self.language))
        except (UnknownLocaleError, ValueError):
            name = None
        return name or code


def direction(language: str) -> str:
    """The reading direction of a language: `ltr` or `rtl`."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


@cache
def read_wording(language: str) -> Wording:
    """The texts of one of `LANGUAGES`; another language gets the English ones."""
    known = language if language in LANGUAGES else DEFAULT
    text = (Path(__file__).parent / f"{known}.toml").read_text(encoding="utf-8")
    return Wording(known, dict(_flat(tomllib.loads(text))))


def reader_wording(cookies: Mapping[str, str], headers: Mapping[str, str]) -> Wording:
    """The texts for whoever sent a request: the language chosen in the page, else what the browser asks for."""
    return read_wording(choose_language(cookies.get(COOKIE), headers.get("accept-language")))


def choose_language(chosen: str | None, accepted: str | None) -> str:
    """The language `chosen` earlier, else the best of an Accept-Language header, else English.

    The header is read as RFC 9110, section 12.5.4, describes it, by language alone.
    """
    if chosen in LANGUAGES:
        return chosen
    weighed = [_weighed(part) for part in (accepted or "").split(",")[:50]]
    wishes = [(weight, code) for weight, code in weighed if code in LANGUAGES and weight > 0]
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else DEFAULT


def _weighed(part: str) -> tuple[float, str]:
    tag, _, quality = part.partition(";")
    code = tag.strip().lower().partition("-")[0]
    try:
        weight = float(quality.partition("=")[2]) if quality.strip() else 1.0
    except ValueError:
        weight = 0.0
    return weight, _SYNONYMS.get(code, code)


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, str(value)))
    return pairs


@cache
def _locale(language: str) -> Locale:
    return Locale.parse("nb" if language == "no" else language)
