import pytest

from rag.text.terms import chunk_terms, sound_terms, value_terms
from rag.text.words import SOUND, VALUE, in_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the price is USD 1,500,000,000.00", "en"),
        ("o preço é de 1,5 mil milhões de dólares", "pt"),
        ("総額15億ドル", "ja"),
        ("der Preis beträgt 1,5 Mrd. US-Dollar", "de"),
        ("السعر ١٬٥٠٠٬٠٠٠٬٠٠٠ دولار", "ar"),
        ("क़ीमत १,५०,००,००,००० डॉलर है", "hi"),
        ("价格为１，５００，０００，０００美元", "zh"),
    ],
)
def test_an_amount_is_the_same_term_in_every_language(text: str, language: str) -> None:
    assert VALUE + "1500000000" in value_terms(text, language)


def test_a_date_is_found_by_its_month_too() -> None:
    assert value_terms("assinado em 20 de novembro de 2025", "pt") == [VALUE + "2025-11-20", VALUE + "2025-11"]


def test_small_bare_numbers_are_no_values() -> None:
    assert value_terms("see clause 12", "en") == []
    assert value_terms("within 30 days", "en") == [VALUE + "P30D"]


def test_a_number_far_from_others_is_read_whole() -> None:
    text = "word " * 50 + "EUR 4,200,000" + " word" * 50 + " 2025-11-20"
    assert value_terms(text, "en") == [VALUE + "4200000", VALUE + "2025-11-20", VALUE + "2025-11"]


def test_a_chunk_has_words_sounds_and_values_of_its_language() -> None:
    terms = chunk_terms("Фоксконн платит 4 200 000", "ru")
    for term in ("wфоксконн", SOUND + "bkskn", VALUE + "4200000"):
        assert terms[in_language(term, "ru")] == 1


def test_of_a_run_without_blanks_what_is_written_as_it_sounds_is_heard() -> None:
    assert sound_terms("鴻海フォックスコン社") == (SOUND + "bkskn", SOUND + "bksk")
    assert sound_terms("鴻海精密工業") == ()
