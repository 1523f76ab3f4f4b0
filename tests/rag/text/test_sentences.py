import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.text.sentences import split_sentences

TEXTS = {
    "en": [
        "Mr. Smith of Apple Inc. bought it on Nov. 5, 2024.",
        "See Art. 5 of the law and No. 12.",
        "4.2 The Seller shall pay $1.5 million.",
        'He said "Yes."',
        "Then J. P. Morgan left.",
        "Is it so?",
        "It is (see below).",
    ],
    "de": [
        "Gemäß Art. 5 Abs. 2 Nr. 3 BGB gilt z. B. das Folgende.",
        "Am 30. Juni 2025 wird geliefert.",
        "Die GmbH & Co. KG zahlt ca. 5 Mio. Euro.",
        "4.1 Die Verkäufer verkaufen alles an die A GmbH (die Käuferin).",
        "4.2 Davon halten sie 31.000.",
        "4.3 Der Rest kostet am 1. Mai 3.4 Millionen.",
        "5.1 Es haftet die Käuferin.",
    ],
    "pt": ["O art. 5.º da Lei n.º 12/2020 da S.A. aplica-se.", "O Sr. Silva e a Sra. Costa assinaram."],
    "es": ["La empresa Tarrasol Inversiones, S.L. vendió todo.", "El Sr. Pérez firmó."],
    "fr": ["M. Dupont a dit « Oui. »", "Puis il partit.", "L'art. L. 123-4 du Code s'applique."],
    "ru": ["Он пришёл в ООО «Ромашка» в 2025 г. и ушёл.", "См. ст. 5 п. 2 договора.", "А. С. Пушкин написал."],
    "zh": [
        "第五条 卖方应支付。",
        "“是的。”他说。",
        "今天好吗？",
        "收入为1.37亿元！",
        "6.1 风险转移给买方。",
        "6.2 合同为3.5亿元。",
    ],
    "ja": ["「これは何ですか。」と彼は言った。", "株式会社は1.5億円を支払う。"],
    "ar": ["هل هذا صحيح؟", "وقع الاتفاق بمبلغ 5.5 مليون.", "تم."],
    "hi": ["यह एक वाक्य है।", "डॉ. शर्मा आए।", "क्या यह सही है?"],
    "ko": ["매도인은 주식을 양도한다.", "3.5%입니다."],
    "tr": ["Dr. Ahmet Bey geldi.", "A.Ş. bedeli ödedi."],
    "el": ["Ο κ. Παπαδόπουλος ήρθε.", "Το άρθρ. 5 ισχύει."],
}


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_end_where_a_reader_ends_them(language):
    joiner = "" if language in ("zh", "ja") else " "
    text = joiner.join(TEXTS[language])
    assert [text[span.start : span.end] for span in split_sentences(text, language)] == TEXTS[language]


def test_a_line_end_ends_a_sentence_and_a_row_is_one():
    text = "Heading\nFirst. Second.\nNo. 1 | Mr. A. | 5.0\n\n- item"
    assert [text[span.start : span.end] for span in split_sentences(text, "en")] == [
        "Heading",
        "First.",
        "Second.",
        "No. 1 | Mr. A. | 5.0",
        "- item",
    ]


def test_chinese_in_an_english_document_is_split_by_its_own_marks():
    text = "卖方应支付。买方应接受。"
    assert len(split_sentences(text, "en")) == 2


def test_thai_is_cut_at_blanks_into_pieces_of_a_sentences_length():
    text = " ".join(["บริษัทได้ลงนามในสัญญาซื้อขายหุ้น"] * 12) + " มูลค่า 1,000 ล้านบาท"
    pieces = [text[span.start : span.end] for span in split_sentences(text, "th")]
    assert len(pieces) > 3
    assert all(30 <= len(piece) <= 260 for piece in pieces)
    assert any(piece.endswith("มูลค่า 1,000 ล้านบาท") for piece in pieces)


PIECES = st.sampled_from(
    ["a", "B", "1", ".", "?", "!", "。", "！", "।", "؟", " ", "\n", '"', "”", "」", "(", ")", "Mr.", "Art. 5", "4.2 ", "e.g.",
     "合同", "ไทย", "नमस्ते", "شركة", " | ", "…", "😀", "\u00a0"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=50).map("".join), st.sampled_from(["en", "de", "zh", "th", "ar", "hi", "und", "xx"])
)
def test_spans_are_ordered_trimmed_and_cover_all_but_blanks(text, language):
    spans = split_sentences(text, language)
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        assert text[at : span.start].strip() == ""
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        assert "\n" not in piece
        at = span.end
    assert text[at:].strip() == ""
