"""How an answer came about, written down: the sentences considered, their scores in parts, and why one won."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from babel.numbers import format_percent

from rag.generation.features import SENTENCE_FEATURES, Scene
from rag.generation.matching import Floats
from rag.generation.scoring import Logistic
from rag.phrases import phrase
from rag.records import Account, Considered, Passage

PARTS: Final = ("words", "meaning", "value", "other")
"""What a score is made of: words in common, nearness in meaning, a value of the asked kind, all else."""

_SHOWN: Final = 5
_BEGINNINGS: Final = {
    "words": ("late", "said", "missing", "focus", "matched", "shared", "names", "numbers"),
    "meaning": ("cosine",),
    "value": ("fits",),
}


def no_account(question: str, language: str, floor: float) -> Account:
    """The account of a question for which there was no sentence to consider."""
    return Account(question, language, "other", None, floor, phrase("why_nothing", language))


def account_of(
    scene: Scene,
    scores: Floats,
    chosen: Sequence[int],
    *,
    ranking: object,
    passages: Sequence[Passage],
) -> Account:
    """The best sentences with their scores, best first; `concluded` adds how sure the first one answers."""
    documents = {passage.document.id: passage.document for passage in passages}
    parts = _parts(scene, ranking)
    candidates = []
    for place in [int(at) for at in np.argsort(-scores, kind="stable")[:_SHOWN]]:
        candidate = scene.candidates[place]
        document = documents[candidate.support.document_id]
        candidates.append(
            Considered(
                document=document.name,
                page=candidate.support.page if document.paged else None,
                text=candidate.text,
                score=round(float(scores[place]), 3),
                parts=tuple((name, round(float(values[place]), 3)) for name, values in parts.items()),
                chosen=place in chosen,
            )
        )
    return Account(scene.question, scene.language, scene.type, None, 0.0, "", tuple(candidates))


def concluded(account: Account, language: str, sureness: float, floor: float) -> Account:
    """The account with its end: under the floor no sentence was chosen; `why` says so in words of `language`."""
    sure = sureness >= floor
    key = "why_found" if sure else "why_unsure"
    # Cut, not rounded: a sureness under the floor never reads as if it reached it.
    shown = math.floor(sureness * 100 + 1e-9) / 100
    why = phrase(key, language, sureness=_percent(shown, language), floor=_percent(floor, language))
    candidates = tuple(replace(each, chosen=each.chosen and sure) for each in account.candidates)
    return replace(account, sureness=round(sureness, 3), floor=floor, why=why, candidates=candidates)


def _parts(scene: Scene, ranking: object) -> dict[str, Floats]:
    """What each part adds to the scores of all candidates; nothing for a scorer that cannot be taken apart."""
    if not isinstance(ranking, Logistic):
        return {}
    shares = (scene.features - ranking.mean) / ranking.scale * ranking.weights
    of_feature = [_part(name) for name in SENTENCE_FEATURES]
    return {
        part: shares[:, [at for at, own in enumerate(of_feature) if own == part]].sum(axis=1) for part in PARTS
    }


def _part(feature: str) -> str:
    return next((part for part, beginnings in _BEGINNINGS.items() if feature.startswith(beginnings)), "other")


def _percent(share: float, language: str) -> str:
    return str(format_percent(share, locale=language)).replace("\u200f", "").replace("\u200e", "")
