from pathlib import Path

import pytest

from rag.errors import ModelUnavailable, SettingsError
from rag.settings import LlmSettings, TranslatorSettings
from rag.translation import load_translator
from rag.translation.server import ServerTranslator


def test_nobody_translates_unless_an_engine_is_set() -> None:
    assert load_translator(TranslatorSettings(), LlmSettings()) is None
    assert load_translator(TranslatorSettings(""), LlmSettings()) is None


def test_there_is_no_bundled_translator_yet() -> None:
    with pytest.raises(ModelUnavailable, match="no bundled translator yet"):
        load_translator(TranslatorSettings("bundled"), LlmSettings())


def test_the_model_server_translates_where_one_is_set() -> None:
    engine = load_translator(TranslatorSettings("llm"), LlmSettings(url="http://127.0.0.1:9/v1", model="m"))
    assert isinstance(engine, ServerTranslator)
    with pytest.raises(SettingsError, match=r"llm\.url"):
        load_translator(TranslatorSettings("llm"), LlmSettings())


def test_any_other_value_is_a_models_folder_or_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        load_translator(TranslatorSettings(str(tmp_path)), LlmSettings())
