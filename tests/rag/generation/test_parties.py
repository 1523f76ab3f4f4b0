import pytest

from rag.generation.naming import find_marks
from rag.generation.parties import is_other_party, names_another

BETWEEN = 'This Agreement is made between Meridian GmbH (the "Seller") and Kappa Holdings Ltd. (the "Buyer").'
IS = "The Lender is Altyn Bank JSC and the Borrower is Nouran Cement SAE."


def other_party(claim: str, language: str, sentence: str) -> bool:
    return is_other_party(claim, find_marks(claim, language), language, sentence, "en")


@pytest.mark.parametrize(
    ("right", "wrong", "language", "sentence"),
    [
        ("The Seller is Meridian GmbH.", "The Seller is Kappa Holdings Ltd.", "en", BETWEEN),
        ("Kappa Holdings is the Buyer.", "Meridian GmbH is the Buyer.", "en", BETWEEN),
        ("The lender is Altyn Bank.", "The lender is Nouran Cement.", "en", IS),
        ("O vendedor é a Meridian GmbH.", "O vendedor é a Kappa Holdings.", "pt", BETWEEN),
        ("Der Darlehensnehmer ist Nouran Cement.", "Der Darlehensnehmer ist die Altyn Bank.", "de", IS),
        ("Заемщик — Nouran Cement.", "Заемщик — Алтын Банк.", "ru", IS),
        ("卖方是Meridian GmbH。", "卖方是Kappa Holdings。", "zh", BETWEEN),
        ("البائع هو Meridian GmbH.", "البائع هو Kappa Holdings.", "ar", BETWEEN),
    ],
)
def test_a_name_in_another_partys_part_is_told(right: str, wrong: str, language: str, sentence: str) -> None:
    assert not other_party(right, language, sentence)
    assert other_party(wrong, language, sentence)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The Seller is Meridian GmbH and the Buyer is Kappa Holdings.", BETWEEN),
        ("Meridian GmbH agreed with Kappa Holdings.", BETWEEN),
        (
            "The Buyer pays Meridian GmbH.",
            "The Buyer pays Meridian GmbH and Larmont S.A. what the Seller is owed.",
        ),
    ],
)
def test_where_it_cannot_be_told_nothing_is_said(claim: str, sentence: str) -> None:
    assert not other_party(claim, "en", sentence)


def test_a_sentence_that_names_somebody_else_names_another() -> None:
    meridian = find_marks("The Seller is Meridian GmbH.", "en")
    assert names_another(meridian, "The escrow agent is Larmont S.A.", "en")
    assert not names_another(meridian, "The Seller of this Agreement is Meridian.", "en")
    assert not names_another(meridian, "The Seller keeps the books.", "en")
