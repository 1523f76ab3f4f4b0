"""Fit the scorer's logistic regressions within bounds.

Bounds keep what speaks for an answer from counting against it: features that measure nearly the same would pull
against each other otherwise, and sentences unlike those of the sets would be judged oddly. Boosted trees, with the
same bounds, were tried beside it: a little better on sets left out, clearly worse on the sample deal room.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from rag.generation.matching import Floats
from rag.generation.scoring import Logistic

PENALTY: Final = 3e-4
# Features that may count either way, and those that count against; all others count in favour.
_FREE: Final = frozenset({"length", "words", "typed_value", "typed_name", "focus"})
_AGAINST: Final = frozenset(
    {
        "same_language",
        "fragment",
        "asks",
        "heading",
        "fits_elsewhere",
        "missing",
        "missing_passage",
        "missing_related",
        "missing_anywhere",
    }
)
# The value or name asked for is half of an answer; the sets, asked beside their text, show it too seldom.
_LEAST_WEIGHTS: Final = {
    "fits_date": 0.4,
    "fits_amount": 0.4,
    "fits_name": 0.2,
}


def fit_logistic(rows: Floats, labels: Floats, weights: Floats, features: Sequence[str]) -> Logistic:
    """A logistic regression in which more of what speaks for an answer never counts against it."""
    mean, scale = _spread(rows, weights)
    scaled, signs, shares = (rows - mean) / scale, 2 * labels - 1, weights / weights.sum()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margins = signs * (scaled @ parameters[:-1] + parameters[-1])
        slopes = -signs * shares / (1 + np.exp(np.clip(margins, -30, 30)))
        value = shares @ np.logaddexp(0, -margins) + PENALTY * float(parameters[:-1] @ parameters[:-1])
        gradient = np.append(slopes @ scaled + 2 * PENALTY * parameters[:-1], slopes.sum())
        return float(value), gradient

    bounds = [*map(_bounds, features), (None, None)]
    found = minimize(loss, np.zeros(len(features) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Logistic(tuple(features), found[:-1], mean, scale, float(found[-1]))


def fit_ranking(
    groups: Sequence[Floats], right: Sequence[Floats], weights: Floats, features: Sequence[str]
) -> Logistic:
    """Weights under which the right rows of each group come first: softmax over the group, bounded as above.

    The likelihood of a group is the share of its right rows together (ListNet's top-one form; Cao et al. 2007).
    """
    rows, labels = np.concatenate(groups), np.concatenate(right) > 0
    sizes = np.array([len(group) for group in groups])
    starts, group_of, shares = (
        np.cumsum(sizes) - sizes,
        np.repeat(np.arange(len(sizes)), sizes),
        weights / weights.sum(),
    )
    mean, scale = _spread(rows, np.repeat(shares / sizes, sizes))
    scaled = (rows - mean) / scale

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scores = scaled @ parameters
        scores = np.exp(scores - np.maximum.reduceat(scores, starts)[group_of])
        of_right = np.where(labels, scores, 0.0)
        every, good = np.add.reduceat(scores, starts), np.maximum(np.add.reduceat(of_right, starts), 1e-12)
        value = shares @ (np.log(every) - np.log(good)) + PENALTY * float(parameters @ parameters)
        slopes = shares[group_of] * (scores / every[group_of] - of_right / good[group_of])
        return float(value), slopes @ scaled + 2 * PENALTY * parameters

    bounds = [*map(_bounds, features)]
    found = minimize(loss, np.zeros(len(features)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Logistic(tuple(features), found, mean, scale, 0.0)


def _spread(rows: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The weighted mean and standard deviation of each column; 1 for a column without spread."""
    mean = np.average(rows, axis=0, weights=weights)
    scale = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weights))
    return mean, np.where(scale > 1e-6, scale, 1.0)


def _bounds(feature: str) -> tuple[float | None, float | None]:
    if feature in _FREE:
        return None, None
    return (None, 0.0) if feature in _AGAINST else (_LEAST_WEIGHTS.get(feature, 0.0), None)
