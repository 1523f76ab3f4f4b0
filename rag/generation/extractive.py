"""Answers without any language model: the sentences that answer, quoted as they stand, or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rag.generation.accounts import account_of, concluded, no_account
from rag.generation.asked import VALUE_KINDS
from rag.generation.candidates import find_candidates
from rag.generation.features import Looker, Scene
from rag.generation.matching import Floats
from rag.generation.reordering import LOOKED_AT, reordered
from rag.generation.scoring import Scorer, best_of, load_scorer
from rag.generation.shorts import find_short
from rag.protocols import Embedder, WordEmbedder
from rag.records import Account, Draft, Passage
from rag.settings import AnsweringSettings
from rag.text.asking import asks_for_several
from rag.text.words import split_words

# How far (in logits) a further sentence may be behind the best: of another document, of the same one in a list, of
# the same one otherwise.
_REACH_OTHER_DOCUMENT: Final = 0.8
_REACH_LIST: Final = 0.6
_REACH_SAME_DOCUMENT: Final = 0.15
_SAME_WORDS: Final = 0.8


@dataclass(frozen=True, slots=True)
class Consideration:
    """How an answer came about: the candidates with their scores, the places of those chosen, how sure it is."""

    scene: Scene
    scores: Floats
    chosen: tuple[int, ...]
    sureness: float


class ExtractiveGenerator:
    """Chooses one to three sentences from passages, or none when it is not sure that they answer."""

    def __init__(
        self, embedder: Embedder, words: WordEmbedder, settings: AnsweringSettings, *, scorer: Scorer | None = None
    ) -> None:
        self._looker = Looker(embedder, words)
        self._settings = settings
        self._scorer = scorer or load_scorer()

    @property
    def mode(self) -> str:
        """`extractive`."""
        return "extractive"

    def generate(self, question: str, language: str, passages: Sequence[Passage]) -> Iterator[Draft]:
        """Drafts whose text is a sentence of a passage, best first; none under the floor.

        `short` is the value or name asked for, exactly as in the sentence, where it is found for sure.
        """
        yield from self.explain(question, language, passages)[0]

    def explain(
        self, question: str, language: str, passages: Sequence[Passage]
    ) -> tuple[tuple[Draft, ...], Account]:
        """The drafts, and how they or their absence came about."""
        floor = self._settings.floor
        considered = self.consider(question, language, passages)
        if considered is None:
            return (), no_account(question, language, floor)
        scene, scores, sureness = considered.scene, considered.scores, considered.sureness
        account = account_of(scene, scores, considered.chosen, ranking=self._scorer.ranking, passages=passages)
        drafts = tuple(self._draft(scene, place) for place in considered.chosen) if sureness >= floor else ()
        return drafts, concluded(account, language, sureness, floor)

    def reorder(self, question: str, language: str, passages: Sequence[Passage]) -> list[Passage]:
        """The passages by what their best sentences answer; only the first `LOOKED_AT` of them come back."""
        first = list(passages[:LOOKED_AT])
        considered = self.consider(question, language, first)
        if considered is None:
            return first
        places = [candidate.passage for candidate in considered.scene.candidates]
        return reordered(first, places, considered.scores)

    def _draft(self, scene: Scene, place: int) -> Draft:
        candidate = scene.candidates[place]
        short = find_short(scene, place, self._looker)
        return Draft(candidate.text, candidate.language, (candidate.support,), short)

    def consider(self, question: str, language: str, passages: Sequence[Passage]) -> Consideration | None:
        """What the generator makes of the passages, whatever the floor; None where they hold no sentence."""
        candidates = find_candidates(passages)
        if not candidates:
            return None
        scene = self._looker.look(question, language, candidates)
        scores = self._scorer.rank(scene)
        chosen = _choose(scene, scores, self._settings.statements)
        return Consideration(scene, scores, chosen, self._scorer.sureness(scene, scores))


def _choose(scene: Scene, scores: Floats, limit: int) -> tuple[int, ...]:
    """The best sentence, and further ones that are close behind and add something."""
    best = best_of(scores)
    chosen = [best]
    several = asks_for_several(scene.question, scene.language)
    for place in np.argsort(-scores, kind="stable"):
        if len(chosen) >= limit:
            break
        behind = float(scores[best] - scores[place])
        if behind > _REACH_OTHER_DOCUMENT:
            break
        if int(place) not in chosen and _adds(scene, int(place), chosen, behind, several=several):
            chosen.append(int(place))
    return tuple(chosen)


def _adds(scene: Scene, place: int, chosen: Sequence[int], behind: float, *, several: bool) -> bool:
    candidate = scene.candidates[place]
    documents = {scene.candidates[at].support.document_id for at in chosen}
    other_document = candidate.support.document_id not in documents
    within = _REACH_LIST if several else _REACH_SAME_DOCUMENT
    if behind > (_REACH_OTHER_DOCUMENT if other_document else within):
        return False
    if scene.type in VALUE_KINDS and not scene.values[place]:
        return False
    # The same sentence again proves more only from another document.
    repeats = any(_same_words(candidate.text, scene.candidates[at].text) for at in chosen)
    return other_document or not repeats


def _same_words(one: str, other: str) -> bool:
    words, others = set(split_words(one)), set(split_words(other))
    return len(words & others) >= _SAME_WORDS * max(1, min(len(words), len(others)))
