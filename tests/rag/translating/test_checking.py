import pytest

from rag.embedding import load_embedder
from rag.embedding.static import StaticEmbedder
from rag.settings import EmbeddingSettings
from rag.translating.checking import NEGATION, check_translation

PRICE = "O preço combinado é de 12,5 milhões de euros, a pagar até 3 de março de 2026."
PRICE_EN = "The agreed price is 12.5 million euros, payable by 3 March 2026."
DEAL = "A Foxconn e a OpenAI anunciaram em Lisboa uma parceria com a Siemens Energy."
DEAL_EN = "Foxconn and OpenAI announced a partnership with Siemens Energy in Lisbon."


@pytest.fixture(scope="module")
def words() -> StaticEmbedder:
    embedder = load_embedder(EmbeddingSettings())
    assert isinstance(embedder, StaticEmbedder)
    return embedder


@pytest.mark.parametrize(
    ("original", "translation", "source", "target"),
    [
        (PRICE, PRICE_EN, "pt", "en"),
        (PRICE, "Der vereinbarte Preis beträgt 12,5 Millionen Euro, zahlbar bis zum 3. März 2026.", "pt", "de"),
        (PRICE, "约定的价格为1250万欧元，须于2026年3月3日前支付。", "pt", "zh"),
        (DEAL, DEAL_EN, "pt", "en"),
        (DEAL, "Фоксконн и OpenAI объявили в Лиссабоне о партнёрстве с Siemens Energy.", "pt", "ru"),
        (
            "The price for the Shares is set on a cash-free basis.",
            "O preço das Ações é fixado sem caixa.",
            "en",
            "pt",
        ),
        ("The price for the Shares is set on a cash-free basis.", "股份的价格按无现金方式确定。", "en", "zh"),
        ("Die Lieferfrist beträgt nicht 45 Tage.", "The delivery period is not 45 days.", "de", "en"),
    ],
)
def test_a_faithful_translation_differs_in_nothing(
    original: str, translation: str, source: str, target: str, words: StaticEmbedder
) -> None:
    checked = check_translation(original, translation, source=source, target=target, words=words)
    assert (checked.text, checked.differences) == (translation, ())


@pytest.mark.parametrize(
    ("original", "wrong", "named"),
    [
        (PRICE, PRICE_EN.replace("12.5", "125"), "12,5 milhões de euros"),
        (PRICE, PRICE_EN.replace("euros", "dollars"), "12,5 milhões de euros"),
        (PRICE, PRICE_EN.replace("3 March", "8 March"), "8 March 2026"),
        (PRICE, "The agreed price is 12.5 million euros.", "3 de março de 2026"),
        (PRICE, PRICE_EN.replace("payable", "plus 7 percent, payable"), "7 percent"),
        (DEAL, DEAL_EN.replace("Foxconn", "Samsung"), "Foxconn"),
        (DEAL, DEAL_EN.replace("OpenAI", "Meridian"), "OpenAI"),
        (DEAL, DEAL_EN.replace("Lisbon", "Madrid"), "Madrid"),
        ("O preço das Ações é fixado em euros.", "The price of the Buyer is set in euros.", "Ações"),
        ("Modelo GB200 entregue.", "Model GB300 delivered.", "GB200"),
        ("O acordo não prevê compromissos de compra.", "The agreement provides for purchases.", NEGATION),
        ("O acordo prevê compromissos de compra.", "The agreement does not provide for purchases.", NEGATION),
    ],
)
def test_a_wrong_number_name_code_or_negation_is_named(
    original: str, wrong: str, named: str, words: StaticEmbedder
) -> None:
    checked = check_translation(original, wrong, source="pt", target="en", words=words)
    assert checked.text == wrong
    assert named in checked.differences


@pytest.mark.parametrize(
    "useless",
    [
        "",
        "  \n",
        "…",
        PRICE,
        PRICE.upper(),
        "Der vereinbarte Preis beträgt 12,5 Millionen Euro, zahlbar bis zum 3. März 2026.",
        "約定された価格は1250万ユーロで、2026年3月3日までに支払われます。",
        "Price.",
        PRICE_EN * 5,
        "The price is the price is the price is the price is the price is 12.5 million euros.",
        PRICE_EN + " See https://example.com/pay",
        PRICE_EN + ' <img src="x">',
    ],
)
def test_what_is_no_translation_is_not_shown(useless: str, words: StaticEmbedder) -> None:
    assert check_translation(PRICE, useless, source="pt", target="en", words=words).text is None


def test_a_sentence_about_something_else_is_not_shown(words: StaticEmbedder) -> None:
    other = "My grandmother bakes bread every Sunday and feeds the birds in the garden."
    assert check_translation(DEAL, other, source="pt", target="en", words=words).text is None


def test_control_characters_are_taken_out(words: StaticEmbedder) -> None:
    checked = check_translation(PRICE, "\x1b[2J" + PRICE_EN.replace(" price", "\n\u202eprice"), source="pt",
                                target="en", words=words)  # fmt: skip
    assert checked.text is not None
    assert not any(char in checked.text for char in "\x1b\n\u202e")


def test_a_link_of_the_original_may_stay(words: StaticEmbedder) -> None:
    original, made = "Veja https://example.com para o preço.", "See https://example.com for the price."
    assert check_translation(original, made, source="pt", target="en", words=words).text == made
