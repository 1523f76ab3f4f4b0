from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings, read_settings, setting_names


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_file_environment_and_options_the_defaults_hold() -> None:
    assert read_settings(environment={}) == Settings()


def test_later_sources_win_over_earlier_ones() -> None:
    write("dealglot.toml", "[answering]\nfloor = 0.1\nstatements = 1\n[llm]\nmodel = 'file'\nurl = 'file'\n")
    environment = {"DEALGLOT_LLM_MODEL": "environment", "DEALGLOT_ANSWERING_FLOOR": "0.2", "OTHER": "x"}
    settings = read_settings(environment=environment, options={"answering.floor": "0.3"})
    assert (settings.answering.floor, settings.answering.statements) == (0.3, 1)
    assert (settings.llm.model, settings.llm.url) == ("environment", "file")


def test_corpus_and_index_win_over_everything() -> None:
    environment = {"DEALGLOT_PATHS_CORPUS": "environment", "DEALGLOT_PATHS_INDEX": "environment"}
    settings = read_settings(corpus="c", index=Path("i"), environment=environment)
    assert (settings.paths.corpus, settings.paths.index) == (Path("c"), Path("i"))


def test_names_with_an_underscore_are_found_in_the_environment() -> None:
    settings = read_settings(environment={"DEALGLOT_LOADING_MAX_MEGABYTES": "7"})
    assert settings.loading.max_megabytes == 7


def test_the_key_of_the_language_model_is_no_setting() -> None:
    assert read_settings(environment={"DEALGLOT_LLM_KEY": "secret"}) == Settings()
    assert "llm.key" not in setting_names()


def test_the_translator_may_be_named_without_a_group() -> None:
    write("a.toml", "translator = 'llm'\n")
    assert read_settings(config="a.toml", environment={}).translator.model == "llm"
    assert read_settings(environment={"DEALGLOT_TRANSLATOR": "bundled"}).translator.model == "bundled"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"embeding.model": "x"}, "Did you mean 'embedding.model'?"),
        ({"retrieval.candidates": "many"}, "It takes a whole number."),
        ({"retrieval.candidates": "2.5"}, "It takes a whole number."),
        ({"retrieval.candidates": 2.5}, "It takes a whole number."),
        ({"answering.floor": "high"}, "It takes a number."),
        ({"answering.floor": "-1"}, "0 or more"),
        ({"answering.floor": True}, "It takes a number."),
        ({"llm.model": 3}, "It takes a text."),
        ({"chunking": 3}, "There is no setting 'chunking'"),
    ],
)
def test_a_wrong_setting_says_what_it_takes(options, said) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment={}, options=options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[llm\n", "not valid TOML"),
        ("[llm]\nmodle = 'x'\n", "Did you mean 'llm.model'?"),
        ("floor = 1\n", "'floor'"),
    ],
)
def test_a_wrong_file_is_an_error(text, said) -> None:
    path = write("dealglot.toml", text)
    with pytest.raises(SettingsError) as caught:
        read_settings(environment={})
    assert said in str(caught.value)
    with pytest.raises(SettingsError):
        read_settings(config=path, environment={})


def test_a_named_file_must_be_there() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        read_settings(config="nowhere.toml", environment={})


def test_every_setting_has_a_plain_default() -> None:
    settings = Settings()
    for name in setting_names():
        group, _, key = name.partition(".")
        assert isinstance(getattr(getattr(settings, group), key), str | int | float | Path), name
