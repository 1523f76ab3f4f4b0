"""Words of deals that mean nearly the same in 29 languages, where word vectors alone are not enough."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import regex

from rag.text.words import fold, has_no_blanks, split_words

_WITHOUT_BLANKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")


def concepts_in(text: str) -> frozenset[str]:
    """The names of the concepts (`concepts.toml`) of which a text has a word."""
    stems, whole, anywhere = _lexicon()
    folded = fold(text)
    found = {concept for piece, concept in anywhere if piece in folded}
    for word in split_words(text):
        if not has_no_blanks(word):
            found |= whole.get(word, frozenset())
            for length in range(3, len(word) + 1):
                found |= stems.get(word[:length], frozenset())
    return frozenset(found)


def concepts_by_piece(question: str, pieces: Sequence[str]) -> dict[str, list[int]]:
    """The concepts of a question, each with the places of the pieces (`question_pieces`) that name it."""
    found: dict[str, list[int]] = {}
    folded = fold(question)
    _, _, anywhere = _lexicon()
    for place, piece in enumerate(pieces):
        for concept in concepts_in(piece):
            found.setdefault(concept, []).append(place)
        for entry, concept in anywhere:
            # The model may cut a word of a script without blanks in two.
            if piece in entry and entry in folded and place not in found.get(concept, ()):
                found.setdefault(concept, []).append(place)
    return found


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]], tuple[tuple[str, str], ...]]:
    """Stems and whole words with their concepts, and the pieces of scripts without blanks."""
    source = resources.files("rag.text").joinpath("concepts.toml").read_text(encoding="utf-8")
    stems: dict[str, frozenset[str]] = {}
    whole: dict[str, frozenset[str]] = {}
    anywhere: list[tuple[str, str]] = []
    for concept, entries in tomllib.loads(source).items():
        for entry in entries.split():
            folded = fold(entry.rstrip("."))
            folded = folded.replace("_", " ")
            if _WITHOUT_BLANKS.search(folded) or " " in folded:
                anywhere.append((folded, concept))
                continue
            target = whole if entry.endswith(".") else stems
            target[folded] = target.get(folded, frozenset()) | {concept}
    return stems, whole, tuple(anywhere)
