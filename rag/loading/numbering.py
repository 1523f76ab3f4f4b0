"""The numbers that Word shows before list items and clauses, which are not part of their text."""

from collections import defaultdict
from typing import Any, Final

import regex
from docx.oxml.ns import qn

_PLACEHOLDER = regex.compile(r"%([1-9])")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LONGEST_LABEL: Final = 30


class Numbering:
    """Counts list items in document order and gives each its label: "4.2", "(a)", "-" for bullets."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._lists: dict[str, str] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        root = _numbering_root(document)
        if root is not None:
            self._read(root)
        for style in document.styles:
            place = _place(style.element)
            if place is not None:
                self._by_style[style.style_id] = (place[0] or "", place[1])

    def label(self, paragraph: Any, style_id: str | None) -> str:
        """The label of a paragraph, or an empty text; call it for each paragraph in order."""
        place = _place(paragraph)
        styled = self._by_style.get(style_id or "")
        if place is None:
            place = styled
        elif place[0] is None:
            place = (styled[0], place[1]) if styled else None
        if place is None or place[0] in (None, "0"):
            return ""
        abstract = self._lists.get(str(place[0]), "")
        level = self._levels.get(abstract, {}).get(place[1])
        if level is None:
            return ""
        return self._counted(abstract, place[1], level)

    def _counted(self, abstract: str, depth: int, level: tuple[str, str, int]) -> str:
        kind, pattern, start = level
        counts = self._counts[abstract]
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if kind == "bullet":
            return "-"
        if kind == "none":
            return ""

        def number(found: regex.Match[str]) -> str:
            at = int(found[1]) - 1
            its_kind, _, its_start = self._levels[abstract].get(at, ("decimal", "", 1))
            return _written(counts.get(at, its_start), its_kind)

        return str(_PLACEHOLDER.sub(number, pattern)).strip()[:_LONGEST_LABEL]

    def _read(self, root: Any) -> None:
        for abstract in root.iterfind(qn("w:abstractNum")):
            levels: dict[int, tuple[str, str, int]] = {}
            for level in abstract.iterfind(qn("w:lvl")):
                start = _value(level, "w:start") or "1"
                levels[int(level.get(qn("w:ilvl"), "0"))] = (
                    _value(level, "w:numFmt") or "decimal",
                    _value(level, "w:lvlText") or "",
                    int(start) if start.isdigit() else 1,
                )
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for number in root.iterfind(qn("w:num")):
            self._lists[number.get(qn("w:numId"))] = _value(number, "w:abstractNumId") or ""


def _numbering_root(document: Any) -> Any:
    try:
        return document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return None


def _place(element: Any) -> tuple[str | None, int] | None:
    """A paragraph's or style's list and depth in it."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if found is None:
        return None
    depth = _value(found, "w:ilvl") or "0"
    return _value(found, "w:numId"), int(depth) if depth.isdigit() else 0


def _value(parent: Any, tag: str) -> str | None:
    found = parent.find(qn(tag))
    return None if found is None else found.get(qn("w:val"))


def _written(number: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if kind == "upperRoman" else roman
    if kind == "decimalZero":
        return f"{number:02d}"
    return str(number)
