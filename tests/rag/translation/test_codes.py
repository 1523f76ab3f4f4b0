import pytest

from rag.phrases import LANGUAGES
from rag.translation.codes import nllb_code, same_language


def test_every_language_of_answers_has_its_nllb_code() -> None:
    codes = {language: nllb_code(language) for language in LANGUAGES}
    assert len(set(codes.values())) == len(LANGUAGES)
    assert (codes["pt"], codes["zh"], codes["no"], codes["ar"]) == ("por_Latn", "zho_Hans", "nob_Latn", "arb_Arab")
    assert nllb_code("xx") == ""


@pytest.mark.parametrize("said", ["pt", "por", "pt_BR", "pt-PT", "ROMANCE", "itc", "cat_oci_por", "mul", ""])
def test_a_code_of_opus_may_mean_portuguese(said: str) -> None:
    assert same_language(said, "pt")


@pytest.mark.parametrize("said", ["en", "eng", "gmw", "cmn_Hans", "cat_oci_spa", "xx", "bzs"])
def test_a_code_of_another_language_does_not(said: str) -> None:
    assert not same_language(said, "pt")
