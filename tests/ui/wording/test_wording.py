import string
from pathlib import Path

import pytest

import ui
from ui.wording import LANGUAGES, choose_language, read_wording, reader_wording

ENGLISH = read_wording("en").texts


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_there_are_29_languages_with_one_file_each() -> None:
    files = {path.stem for path in (Path(ui.__file__).parent / "wording").glob("*.toml")}
    assert len(LANGUAGES) == 29
    assert files == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_english_keys_and_placeholders(language: str) -> None:
    texts = read_wording(language).texts
    assert set(texts) == set(ENGLISH)
    assert {key: placeholders(text) for key, text in texts.items()} == {
        key: placeholders(text) for key, text in ENGLISH.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_filled_and_trimmed(language: str) -> None:
    for key, text in read_wording(language).texts.items():
        assert text.strip() == text, key
        assert text, key
        assert "<" not in text, key


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_sentences_are_translated(language: str) -> None:
    texts = read_wording(language).texts
    same = [key for key, text in texts.items() if text == ENGLISH[key] and len(ENGLISH[key].split()) > 2]
    assert same == []


@pytest.mark.parametrize("language", ["bg", "ru", "uk", "el", "ar", "he", "hi", "th", "ko", "ja", "zh"])
def test_languages_in_other_scripts_use_them(language: str) -> None:
    titles = read_wording(language).say("welcome.title")
    assert not any("a" <= character <= "z" for character in titles.lower())


def test_every_wording_is_used_by_the_page() -> None:
    folder = Path(ui.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    composed = {"answer.extractive", "answer.llm", "page.ask", "page.index"}
    composed |= {
        key for key in ENGLISH if key.startswith(("reason.", "documents.", "error.", "details.", "type."))
    }
    assert {key for key in ENGLISH if f'"{key}"' not in source} <= composed


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("ja", "pt-BR,pt;q=0.9", "ja"),
        ("xx", "pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        (None, "nb-NO,nb;q=0.9", "no"),
        (None, "iw", "he"),
        (None, "xx-YY, de;q=0.3, fr;q=0.7", "fr"),
        (None, "de;q=0, fr;q=nonsense", "en"),
        (None, "*", "en"),
        (None, "", "en"),
        (None, None, "en"),
        (None, "zh-Hant-TW", "zh"),
    ],
)
def test_the_language_is_the_choice_then_the_browsers_wish(
    chosen: str | None, accepted: str | None, language: str
) -> None:
    assert choose_language(chosen, accepted) == language


def test_the_cookie_wins_over_the_header() -> None:
    wording = reader_wording({"dealglot_language": "ko"}, {"accept-language": "de"})
    assert wording.language == "ko"


def test_only_arabic_and_hebrew_are_read_from_right_to_left() -> None:
    assert [code for code in LANGUAGES if read_wording(code).direction == "rtl"] == ["ar", "he"]


@pytest.mark.parametrize(
    ("language", "number", "date", "portuguese"),
    [
        ("de", "1.234,5", "23.11.2026", "Portugiesisch"),
        ("en", "1,234.5", "Nov 23, 2026", "Portuguese"),
        ("no", "1\u00a0234,5", "23. nov. 2026", "portugisisk"),
        ("zh", "1,234.5", "2026年11月23日", "葡萄牙语"),
    ],
)
def test_numbers_dates_and_language_names_are_local(
    language: str, number: str, date: str, portuguese: str
) -> None:
    wording = read_wording(language)
    assert wording.number(1234.5) == number
    assert wording.date("2026-11-23T10:00:00+00:00") == date
    assert wording.language_name("pt") == portuguese


def test_what_is_no_date_or_language_is_left_as_it_is() -> None:
    wording = read_wording("en")
    assert wording.date("yesterday") == "yesterday"
    assert wording.language_name("und") == "–"
    assert wording.language_name("q<b>") == "q<b>"
