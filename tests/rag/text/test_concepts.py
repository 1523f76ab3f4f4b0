import pytest

from rag.text.concepts import concepts_by_piece, concepts_in


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Who are the partners?", "partner"),
        ("A OpenAI revelou uma parceria com a Foxconn.", "partner"),
        ("合作伙伴是谁？", "partner"),
        ("من هم الشركاء؟", "partner"),
        ("Wer wird zitiert?", "speech"),
        ("Sam Altman sublinhou a importância.", "speech"),
        ("Wie hoch ist der Kaufpreis?", "price"),
        ("購入価格はいくらですか。", "price"),
        ("Giá mua và chi phí là bao nhiêu?", "price"),
        ("Кто покупатель?", "buyer"),
        ("Ausschließlicher Gerichtsstand ist Frankfurt.", "court"),
        ("किस न्यायालय में विवाद", "court"),
    ],
)
def test_words_of_one_meaning_share_a_concept(text: str, concept: str):
    assert concept in concepts_in(text)


def test_whole_words_are_not_found_inside_others():
    assert "law" in concepts_in("The law of England")
    assert "law" not in concepts_in("The lawn of England")


def test_text_without_deal_words_has_no_concepts():
    assert concepts_in("Zebras graze quietly at noon.") == frozenset()


def test_a_word_that_the_model_cuts_in_two_keeps_its_concept():
    assert concepts_by_piece("合作伙伴是谁？", ["合作", "伙", "伴"])["partner"] == [0, 1, 2]
