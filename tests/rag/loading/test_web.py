import pytest

from rag.loading.web import load_html

PROSE = "The minister said on Friday that the terminal will open in autumn, two years later than was planned. " * 3
ARTICLE = f"""<!doctype html><html><head><title>Terminal opens late | The Daily</title>
<style>.x{{color:red}}</style><script>var secret = 1;</script></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Terminal opens late</h1><p>{PROSE}</p><p style="display:none">Hidden words.</p><p hidden>Also hidden.</p>
<h2>What it costs</h2><p>The price is <b>EUR&nbsp;48,250</b> a month, <a href="http://x.example">says the operator</a>.</p>
<table><tr><th>Year</th><th>Rent</th></tr><tr><td>2026</td><td>48,250</td></tr></table>
<ul><li>crane</li><li>quay</li></ul></article>
<footer>All rights reserved</footer></body></html>"""


def test_an_article_gives_its_text_and_nothing_around_it():
    loaded = load_html(ARTICLE.encode())
    text = loaded.pages[0].text
    for part in (
        PROSE.strip(),
        "The price is EUR 48,250 a month, says the operator.",
        "Year | Rent\n2026 | 48,250",
        "crane",
    ):
        assert part in text
    for part in ("secret", "Hidden", "hidden", "Home", "All rights", "color", "x.example"):
        assert part not in text
    assert loaded.title == "Terminal opens late"
    assert not loaded.paged


def test_headings_of_a_page_know_their_places():
    page = load_html(ARTICLE.encode()).pages[0]
    assert [(h.level, h.text) for h in page.headings] == [(1, "Terminal opens late"), (2, "What it costs")]
    assert all(page.text[h.start : h.end] == h.text for h in page.headings)


def test_a_page_that_is_no_article_is_read_whole():
    rows = "".join(
        f"<div><span>Clause {n}</span><div>The fee number {n} is EUR {n}00.</div></div>" for n in range(30)
    )
    text = load_html(f"<html><body><div>{rows}</div></body></html>".encode()).pages[0].text
    assert all(f"The fee number {n} is EUR {n}00." in text for n in range(30))


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        ("", "utf-8"),
        ("", "utf-16"),
    ],
)
def test_the_page_says_its_encoding(head, encoding):
    html = f"<html><head>{head}<title>Договор</title></head><body><p>Продавец передаёт акции покупателю.</p></body></html>"
    loaded = load_html(html.encode(encoding))
    assert loaded.title == "Договор"
    assert "Продавец передаёт акции покупателю." in loaded.pages[0].text


def test_chinese_pages_of_the_old_encodings_are_read_with_the_wider_one():
    html = '<html><head><meta charset="gb2312"></head><body><p>卖方将股份转让给買方囍。</p></body></html>'
    assert "買方囍" in load_html(html.encode("gb18030")).pages[0].text


def test_line_breaks_part_lines():
    html = "<html><body><p>Signed by:<br>Ana Silva<br>Director</p></body></html>"
    assert load_html(html.encode()).pages[0].text.split("\n") == ["Signed by:", "Ana Silva", "Director"]


def test_a_page_without_words_is_empty_not_an_error():
    assert load_html(b"<html><body><script>x()</script></body></html>").pages[0].text == ""
