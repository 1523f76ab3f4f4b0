"""Outcomes -> figures: means over all questions and for each pair of languages."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.evaluation.run import Outcome, folder_language
from rag.fusion import FUSED

RANKING = ("hit@1", "hit@5", "ndcg@10", "mrr")
REFUSALS = ("invented", "wrongly_refused")
ANSWERS = (
    "verified_citations",
    "evidence_cited",
    "right_document_cited",
    "right_page_cited",
    "answer_containment",
    "short_given",
    "short_right",
    "answer_language",
)
DIGITS = 4
SAME, OTHER, NEITHER = "same", "other", "neither"


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of a run: overall, within and across languages, for each pair, and seconds a question."""
    pairs: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        pair = (outcome.task.question.language, outcome.task.document_language or "")
        pairs.setdefault(pair, []).append(outcome)
    return {
        "questions": len(outcomes),
        "overall": figures(outcomes),
        "same_language": figures([each for each in outcomes if _languages(each) == SAME]),
        "other_language": figures([each for each in outcomes if _languages(each) == OTHER]),
        "pairs": [
            {"question_language": asked, "document_language": found or None, **figures(members)}
            for (asked, found), members in sorted(pairs.items())
        ],
        "seconds": seconds(outcomes),
    }


def legs_summary(outcomes: Sequence[Mapping[str, Outcome]]) -> dict[str, Any]:
    """The figures of the fused ranking, and under `legs` those of every leg alone and of the fusion."""
    names = list(outcomes[0]) if outcomes else []
    by_leg = {name: summary([each[name] for each in outcomes]) for name in names}
    kept = ("overall", "same_language", "other_language", "pairs")
    legs = {name: {key: found[key] for key in kept} for name, found in by_leg.items()}
    return {**by_leg.get(FUSED, summary(())), "legs": legs}


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The mean of every measure; None where no question says anything about it."""
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    for outcome in outcomes:
        for name, (value, count) in outcome.measures.items():
            sums[name] = sums.get(name, 0.0) + value
            counts[name] = counts.get(name, 0) + count

    def mean(name: str) -> float | None:
        return round(sums[name] / counts[name], DIGITS) if counts.get(name) else None

    answerable = sum(each.task.question.answerable for each in outcomes)
    return {
        "questions": len(outcomes),
        "answerable": answerable,
        "unanswerable": len(outcomes) - answerable,
        **{name: mean(name) for name in RANKING},
        "refusals": {name: mean(name) for name in REFUSALS},
        **{name: mean(name) for name in ANSWERS},
        "citations": counts.get("verified_citations", 0),
    }


def seconds(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Seconds a question: mean, median and 95th percentile (nearest rank), and all together."""
    times = sorted(each.seconds for each in outcomes)
    if not times:
        return {"mean": 0.0, "p50": 0.0, "p95": 0.0, "total": 0.0}
    return {
        "mean": round(sum(times) / len(times), DIGITS),
        "p50": round(_percentile(times, 0.5), DIGITS),
        "p95": round(_percentile(times, 0.95), DIGITS),
        "total": round(sum(times), DIGITS),
    }


def own_language_first(outcomes: Iterable[Outcome]) -> float | None:
    """How often the first document is in the asker's own language, in a pool of parallel documents."""
    own = [
        folder_language(each.passages[0].document.name) == each.task.question.language
        for each in outcomes
        if each.passages
    ]
    return round(sum(own) / len(own), DIGITS) if own else None


def flat(row: dict[str, Any]) -> dict[str, float | None]:
    """The measures of a row by name, refusals among the others, in the order in which they are shown."""
    return {name: row[name] for name in RANKING} | dict(row["refusals"]) | {name: row[name] for name in ANSWERS}


def _languages(outcome: Outcome) -> str:
    """Whether the question and its document are in the same language; neither where there is no one document."""
    found = outcome.task.document_language
    if found is None:
        return NEITHER
    return SAME if found == outcome.task.question.language else OTHER


def _percentile(times: Sequence[float], share: float) -> float:
    return times[max(0, math.ceil(share * len(times)) - 1)]
