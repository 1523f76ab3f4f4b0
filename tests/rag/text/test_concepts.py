import pytest

from rag.text.concepts import (
    LANGUAGES,
    concepts_by_piece,
    concepts_in,
    concepts_of_word,
    marks_of_concepts,
    read_entries,
)
from rag.text.words import fold, split_words


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Who are the partners?", "partner"),
        ("A OpenAI revelou uma parceria com a Foxconn.", "partner"),
        ("合作伙伴是谁？", "partner"),
        ("合作夥伴是誰？", "partner"),
        ("من هم الشركاء؟", "partner"),
        ("Wer wird zitiert?", "say"),
        ("Sam Altman sublinhou a importância.", "say"),
        ("Wie hoch ist der Kaufpreis?", "price"),
        ("購入価格はいくらですか。", "price"),
        ("Giá mua và chi phí là bao nhiêu?", "price"),
        ("Кто покупатель?", "buyer"),
        ("Ausschließlicher Gerichtsstand ist Frankfurt.", "jurisdiction"),
        ("किस न्यायालय में विवाद", "court"),
        ("Qui est responsable en cas de force majeure ?", "force_majeure"),
        ("caso de força maior", "force_majeure"),
        ("불가항력의 경우", "force_majeure"),
        ("در صورت فورس ماژور", "force_majeure"),
        ('המנכ"ל חתם על ההסכם', "ceo"),
        ("İşbirliği anlaşması imzalandı.", "partner"),
        ("Yhtiökokous hyväksyi fuusion.", "merge"),
    ],
)
def test_words_of_one_meaning_share_a_concept(text: str, concept: str):
    assert concept in concepts_in(text)


@pytest.mark.parametrize(
    ("language", "word", "concept"),
    [
        ("de", "Rahmenliefervertrages", "contract"),
        ("sv", "aktieöverlåtelseavtalet", "contract"),
        ("fi", "vuokrasopimuksesta", "lease"),
        ("ar", "والشركاء", "partner"),
        ("he", "ולקונים", "buyer"),
        ("ru", "договорами", "contract"),
        ("hu", "szerződésekben", "contract"),
        ("el", "μετοχων", "share"),
        ("pt", "aquisicao", "acquire"),
    ],
)
def test_inflected_joined_and_unmarked_words_are_found(language: str, word: str, concept: str):
    assert concept in concepts_in(word, language)


def test_whole_words_are_not_found_inside_others():
    assert "law" in concepts_in("The law of England")
    assert "law" not in concepts_in("The lawn of England")


def test_words_in_a_row_go_before_their_parts():
    assert concepts_in("a power of attorney", "en") == {"proxy"}


def test_the_longest_entry_names_a_word():
    assert concepts_in("Verkäufer", "de") == {"seller"}
    assert concepts_in("违约金", "zh") == {"penalty"}


def test_only_words_of_the_language_count():
    assert concepts_in("rente", "nl") == {"interest"}
    assert concepts_in("rente", "en") == frozenset()


def test_without_a_language_those_count_that_know_most_of_the_text():
    text = "Le président a signé le bail et la caution du locataire."
    assert concepts_in(text) == concepts_in(text, "fr")


def test_an_unknown_language_counts_as_none():
    assert concepts_in("el contracte i el preu", "ca") == concepts_in("el contracte i el preu")


def test_text_without_deal_words_has_no_concepts():
    assert concepts_in("Zebras graze quietly at noon.") == frozenset()


def test_a_word_alone_has_the_concepts_it_has_as_a_text():
    for word in ("kaufvertrag", "契約", "partners", "zebra", "שותפים"):
        assert concepts_of_word(word) == concepts_in(word)


def test_a_word_that_the_model_cuts_in_two_keeps_its_concept():
    assert concepts_by_piece("合作伙伴是谁？", ["合作", "伙", "伴"])["partner"] == [0, 1, 2]


def test_each_word_of_a_row_has_the_place_of_its_concept():
    assert concepts_by_piece("Is it force majeure?", ["force", "majeure"])["force_majeure"] == [0, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_names_a_concept_has_one_of_its_marks(language: str) -> None:
    marks = marks_of_concepts(language)
    written = {word for entries in read_entries(language).values() for entry in entries for word in [fold(entry)]}
    forms = {word for entry in written for word in split_words(entry.strip("*."))}
    for word in sorted({*forms, *(f"{word}x" for word in forms), *(f"super{word}" for word in forms)}):
        for concept in concepts_of_word(word, language):
            assert any(mark in word for mark in marks[concept]), (word, concept)
