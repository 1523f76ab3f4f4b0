"""The direct answer inside a sentence: a value or a name, exactly as the source writes it, or None."""

from collections.abc import Sequence
from typing import Final

import regex

from rag.generation.asked import NAME_KINDS, VALUE_KINDS
from rag.generation.features import Looker, Scene
from rag.text.names import Name
from rag.text.values import Value

# The nearest of several must be this much nearer to the question's words than the next, or none is given.
_CLEARLY: Final = 1.3
_NEAR: Final = 12.0  # characters at which nearness has halved
# Of several kinds that fit, the first that is there: "how much" asks for money before it asks for a number.
_PREFERRED: Final = {
    "how_much": ("money", "percent", "number"),
    "how_many": ("number", "money", "percent"),
}
_BESIDE: Final = 0.25  # the least nearness of a bare number to what is counted
_WITH: Final = 0.5  # the least nearness of who is asked for to what they did
_TELLING = regex.compile(r"\p{Lu}{2}|\p{Ll}\p{Lu}")
_ROMAN = regex.compile(r"[IVXLCM]+")


def find_short(scene: Scene, place: int, looker: Looker) -> str | None:
    """The value or name that the question asks for in the candidate at `place`; None when that is not sure.

    A lone fitting value or name is taken; of several the one that stands clearly nearest to the words of the
    question. A bare number must stand beside what is counted. Questions for a reason, a manner, a list or a yes
    have no short answer.
    """
    if scene.type in VALUE_KINDS:
        found: Sequence[Value | Name] = scene.values[place]
    elif scene.type in NAME_KINDS:
        found = [name for name in scene.names[place] if _is_sure(name, scene.type)]
    else:
        return None
    found = _of_preferred_kind(scene.type, found)
    if not found:
        return None
    near = looker.near_words(scene, place)
    if any(part.kind == "number" for part in found):
        found = [part for part in found if _nearness(part, near) >= _BESIDE]
    if scene.type == "who":
        found = [part for part in found if _nearness(part, near) >= _WITH]
    if len({part.text.casefold() for part in found}) == 1:
        return found[0].text
    return _nearest(found, near) if found else None


def _is_sure(name: Name, type_: str) -> bool:
    """Whether a name shows of what it is the name: acronyms and inner capitals are no places."""
    if type_ == "where":
        return name.kind == "place"
    return name.kind != "name" or (_TELLING.search(name.text) is not None and not _ROMAN.fullmatch(name.text))


def _of_preferred_kind(type_: str, found: Sequence[Value | Name]) -> Sequence[Value | Name]:
    for kind in _PREFERRED.get(type_, ()):
        of_kind = [part for part in found if part.kind == kind]
        if of_kind:
            return of_kind
    return found


def _nearest(found: Sequence[Value | Name], near: Sequence[tuple[int, int, float]]) -> str | None:
    scored = sorted(((_nearness(part, near), -part.start, part.text) for part in found), reverse=True)
    best, second = scored[0], scored[1]
    return best[2] if best[0] > _CLEARLY * second[0] else None


def _nearness(part: Value | Name, near: Sequence[tuple[int, int, float]]) -> float:
    """The closeness of the question's words in the sentence, each less the farther it stands from `part`."""
    total = 0.0
    for start, end, closeness in near:
        if start < part.end and end > part.start:
            continue
        distance = start - part.end if start >= part.end else part.start - end
        total += closeness**2 / (1 + distance / _NEAR)
    return total
