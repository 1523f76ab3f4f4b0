import re
import tomllib
from pathlib import Path

import pytest
from babel import Locale

import rag.phrases
from rag.phrases import LANGUAGES, isolated, language_name, phrase, quoted

FOLDER = Path(rag.phrases.__file__).parent
FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")}
ENGLISH = FILES["en"]
MARKS = {"open_quote", "close_quote"}
SHARED = {"place_page", "place_heading"}  # "under {heading}" is Danish, too


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_there_is_one_file_a_language():
    assert sorted(FILES) == sorted(LANGUAGES)
    assert len(LANGUAGES) == 29


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_has_every_key(language: str):
    assert set(FILES[language]) == set(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_has_the_placeholders_of_the_english_one(language: str):
    for key, entry in FILES[language].items():
        expected = ENGLISH[key]
        if isinstance(expected, str):
            assert placeholders(entry) == placeholders(expected), key
            continue
        assert placeholders(entry["other"]) == placeholders(expected["other"]), key
        for form in entry.values():
            # "one" and "two" may say the number in words.
            assert placeholders(form) <= placeholders(expected["other"]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_with_a_count_have_every_plural_form_of_the_language(language: str):
    for key in ("different_values", "note_withheld"):
        assert set(Locale.parse(language).plural_form.tags) | {"other"} == set(FILES[language][key]), key


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_is_left_over(language: str):
    for key, entry in FILES[language].items():
        if key in MARKS or key in SHARED:
            continue
        forms = entry.items() if isinstance(entry, dict) else [("", entry)]
        english = set(ENGLISH[key].values()) if isinstance(entry, dict) else {ENGLISH[key]}
        for form, text in forms:
            assert text not in english, (key, form)
            bare = re.sub(r"\{\w+\}", "", text)
            assert not re.search(r"\b(?:the|documents (?:do|say)|answer|quoted|withheld)\b", bare), (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_where_a_quote_stands(language: str):
    said = phrase("place_page", language, document="deals/spa.pdf", page=12)
    assert "deals/spa.pdf" in said
    assert "12" in said


def test_the_plural_form_follows_the_count():
    assert phrase("note_withheld", "ru", count=2).startswith("Не показаны 2 утверждения")
    assert phrase("note_withheld", "ru", count=5).startswith("Не показано 5 утверждений")
    assert phrase("different_values", "pl", count=3) == "Dokumenty podają 3 różne wartości:"
    assert phrase("different_values", "ar", count=2) == "ترد في المستندات قيمتان مختلفتان:"
    assert phrase("lead", "en", count=1) == "The document says:"
    assert phrase("lead", "en", count=2) == "The documents say:"


def test_an_unknown_language_gets_english():
    assert phrase("not_found", "xx") == phrase("not_found", "en")


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        phrase("no_such_phrase", "en")


def test_foreign_text_is_isolated_in_right_to_left_phrases():
    assert phrase("place_page", "ar", document="a.pdf", page=3) == "\u2068a.pdf\u2069، الصفحة 3"
    assert quoted("עמוד", "he") == "”עמוד”"


def test_right_to_left_text_is_isolated_in_other_phrases():
    assert isolated("عقد", "en") == "\u2068عقد\u2069"
    assert isolated("contract", "en") == "contract"


def test_each_part_of_a_list_is_isolated_by_itself():
    # One block around the list would take its direction from its first part, and the parts would change places.
    listed = phrase("translation_differs", "ar", differences=["EUR 45", "نفي", "Kappa Ltd."])
    assert listed.endswith(": \u2068EUR 45\u2069 · نفي · \u2068Kappa Ltd.\u2069")
    assert phrase("translation_differs", "en", differences=["EUR 45", "٤٥"]).endswith(": EUR 45 · \u2068٤٥\u2069")


def test_quotes_stand_in_the_marks_of_the_language():
    assert quoted("Preis", "de") == "„Preis“"
    assert quoted("価格", "ja") == "「価格」"
    assert quoted("prix", "fr") == "«\u00a0prix\u00a0»"


def test_languages_are_named_in_the_language_of_the_answer():
    assert language_name("pt", "de") == "Portugiesisch"
    assert language_name("ja", "uk") == "японська"
    assert language_name("pt", "xx") == "Portuguese"
    assert language_name("zzz", "en") == "zzz"
