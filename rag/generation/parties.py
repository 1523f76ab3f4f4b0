"""Which name plays which part in a sentence: "Meridian GmbH (the Seller) and Kappa Ltd (the Buyer)"."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from rag.generation.naming import Mark, find_marks, stands_in
from rag.text.concepts import concepts_in, find_concepts
from rag.text.contrasts import ROLES, roles_in
from rag.text.words import fold, split_words

# So many signs between two words at most belong to one name: a blank, a hyphen, ", ".
_JOINT: Final = 2


class _Place(NamedTuple):
    start: int
    end: int
    text: str
    role: bool


def is_other_party(claim: str, marks: Sequence[Mark], language: str, sentence: str, other_language: str) -> bool:
    """Whether a claim gives its only name a part that the sentence gives to somebody else.

    Told only where names and parts take turns in the sentence, so that it is plain which belongs to which.
    """
    said = roles_in(claim, language)
    names = [mark for mark in marks if mark.sure]
    if len(said) != 1 or not names:
        return False
    parts = _parts(sentence, other_language)
    (role,) = said
    if role not in parts.values():
        return False
    meant = [name for name in parts if any(stands_in(mark.text, name) for mark in names)]
    return len(meant) == 1 and parts[meant[0]] != role


def names_another(marks: Sequence[Mark], sentence: str, language: str) -> bool:
    """Whether a sentence names somebody, and nobody whom the claim names."""
    names = [mark.text for mark in marks if not concepts_in(mark.text)]
    return bool(names and _names(sentence, language)) and not any(stands_in(name, sentence) for name in names)


@lru_cache(maxsize=4096)
def _parts(sentence: str, language: str) -> dict[str, str]:
    """The part of each name of a sentence; empty where it cannot be told."""
    places = sorted([*_names(sentence, language), *_roles(sentence, language)])
    turns = all(one.role != two.role for one, two in pairwise(places))
    if len(places) < 4 or len(places) % 2 or not turns:
        return {}
    pairs = zip(places[::2], places[1::2], strict=True)
    found = dict((two.text, one.text) if one.role else (one.text, two.text) for one, two in pairs)
    return found if len(set(found.values())) > 1 else {}


@lru_cache(maxsize=4096)
def _names(sentence: str, language: str) -> tuple[_Place, ...]:
    """The names of a sentence, words that stand together as one."""
    folded = fold(sentence)
    found: list[_Place] = []
    at = 0
    for mark in find_marks(sentence, language):
        start = folded.find(fold(mark.text), at)
        if not mark.sure or start < 0:
            continue
        at = start + len(fold(mark.text))
        if found and start - found[-1].end <= _JOINT:
            found[-1] = _Place(found[-1].start, at, folded[found[-1].start : at], False)
        else:
            found.append(_Place(start, at, folded[start:at], False))
    # A defined term (this Agreement, the Seller) is nobody's name.
    return tuple(name for name in found if not all(concepts_in(w, language) for w in split_words(name.text)))


def _roles(sentence: str, language: str) -> list[_Place]:
    folded = fold(sentence)
    found: list[_Place] = []
    at = 0
    for named in find_concepts(sentence, language):
        start = folded.find(named.words[0], at)
        if named.concept in ROLES and start >= 0 and (not found or found[-1].start != start):
            found.append(_Place(start, start + len(named.words[0]), named.concept, True))
            at = start
    return found
