"""Gradio's HTML shell -> this page's: in the reader's language, with our style and script, and nothing foreign."""

import json
import re
from collections.abc import Callable
from typing import Final

from markupsafe import Markup

from ui.wording import Wording

TOKEN: Final = re.compile(r"@@([a-z_.-]+)@@")
"""Stands in the page's configuration for a text that depends on the reader's language."""

Speak = Callable[[str, Wording], str]

_FOREIGN: Final = re.compile(
    r'<meta\s+(?:property|name)="(?:og|twitter):.*?/>|<link rel="manifest"[^>]*>', re.DOTALL
)
_ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="#174a6b"/>'
    '<path d="M8 9h10a6 6 0 0 1 0 14H8z" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/>'
    '<path d="M12 16h7" stroke="#ffd64a" stroke-width="3.4" stroke-linecap="round"/></svg>'
)


def token(key: str) -> str:
    """The stand-in for the text of `key`."""
    return f"@@{key}@@"


def icon() -> str:
    """The page's sign, as SVG."""
    return _ICON


def rewrite(html: str, wording: Wording, *, nonce: str, speak: Speak, version: str) -> str:
    """The shell in one language; `speak` gives the text or the markup of each token."""
    html = _FOREIGN.sub("", html)
    html = TOKEN.sub(lambda match: _inside_json(speak(match[1], wording)), html)
    html = html.replace("<script", f'<script nonce="{nonce}"')
    html = html.replace('lang="en"', f'lang="{wording.language}" dir="{wording.direction}"', 1)
    head = Markup(
        '<title>Dealglot</title><meta name="color-scheme" content="light dark">'
        '<link rel="icon" type="image/svg+xml" href="/page/icon.svg">'
        '<link rel="stylesheet" href="/page/style.css?{}"><script nonce="{}" src="/page/page.js?{}"></script>'
    ).format(version, nonce, version)
    waiting = Markup('<div id="waiting" role="status"><strong>Dealglot</strong><span>{}</span></div>').format(
        wording.say("page.loading")
    )
    html = html.replace("</head>", f"{head}</head>", 1)
    return re.sub(r"(<body[^>]*>)", lambda match: match[1] + str(waiting), html, count=1)


def _inside_json(text: str) -> str:
    """The text as it stands inside a JSON string inside a script element."""
    quoted = json.dumps(text)[1:-1]
    return quoted.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
