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

# Chosen on the sample deal room (docs/models.md). How much of the question's words must be met in a sentence, its
# neighbours, heading or title, unless one word of it stands there in the question's language;
_LEAST_MET: Final = 0.25
_THE_WORD: Final = 0.99
# the cosine of sentence and question, in spreads above that of unrelated sentences; the score as an answer.
_LEAST_COSINE: Final = 0.0
_LEAST_SCORE: Final = -1.3
_MET, _COSINE = (SENTENCE_FEATURES.index(name) for name in ("late_around", "cosine_usual"))


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
        return all(self._answering.get(_place(each), False) for each in support)

    @cached_property
    def _answering(self) -> dict[tuple[str, int, int], bool]:
        """Whether each sentence can answer, by where it ends."""
        candidates = find_candidates(self._passages)
        if not candidates:
            return {}
        scene = self._looker.look(self._question, self._language, candidates)
        own = np.array([candidate.language == self._language for candidate in candidates])
        said = scene.closeness.max(axis=0, initial=0.0) >= _THE_WORD
        enough = (
            ((scene.features[:, _MET] >= _LEAST_MET) | (own & said))
            & (scene.features[:, _COSINE] >= _LEAST_COSINE)
            & (self._scorer.rank(scene) >= _LEAST_SCORE)
        )
        places = [_place(candidate.support) for candidate in candidates]
        return dict(zip(places, enough.tolist(), strict=True))


def _place(support: Support) -> tuple[str, int, int]:
    return support.document_id, support.page, support.end
