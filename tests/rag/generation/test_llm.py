"""A model's answer reaches a person only sentence by sentence, each with the words that prove it."""

import time

import pytest
from stub_server import stub_server

from rag.phrases import LANGUAGES, phrase
from rag.settings import LlmSettings

CONTRACT = (
    "The Seller is Meridian GmbH of Leipzig, Germany. The Buyer is Kappa Holdings Ltd. "
    "The purchase price is EUR 186,400,000 and is payable on 27 June 2025.\n"
    "The Buyer shall not announce the transaction before Closing. "
    "The guarantee expires three years after Closing. Late payment bears interest at 8 % a year."
)
OTHER = (
    "The escrow agent is Larmont S.A. The escrow amount is EUR 9,320,000. The Seller is entitled to an earn-out of "
    "up to EUR 12,000,000. No earn-out is payable if the result is below EUR 21,000,000; the guarantee of the "
    "purchase price does not extend to the earn-out."
)
PRICE = "What is the purchase price?"
# A question that has to do with every sentence.
TERMS = "What are the terms of the deal: seller, buyer, price, escrow, guarantee, interest?"
# Seconds for what comes after a server that was waited for in vain.
AFTERWARDS = 5


@pytest.fixture
def deal(room, make_passage):
    room.passages = [make_passage(CONTRACT, name="spa.txt"), make_passage(OTHER, name="escrow.txt")]
    return room


def test_a_proven_statement_is_said_with_the_exact_sentence(deal) -> None:
    answer = deal.ask(PRICE, "en", "The purchase price is EUR 186,400,000 [1].")
    assert [statement.text for statement in answer.statements] == ["The purchase price is EUR 186,400,000."]
    (citation,) = answer.citations
    assert citation.quote == "The purchase price is EUR 186,400,000 and is payable on 27 June 2025."
    assert CONTRACT[citation.start : citation.end] == citation.quote
    assert (answer.mode, answer.model, answer.notes) == ("llm", "stub-model", ())
    assert answer.text.startswith("The purchase price is EUR 186,400,000. [1]")


def test_statements_come_one_by_one(deal) -> None:
    deal.ask(TERMS, "en", "The purchase price is EUR 186,400,000 [1].\nThe seller is Meridian GmbH [1].")
    assert [len(answer.statements) for answer in deal.answers] == [1, 2, 2]


@pytest.mark.parametrize(
    "right",
    [
        "The price was EUR 186.4 million [1].",
        "It is payable on June 27, 2025 [1].",
        "The seller is Meridian GmbH [1].",
        "According to the agreement, the seller is Meridian GmbH of Leipzig [1].",
        "The guarantee expires 3 years after Closing [1].",
        "The Buyer may not announce the transaction before Closing [1].",
        "Interest on late payment is 8 % a year [1].",
        "The escrow agent is **Larmont S.A.** [2]",
    ],
)
def test_a_right_statement_in_other_words_is_said(deal, right: str) -> None:
    answer = deal.ask(TERMS, "en", right)
    assert len(answer.statements) == 1
    assert answer.mode == "llm"


WRONG = {
    "number": "The purchase price is EUR 186,400,001 [1].",
    "scale": "The purchase price is EUR 186.4 billion [1].",
    "currency": "The purchase price is USD 186,400,000 [1].",
    "number of another sentence": "The purchase price is EUR 9,320,000 [1].",
    "date": "The purchase price is payable on 28 June 2025 [1].",
    "duration": "The guarantee expires five years after Closing [1].",
    "unit": "The guarantee expires three months after Closing [1].",
    "percentage": "Late payment bears interest at 9 % a year [1].",
    "name": "The Seller is Falconwood GmbH of Leipzig, Germany [1].",
    "name at the start": "Falconwood is the Seller [1].",
    "name of another party": "The escrow agent is Meridian GmbH [2].",
    "name of the other side": "The Buyer is Meridian GmbH [1].",
    "name of the other side, first": "Kappa Holdings Ltd. is the Seller [1].",
    "name of the sentence before": "The purchase price is payable to Kappa Holdings Ltd. on 27 June 2025 [1].",
    "name out of two passages": "The escrow agent is Meridian GmbH [1][2].",
    "other side": "The Seller shall not announce the transaction before Closing [1].",
    "another part": "The escrow agent is entitled to an earn-out of up to EUR 12,000,000 [2].",
    "before for after": "The guarantee expires three years before Closing [1].",
    "unit of a rate": "Late payment bears interest at 8 % a month [1].",
    "number left out": "The guarantee expires a year after Closing [1].",
    "never": "The guarantee never expires [1].",
    "place": "The Seller is Meridian GmbH of Dresden, Germany [1].",
    "country": "The Seller is Meridian GmbH of Leipzig, France [1].",
    "code": "The Seller is Meridian GmbH, register number HRB 7731 [1].",
    "denied": "The purchase price is not payable on 27 June 2025 [1].",
    "denial of a condition left out": "The earn-out is EUR 21,000,000 [2].",
    "denial that repeats the question": "The purchase price does extend to the earn-out [2].",
    "denial left out": "The Buyer shall announce the transaction before Closing [1].",
    "no citation": "The purchase price is EUR 186,400,000.",
    "invented citation": "The purchase price is EUR 186,400,000 [7].",
    "another passage cited": "The purchase price is EUR 186,400,000 [2].",
    "invented quote": "The contract says: “The Buyer may withdraw at any time without giving reasons” [1].",
    "invented content": "The board of directors approved the merger plan unanimously [1].",
    "slipped in": "The purchase price is EUR 186,400,000 and the factory in Pune will be closed [1].",
    "other language": "Der Kaufpreis beträgt EUR 186.400.000 und wird an die Verkäuferin gezahlt [1].",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_statement_is_withheld_and_counted(deal, wrong: str) -> None:
    right = "The escrow amount is EUR 9,320,000 as the escrow agent holds it [2]."
    answer = deal.ask(TERMS, "en", f"The escrow amount is EUR 9,320,000 [2].\n{wrong}")
    assert right not in answer.text
    assert [statement.text for statement in answer.statements] == ["The escrow amount is EUR 9,320,000."]
    assert answer.notes == (phrase("note_withheld", "en", count=1),)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nothing_but_wrong_statements_gives_quotations(deal, wrong: str) -> None:
    answer = deal.ask(TERMS, "en", wrong)
    assert (answer.mode, answer.model) == ("extractive", "")
    assert answer.notes[0] == phrase("note_unusable", "en")
    said = wrong.partition(" [")[0]
    assert said not in answer.text or said in CONTRACT


# Right and wrong in the asker's language over an English contract: (right, wrong number, wrong name, denial).
ACROSS = {
    "pt": ("O preço de compra é de 186.400.000 euros [1].", "O preço de compra é de 186.500.000 euros [1].",
           "O vendedor é a Falconwood GmbH [1].", "O preço de compra não é de 186.400.000 euros [1]."),
    "de": ("Der Kaufpreis beträgt 186.400.000 Euro [1].", "Der Kaufpreis beträgt 186.500.000 Euro [1].",
           "Der Verkäufer ist die Falconwood GmbH [1].", "Der Kaufpreis beträgt nicht 186.400.000 Euro [1]."),
    "ru": ("Цена покупки составляет 186 400 000 евро [1].", "Цена покупки составляет 186 500 000 евро [1].",
           "Продавец — компания Фалконвуд [1].", "Цена покупки не составляет 186 400 000 евро [1]."),
    "zh": ("购买价格为186,400,000欧元[1]。", "购买价格为186,500,000欧元[1]。",
           "卖方是猎鹰木业有限公司[1]。", "购买价格不是186,400,000欧元[1]。"),
    "fr": ("Le prix d’achat est de 186 400 000 euros [1].", "Le prix d’achat est de 186 500 000 euros [1].",
           "Le vendeur est Falconwood GmbH [1].", "Le prix d’achat n’est pas de 186 400 000 euros [1]."),
    "ar": ("سعر الشراء هو 186,400,000 يورو [1].", "سعر الشراء هو 186,500,000 يورو [1].",
           "البائع هو شركة فالكون وود [1].", "سعر الشراء ليس 186,400,000 يورو [1]."),
}  # fmt: skip


# The name of the other side, another year, another currency, a bound as its opposite: all in the asker's language.
SWAPPED = {
    "pt": ("O comprador é a Meridian GmbH [1].", "A garantia expira cinco anos após o fechamento [1].",
           "O preço de compra é de 186.400.000 dólares [1].", "O vendedor tem direito a pelo menos 12.000.000 euros [2]."),
    "de": ("Der Käufer ist die Meridian GmbH [1].", "Die Garantie erlischt fünf Jahre nach dem Vollzug [1].",
           "Der Kaufpreis beträgt 186.400.000 Dollar [1].", "Der Käufer hat Anspruch auf bis zu 12.000.000 Euro [2]."),
    "ru": ("Покупатель — Meridian GmbH [1].", "Гарантия истекает через пять лет после закрытия [1].",
           "Цена покупки составляет 186 400 000 долларов [1].", "Продавец имеет право на не менее 12 000 000 евро [2]."),
    "zh": ("买方是Meridian GmbH[1]。", "担保在交割后五年到期[1]。", "购买价格为186,400,000美元[1]。", "卖方有权获得至少12,000,000欧元[2]。"),
    "fr": ("L’acheteur est Meridian GmbH [1].", "La garantie expire cinq ans après la réalisation [1].",
           "Le prix d’achat est de 186 400 000 dollars [1].", "Le vendeur a droit à au moins 12 000 000 euros [2]."),
    "ar": ("المشتري هو Meridian GmbH [1].", "ينتهي الضمان بعد خمس سنوات من الإغلاق [1].",
           "سعر الشراء هو 186,400,000 دولار [1].", "يحق للبائع الحصول على 12,000,000 يورو على الأقل [2]."),
}  # fmt: skip


@pytest.mark.parametrize("language", SWAPPED)
@pytest.mark.parametrize("kind", range(4), ids=["party", "duration", "currency", "bound"])
def test_the_other_side_across_languages_is_withheld(deal, language: str, kind: int) -> None:
    answer = deal.ask(PRICE, language, SWAPPED[language][kind])
    assert answer.mode == "extractive"
    assert phrase("note_unusable", language) in answer.notes


@pytest.mark.parametrize("language", ACROSS)
def test_a_right_statement_across_languages_is_said(deal, language: str) -> None:
    answer = deal.ask(PRICE, language, ACROSS[language][0])
    assert answer.mode == "llm"
    assert answer.citations[0].quote.startswith("The purchase price is EUR 186,400,000")


@pytest.mark.parametrize("language", ACROSS)
@pytest.mark.parametrize("kind", [1, 2, 3], ids=["number", "name", "denial"])
def test_a_wrong_statement_across_languages_is_withheld(deal, language: str, kind: int) -> None:
    answer = deal.ask(PRICE, language, ACROSS[language][kind])
    assert answer.mode == "extractive"
    assert phrase("note_unusable", language) in answer.notes


def test_another_language_is_asked_for_once_more(deal) -> None:
    wrong = "Der Kaufpreis beträgt EUR 186.400.000 und ist zahlbar am 27. Juni 2025 [1]."
    answer = deal.ask(PRICE, "en", wrong, "The purchase price is EUR 186,400,000 [1].")
    assert (answer.mode, len(deal.stub.asked)) == ("llm", 2)
    assert "not in English" in deal.stub.asked[1]["messages"][0]["content"]


def test_another_language_twice_gives_quotations(deal) -> None:
    wrong = "Der Kaufpreis beträgt EUR 186.400.000 und ist zahlbar am 27. Juni 2025 [1]."
    answer = deal.ask(TERMS, "en", wrong)
    assert (answer.mode, len(deal.stub.asked)) == ("extractive", 2)


@pytest.mark.parametrize("refusal", ["NOT_FOUND", "**NOT_FOUND**", "not found.", "NOT_FOUND: the price is secret"])
def test_a_refusal_is_not_found_with_the_nearest_passages(deal, refusal: str) -> None:
    answer = deal.ask(PRICE, "en", refusal)
    assert (answer.answered, answer.mode, answer.notes) == (False, "llm", ())
    assert answer.text.startswith(phrase("not_sure", "en"))
    assert "spa.txt" in answer.text


@pytest.mark.parametrize("key", ["not_found", "not_sure"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_in_words_is_a_refusal_in_every_language(deal, language: str, key: str) -> None:
    answer = deal.ask(PRICE, language, phrase(key, language))
    assert (answer.answered, answer.mode) == (False, "llm")


FAULTS = (
    *("429", "500", "redirect", "cut", "die", "bad-event", "empty", "html", "bad-json", "deep-json", "packed"),
    *("no-text", "one-megabyte", "huge", "hang", "drip", "drip-head", "stall", "reset"),
)


@pytest.mark.parametrize("mode", FAULTS)
def test_a_fault_gives_quotations_in_time(deal, mode: str) -> None:
    deal.stub.mode, deal.seconds = mode, 2
    begin = time.monotonic()
    answer = deal.ask(
        PRICE, "pt", "O preço de compra é de 186.400.000 euros [1].\nO vendedor é Meridian GmbH [1]."
    )
    assert time.monotonic() - begin < 15
    assert (answer.mode, answer.model) == ("extractive", "")
    assert answer.notes == (phrase("note_unusable", "pt"),)
    assert "sk-secret" not in repr(answer)


@pytest.mark.parametrize("mode", ["hang", "drip", "drip-head", "stall"])
def test_a_server_that_keeps_one_waiting_costs_its_time_and_little_more(deal, mode: str) -> None:
    deal.ask(PRICE, "en", use_model=False)  # the models are read
    deal.stub.mode, deal.seconds = mode, 1
    begin = time.monotonic()
    answer = deal.ask(PRICE, "en", "The purchase price is EUR 186,400,000 [1].\n" * 5)
    assert time.monotonic() - begin < 1 + AFTERWARDS / 2
    assert answer.mode == "extractive"


def test_the_time_that_is_set_leaves_room_for_the_quotations() -> None:
    assert LlmSettings().timeout_seconds + AFTERWARDS <= 30


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_with_the_time_that_is_set_quotations_come_within_thirty_seconds(deal, mode: str) -> None:
    deal.stub.mode, deal.seconds = mode, LlmSettings().timeout_seconds
    begin = time.monotonic()
    assert deal.ask(PRICE, "en", "The purchase price is EUR 186,400,000 [1].").mode == "extractive"
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_that_is_not_there_is_said_in_the_askers_language(deal, language: str) -> None:
    with stub_server() as gone:
        url = gone.url
    deal.stub.url = url
    answer = deal.ask(PRICE, language)
    assert answer.notes == (phrase("note_fallback", language),)
    assert answer.mode == "extractive"


def test_a_server_that_dies_midway_takes_its_statements_with_it(deal) -> None:
    deal.stub.mode = "die"
    first = "The purchase price is EUR 186,400,000 and is payable on 27 June 2025 [1].\n"
    deal.ask(PRICE, "en", first + "The seller is Meridian GmbH of Leipzig, Germany [1].\n" * 3)
    assert deal.answers[0].mode == "llm"
    assert deal.answers[-1].mode == "extractive"
    assert deal.answers[-1].notes == (phrase("note_unusable", "en"),)


def test_without_the_model_nobody_is_asked(deal) -> None:
    answer = deal.ask(PRICE, "en", use_model=False)
    assert (answer.mode, answer.notes, deal.stub.requests) == ("extractive", (), [])


def test_no_passages_no_request(room) -> None:
    answer = room.ask(PRICE, "en")
    assert (answer.answered, room.stub.requests) == (False, [])


def test_a_very_long_reply_is_cut_after_a_few_statements(deal) -> None:
    answer = deal.ask(PRICE, "en", "The seller is Meridian GmbH [1].\n" * 300)
    assert len(answer.statements) <= 6
