import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.words import (
    FIELDS,
    ROMAN,
    WORD,
    WORDS_BEFORE,
    WORDS_FROM,
    document_terms,
    field_terms,
    fold,
    grams_in_runs,
    in_language,
    language_and_form,
    plain_number,
    split_words,
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("1.234.567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("1 234 567,89".replace(" ", "\u202f"), "1234567.89"),
        ("1'234'567", "1234567"),
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        ("1,000", "1000"),
        ("12,34,567", "1234567"),
    ],
)
def test_a_number_has_one_form_whatever_its_marks(written: str, plain: str) -> None:
    assert plain_number(written) == plain
    assert split_words(f"EUR {written}") == ["eur", plain]


@pytest.mark.parametrize("number", ["٢٠٢٥", "२०२५", "２０２５", "๒๐๒๕", "۲۰۲۵"])
def test_digits_of_every_script_become_ascii(number: str) -> None:
    assert split_words(number) == ["2025"]


def test_combining_marks_stay_with_their_letters() -> None:
    assert split_words("साझेदारी की घोषणा") == ["साझेदारी", "की", "घोषणा"]


def test_a_script_without_blanks_gives_pairs_and_triples() -> None:
    terms = document_terms("合作伙伴")
    assert {"w合作", "w作伙", "w伙伴", "g合作伙", "g作伙伴"} <= set(terms)


def test_single_signs_are_terms_where_they_are_words_and_longer_grams_where_they_are_sounds() -> None:
    assert {"g合", "g作"} <= set(document_terms("合作"))
    thai = set(document_terms("ความร่วม"))
    assert "gความ" in thai
    assert "gค" not in thai


@pytest.mark.parametrize(
    ("word", "grams"),
    [
        ("久", ["g久"]),
        ("合作", []),
        ("合作伙伴", ["g合作伙", "g作伙伴"]),
        ("ความร", ["gความ", "gวามร"]),
        ("Foxconn", []),
    ],
)
def test_a_word_inside_a_run_is_found_by_its_grams(word: str, grams: list[str]) -> None:
    assert grams_in_runs(in_language(WORD + word, "zh")) == [in_language(gram, "zh") for gram in grams]


def test_a_word_gives_itself_and_its_grams_with_marks_at_both_ends() -> None:
    assert {"wdeal", "g_dea", "gdeal", "geal_"} <= set(document_terms("Deal"))


@pytest.mark.parametrize("name", ["Фокскон", "फॉक्सकॉन", "폭스콘", "フォックスコン"])
def test_romanised_grams_are_ascii(name: str) -> None:
    grams = [gram for word in split_words(name) for gram in field_terms(word, ROMAN)]
    assert grams
    assert all(gram.isascii() for gram in grams)


def test_a_name_meets_its_form_in_another_script() -> None:
    latin, cyrillic = (set(document_terms(name)) for name in ("Gazprom", "Газпром"))
    assert {"r_gaz", "rgazp", "rprom"} <= latin & cyrillic


def test_spelling_variants_of_arabic_letters_are_one() -> None:
    assert fold("إتفاقيّة") == fold("اتفاقیه")


def test_terms_are_counted() -> None:
    assert document_terms("deal, Deal: DEAL!")[WORD + "deal"] == 3


@given(st.text(max_size=200))
def test_any_text_has_terms_of_known_fields(text: str) -> None:
    for term, count in document_terms(text).items():
        assert term[0] in FIELDS
        assert len(term) > 1
        assert count > 0


def test_a_term_of_a_language_keeps_its_form_and_its_field() -> None:
    assert language_and_form(in_language("wpreço", "pt")) == ("pt", "preço")
    assert language_and_form(in_language("gpreç", "zz")) == ("zz", "preç")
    assert language_and_form(in_language("rprec", "und")) == ("und", "prec")
    assert len({in_language(field + "x", language) for field in FIELDS for language in ("pt", "en", "und")}) == 15


def test_words_of_all_languages_lie_in_one_range() -> None:
    assert WORDS_FROM <= in_language("waa", "aa") < in_language("wzz", "zz") < WORDS_BEFORE
    assert not WORDS_FROM <= in_language("gaa", "aa") < WORDS_BEFORE


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("والشركة", "شركة"),
        ("بالعقد", "عقد"),
        ("للشركة", "شركة"),
        ("بشركة", "شركة"),
        ("בחברה", "חברה"),
        ("והחברה", "חברה"),
    ],
)
def test_a_word_is_found_behind_its_prefix_and_with_it(written: str, bare: str) -> None:
    terms = set(document_terms(written))
    bare = fold(bare)
    assert {WORD + fold(written), WORD + bare, f"g_{bare[:3]}"} <= terms


@pytest.mark.parametrize("word", ["ولد", "بيت", "כלב", "company", "компания"])
def test_what_is_left_of_a_short_word_or_in_another_script_is_no_word(word: str) -> None:
    assert [term for term in document_terms(word) if term[0] == WORD] == [WORD + fold(word)]
