"""Which languages a question names, itself or by their country: "the Polish subsidiary", "au Japon", "韩国公司".

People tell the documents of a deal apart by where they come from, and what comes from Poland is mostly in Polish.
The names are those of Unicode's CLDR, in 30 languages; adjectives and cases are told by the beginnings they share.
Countries that share another one's language (Brazil, Taiwan, Switzerland) are `rag.text.peoples`' to know.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import regex
from babel import Locale
from babel.core import get_global

from rag.text.concepts import LANGUAGES
from rag.text.peoples import find_peoples, languages_of, plain
from rag.text.words import has_no_blanks, split_words

# Languages of many countries: only their own names count.
_OF_MANY_COUNTRIES: Final = frozenset({"en", "es", "ar"})
# Words for "language" and "people" around the names; "Tiếng Nhật" is Japanese, "한국어" Korean.
_AROUND: Final = regex.compile(r"^(?:ภาษา|tiếng |bahasa |اللغه |العربیه )|(?:[语語文]|어)$")
_SHORTEST: Final = 4
_SHORTEST_BEGINNING: Final = 5
_SHORT: Final = 6
_LONGEST_ENDING: Final = 4


class _Name(NamedTuple):
    text: str
    language: str


@lru_cache(maxsize=256)
def languages_named(question: str, language: str) -> frozenset[str]:
    """The languages (two letters) that a question in `language` names; empty for a language without names here."""
    words = [plain(word, language) for word in split_words(question)]
    said = f" {' '.join(words)} "
    named = {name.language for name in _names(language) if _is_named(name.text, words, said, language)}
    return frozenset(named.union(*(languages_of(people.country) for people in find_peoples(question, language))))


def _is_named(name: str, words: list[str], said: str, language: str) -> bool:
    if has_no_blanks(name):
        return name in said
    if language in ("ko", "vi") or " " in name:
        return f" {name} " in said or (language == "ko" and f" {name}" in said)
    return any(_is_form(form, name, language) for word in words for form in _bare_forms(word, language))


def _bare_forms(word: str, language: str) -> tuple[str, ...]:
    """A word, in Arabic and Hebrew also without what is written as one with it."""
    return (word, word[1:], word[2:]) if language in ("ar", "he", "fa") else (word,)


def _is_form(word: str, name: str, language: str) -> bool:
    """Whether a word is a name, an adjective of it or a case: polnische, польською, chinesa."""
    if word[:1] != name[:1] or abs(len(word) - len(name)) > _LONGEST_ENDING:
        return False
    pairs = zip(word, name, strict=False)
    shared = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(word), len(name)))
    if len(name) > _SHORT:
        return shared >= len(name) - 2
    # Of a short name only the last letter may be another: griega, turca. In English none may: green is not Greek.
    changes = language != "en" and len(word) == len(name) >= _SHORTEST_BEGINNING
    return shared == len(name) or (changes and shared == len(name) - 1)


@lru_cache(maxsize=32)
def _names(language: str) -> tuple[_Name, ...]:
    if language not in LANGUAGES:
        return ()
    locale = Locale.parse(language)
    found: dict[_Name, None] = {}
    for code in LANGUAGES:
        known = "nb" if code == "no" else code
        country = get_global("likely_subtags").get(known, "").split("_")[-1]
        names = [locale.languages.get(code, ""), locale.languages.get(known, "")]
        if code not in _OF_MANY_COUNTRIES:
            names.append(locale.territories.get(country, ""))
        for name in names:
            bare = _AROUND.sub("", plain(name, language)).strip()
            if len(bare) >= (2 if has_no_blanks(bare) or language in ("ko", "vi") else _SHORTEST):
                found[_Name(bare, code)] = None
    return tuple(found)
