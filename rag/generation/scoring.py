"""A trained scorer, kept as numbers in a JSON file: which sentence is best, and how sure it answers.

Both are logistic regressions over the features of `features.py`, trained by `python -m rag.training.answers`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np

from rag.generation.asked import NAME_KINDS, VALUE_KINDS
from rag.generation.features import SENTENCE_FEATURES, Scene
from rag.generation.matching import CLOSE, Floats

_OWN: Final = (
    *("late", "late_around", "late_gap", "late_passage", "said", "said_around", "said_passage", "said_gap"),
    *("matched", "matched_around", "matched_passage", "missing", "missing_passage"),
    *("related", "related_gap", "missing_related"),
    *("shared", "shared_around", "shared_z", "cosine", "cosine_usual", "cosine_gap", "cosine_window"),
    *("cosine_passage", "numbers", "names", "names_passage", "fits_date", "fits_amount"),
    *("fits_name", "fits_several", "fits_reason", "fits_around", "passage"),
    *("same_language", "length", "fragment", "asks", "people"),
)
_WITHIN: Final = ("late", "late_passage", "said_around", "matched", "shared", "cosine_usual")
CONFIDENCE_FEATURES: Final = (
    *_OWN,  # of the best sentence
    *(f"{name}_within" for name in _WITHIN),  # the same where it is in the question's language, else 0
    "score",  # of the best sentence
    "margin",  # to the best sentence of other wording
    "above",  # its score in spreads above the other candidates
    "weakest",  # the least met word of the question, in its passage
    "anywhere",  # the least met word of the question, in any passage
    "said_anywhere",  # as said, each word where it is best met in any passage
    "missing_anywhere",  # the weight of the weightiest word of the question that is met in no passage
    "cosine_best",  # the highest of all candidates
    "fits_elsewhere",  # a value of the asked kind only in other sentences
    "words",  # log of the number of the question's words
    "typed_value",  # the question asks for a value
    "typed_name",  # the question asks for a name
)
_FIELDS: Final = {name: at for at, name in enumerate(SENTENCE_FEATURES)}


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: weights for features that are first shifted by `mean` and divided by `scale`."""

    features: tuple[str, ...]
    weights: Floats
    mean: Floats
    scale: Floats
    bias: float

    def logits(self, rows: Floats) -> Floats:
        """The logit of each row of features."""
        return np.asarray(((rows - self.mean) / self.scale) @ self.weights + self.bias, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Ranks the sentences of a scene and says how sure the best one answers."""

    ranking: Logistic
    confidence: Logistic

    def rank(self, scene: Scene) -> Floats:
        """A score a candidate; higher is better."""
        return self.ranking.logits(scene.features)

    def sureness(self, scene: Scene, scores: Floats) -> float:
        """How sure (0 to 1) the best candidate answers the question."""
        logit = float(self.confidence.logits(confidence_row(scene, scores)[None, :])[0])
        return 1.0 / (1.0 + float(np.exp(-np.clip(logit, -30, 30))))


def best_of(scores: Floats) -> int:
    """The place of the highest score, the first of equals."""
    return int(np.argmax(scores))


def confidence_row(scene: Scene, scores: Floats) -> Floats:
    """CONFIDENCE_FEATURES of a scene."""
    best = best_of(scores)
    row = dict(zip(SENTENCE_FEATURES, scene.features[best].tolist(), strict=True))
    close = scene.closeness_passage
    met = close.max(axis=1) if len(close) else np.zeros(0)
    others = np.delete(scores, best)
    parts = [
        *(row[name] for name in _OWN),
        *(row["same_language"] * row[name] for name in _WITHIN),
        scores[best],
        scores[best] - others.max() if len(others) else 1.0,
        (scores[best] - others.mean()) / max(float(others.std()), 0.5) if len(others) else 1.0,
        close[:, best].min() if len(close) else 0.0,
        met.min() if len(close) else 0.0,
        scene.weights @ met if len(close) else 0.0,
        (scene.weights * (met < CLOSE)).max() if len(close) else 0.0,
        scene.features[:, _FIELDS["cosine"]].max(),
        _fits_elsewhere(scene, best),
        np.log1p(len(close)),
        float(scene.type in VALUE_KINDS),
        float(scene.type in NAME_KINDS),
    ]
    return np.array(parts, dtype=np.float64)


def _fits_elsewhere(scene: Scene, best: int) -> float:
    """1 where the question asks for a value, and other sentences have one but not the best."""
    missing = scene.type in VALUE_KINDS and not scene.values[best]
    return float(missing and any(scene.values))


def load_scorer() -> Scorer:
    """The scorer that is delivered with the program."""
    return _scorer()


def read_scorer(text: str) -> Scorer:
    """A scorer from its JSON; features that this version does not know make it a ValueError."""
    parts = json.loads(text)
    return Scorer(
        ranking=_logistic(parts["ranking"], SENTENCE_FEATURES),
        confidence=_logistic(parts["confidence"], CONFIDENCE_FEATURES),
    )


@lru_cache(maxsize=1)
def _scorer() -> Scorer:
    return read_scorer(resources.files("rag.generation").joinpath("scorer.json").read_text(encoding="utf-8"))


def _logistic(part: dict[str, object], expected: Sequence[str]) -> Logistic:
    if tuple(part["features"]) != tuple(expected):  # type: ignore[arg-type]
        raise ValueError(
            "The scorer was trained on other features. Train it again: python -m rag.training.answers."
        )
    return Logistic(
        features=tuple(expected),
        weights=np.array(part["weights"], dtype=np.float64),
        mean=np.array(part["mean"], dtype=np.float64),
        scale=np.array(part["scale"], dtype=np.float64),
        bias=float(part["bias"]),  # type: ignore[arg-type]
    )
