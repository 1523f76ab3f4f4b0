import pytest

from rag.generation.changes import changed_value, find_changes
from rag.records import Chunk, DocumentInfo, Draft, Passage, Support
from rag.text.values import find_values

OLD = find_values("EUR 186,400,000", "en")[0]
CONTRACT = Draft("The price is EUR 186,400,000.", "en", (Support("spa", "c", 1, 0, 29),), "EUR 186,400,000")


def passage(text: str, language: str = "en", document: str = "amendment") -> Passage:
    info = DocumentInfo(document, f"{document}.docx", document, language, paged=False)
    return Passage(info, (Chunk(document, document, 0, 1, 0, len(text), text, None, language),), 1.0)


@pytest.mark.parametrize(
    ("text", "language", "new"),
    [
        ("The amount of EUR 186,400,000 is replaced by EUR 181,250,000.", "en", "EUR 181,250,000"),
        ("Der Kaufpreis wird von 186.400.000 EUR auf 181.250.000 EUR gesenkt.", "de", "181.250.000 EUR"),
        ("O preço de 186,4 milhões de euros foi reduzido para 181,25 milhões de euros.", "pt", "181,25 milhões de euros"),
        ("收购价格由1.864亿欧元调整为1.8125亿欧元。", "zh", "1.8125亿欧元"),
    ],
)  # fmt: skip
def test_an_amendment_is_found_with_the_new_value(text: str, language: str, new: str) -> None:
    (draft,) = find_changes(OLD, [passage(text, language)], [CONTRACT])
    assert (draft.text, draft.short) == (text, new)


@pytest.mark.parametrize(
    "text",
    [
        "The buyer pays EUR 186,400,000, which is EUR 5,150,000 less than agreed.",  # no word of change
        "The amount of EUR 181,250,000 replaces EUR 186,400,000.",  # the value at hand is the new one here
        "EUR 186,400,000 is replaced by EUR 181,250,000, payable on 2 dates with EUR 5.",  # three amounts
        "The deadline is extended by 30 days.",
    ],
)
def test_what_names_no_new_value_for_it_is_no_change(text: str) -> None:
    known = find_values("EUR 186,400,000", "en")[0]
    assert list(find_changes(known, [passage(text)], [CONTRACT])) == []


def test_the_document_that_answered_is_not_asked_again_and_no_other_twice() -> None:
    text = "The amount of EUR 186,400,000 is replaced by EUR 181,250,000."
    assert list(find_changes(OLD, [passage(text, document="spa")], [CONTRACT])) == []
    twice = passage(f"{text} Again: EUR 186,400,000 is changed to EUR 181,250,000.")
    assert len(list(find_changes(OLD, [twice, twice], [CONTRACT]))) == 1


@pytest.mark.parametrize(
    ("short", "kind"), [("EUR 5", "money"), ("27 June 2025", "date"), ("Ana Lima", None), (None, None)]
)
def test_values_can_change_names_cannot(short: str | None, kind: str | None) -> None:
    value = changed_value(Draft("x", "en", (), short))
    assert (value.kind if value else None) == kind
