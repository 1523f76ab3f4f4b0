"""How well each candidate sentence answers a question, as numbers that mean the same in every language.

Cosines are measured in spreads above the usual: above the other candidates, and above sentences that have nothing
to do with the question (the program's own phrases in 29 languages). So scores keep their meaning when the
embedding model changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import regex

from rag.generation.asked import fitting, names_asked, values_asked
from rag.generation.candidates import Candidate
from rag.generation.matching import CLOSE, Floats, close_places, pieces_of, question_pieces
from rag.generation.meeting import Met, standardised
from rag.phrases import LANGUAGES, phrase
from rag.protocols import Embedder, Vectors, WordEmbedder
from rag.text.asking import question_type, without_question_words
from rag.text.names import Name, find_names
from rag.text.speakers import languages_named
from rag.text.values import Value

SENTENCE_FEATURES: Final = (
    "cosine",  # of question and sentence, in spreads above the other candidates
    "cosine_usual",  # the same, in spreads above unrelated sentences
    "cosine_gap",  # of cosine_usual to the highest of all candidates
    "cosine_window",  # of question and the sentence with its neighbours, as `cosine`
    "cosine_passage",  # of question and the sentences of the passage together, as `cosine_usual`
    "late",  # mean over the question's words of the best cosine in the sentence, rare words weighing more
    "late_around",  # the same, with heading, neighbours and the document's title
    "late_z",  # in spreads above the other candidates
    "late_gap",  # to the highest of all candidates
    "said",  # as late, words that say much (by the model) weighing more
    "said_around",
    "said_passage",
    "said_gap",  # of said_around to the highest of all candidates
    "related",  # as said, with words of related concepts
    "related_gap",  # around the sentence, to the highest of all candidates
    "related_z",  # in spreads above the other candidates
    "missing_related",  # as missing, with words of related concepts
    "missing",  # the weight of the weightiest word that is not met in the sentence or around it
    "missing_passage",
    "focus",  # share of the sentence's words that are near a word of the question
    "matched",  # share of the question's weight whose words have a close match in the sentence
    "matched_around",
    "shared",  # share of the question's romanised grams in the sentence, rare grams weighing more
    "shared_around",
    "shared_z",
    "late_passage",  # as late_around, with the whole passage
    "matched_passage",
    "numbers",  # +1 all of the question's numbers in sentence or surroundings, -1 none, 0 without numbers
    "names",  # likewise the question's names in the sentence
    "names_passage",  # and in its passage
    "passage",  # 1 / (1 + place of the passage)
    "fits_date",  # +1 a date that the question does not have, -1 none, 0 no date asked
    "fits_amount",  # likewise an amount, a number, a percentage or a duration
    "fits_name",  # likewise a name
    "fits_several",  # how many such names beyond the first, of 2
    "fits_reason",  # +1 gives a reason or purpose, -1 none, 0 not asked why
    "fits_around",  # likewise any of these, in the sentence or its neighbours
    "length",  # log of characters, less that of a usual sentence
    "fragment",  # shorter than a sentence
    "asks",  # itself a question
    "heading",  # is the heading itself
    "people",  # +1 the question names the sentence's language or its people, -1 others that are here, 0 none
    "same_language",
    "cosine_same_language",  # products: words and cosines mean more within a language
    "late_same_language",
    "shared_same_language",
)

_USUAL_LENGTH: Final = 4.8  # log of 120 characters
_SHORT: Final = 25
_QUESTION_MARK = regex.compile(r"[?？؟]\s*[\"'”’»)]*$")


@dataclass(frozen=True, slots=True)
class Scene:
    """A question with its candidates and what was found out about them."""

    question: str
    language: str
    type: str
    candidates: list[Candidate]
    features: Floats
    values: list[list[Value]]  # a candidate's values of the asked kind that the question does not have
    names: list[list[Name]]  # likewise its names
    closeness: Floats  # (words of the question, candidates): how closely each word is met in the sentence
    closeness_passage: Floats  # the same in the sentence's passage
    weights: Floats  # how much each word of the question says; their sum is 1


class Looker:
    """Computes scenes with the models it is given; what is usual for the model is measured once."""

    def __init__(self, embedder: Embedder, words: WordEmbedder) -> None:
        self._embedder = embedder
        self._words = words
        self._unrelated: Vectors | None = None

    def look(self, question: str, language: str, candidates: list[Candidate]) -> Scene:
        """Compute SENTENCE_FEATURES: one row a candidate, in order; there must be one candidate at least."""
        type_ = question_type(question, language)
        words = Met(question, language, candidates, self._words)
        values, names = values_asked(question, language, candidates), names_asked(question, language, candidates)
        columns = (
            self._cosines(without_question_words(question, language) or question, candidates)
            | words.columns()
            | _shares(words, self._names_asked(question, language, words.asked))
            | fitting(type_, values, names, candidates)
            | _looks(candidates)
            | {"people": _of_the_people(question, language, candidates)}
        )
        same = np.array([float(candidate.language == language) for candidate in candidates])
        columns |= {
            "same_language": same,
            "cosine_same_language": same * columns["cosine"],
            "late_same_language": same * columns["late_z"],
            "shared_same_language": same * columns["shared_z"],
        }
        features = np.stack([np.asarray(columns[name], dtype=np.float64) for name in SENTENCE_FEATURES], axis=1)
        return Scene(
            question, language, type_, candidates, features, values, names, words.close, words.passage, words.told
        )

    def _names_asked(self, question: str, language: str, asked: Sequence[str]) -> list[int]:
        """The places, among the question's pieces, of those that belong to names."""
        pieces = {piece for name in find_names(question, language) for piece in pieces_of(name.text, self._words)}
        return [place for place, piece in enumerate(asked) if piece in pieces]

    def near_words(self, scene: Scene, place: int) -> list[tuple[int, int, float]]:
        """Where the candidate at `place` meets the question: start, end, and how closely."""
        asked = question_pieces(scene.question, scene.language, self._words)
        return close_places(asked, scene.candidates[place].text, self._words)

    def _cosines(self, question: str, candidates: Sequence[Candidate]) -> dict[str, Floats]:
        """Of question and sentence, in spreads above the other candidates, and above unrelated sentences."""
        vector = self._embedder.embed_questions([question])[0]
        if self._unrelated is None:
            self._unrelated = self._embedder.embed_passages(_unrelated_sentences())
        usual = self._unrelated @ vector
        mean, spread = float(usual.mean()), max(float(usual.std()), 1e-6)
        around = list(dict.fromkeys(t for c in candidates for t in (c.text, c.before, c.after) if t))
        at = {text: place for place, text in enumerate(around)}
        vectors = self._embedder.embed_passages(around)
        windows = np.stack(
            [vectors[[at[t] for t in (c.before, c.text, c.after) if t]].mean(axis=0) for c in candidates]
        )
        own = vectors[[at[c.text] for c in candidates]]
        passages = np.array([candidate.passage for candidate in candidates])
        whole = np.stack([own[passages == number].mean(axis=0) for number in passages])
        cosines = (own @ vector).astype(np.float64)
        above = (cosines - mean) / spread
        return {
            "cosine": standardised(cosines),
            "cosine_usual": above,
            "cosine_gap": above - above.max(),
            "cosine_window": standardised(_cosine(windows, vector)),
            "cosine_passage": (_cosine(whole, vector) - mean) / spread,
        }


def _shares(words: Met, names: Sequence[int]) -> dict[str, Floats]:
    """How many of the question's numbers and names are met."""
    return {
        "numbers": _share_found(words.numbers),
        "names": _share_found((words.close >= CLOSE).astype(float)[names]),
        "names_passage": _share_found((words.passage >= CLOSE).astype(float)[names]),
    }


def _of_the_people(question: str, language: str, candidates: Sequence[Candidate]) -> Floats:
    """+1 where a sentence is in a language that the question names, -1 where only others are, 0 where none is."""
    named = languages_named(question, language)
    found = np.array([float(candidate.language in named) for candidate in candidates])
    return 2 * found - 1 if found.any() else found


def _looks(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """What a sentence is, whatever is asked."""
    lengths = np.array([np.log(1 + len(candidate.text)) for candidate in candidates])
    return {
        "passage": np.array([1 / (1 + candidate.passage) for candidate in candidates]),
        "length": lengths - _USUAL_LENGTH,
        "fragment": (lengths < np.log(_SHORT)).astype(float),
        "asks": np.array([float(_QUESTION_MARK.search(candidate.text) is not None) for candidate in candidates]),
        "heading": np.array([float(candidate.text.strip() == candidate.heading) for candidate in candidates]),
    }


def _cosine(vectors: Vectors, vector: Vectors) -> Floats:
    lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)
    return np.asarray((vectors @ vector) / lengths, dtype=np.float64)


def _share_found(found: Floats) -> Floats:
    """+1 where all rows are found, -1 where none is; 0 where there are no rows."""
    return 2 * found.mean(axis=0) - 1 if found.shape[0] else np.zeros(found.shape[1])


def _unrelated_sentences() -> list[str]:
    keys = ("not_found", "note_fallback", "note_empty_index", "note_untranslated")
    return [phrase(key, language) for language in LANGUAGES for key in keys]
