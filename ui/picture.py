"""Draws one page of a PDF with a quotation boxed; run as a process of its own by `ui.viewer`.

python -m ui.picture FILE PAGE < quotation > drawing
"""

import io
import sys
import unicodedata
from collections.abc import Iterable

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

if sys.platform != "win32":
    import resource

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_WIDTH = 1000
"""Pixels of the picture's width: sharp in the panel on screens with two pixels a point."""

_LONGEST_SIDE = 4000
_MEMORY = 1 << 30
_MARK = (255, 214, 74)


def main() -> int:
    """Write the mark's place (a line) and the PNG to standard output; 1 when the page cannot be drawn."""
    _limit_memory()
    file, number, quote = sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read().decode()
    try:
        picture = draw(file, number, quote)
    except (pypdfium2.PdfiumError, ValueError, IndexError, OSError, MemoryError, ZeroDivisionError):
        return 1
    png, top = picture
    sys.stdout.buffer.write(f"{top:.4f}\n".encode() + png)
    return 0


def draw(file: str, number: int, quote: str) -> tuple[bytes, float]:
    """The page `number` (from 1) as PNG, and where its mark begins (0 = top, 1 = bottom; 0 without a mark).

    The quotation is marked where the page's own text has it.
    """
    document = pypdfium2.PdfDocument(file)
    page = document[number - 1]
    width, height = page.get_size()
    bitmap = page.render(scale=min(_WIDTH / width, _LONGEST_SIDE / max(width, height)))
    image = bitmap.to_pil().convert("RGB")
    marks = Image.new("RGB", image.size, (255, 255, 255))
    pen = ImageDraw.Draw(marks)
    places = bitmap.get_posconv(page)
    tops = []
    for left, bottom, right, top in quote_boxes(page, quote):
        corners = [places.to_bitmap(left, top), places.to_bitmap(right, bottom)]
        (x1, x2), (y1, y2) = (sorted(axis) for axis in zip(*corners, strict=True))
        pen.rectangle((x1 - 2, y1 - 2, x2 + 2, y2 + 2), fill=_MARK)
        tops.append(y1 / image.height)
    out = io.BytesIO()
    # As through a text marker: black letters stay black, white paper takes the colour.
    ImageChops.multiply(image, marks).save(out, "PNG")
    return out.getvalue(), min(tops, default=0.0)


def quote_boxes(page: pypdfium2.PdfPage, quote: str) -> list[Box]:
    """The quotation's lines on the page; none where the page's own text does not have it."""
    text = page.get_textpage()
    letters, places = _letters(text.get_text_range(errors="replace"))
    wanted, _ = _letters(quote)
    at = letters.find(wanted) if wanted else -1
    if at < 0:
        return []
    first, last = places[at], places[at + len(wanted) - 1]
    boxes = [text.get_rect(number) for number in range(text.count_rects(first, last - first + 1))]
    return joined_boxes(boxes)


def joined_boxes(boxes: Iterable[Box]) -> list[Box]:
    """Boxes that touch on one line become one, so that the mark has no steps or gaps between words."""
    lines: list[Box] = []
    for left, bottom, right, top in boxes:
        for place, (x1, y1, x2, y2) in enumerate(lines):
            height = min(top - bottom, y2 - y1)
            on_line = min(top, y2) - max(bottom, y1) > height / 2
            near = max(left, x1) - min(right, x2) < 1.5 * height
            if on_line and near:
                lines[place] = (min(left, x1), min(bottom, y1), max(right, x2), max(top, y2))
                break
        else:
            lines.append((left, bottom, right, top))
    return lines


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits alone, each with its place: readers differ in line ends and hyphens."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for form in unicodedata.normalize("NFKC", character).casefold():
            if form.isalnum():
                letters.append(form)
                places.append(place)
    return "".join(letters), places


def _limit_memory() -> None:
    """At most 1 GiB, where the system can say so."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    sys.exit(main())
