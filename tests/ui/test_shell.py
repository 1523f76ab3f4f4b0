import json

from ui.shell import icon, rewrite, token
from ui.wording import Wording, read_wording

SHELL = """<!doctype html><html lang="en"><head>
<meta property="og:image"
  content="https://raw.example/x.jpg"
/>
<meta name="twitter:card" content="x" />
<link rel="manifest" href="/manifest.json" />
<script>window.gradio_config = {"label":"@@page.ask@@","value":"@@region.now@@"};</script>
<script type="module" src="./a.js"></script></head>
<body
  style="margin: 0"
>text</body></html>"""


def rewritten(language: str = "ar", said: str = "words") -> str:
    def speak(key: str, wording: Wording) -> str:
        return said if key.startswith("region.") else wording.say(key)

    return rewrite(SHELL, read_wording(language), nonce="N", speak=speak, version="v1")


def test_tokens_become_the_readers_language() -> None:
    assert token("page.ask") == "@@page.ask@@"
    html = rewritten("ar")
    assert "@@" not in html
    assert json.loads('"' + html.split('"label":"')[1].split('"')[0] + '"') == "اسأل"
    assert '<html lang="ar" dir="rtl">' in html


def test_markup_stays_inside_its_json_string() -> None:
    said = '</script><script>alert("1")</script> & \\ "quoted"\nline'
    html = rewritten("en", said)
    config = html.split("window.gradio_config = ")[1].split(";</script>")[0]
    assert json.loads(config)["value"] == said
    assert "</script><script>alert" not in html


def test_every_script_carries_the_nonce() -> None:
    html = rewritten()
    assert html.count("<script") == html.count('<script nonce="N"') == 3


def test_nothing_points_outside() -> None:
    html = rewritten()
    assert "http" not in html.replace("http-equiv", "")
    assert "manifest" not in html


def test_the_style_is_there_before_the_page_and_something_is_shown_meanwhile() -> None:
    html = rewritten("fr")
    assert '<link rel="stylesheet" href="/page/style.css?v1">' in html.split("</head>")[0]
    assert "Chargement…" in html.split("<body")[1]
    assert "&lt;body" not in html


def test_the_sign_needs_no_other_file() -> None:
    assert icon().startswith("<svg")
    assert "href" not in icon()
