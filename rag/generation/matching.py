"""How the words of a question meet the words of texts: late interaction, shared grams, shared numbers.

Late interaction (each word of the question against its best word in the text) is after ColBERT (Khattab, Zaharia
2020), here over single word vectors. Every distinct text is looked at once, however many candidates it stands by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

from rag.protocols import WordEmbedder
from rag.text.asking import without_question_words
from rag.text.concepts import concepts_by_piece, concepts_in
from rag.text.concepts.relations import related_concepts
from rag.text.words import ROMAN, field_terms, fold, has_no_blanks, split_words

Floats = npt.NDArray[np.float64]
CLOSE: Final = 0.5
"""From this closeness on, a word counts as met."""

# Closeness 0 and 1, in spreads of a word's cosines with all the words at hand: a measure that outlives the model.
_FAR, _NEAR = 1.5, 5.0
# A word spelt alike counts from half of its romanised grams on.
_ALIKE: Final = 0.5
# How close words of one concept are taken to be.
_SAME_CONCEPT: Final = 0.95
# And words of related ones, the nearest; each further one less.
_RELATED, _FURTHER = 0.7, 0.05
_FAINT: Final = 0.2
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_NUMBER = regex.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Matches:
    """What each distinct text has of a question: a column a text."""

    places: dict[str, int]
    closeness: Floats  # (words of the question, texts): 0 to 1, 1 for the word itself
    related: Floats  # the same, also for words of a related concept
    grams: Floats  # (romanised grams of the question, texts): 1 where the text has it
    numbers: Floats  # (numbers of the question, texts)
    focus: Floats  # (1, texts): how near the text's words are to the question's, on average

    def best(self, groups: Sequence[Sequence[str]], of: Floats) -> Floats:
        """For each group of texts the highest value of any: (rows of `of`, groups)."""
        result = np.zeros((of.shape[0], len(groups)))
        for column, group in enumerate(groups):
            found = [self.places[text] for text in group if text in self.places]
            if found and of.shape[0]:
                result[:, column] = of[:, found].max(axis=1)
        return result


def match_texts(
    question: str, language: str, asked: Sequence[str], *, texts: Mapping[str, str], words: WordEmbedder
) -> Matches:
    """Compare the pieces of a question (`question_pieces`) with each text; `texts` has the language of each."""
    distinct = [text for text in texts if text]
    pieces = [list(dict.fromkeys(pieces_of(text, words))) for text in distinct]
    vocabulary = list(dict.fromkeys(piece for group in pieces for piece in group))
    at = {piece: place for place, piece in enumerate(vocabulary)}
    grams = list(dict.fromkeys(gram for word in asked for gram in field_terms(word, ROMAN)))
    numbers = [word for word in asked if _NUMBER.fullmatch(word)]
    closeness = np.zeros((len(asked), len(distinct)))
    shared = np.zeros((len(grams), len(distinct)))
    counted = np.zeros((len(numbers), len(distinct)))
    focus = np.zeros((1, len(distinct)))
    likeness = _likeness(asked, vocabulary, words)
    grams_at = {gram: row for row, gram in enumerate(grams)}
    wanted = [
        [grams_at[gram] for gram in field_terms(piece, ROMAN) if gram in grams_at] if grams else []
        for piece in vocabulary
    ]
    for column, group in enumerate(pieces):
        if not group:
            continue
        found = [at[piece] for piece in group]
        if len(asked):
            closeness[:, column] = likeness[:, found].max(axis=1)
            focus[0, column] = likeness[:, found].max(axis=0).mean()
        for place in found:
            shared[wanted[place], column] = 1.0
        if numbers:
            counted[:, column] = [float(number in group) for number in numbers]
    closeness = np.maximum(closeness, _spelt_alike(asked, grams_at, shared))
    named, have = concepts_by_piece(question, asked, language), [_concepts(t, texts[t]) for t in distinct]
    _raise_concepts(closeness, named, have)
    places = {text: place for place, text in enumerate(distinct)}
    return Matches(places, closeness, _with_related(closeness, named, have), shared, counted, focus)


def question_pieces(question: str, language: str, words: WordEmbedder) -> list[str]:
    """The question's words with content; all its words where nothing else is left."""
    content = pieces_of(without_question_words(question, language), words)
    return list(dict.fromkeys(content or pieces_of(question, words)))


def pieces_of(text: str, words: WordEmbedder) -> list[str]:
    """Folded words; runs of scripts without blanks as the model cuts them."""
    pieces: list[str] = []
    for word in _words_of(text):
        pieces += _cut(word, words) if has_no_blanks(word) else [word]
    return pieces


# A text is looked at twice for one question, and again for the next one.
@lru_cache(maxsize=20_000)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(split_words(text))


def close_places(asked: Sequence[str], text: str, words: WordEmbedder) -> list[tuple[int, int, float]]:
    """Where words of a text meet the question: start, end, and and how closely, from 0.2 on."""
    found: list[tuple[int, int, str]] = []
    for match in _WORD.finditer(text):
        at = match.start()
        for piece in _cut(match[0], words) if has_no_blanks(match[0]) else [match[0]]:
            start = text.find(piece, at, match.end())
            start = at if start < 0 else start
            at = min(start + len(piece), match.end())
            found.append((start, at, fold(piece)))
    likeness = _likeness(asked, [piece for _, _, piece in found], words)
    if not likeness.size:
        return []
    best = likeness.max(axis=0)
    return [(start, end, float(b)) for (start, end, _), b in zip(found, best, strict=True) if b >= _FAINT]


def piece_counts(asked: Sequence[str], words: WordEmbedder) -> Floats:
    """Into how many pieces the model cuts each word, 4 at most: rare words and names have more."""
    return np.array([min(len(_cut(word, words)), 4) for word in asked], dtype=np.float64)


def rarity(found: Floats, pieces: Floats | None = None) -> Floats:
    """Weights (sum 1) of the rows by how few columns have them; what none has weighs no more than what one has.

    Rows of words weigh more with the pieces (`piece_counts`) that they have.
    """
    weights = np.log1p(found.shape[1] / np.maximum(found.sum(axis=1), 1.0))
    if pieces is not None:
        weights = weights * (1 + (pieces - 1) / 2)
    return np.asarray(weights / weights.sum(), dtype=np.float64) if len(weights) else weights


def _spelt_alike(asked: Sequence[str], grams_at: dict[str, int], shared: Floats) -> Floats:
    """How much of each word's romanised grams each text has: names meet across scripts."""
    alike = np.zeros((len(asked), shared.shape[1]))
    for row, word in enumerate(asked):
        places = [grams_at[gram] for gram in field_terms(word, ROMAN)]
        if len(places) > 1:
            alike[row] = np.clip((shared[places].mean(axis=0) - _ALIKE) / (1 - _ALIKE), 0.0, 1.0)
    return alike


def _cut(run: str, words: WordEmbedder) -> list[str]:
    """The pieces of a run one after the other; where the model gives overlapping ones, the later."""
    pieces: list[str] = []
    end = 0
    for piece in words.split_run(run):
        if run.startswith(piece, end):
            pieces.append(piece)
            end += len(piece)
        elif pieces and run.startswith(piece, end - len(pieces[-1])):
            end += len(piece) - len(pieces[-1])
            pieces[-1] = piece
    return pieces or [run]


def _raise_concepts(closeness: Floats, named: dict[str, list[int]], have: Sequence[frozenset[str]]) -> None:
    """Count a word as met where a text has a word of the same concept."""
    for column, concepts in enumerate(have):
        rows = [row for concept in concepts for row in named.get(concept, ())]
        closeness[rows, column] = np.maximum(closeness[rows, column], _SAME_CONCEPT)


@lru_cache(maxsize=20_000)
def _concepts(text: str, language: str) -> frozenset[str]:
    return concepts_in(text, language)


def _with_related(closeness: Floats, named: dict[str, list[int]], have: Sequence[frozenset[str]]) -> Floats:
    """The closeness, where a text has a word of a related concept at least that of the relation."""
    raised = closeness.copy()
    for concept, rows in named.items():
        for place, other in enumerate(related_concepts().get(concept, ())):
            columns = [column for column, concepts in enumerate(have) if other in concepts]
            cells = np.ix_(rows, columns)
            raised[cells] = np.maximum(raised[cells], _RELATED - _FURTHER * place)
    return raised


def _likeness(asked: Sequence[str], vocabulary: Sequence[str], words: WordEmbedder) -> Floats:
    if not asked or not vocabulary:
        return np.zeros((len(asked), len(vocabulary)))
    cosines = (words.embed_words(asked) @ words.embed_words(vocabulary).T).astype(np.float64)
    spread = np.maximum(cosines.std(axis=1, keepdims=True), 0.02)
    above = (cosines - cosines.mean(axis=1, keepdims=True)) / spread
    likeness: Floats = np.clip((above - _FAR) / (_NEAR - _FAR), 0.0, 1.0)
    places = {piece: place for place, piece in enumerate(vocabulary)}
    for row, word in enumerate(asked):
        if word in places:
            likeness[row, places[word]] = 1.0
    return likeness
