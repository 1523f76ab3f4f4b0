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

from rag.generation.features import SENTENCE_FEATURES, VALUE_KINDS, Scene
from rag.generation.matching import Floats

CONFIDENCE_FEATURES: Final = (
    "score",  # of the best sentence
    "margin",  # to the best sentence of other wording
    "late",
    "late_around",
    "matched",
    "matched_around",
    "weakest",  # the least met word of the question, in its passage
    "anywhere",  # the least met word of the question, in any passage
    "shared",
    "shared_around",
    "cosine",
    "cosine_usual",
    "cosine_best",  # the highest of all candidates
    "late_passage",
    "matched_passage",
    "numbers",
    "names",
    "names_passage",
    "fits_date",
    "fits_amount",
    "fits_name",
    "fits_elsewhere",  # a value of the asked kind only in other sentences
    "passage",
    "same_language",
    "late_within",  # products with same_language
    "late_passage_within",
    "matched_within",
    "shared_within",
    "cosine_within",
    "words",  # log of the number of the question's words
    "fragment",
    "typed",  # the question asks for a value
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
    row = scene.features[best]
    close = scene.closeness_passage
    others = [score for at, score in enumerate(scores) if at != best]

    def own(name: str) -> float:
        return float(row[_FIELDS[name]])

    same = own("same_language")
    return np.array(
        [
            scores[best],
            scores[best] - max(others) if others else 1.0,
            own("late"),
            own("late_around"),
            own("matched"),
            own("matched_around"),
            close[:, best].min() if len(close) else 0.0,
            close.max(axis=1).min() if len(close) else 0.0,
            own("shared"),
            own("shared_around"),
            own("cosine"),
            own("cosine_usual"),
            scene.features[:, _FIELDS["cosine"]].max(),
            own("late_passage"),
            own("matched_passage"),
            own("numbers"),
            own("names"),
            own("names_passage"),
            own("fits_date"),
            own("fits_amount"),
            own("fits_name"),
            _fits_elsewhere(scene, best),
            own("passage"),
            same,
            same * own("late"),
            same * own("late_passage"),
            same * own("matched"),
            same * own("shared"),
            same * own("cosine_usual"),
            np.log1p(len(close)),
            own("fragment"),
            float(scene.type in VALUE_KINDS),
        ],
        dtype=np.float64,
    )


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
