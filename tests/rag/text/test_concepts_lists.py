"""What every language's list of deal concepts must be: complete, in its own script, without words of two meanings."""

import tomllib
from collections import Counter
from importlib import resources

import pytest
import regex

from rag.phrases import LANGUAGES as SPOKEN
from rag.text.concepts import LANGUAGES, concepts_in, read_entries
from rag.text.words import fold

SCRIPTS = {
    **{"ar": "Arabic", "fa": "Arabic", "he": "Hebrew", "hi": "Devanagari", "th": "Thai", "el": "Greek"},
    **{"ru": "Cyrillic", "uk": "Cyrillic", "bg": "Cyrillic", "ko": "Hangul", "zh": "Han"},
    "ja": r"Han}\p{Hiragana}\p{Katakana",
}
# One word for both, in some language.
KIN = {
    frozenset(pair)
    for pair in (
        *(("share", "stake"), ("decide", "resolution"), ("buyer", "customer"), ("produce", "factory")),
        *(("guarantor", "guarantee"), ("lawsuit", "dispute"), ("termination", "end"), ("damages", "indemnity")),
        *(("board", "director"), ("deposit", "advance"), ("debt", "owe"), ("contract", "agree")),
        *(("right", "law"), ("expect", "forecast"), ("buyer", "acquire"), ("deposit", "escrow")),
    )
}


def meanings() -> set[str]:
    fields = tomllib.loads(resources.files("rag.text.concepts").joinpath("meanings.toml").read_text("utf-8"))
    return {concept for field in fields.values() for concept in field}


def as_written(entry: str) -> str:
    """An entry as a text would have it."""
    word = entry.removesuffix("*").removesuffix(".").replace("_", " ")
    return word.replace("*", "xyz") if word.startswith("*") else word


def test_every_language_that_the_program_speaks_has_a_list():
    assert set(SPOKEN) <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_concept_has_words(language: str):
    assert set(read_entries(language)) == meanings()
    assert all(read_entries(language).values())


@pytest.mark.parametrize("language", [*LANGUAGES, "world"])
def test_no_entry_stands_twice(language: str):
    for concept, entries in read_entries(language).items():
        assert [entry for entry, count in Counter(entries).items() if count > 1] == [], concept


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_in_the_script_of_their_language(language: str):
    script = SCRIPTS.get(language, "Latin")
    # Acronyms, written in capitals, are borrowed as they are.
    own = regex.compile(rf"[\p{{{script}}}\p{{M}}ーʼ_.*'’・-]+|[A-Z]+\.")
    for concept, entries in read_entries(language).items():
        assert [entry for entry in entries if not own.fullmatch(entry)] == [], concept


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_has_two_unrelated_meanings(language: str):
    meant: dict[str, set[str]] = {}
    for concept, entries in read_entries(language).items():
        for entry in entries:
            meant.setdefault(fold(entry).strip(".*"), set()).add(concept)
    doubled = {word: concepts for word, concepts in meant.items() if len(concepts) > 1}
    assert {word: found for word, found in doubled.items() if frozenset(found) not in KIN} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_names_its_own_concept_and_no_unrelated_one(language: str):
    wrong = {}
    for concept, entries in read_entries(language).items():
        for entry in entries:
            found = concepts_in(as_written(entry), language)
            others = {other for other in found - {concept} if frozenset((concept, other)) not in KIN}
            if concept not in found or (others and "_" not in entry):
                wrong[entry] = sorted(found)
    assert wrong == {}
