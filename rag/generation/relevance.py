"""Whether a sentence has anything to do with a question: a true sentence that nobody asked for is no answer.

A model that obeys an order in one document can add what another one says, word for word and rightly cited. So a
sentence must be about the question with what stands around it, and for that to count it must either be about the
question itself or belong to what stands around it: a foreign sentence among relevant ones does neither.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import regex

from rag.generation.candidates import Candidate, find_candidates
from rag.generation.features import SENTENCE_FEATURES, Looker, Scene
from rag.generation.matching import Floats
from rag.generation.scoring import Scorer
from rag.generation.weighing import Flags
from rag.records import Passage, Support
from rag.text.values import find_values
from rag.text.words import WITHOUT_BLANKS

# Chosen on the sample deal room and invented ones (docs/models.md). How much of the question's words must be met
# in a sentence, its neighbours, heading or title, unless one word of it stands there in the question's language
# (the pieces of those without blanks are too small to tell);
_LEAST_MET: Final = 0.25
_THE_WORD: Final = 0.99
# how much at least in the sentence itself; the cosine of sentence and question, in spreads above that of unrelated
# sentences; and the score as an answer, with room below the lowest evidence: the scorer is trained anew at times.
_LEAST_IN_SENTENCE: Final = 0.005
_LEAST_COSINE: Final = -1.0
_LEAST_SCORE: Final = -2.1
# How much a sentence must be about the question and belong to its passage, together, and what counts how much: the
# question's words met in it (1), their cosine, a value of the kind that is asked for, one word as it stands;
_LEAST_TOGETHER: Final = 0.46
_ABOUT: Final = {"late": 1.0, "cosine_usual": 0.025, "fits_date": 0.1, "fits_amount": 0.1, "fits_name": 0.1}
_STANDS: Final = 0.3
# its own words met in its passage and right beside it, the weightiest that is not, and its letters found there.
_BELONGS: Final = {"said_passage": 0.3, "missing_passage": -0.2}
_SPELT: Final = 1.5
_BESIDE: Final = 0.3
_NEIGHBOURS: Final = 2
# Letters with digits that stand nowhere else are told only where so much of the question is met beside
# them.
_CODE = regex.compile(
    r"(?<![\p{L}\p{N}])(?:[\p{Latin}\p{Greek}\p{Cyrillic}]{2,}[-_.]?\p{Nd}{2,}|\p{Nd}{2,}[-_.]\p{Lu}{2,})"
    r"(?![\p{Latin}\p{Greek}\p{Cyrillic}\p{N}])"
)
_LEAST_BESIDE_A_CODE: Final = 0.3
_AT: Final = {name: place for place, name in enumerate(SENTENCE_FEATURES)}


class Relevance:
    """Judges the sentences of one request's passages; they are looked at once, when first needed."""

    def __init__(
        self, question: str, language: str, passages: Sequence[Passage], *, looker: Looker, scorer: Scorer
    ) -> None:
        self._question = question
        self._language = language
        self._candidates = find_candidates(passages)
        self._looker = looker
        self._scorer = scorer
        self._meant: dict[int, bool] = {}

    def has(self, support: Sequence[Support]) -> bool:
        """Whether every place has to do with the question: the sentence that ends there.

        A place where no sentence ends (a bare heading, a document's title) has not.
        """
        return all(any(self._answers(place) for place in self._ending(each)) for each in support)

    def _ending(self, proof: Support) -> list[int]:
        """The candidates in which a proof ends; chunks that overlap may cut it at another place."""
        return [at for at, candidate in enumerate(self._candidates) if _ends_in(proof, candidate.support)]

    def _answers(self, at: int) -> bool:
        if at not in self._meant:
            self._meant[at] = bool(self._related[at]) and self._is_told(at) and self._is_meant(at)
        return self._meant[at]

    @cached_property
    def _scene(self) -> Scene:
        return self._looker.look(self._question, self._language, self._candidates)

    @cached_property
    def _with_a_word(self) -> Flags:
        """In which sentences a word of the question stands, in its language."""
        told = self._language not in WITHOUT_BLANKS
        own = np.array([told and candidate.language == self._language for candidate in self._candidates])
        said = self._scene.closeness.max(axis=0, initial=0.0) >= _THE_WORD
        return np.asarray(own & said, dtype=np.bool_)

    @cached_property
    def _related(self) -> Flags:
        """Which sentences are, with what stands around them, about the question."""
        scene = self._scene
        enough = (
            ((scene.features[:, _AT["late_around"]] >= _LEAST_MET) | self._with_a_word)
            & (scene.features[:, _AT["late"]] >= _LEAST_IN_SENTENCE)
            & (scene.features[:, _AT["cosine_usual"]] >= _LEAST_COSINE)
            & (self._scorer.rank(scene) >= _LEAST_SCORE)
        )
        return np.asarray(enough, dtype=np.bool_)

    def _is_told(self, at: int) -> bool:
        """Whether a sentence has no code, or one that the question or another sentence has, or is asked for."""
        candidate = self._candidates[at]
        known = [self._question, *(c.text for place, c in enumerate(self._candidates) if place != at)]
        secret = [code for code in _codes(candidate) if not any(code in text for text in known)]
        return not secret or bool(self._scene.features[at, _AT["late"]] >= _LEAST_BESIDE_A_CODE)

    def _is_meant(self, at: int) -> bool:
        """Whether a sentence is about the question itself, or belongs to the sentences around it that are."""
        row = self._scene.features[at]
        about = sum(weight * row[_AT[name]] for name, weight in _ABOUT.items())
        about += _STANDS * self._with_a_word[at]
        passage = self._candidates[at].passage
        others = [place for place, c in enumerate(self._candidates) if c.passage == passage and place != at]
        if about >= _LEAST_TOGETHER or not others:
            return bool(about >= _LEAST_TOGETHER)
        whole = self._met_in(others, at)
        belongs = sum(weight * whole[0, _AT[name]] for name, weight in _BELONGS.items())
        belongs += _SPELT * whole[:, _AT["shared"]].max()
        near = [place for place in others if abs(place - at) <= _NEIGHBOURS]
        belongs += _BESIDE * self._met_in(near, at)[0, _AT["said_passage"]] if near else 0.0
        return bool(about + belongs >= _LEAST_TOGETHER)

    def _met_in(self, places: Sequence[int], at: int) -> Floats:
        """The features of sentences with the one at `at` in the question's place."""
        asked = self._candidates[at]
        others = [replace(self._candidates[place], before="", after="", passage=0) for place in places]
        return self._looker.look(asked.text, asked.language, others).features


def _codes(candidate: Candidate) -> list[str]:
    """What looks like a code, amounts (EUR100) left out."""
    values = find_values(candidate.text, candidate.language)
    return [
        code[0]
        for code in _CODE.finditer(candidate.text)
        if not any(value.start <= code.start() < value.end for value in values)
    ]


def _ends_in(proof: Support, sentence: Support) -> bool:
    where = proof.document_id, proof.page
    return where == (sentence.document_id, sentence.page) and sentence.start < proof.end <= sentence.end
