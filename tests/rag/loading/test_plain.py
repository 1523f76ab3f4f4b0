import pytest

from rag.errors import UnreadableDocument
from rag.loading.plain import decode, load_text

RUSSIAN = "Договор купли-продажи заключён 5 июня 2025 года. Продавец передаёт акции покупателю за 15,4 млн рублей."
TEXTS = [
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"),
    (RUSSIAN, "utf-16-le"),
    ("The Seller shall deliver the shares at Closing.", "utf-16-be"),
    ("Der Käufer überweist den Kaufpreis für die Anteile nach Erfüllung der Bedingungen.", "latin-1"),
    ("Sprzedający przenosi udziały na kupującego. Cena została określona w załączniku.", "cp1250"),
    ("売主は買主に対し株式を譲渡する。代金はクロージング日に支払われるものとする。", "shift_jis"),
    ("売主は買主に対し株式を譲渡する。代金はクロージング日に支払われるものとする。", "iso2022-jp"),
    ("卖方将股份转让给买方。价款应在交割日支付，条件以协议为准。", "gb18030"),
    ("매도인은 매수인에게 주식을 양도한다. 대금은 종결일에 지급한다.", "cp949"),
    ("Ο πωλητής μεταβιβάζει τις μετοχές στον αγοραστή κατά την ολοκλήρωση.", "cp1253"),
    ("ينقل البائع الأسهم إلى المشتري. يدفع الثمن عند الإقفال وفقا لشروط الاتفاقية.", "cp1256"),
    ("ผู้ขายโอนหุ้นให้แก่ผู้ซื้อ ราคาชำระในวันปิดการซื้อขายตามเงื่อนไขของสัญญา", "cp874"),
    ("The Seller’s price is £5m – payable at “Closing”.", "cp1252"),
]


@pytest.mark.parametrize(("text", "encoding"), TEXTS)
def test_an_unmarked_encoding_is_found_and_named(text, encoding):
    found, note = decode(text.encode(encoding))
    assert found == text
    assert note is not None
    assert "encoding" in note


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_utf8_and_marked_encodings_need_no_note(encoding):
    assert decode(RUSSIAN.encode(encoding)) == (RUSSIAN, None)


def test_readings_that_are_equally_likely_are_refused_and_named():
    with pytest.raises(UnreadableDocument) as caught:
        decode("Säljaren överlåter aktierna till köparen. Priset är 5 Mkr.".encode("latin-1"))
    assert caught.value.reason == "encoding-unsure"
    assert "CP1252" in str(caught.value)
    assert "UTF-8" in caught.value.do


def test_a_false_mark_is_damage():
    with pytest.raises(UnreadableDocument) as caught:
        decode(b"\xef\xbb\xbfcaf\xe9 \xff")
    assert caught.value.reason == "corrupt"


def test_binary_data_is_no_text():
    with pytest.raises(UnreadableDocument) as caught:
        load_text(bytes(range(256)) * 20)
    assert caught.value.reason == "corrupt"


def test_short_lines_that_stand_alone_are_headings():
    text = (
        "Merger at last\n\nLisbon, 3 May\n\nThe two companies signed yesterday, after a long night of talks.\n\n"
        "1. What happens next\nThe shareholders vote in June, and the regulator decides in autumn.\n\n"
        "Nobody commented on the price.\n\nThe shares rose by four per cent in Lisbon after the news came out."
    )
    loaded = load_text(text.encode())
    page = loaded.pages[0]
    assert loaded.title == "Merger at last"
    assert not loaded.paged
    assert [(h.level, h.text) for h in page.headings] == [
        (1, "Merger at last"),
        (2, "Lisbon, 3 May"),
        (2, "1. What happens next"),
    ]
    assert all(page.text[h.start : h.end] == h.text for h in page.headings)


def test_wrapped_lines_are_one_paragraph():
    text = (
        "The purchase price for the shares is calculated on a cash-free and debt-\n"
        "free basis by reference to the accounts, and is payable in euros to the\n"
        "account that the Seller names in writing not later than five days before.\n\n"
        "Second paragraph."
    )
    assert load_text(text.encode()).pages[0].text.split("\n") == [
        "The purchase price for the shares is calculated on a cash-free and debt-free basis by reference to the accounts,"
        " and is payable in euros to the account that the Seller names in writing not later than five days before.",
        "",
        "Second paragraph.",
    ]


def test_a_short_line_between_long_ones_is_a_heading():
    long = (
        "The company announced a partnership that gives it early access to the systems of its new supplier. " * 3
    )
    page = load_text(f"{long}\nWhat the deal brings\n{long}\nIt ends here.\n{long}".encode()).pages[0]
    assert [heading.text for heading in page.headings] == ["What the deal brings"]
