"""Train the scorer of extractive answers.

`python -m rag.training.answers --sets DIR --out rag/generation/scorer.json`

Every question is asked three times: over the best passages of its pool (is the right sentence chosen?), over the
same passages without the sentences that answer, and over a pool without the documents that answer (is nothing
chosen?). The last two make questions that the documents cannot answer, in every language and across languages.
Questions are split by the hash of their id: 70 % train, 30 % measure. It takes a few minutes on two cores.
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from rag.embedding import load_embedder, load_word_embedder
from rag.generation.candidates import Candidate, find_candidates
from rag.generation.features import SENTENCE_FEATURES, Looker, Scene
from rag.generation.matching import Floats
from rag.generation.scoring import CONFIDENCE_FEATURES, Logistic, Scorer, best_of, confidence_row, load_scorer
from rag.settings import AnsweringSettings, EmbeddingSettings
from rag.training.answer_sets import Asked, Pool, held_out, read_sets

LOG = logging.getLogger("rag.training.answers")
PASSAGES = 6
PENALTY = 3e-4
# Weights that may be negative, or must be; all others count in favour.
_FREE, _AGAINST = (None, None), (None, 0.0)
_BOUNDS: dict[str, tuple[float | None, float | None]] = {
    # The value or name asked for is half of an answer; the sets, asked beside their text, show it too seldom.
    "fits_date": (0.4, None),
    "fits_amount": (0.4, None),
    "fits_name": (0.2, None),
    "same_language": _AGAINST,
    "length": _FREE,
    "words": _FREE,
    "typed": _FREE,
    "fragment": _AGAINST,
    "asks": _AGAINST,
    "heading": _AGAINST,
    "fits_elsewhere": _AGAINST,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One asking: the scene, which candidates are right (None where unknown), and whether an answer exists."""

    asked: Asked
    scene: Scene
    right: Floats | None
    kind: str  # full, ablated, removed


class Parts:
    """The models under which the scorer will work."""

    def __init__(self) -> None:
        self.embedder = load_embedder(EmbeddingSettings())
        self.looker = Looker(self.embedder, load_word_embedder(self.embedder))

    def look(self, asked: Asked, candidates: list[Candidate]) -> Scene:
        """The scene of a question over candidates."""
        return self.looker.look(asked.question, asked.language, candidates)


def main() -> None:
    """Read the sets, build the cases, train, measure, write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, help="folder of the development sets")
    parser.add_argument("--out", type=Path, required=True, help="scorer.json to write")
    parser.add_argument("--questions", type=int, default=130, help="the most questions taken from one set")
    parser.add_argument("--measure-only", action="store_true", help="measure the present scorer, train nothing")
    options = parser.parse_args()
    parts = Parts()
    cases: list[Case] = []
    for pool, questions in read_sets(options.sets, parts.embedder, options.questions):
        made = [case for asked in questions for case in _cases(asked, pool, parts)]
        cases += made
        LOG.info("%-24s %5d questions %6d cases", pool.name, len(questions), len(made))
    if options.measure_only:
        scorer = load_scorer()
    else:
        scorer = _trained([case for case in cases if not held_out(case.asked.id)])
        options.out.write_text(json.dumps(_as_json(scorer), indent=1) + "\n", encoding="utf-8")
    _report(scorer, [case for case in cases if held_out(case.asked.id)])


def _cases(asked: Asked, pool: Pool, parts: Parts) -> list[Case]:
    """The question over its pool, without its sentences, and without its documents."""
    cases: list[Case] = []
    candidates = find_candidates(pool.search(asked, PASSAGES))
    right = np.array([pool.is_right(asked, candidate) for candidate in candidates])
    if not candidates:
        return []
    if not asked.answerable:
        return [Case(asked, parts.look(asked, candidates), None, "unanswerable")]
    if right.any():
        cases.append(Case(asked, parts.look(asked, candidates), right.astype(float), "full"))
        kept = [candidate for candidate, is_right in zip(candidates, right, strict=True) if not is_right]
        if kept and asked.sentences and not asked.told:
            cases.append(Case(asked, parts.look(asked, kept), None, "ablated"))
    if _is_mixed(asked):
        # Over many languages, the one that answers gives itself away: of use for the ranking alone.
        return cases
    others = find_candidates(pool.search(asked, PASSAGES, without=asked.documents))
    if others:
        cases.append(Case(asked, parts.look(asked, others), None, "removed"))
    return cases


def _is_mixed(asked: Asked) -> bool:
    return asked.set.startswith("mixed")


def _trained(cases: Sequence[Case]) -> Scorer:
    """Ranking first; then, with its scores, the confidence."""
    # Sets that name only the document teach to prefer its sentences: all that is known across languages.
    ranked = [case for case in cases if case.right is not None]
    rows = np.concatenate([case.scene.features for case in ranked])
    right = np.concatenate([case.right for case in ranked if case.right is not None])
    shares = _set_shares(ranked)
    weights = np.concatenate([_row_weights(case) * share for case, share in zip(ranked, shares, strict=True)])
    ranking = _fit(rows, right, weights, SENTENCE_FEATURES)
    sure, labels, kept = [], [], []
    for case in cases:
        if _is_mixed(case.asked):
            continue
        scores = ranking.logits(case.scene.features)
        label = 0.0 if case.right is None else case.right[best_of(scores)]
        if case.right is not None and not label:
            continue  # a wrong sentence of a right passage: neither an answer nor a refusal to learn from
        sure.append(confidence_row(case.scene, scores))
        labels.append(label)
        kept.append(case)
    shares = _set_shares(kept, labels)
    confidence = _fit(np.stack(sure), np.array(labels), shares, CONFIDENCE_FEATURES)
    return Scorer(ranking, _balanced(confidence, np.stack(sure), np.array(labels), shares))


def _balanced(confidence: Logistic, rows: Floats, labels: Floats, weights: Floats) -> Logistic:
    """The same regression shifted so that, at a sureness of 0.5, as many are invented as wrongly refused."""
    logits = confidence.logits(rows)
    levels = np.quantile(logits, np.linspace(0.02, 0.98, 97))
    invented = [float(np.average(logits[labels == 0] >= level, weights=weights[labels == 0])) for level in levels]
    refused = [float(np.average(logits[labels == 1] < level, weights=weights[labels == 1])) for level in levels]
    level = levels[int(np.argmin(np.abs(np.array(invented) - np.array(refused))))]
    return replace(confidence, bias=confidence.bias - float(level))


def _row_weights(case: Case) -> Floats:
    """Right and wrong candidates of a question weigh the same in sum."""
    assert case.right is not None
    right = case.right.sum()
    weights: Floats = np.where(case.right > 0, 0.5 / right, 0.5 / max(len(case.right) - right, 1))
    return weights


def _set_shares(cases: Sequence[Case], labels: Sequence[float] | None = None) -> Floats:
    """Every set (and label) weighs the same, whatever its size."""
    keys = [(case.asked.set, labels[at] if labels is not None else 0.0) for at, case in enumerate(cases)]
    counts = {key: keys.count(key) for key in set(keys)}
    return np.array([len(keys) / len(counts) / counts[key] for key in keys])


def _fit(rows: Floats, labels: Floats, weights: Floats, features: Sequence[str]) -> Logistic:
    """A logistic regression in which more of what speaks for an answer never counts against it.

    Without the bounds, features that measure nearly the same pull against each other, and sentences unlike those
    of the sets are judged oddly. A language is no merit in itself: words that match within one are asked for more.
    """
    mean = np.average(rows, axis=0, weights=weights)
    scale = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weights))
    scale = np.where(scale > 1e-6, scale, 1.0)
    scaled, signs, shares = (rows - mean) / scale, 2 * labels - 1, weights / weights.sum()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margins = signs * (scaled @ parameters[:-1] + parameters[-1])
        slopes = -signs * shares / (1 + np.exp(np.clip(margins, -30, 30)))
        value = shares @ np.logaddexp(0, -margins) + PENALTY * float(parameters[:-1] @ parameters[:-1])
        gradient = np.append(slopes @ scaled + 2 * PENALTY * parameters[:-1], slopes.sum())
        return float(value), gradient

    bounds = [_BOUNDS.get(feature, (0.0, None)) for feature in features] + [(None, None)]
    start = np.zeros(len(features) + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Logistic(tuple(features), found[:-1], mean, scale, float(found[-1]))


def _report(scorer: Scorer, cases: Sequence[Case]) -> None:
    """Print, a set: right sentence first; refused (all, and of those where it is first); invented; then floors."""
    scored = []
    for case in cases:
        scores = scorer.rank(case.scene)
        hit = None if case.right is None else bool(case.right[best_of(scores)])
        scored.append((case, hit, scorer.sureness(case.scene, scores)))
    floor = AnsweringSettings().floor
    line = "%-24s" + " %9.3f" * 5
    LOG.info("%-24s" + " %9s" * 5, "held-out questions", "sentence", "refused", "if right", "invented", "ablated")
    for name in sorted({case.asked.set for case in cases}):
        LOG.info(line, name, *_figures([each for each in scored if each[0].asked.set == name], floor))
    alike = [each for each in scored if not _is_mixed(each[0].asked)]
    for level in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        LOG.info(line, f"all, floor {level:.2f}", *_figures(alike, level))


def _figures(scored: Sequence[tuple[Case, bool | None, float]], floor: float) -> tuple[float, ...]:
    full = [(hit, sure) for _, hit, sure in scored if hit is not None]
    gone = [sure for case, _, sure in scored if case.kind in ("removed", "unanswerable")]
    ablated = [sure for case, _, sure in scored if case.kind == "ablated"]
    return (
        _mean([float(bool(hit)) for hit, _ in full]),
        _mean([float(sure < floor) for _, sure in full]),
        _mean([float(sure < floor) for hit, sure in full if hit]),
        _mean([float(sure >= floor) for sure in gone]),
        _mean([float(sure >= floor) for sure in ablated]),
    )


def _mean(numbers: Sequence[float]) -> float:
    return float(np.mean(numbers)) if numbers else float("nan")


def _as_json(scorer: Scorer) -> dict[str, object]:
    return {
        name: {
            "features": list(part.features),
            "weights": [round(float(x), 5) for x in part.weights],
            "mean": [round(float(x), 5) for x in part.mean],
            "scale": [round(float(x), 5) for x in part.scale],
            "bias": round(part.bias, 5),
        }
        for name, part in (("ranking", scorer.ranking), ("confidence", scorer.confidence))
    }


if __name__ == "__main__":
    main()
