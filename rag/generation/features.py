"""How well each candidate sentence answers a question, as numbers that mean the same in every language.

Similarities are standardised within the candidates of one question (how far above the others?), so that scores
keep their meaning when the embedding model changes. Late interaction (each word of the question against its best
word in the sentence) is after ColBERT (Khattab, Zaharia 2020), with rarity among the candidates as weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

from rag.generation.candidates import Candidate
from rag.protocols import Embedder, Vectors, WordEmbedder
from rag.text.asking import question_type, without_question_words
from rag.text.values import Value, find_values
from rag.text.words import ROMAN, field_terms, has_no_blanks, split_words

Floats = npt.NDArray[np.float64]

SENTENCE_FEATURES: Final = (
    "cosine",  # of question and sentence, standardised within the candidates
    "cosine_around",  # of question and sentence with heading and neighbours, standardised
    "late",  # late interaction, 0 to 1
    "late_around",  # the same with the words around the sentence
    "late_z",  # late interaction, standardised
    "matched",  # share of the question's weight whose words have a close match
    "matched_around",
    "shared",  # share of the question's romanised grams in the sentence, weighted by rarity
    "shared_around",
    "shared_z",
    "numbers",  # share of the question's numbers in sentence or surroundings; 0 without numbers
    "passage",  # 1 / (1 + place of the passage)
    "fits",  # +1 a value of the asked kind that the question does not have, -1 none, 0 no kind asked
    "length",  # log of characters, standardised by a usual sentence
    "fragment",  # shorter than a sentence
    "asks",  # itself a question
    "same_language",
)

_CLOSE: Final = 0.6
_USUAL_LENGTH: Final = 4.8  # log of 120 characters
_KINDS: Final = {
    "when": ("date",),
    "how_much": ("money", "number", "percent"),
    "how_many": ("number",),
    "percent": ("percent",),
    "how_long": ("duration",),
}
_QUESTION_MARK = regex.compile(r"[?？؟;]\s*[\"'”’»)]*$")
_NUMBER = regex.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Scene:
    """A question with its candidates and what was computed about them."""

    question: str
    language: str
    type: str
    candidates: list[Candidate]
    features: Floats
    values: list[list[Value]]
    cosines: Floats
    close: Floats  # (question words, candidates): the best cosine of each word, surroundings included
    weights: Floats  # of the question's words


def look_at(
    question: str, language: str, candidates: list[Candidate], embedder: Embedder, words: WordEmbedder
) -> Scene:
    """Compute SENTENCE_FEATURES for each candidate: one row a candidate, in order; there must be one at least."""
    type_ = question_type(question, language)
    asked = _question_pieces(question, language, words)
    values = [find_values(candidate.text, candidate.language) for candidate in candidates]
    own = [_pieces(candidate.text, words) for candidate in candidates]
    around = [_pieces(_surroundings(candidate), words) for candidate in candidates]
    late = _late_interaction(asked, own, around, words)
    shared = _shared_grams(asked, own, around)
    cosines = _cosines(question, candidates, embedder)
    numbers = _number_share(asked, own, around)
    lengths = np.array([np.log(1 + len(candidate.text)) for candidate in candidates]) - _USUAL_LENGTH
    columns = (
        _standardised(cosines[0]),
        _standardised(cosines[1]),
        late.own,
        late.both,
        _standardised(late.own),
        late.matched,
        late.matched_both,
        shared[0],
        shared[1],
        _standardised(shared[0]),
        numbers,
        np.array([1 / (1 + candidate.passage) for candidate in candidates]),
        np.array([_fits(type_, found, asked) for found in values]),
        lengths,
        (lengths < np.log(25) - _USUAL_LENGTH).astype(float),
        np.array([float(bool(_QUESTION_MARK.search(candidate.text))) for candidate in candidates]),
        np.array([float(candidate.language == language) for candidate in candidates]),
    )
    features = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    return Scene(question, language, type_, candidates, features, values, cosines[0], late.close, late.weights)


@dataclass(frozen=True, slots=True)
class _Late:
    own: Floats
    both: Floats
    matched: Floats
    matched_both: Floats
    close: Floats
    weights: Floats


def _late_interaction(
    asked: list[str], own: list[list[str]], around: list[list[str]], words: WordEmbedder
) -> _Late:
    """For each candidate the weighted mean, over the question's words, of the best cosine with its words."""
    count = len(own)
    if not asked:
        nothing = np.zeros(count)
        return _Late(nothing, nothing, nothing, nothing, np.zeros((0, count)), np.zeros(0))
    places = {word: at for at, word in enumerate(dict.fromkeys(w for group in (*own, *around) for w in group))}
    likeness = words.embed_words(asked) @ words.embed_words(list(places)).T if places else None
    exact = np.array([places.get(word, -1) for word in asked])
    best_own = _best(likeness, exact, own, places)
    best_both = np.maximum(best_own, _best(likeness, exact, around, places))
    close = (best_both >= _CLOSE).sum(axis=1)
    # Words that stand in every candidate tell little; words that stand in none tell no more than rare ones.
    weights = np.log1p(count / np.maximum(close, 1.0))
    share = weights / weights.sum()
    return _Late(
        own=share @ best_own,
        both=share @ best_both,
        matched=share @ (best_own >= _CLOSE),
        matched_both=share @ (best_both >= _CLOSE),
        close=best_both,
        weights=share,
    )


def _best(
    likeness: Vectors | None, exact: npt.NDArray[np.int64], groups: list[list[str]], places: dict[str, int]
) -> Floats:
    best = np.zeros((len(exact), len(groups)))
    if likeness is None:
        return best
    for column, group in enumerate(groups):
        if group:
            found = [places[word] for word in group]
            best[:, column] = np.clip(likeness[:, found].max(axis=1), 0.0, 1.0)
            best[np.isin(exact, found), column] = 1.0
    return best


def _shared_grams(asked: list[str], own: list[list[str]], around: list[list[str]]) -> tuple[Floats, Floats]:
    """Shares of the question's romanised grams found in each sentence, alone and with its surroundings."""
    grams = list(dict.fromkeys(gram for word in asked for gram in field_terms(word, ROMAN)))
    if not grams:
        return np.zeros(len(own)), np.zeros(len(own))
    own_sets = [{gram for word in set(group) for gram in field_terms(word, ROMAN)} for group in own]
    both_sets = [
        mine | {gram for word in set(group) for gram in field_terms(word, ROMAN)}
        for mine, group in zip(own_sets, around, strict=True)
    ]
    found = np.array([[gram in both for both in both_sets] for gram in grams], dtype=float)
    weights = np.log1p(len(own) / np.maximum(found.sum(axis=1), 1.0))
    share = weights / weights.sum()
    inside = np.array([[gram in mine for mine in own_sets] for gram in grams], dtype=float)
    return share @ inside, share @ found


def _cosines(question: str, candidates: Sequence[Candidate], embedder: Embedder) -> tuple[Floats, Floats]:
    vector = embedder.embed_questions([question])[0]
    alone = embedder.embed_passages([candidate.text for candidate in candidates]) @ vector
    together = [f"{c.heading} {c.before} {c.text} {c.after}" for c in candidates]
    around = embedder.embed_passages(together) @ vector
    return alone.astype(np.float64), around.astype(np.float64)


def _standardised(numbers: Floats) -> Floats:
    spread = float(numbers.std())
    return (numbers - numbers.mean()) / spread if spread > 1e-9 else np.zeros_like(numbers)


def _number_share(asked: list[str], own: list[list[str]], around: list[list[str]]) -> Floats:
    numbers = {word for word in asked if _NUMBER.fullmatch(word)}
    if not numbers:
        return np.zeros(len(own))
    return np.array([len(numbers & {*a, *b}) / len(numbers) for a, b in zip(own, around, strict=True)])


def _fits(type_: str, values: list[Value], asked: list[str]) -> float:
    """Whether a sentence has a value of the asked kind that is not already in the question."""
    kinds = _KINDS.get(type_)
    if kinds is None:
        return 0.0
    numbers = {word for word in asked if _NUMBER.fullmatch(word)}
    new = [v for v in values if v.kind in kinds and not set(split_words(v.text)) <= numbers]
    return 1.0 if new else -1.0


def _question_pieces(question: str, language: str, words: WordEmbedder) -> list[str]:
    """The question's words with content; all its words where nothing else is left."""
    content = _pieces(without_question_words(question, language), words)
    return list(dict.fromkeys(content or _pieces(question, words)))


def _pieces(text: str, words: WordEmbedder) -> list[str]:
    """Folded words; runs of scripts without blanks as the model cuts them."""
    pieces: list[str] = []
    for word in split_words(text):
        pieces += words.split_run(word) if has_no_blanks(word) else [word]
    return pieces


def _surroundings(candidate: Candidate) -> str:
    return f"{candidate.title} {candidate.heading} {candidate.before} {candidate.after}"
