"""A document's page for reading, with the cited sentence marked: as text, and for PDF as a picture."""

import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from rag import Page
from ui.actions import View
from ui.render import language_attribute, render_name
from ui.wording import Wording

PICTURE_PATH: Final = "/page/picture"
MARK_HEADER: Final = "x-mark-top"
"""Tells the page's script where in the picture the sentence stands."""
_PICTURE_SECONDS: Final = 20

_AROUND: Final = 30_000
"""Characters of a very long page shown before and after the marked range."""


def render_view(view: View | None, wording: Wording) -> str:
    """The panel with one page of a document."""
    if view is None:
        gone = Markup('<p class="nothing">{}</p>').format(wording.say("viewer.gone"))
        return str(_panel(_close(wording), gone, wording))
    head = Markup("{}{}").format(render_name(view.document), _close(wording))
    return str(_panel(head, Markup("{}{}").format(_tools(view, wording), _sheets(view, wording)), wording))


def has_picture(view: View) -> bool:
    """Whether the page can be drawn: only PDF has pages to draw."""
    return view.document.name.lower().endswith(".pdf")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as PNG, and where its mark begins: 0 is the top, 1 the bottom."""

    png: bytes
    top: float


def draw_page(file: Path, page: int, quote: str) -> Drawing | None:
    """The page of a PDF as a picture with `quote` marked; None when it cannot be drawn.

    A process of its own draws it, with limits on time and memory: a document is never trusted.
    """
    command = [sys.executable, "-m", "ui.picture", str(file), str(page)]
    try:
        done = subprocess.run(
            command, input=quote.encode(), capture_output=True, timeout=_PICTURE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        return None
    top, _, png = done.stdout.partition(b"\n")
    return Drawing(png, float(top))


def _panel(head: Markup, body: Markup, wording: Wording) -> Markup:
    return Markup('<section class="panel" aria-label="{}" tabindex="-1"><header>{}</header>{}</section>').format(
        wording.say("viewer.label"), head, body
    )


def _close(wording: Wording) -> Markup:
    return Markup('<button type="button" class="close" data-event="close" aria-label="{}">×</button>').format(
        wording.say("viewer.close")
    )


def _tools(view: View, wording: Wording) -> Markup:
    """Page before and after, the sentence, and text or picture."""
    parts = []
    if view.document.paged and view.document.pages > 1:
        number, count = view.page.number, view.document.pages
        parts += [
            _turn(view, number - 1, "viewer.previous", wording, possible=number > 1),
            Markup('<span class="where">{}</span>').format(
                wording.say("viewer.page", number=wording.number(number), count=wording.number(count))
            ),
            _turn(view, number + 1, "viewer.next", wording, possible=number < count),
        ]
    if view.end > view.start:
        parts.append(
            Markup('<button type="button" class="quiet" data-sentence>{}</button>').format(
                wording.say("viewer.sentence")
            )
        )
    if has_picture(view):
        parts.append(
            Markup(
                '<span class="views" role="group">'
                '<button type="button" data-view="text" aria-pressed="true">{}</button>'
                '<button type="button" data-view="picture" aria-pressed="false">{}</button></span>'
            ).format(wording.say("viewer.text"), wording.say("viewer.picture"))
        )
    return Markup('<div class="tools">{}</div>').format(Markup("").join(parts))


def _turn(view: View, number: int, key: str, wording: Wording, *, possible: bool) -> Markup:
    arrow = "‹" if key.endswith("previous") else "›"
    return Markup(
        '<button type="button" class="turn-page" data-event="show" data-document="{}" data-page="{}"'
        ' aria-label="{}"{}>{}</button>'
    ).format(view.document.name, number, wording.say(key), "" if possible else Markup(" disabled"), arrow)


def _sheets(view: View, wording: Wording) -> Markup:
    text = Markup('<div class="sheet text" dir="auto"{}>{}</div>').format(
        language_attribute(view.document.language), marked_text(view.page, view.start, view.end)
    )
    if not has_picture(view):
        return text
    place = {"document": view.document.name, "page": view.page.number, "start": view.start, "end": view.end}
    label = wording.say("viewer.page", number=view.page.number, count=view.document.pages)
    return text + Markup(
        '<div class="sheet picture hidden"><img data-src="{}?{}" alt="{}"><p class="nothing hidden">{}</p></div>'
    ).format(PICTURE_PATH, urlencode(place), label, wording.say("viewer.plain"))


def marked_text(page: Page, start: int, end: int) -> Markup:
    """The page's text escaped, its headings strong, the range from `start` to `end` marked."""
    begin, stop = max(start - _AROUND, 0), min(end + _AROUND, len(page.text))
    headings = [(item.start, item.end) for item in page.headings if item.end > item.start]
    cuts = {begin, stop, *(place for span in [(start, end), *headings] for place in span)}
    places = sorted(place for place in cuts if begin <= place <= stop)
    parts: list[Markup] = [Markup("… ")] if begin else []
    for first, last in pairwise(places):
        piece = Markup("{}").format(page.text[first:last])
        if start <= first and last <= end:
            piece = Markup("<mark>{}</mark>").format(piece)
        if any(low <= first and last <= high for low, high in headings):
            piece = Markup("<strong>{}</strong>").format(piece)
        parts.append(piece)
    if stop < len(page.text):
        parts.append(Markup(" …"))
    return Markup("").join(parts)
