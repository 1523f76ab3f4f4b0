import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.text.normalize import normalize, normalize_line, starts_item

LINES = [
    ("cafe\u0301", "café"),
    ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\n\ne"),
    ("of\ufb01ce \ufb02ow", "office flow"),
    ("co\u00adop\u200bera\ufefftion", "cooperation"),
    ("\u202bשלום\u202c\u200f!", "שלום!"),
    ("می\u200cخواهد", "می\u200cخواهد"),
    ("क्\u200dष", "क्\u200dष"),
    ("x\u200cy\u200d", "xy"),
    ("👩\u200d💻", "👩\u200d💻"),
    ("ﺗﻢ ﺍﻻﺗﻔﺎﻕ", "تم الاتفاق"),
    ("1\u00a0000\u202f€\t x\u3000y", "1 000 € x y"),
    ("a\n\n\n\n\nb", "a\n\nb"),
    ("  a  \n  b\x00\x07  ", "a\nb"),
    ("non\u2011binding", "non-binding"),
    ("\uf0b7 item", "• item"),
    ("a\ud800b", "ab"),
]


@pytest.mark.parametrize(("given_text", "expected"), LINES)
def test_letters_and_blanks_get_one_form(given_text, expected):
    assert normalize(given_text) == expected


WRAPPED = [
    (
        "The Seller shall sell and the Buyer shall purchase all shares in the com-\n"
        "pany listed in the schedule together with all rights that attach to them.\n"
        "The price is payable in full on the day on which the transfer takes place\n"
        "in cash.\n"
        "2. Price\n"
        "2.1 The purchase price amounts to ten million euros and is reduced by EUR\n"
        "4.2 million if the condition is not satisfied in time by the two parties.",
        [
            "The Seller shall sell and the Buyer shall purchase all shares in the company listed in the schedule together"
            " with all rights that attach to them. The price is payable in full on the day on which the transfer takes"
            " place in cash.",
            "2. Price",
            "2.1 The purchase price amounts to ten million euros and is reduced by EUR 4.2 million if the condition is"
            " not satisfied in time by the two parties.",
        ],
    ),
    (
        "本公司及董事会全体成员保证公告内容真实、准确、完整，没有虚假记载、误导性陈述或\n"
        "者重大遗漏，并对其内容的真实性、准确性和完整性承担个别及连带责任，并于2025\n"
        "年6月5日批准。本次发行尚需取得证券交易所的审核同意和证券监督管理机构的注册批\n"
        "复。",
        [
            "本公司及董事会全体成员保证公告内容真实、准确、完整，没有虚假记载、误导性陈述或者重大遗漏，并对其内容的真实性、"
            "准确性和完整性承担个别及连带责任，并于2025年6月5日批准。本次发行尚需取得证券交易所的审核同意和证券监督管理"
            "机构的注册批复。"
        ],
    ),
    (
        "Change in fair value of the marketable debt securities held 3,150 217 9,959\n"
        "Adjustment for net gains and losses realized in the period 95 54 140 234 12\n"
        "Total change in unrealized gains and losses on the securities 3,055 163 819",
        [
            "Change in fair value of the marketable debt securities held 3,150 217 9,959",
            "Adjustment for net gains and losses realized in the period 95 54 140 234 12",
            "Total change in unrealized gains and losses on the securities 3,055 163 819",
        ],
    ),
    (
        "Name | Price of the shares in the year\nA | 5\nB | 6",
        ["Name | Price of the shares in the year", "A | 5", "B | 6"],
    ),
]


@pytest.mark.parametrize(("given_text", "expected"), WRAPPED)
def test_a_wrapped_paragraph_becomes_one_line_and_all_else_stays(given_text, expected):
    assert normalize(given_text).split("\n") == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("infor-\nmation", "information"),
        ("дого-\nвор", "договор"),
        ("a cash-free and debt-\nfree basis", "a cash-free and debt-free basis"),
        ("Ein-\nund Ausgang", "Ein- und Ausgang"),
        ("COVID-\n19", "COVID-\n19"),
        ("Dupont-\nMoretti", "Dupont-\nMoretti"),
        ("SV-\n900", "SV-\n900"),
    ],
)
def test_only_hyphens_that_cut_a_word_are_taken_out(given_text, expected):
    assert normalize(given_text) == expected


def test_a_lone_line_is_joined_whatever_its_length():
    assert (
        normalize_line("The\n  price COVID-\n19 of\tthe\n合同\n价款\nภาษา\nไทย")
        == "The price COVID-19 of the 合同价款 ภาษาไทย"
    )


def test_a_number_starts_a_paragraph_only_after_a_finished_line():
    finished = "The parties have signed the agreement today in Leipzig."
    assert starts_item("4.2 The buyer pays.", finished)
    assert not starts_item("4.2 million euros.", "The price that the buyer has to pay amounts to EUR")
    assert starts_item("• point", "anything at all that is long enough to be wrapped here")


PIECES = st.sampled_from(
    [*"abcxyzABC 019.,;:!?-|%()é", "\n", "\n\n", "-\n", "e\u0301", "ﬁ", "\u00ad", "\u200d", "\u200c", "ش", "ﻻ", "क", "合", "한",
     "ก", "•", "\u3000", "\r\n", "😀", "1.2 ", "long word that fills the line quite well up to its end", " 1,234 "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)))
def test_doing_it_twice_changes_nothing(text):
    once = normalize(text)
    assert normalize(once) == once
    line = normalize_line(text)
    assert normalize_line(line) == line
    assert "\n" not in line


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=30))
def test_no_letter_or_digit_is_lost(text):
    kept = normalize(" ".join(text))
    assert sum(letter.isalnum() for letter in kept) >= len(text)
