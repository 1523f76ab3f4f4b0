"""What `peoples.toml` must be: complete, readable, and without stems that begin words of deals."""

import tomllib
from importlib import resources

import pytest
import regex
from babel import Locale

from rag.text.concepts import LANGUAGES, read_entries
from rag.text.peoples import find_peoples, languages_of
from rag.text.words import WITHOUT_BLANKS

TABLE = tomllib.loads(resources.files("rag.text").joinpath("peoples.toml").read_text("utf-8"))
MAY_LACK = {
    **{"IN": {"ko"}},  # the word for India is also that for a delivery
    "gulf": set(LANGUAGES),
    "none": set(LANGUAGES),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_word_for_every_country(language: str) -> None:
    lacking = TABLE["en"].keys() - TABLE[language].keys()
    assert {code for code in lacking if language not in MAY_LACK.get(code, ())} == set()
    assert TABLE[language].keys() <= TABLE["en"].keys() | TABLE["languages"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_ends_in_a_star_or_a_point_where_words_have_blanks(language: str) -> None:
    for written in TABLE[language].values():
        for entry in written.split():
            assert (regex.search(r"[.*]$", entry) is None) == (language in WITHOUT_BLANKS), entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_stem_begins_a_word_of_deals(language: str) -> None:
    words = [
        entry.strip("*.").replace("_", " ") for entries in read_entries(language).values() for entry in entries
    ]
    assert [word for word in words if find_peoples(word, language)] == []


def test_a_code_is_one_of_the_countries_and_its_languages_are_known() -> None:
    known = {*Locale.parse("en").territories, "arab", "gulf", "none"}
    assert TABLE["en"].keys() | TABLE["languages"].keys() <= known
    assert all(languages_of(code) <= set(LANGUAGES) for code in TABLE["languages"])
    assert languages_of("CH") == {"de", "fr", "it"}
    assert languages_of("150") == frozenset()


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("en", "Let us ask the US firm and the South African one.", ["US", "ZA"]),
        ("pt", "a norte-coreana e a norte-americana", ["KP", "US"]),
        ("fr", "La société sud-américaine, je suis suisse.", ["419", "CH"]),
        ("ar", "والشركة الكورية الجنوبية", ["KR"]),
        ("he", "הצ'יליאנית והאמריקאית", ["CL", "US"]),
        ("he", "הצד המערבי", []),
        ("tr", "İngiliz şirketi mısır ve Mısır", ["GB", "EG"]),
        ("zh", "美国与拉丁美洲", ["US", "419"]),
        ("ja", "ラテンアメリカとアメリカ", ["419", "US"]),
        ("de", "Sie hilft uns.", []),
        ("xx", "American", []),
    ],
)
def test_longer_entries_go_first_and_capitals_count_where_written(
    language: str, text: str, countries: list[str]
) -> None:
    assert [people.country for people in find_peoples(text, language)] == countries
