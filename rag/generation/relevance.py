"""Whether a sentence has anything to do with a question: a true sentence that nobody asked for is no answer.

A model that obeys an order in one document can add what another one says, word for word and rightly cited.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from rag.generation.candidates import find_candidates
from rag.generation.features import SENTENCE_FEATURES, Looker
from rag.generation.scoring import Scorer
from rag.records import Passage, Support
from rag.text.words import WITHOUT_BLANKS

# Chosen on the sample deal room (docs/models.md). How much of the question's words must be met in a sentence, its
# neighbours, heading or title, unless one word of it stands there in the question's language (the pieces of those
# without blanks are too small to tell);
_LEAST_MET: Final = 0.25
_THE_WORD: Final = 0.99
# how much at least in the sentence itself; the cosine of sentence and question, in spreads above that of unrelated
# sentences; and the score as an answer, with room below the lowest evidence: the scorer is trained anew at times.
_LEAST_IN_SENTENCE: Final = 0.005
_LEAST_COSINE: Final = -1.0
_LEAST_SCORE: Final = -1.9
_MET, _IN_SENTENCE, _COSINE = (SENTENCE_FEATURES.index(name) for name in ("late_around", "late", "cosine_usual"))


class Relevance:
    """Judges the sentences of one request's passages; they are looked at once, when first needed."""

    def __init__(
        self, question: str, language: str, passages: Sequence[Passage], *, looker: Looker, scorer: Scorer
    ) -> None:
        self._question = question
        self._language = language
        self._passages = passages
        self._looker = looker
        self._scorer = scorer

    def has(self, support: Sequence[Support]) -> bool:
        """Whether every place has to do with the question: the sentence that ends there.

        A place where no sentence ends (a bare heading, a document's title) has not.
        """
        return all(any(_ends_in(each, place) for place in self._answering) for each in support)

    @cached_property
    def _answering(self) -> list[Support]:
        """The sentences that have to do with the question."""
        candidates = find_candidates(self._passages)
        if not candidates:
            return []
        scene = self._looker.look(self._question, self._language, candidates)
        told = self._language not in WITHOUT_BLANKS
        own = np.array([told and candidate.language == self._language for candidate in candidates])
        said = scene.closeness.max(axis=0, initial=0.0) >= _THE_WORD
        enough = (
            ((scene.features[:, _MET] >= _LEAST_MET) | (own & said))
            & (scene.features[:, _IN_SENTENCE] >= _LEAST_IN_SENTENCE)
            & (scene.features[:, _COSINE] >= _LEAST_COSINE)
            & (self._scorer.rank(scene) >= _LEAST_SCORE)
        )
        return [candidate.support for candidate, has in zip(candidates, enough, strict=True) if has]


def _ends_in(proof: Support, sentence: Support) -> bool:
    """Whether a proof ends in a sentence; chunks that overlap may cut it at another place."""
    where = proof.document_id, proof.page
    return where == (sentence.document_id, sentence.page) and sentence.start < proof.end <= sentence.end
