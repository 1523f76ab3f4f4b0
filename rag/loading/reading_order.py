"""Lines of PDF text in scripts that PDFium gives wrongly -> the letters in the order a person reads.

PDFium repeats letters that several glyphs draw (Thai), puts blanks between letters and signs (Indic scripts), and
mixes up letters, numbers and brackets of right-to-left lines. The characters' places tell what is meant; the
order is the inverse of the Unicode Bidirectional Algorithm (UAX 9) for one level of embedding.
"""

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any, Final

import pypdfium2.raw as pdfium
import regex

NEEDS_CARE: Final = regex.compile(
    r"[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Devanagari}\p{Bengali}\p{Gurmukhi}"
    r"\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}]"
)
_RIGHT_TO_LEFT = regex.compile(r"[[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}]--[\p{Nd}\p{P}]]", regex.V1)
_LEFT_TO_RIGHT = regex.compile(r"[\p{L}--[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}]]", regex.V1)
_FEW_BLANKS = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_DIGIT = regex.compile(r"\p{Nd}")
_IN_NUMBER: Final = frozenset(".,:/'’٫٬")
_OPENING: Final = "([{«"
_CLOSING: Final = ")]}»"
_BLANK_INSIDE = regex.compile(r" ?([(\[{«]) (?=\S)| ([)\]}»]) ?(?=[\p{L}\p{N}])")
_REVERSED: Final = frozenset({"ال", "أل", "إل", "آل", "هلل"})
# A gap of this share of the letters' size is a blank.
_BLANK: Final = 0.14


@dataclass(frozen=True, slots=True)
class Replacements:
    """A page's replacement texts, by their addresses: where each stands, and the drawing it was read with.

    `right_to_left`: most letters of the page run that way.
    """

    extents: dict[int, tuple[float, float]]
    read_with: dict[int, int]
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """Letters drawn together: where the pen stood, the edges, the size.

    `guessed`: PDFium sees a blank beside it; `replaced`: a replacement text gave the letters.
    """

    text: str
    pen: float
    left: float
    right: float
    size: float
    guessed: bool = False
    replaced: bool = False


def careful_text(
    text_page: Any, replacements: Replacements, *, start: int, count: int
) -> tuple[str, float, float]:
    """The line of `count` characters from `start` on: its text in reading order, its left and right edge."""
    units = list(_units(text_page, replacements, range(start, start + count)))
    edges = [(unit.left, unit.right) for unit in units if unit.text != " "] or [(0.0, 0.0)]
    text = in_reading_order(units, right_to_left_page=replacements.right_to_left)
    return text.strip(), min(left for left, _ in edges), max(right for _, right in edges)


def in_reading_order(units: Sequence[Unit], *, right_to_left_page: bool = False) -> str:
    """The units' text: a line with right-to-left letters put in order by the places, blanks set by the gaps.

    Such a line runs from the right if most of its letters do, or if most of the page's do.
    """
    text = "".join(unit.text for unit in units)
    right_to_left = len(_RIGHT_TO_LEFT.findall(text))
    if not right_to_left:
        return "".join(_with_blanks(units))
    if right_to_left < len(_LEFT_TO_RIGHT.findall(text)) and not right_to_left_page:
        seen = sorted(_with_ligatures(units), key=lambda unit: unit.pen)
        return "".join(_turned(_with_blanks(seen), _RIGHT_TO_LEFT.search, _is_never))
    seen = sorted(_with_ligatures(_with_blanks_placed(units)), key=lambda unit: -unit.pen)
    return "".join(_turned(_with_blanks(seen), _LEFT_TO_RIGHT.search, _DIGIT.search))


def mend_brackets(text: str) -> str:
    """A paragraph whose brackets face the right way: some files give their shape as drawn, some as meant.

    Only a right-to-left paragraph with unmatched brackets is changed; each second one of a kind then closes.
    """
    if not _RIGHT_TO_LEFT.search(text) or not _unmatched(text):
        return text
    letters = list(text)
    for pair in zip(_OPENING, _CLOSING, strict=True):
        places = [place for place, letter in enumerate(letters) if letter in pair]
        if len(places) % 2 == 0:
            for number, place in enumerate(places):
                letters[place] = pair[number % 2]
    return str(_BLANK_INSIDE.sub(_blank_outside, "".join(letters))).strip()


def replacements_of(page: Any, text: str) -> Replacements:
    """The replacement texts of a page whose text PDFium gives as `text`, none of them read yet."""
    extents: dict[int, tuple[float, float]] = {}
    for drawing in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=8):
        mark, _ = _replacement(drawing.raw)
        if mark:
            left, _, right, _ = drawing.get_bounds()
            before = extents.get(mark, (left, right))
            extents[mark] = (min(left, before[0]), max(right, before[1]))
    one_way, other_way = len(_RIGHT_TO_LEFT.findall(text)), len(_LEFT_TO_RIGHT.findall(text))
    return Replacements(extents, {}, right_to_left=one_way > 2 * other_way)


def _units(text_page: Any, replacements: Replacements, places: range) -> Iterator[Unit]:
    """The characters without guessed blanks; those of one replacement text are one unit and come once."""
    guessed = {index for index in places if pdfium.FPDFText_IsGenerated(text_page.raw, index) == 1}

    def marked(index: int) -> tuple[int, str, int]:
        """The replacement a character belongs to and the drawing it came with; its own place without any."""
        drawing = pdfium.FPDFText_GetTextObject(text_page.raw, index)
        mark, text = _replacement(drawing) if drawing else (0, "")
        return (mark, text, ctypes.addressof(drawing.contents)) if mark else (0, "", index + 1)

    for (mark, text, drawing), group in groupby((index for index in places if index not in guessed), key=marked):
        indexes = list(group)
        if mark and replacements.read_with.setdefault(mark, drawing) != drawing:
            continue
        letters = "".join(chr(pdfium.FPDFText_GetUnicode(text_page.raw, index)) for index in indexes)
        text = text if sorted(text) == sorted(letters) else letters
        pen, left, right = _place(text_page, indexes[0])
        left, right = replacements.extents.get(mark, (left, right))
        beside = not guessed.isdisjoint((indexes[0] - 1, indexes[-1] + 1))
        yield Unit(text, pen, left, right, _size(text_page, indexes[0]), guessed=beside, replaced=bool(mark))


def _place(text_page: Any, index: int) -> tuple[float, float, float]:
    """The pen's place and the edges of a character."""
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    pdfium.FPDFText_GetCharOrigin(text_page.raw, index, x, y)
    pdfium.FPDFText_GetCharBox(text_page.raw, index, left, right, bottom, top)
    return x.value, left.value, right.value


def _size(text_page: Any, index: int) -> float:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page.raw, index, matrix)
    return float(pdfium.FPDFText_GetFontSize(text_page.raw, index) * ((matrix.c**2 + matrix.d**2) ** 0.5 or 1.0))


def _replacement(drawing: Any) -> tuple[int, str]:
    """The mark (its address) that gives a drawing its replacement text (ActualText), and that text."""
    length = ctypes.c_ulong()
    for number in range(pdfium.FPDFPageObj_CountMarks(drawing)):
        mark = pdfium.FPDFPageObj_GetMark(drawing, number)
        found = pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, length)
        if found and length.value > 2:
            letters = (ctypes.c_ushort * (length.value // 2))()
            pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", letters, length.value, length)
            # PDFium gives the string's bytes, each as a letter; they are UTF-16 for all but the plainest texts.
            raw = bytes(letter & 0xFF for letter in letters[:-1])
            return ctypes.addressof(mark.contents), raw.decode("utf-16-be", "ignore")
    return 0, ""


def _with_blanks_placed(units: Sequence[Unit]) -> list[Unit]:
    """Units of a right-to-left line, each blank left of the word it follows: its own place is unsure."""
    placed: list[Unit] = []
    lowest = math.inf
    for unit, after in zip(units, [*units[1:], None], strict=False):
        if unit.text != " ":
            lowest = min(lowest, unit.pen)
            placed.append(unit)
            continue
        moved = after is not None and after.pen < lowest < math.inf
        placed.append(replace(unit, pen=min(unit.pen, lowest - 0.01)) if moved else unit)
        lowest = math.inf
    return placed


def _with_ligatures(units: Sequence[Unit]) -> Iterator[Unit]:
    """Letters of one ligature (one pen place) as a unit, turned where PDFium gave the word from left to right."""
    groups = [list(group) for _, group in groupby(units, key=lambda unit: (round(unit.pen, 2), unit.text == " "))]
    for number, group in enumerate(groups):
        text = "".join(unit.text for unit in group)
        if len(group) == 1 or group[0].replaced or not _RIGHT_TO_LEFT.search(text):
            yield from group
            continue
        before = groups[number - 1][-1] if number else group[0]
        after = groups[number + 1][0] if number + 1 < len(groups) else group[0]
        rising = any(
            low.pen < high.pen and _RIGHT_TO_LEFT.search(low.text) and _RIGHT_TO_LEFT.search(high.text)
            for low, high in ((before, group[0]), (group[0], after))
        )
        if rising or text in _REVERSED:
            group.reverse()
        first = group[0]
        yield Unit(
            "".join(unit.text for unit in group),
            first.pen,
            min(unit.left for unit in group),
            max(unit.right for unit in group),
            first.size,
            guessed=any(unit.guessed for unit in group),
        )


def _with_blanks(units: Sequence[Unit]) -> list[str]:
    """The units' texts, with a blank where PDFium saw one and the gap is wide enough for it.

    Scripts that rarely write blanks get none if the line has some of its own: theirs are signs between sentences.
    """
    has_blanks = any(unit.text == " " for unit in units)
    texts = [unit.text for unit in units[:1]]
    for before, after in pairwise(units):
        gap = max(after.left - before.right, before.left - after.right)
        wide = gap > _BLANK * max(before.size, after.size) and " " not in (before.text, after.text)
        scarce = has_blanks and bool(_FEW_BLANKS.search(before.text + after.text))
        mixed = bool(_RIGHT_TO_LEFT.search(before.text)) != bool(_RIGHT_TO_LEFT.search(after.text))
        letters = before.text.isalnum() and after.text.isalnum()
        within = has_blanks and _RIGHT_TO_LEFT.search(before.text) and _RIGHT_TO_LEFT.search(after.text)
        seen = (before.guessed or after.guessed) and not within
        if wide and (seen or (mixed and letters)) and not scarce and after.text not in "।॥":
            texts.append(" ")
        texts.append(after.text)
    return texts


Test = Callable[[str], Any]


def _turned(texts: list[str], strong: Test, weak: Test) -> list[str]:
    """Texts in one direction, with the runs of the other direction turned.

    A run goes from one strong text to the last one before a text of the line's own direction, and takes in numbers
    beside it; digits alone make a run of a number's signs only.
    """
    result: list[str] = []
    at = 0
    while at < len(texts):
        end = _run_end(texts, at, strong, weak)
        result.extend(reversed(texts[at:end]))
        at = end
    return result


def _run_end(texts: list[str], at: int, strong: Test, weak: Test) -> int:
    """The end of the run that starts at `at`; the next place if none starts there."""
    if not (strong(texts[at]) or weak(texts[at])):
        return at + 1
    has_strong = False
    end = at + 1
    for place in range(at, len(texts)):
        text = texts[place]
        if strong(text):
            has_strong, end = True, place + 1
        elif weak(text):
            # Beyond a blank, a number joins a run only if letters of its direction follow or came before.
            if has_strong or all(sign in _IN_NUMBER or weak(sign) for sign in texts[end:place]):
                end = place + 1
        elif _opposes(text, strong):
            break
    return end


def _opposes(text: str, strong: Test) -> bool:
    other = _RIGHT_TO_LEFT if strong == _LEFT_TO_RIGHT.search else _LEFT_TO_RIGHT
    return bool(other.search(text))


def _is_never(_: str) -> bool:
    return False


def _blank_outside(found: regex.Match[str]) -> str:
    return f" {found[1]}" if found[1] else f"{found[2]} "


def _unmatched(text: str) -> int:
    """How many brackets lack their partner."""
    waiting: list[str] = []
    wrong = 0
    for letter in text:
        if letter in _OPENING:
            waiting.append(_CLOSING[_OPENING.index(letter)])
        elif letter in _CLOSING:
            if waiting and waiting[-1] == letter:
                waiting.pop()
            else:
                wrong += 1
    return wrong + len(waiting)
