"""Train the scorer of extractive answers.

`python -m rag.training.answers --sets DIR --parallel DIR --out rag/generation/scorer.json`

Every question is asked three times: over the best passages of its pool (is the right sentence chosen?), over the
same passages without the sentences that answer, and over a pool without the documents that answer (is nothing
chosen?). The last two make questions that the documents cannot answer, in every language and across languages.
Invented deal rooms (`rooms.py`) are asked like that too. Questions are split by the hash of their id: 70 % train
what is measured on the other 30 %; then all train what is delivered. `--leave-out` also measures every set with a
scorer that was trained on the other sets alone. It takes some minutes on two cores.
"""

import argparse
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.embedding import load_embedder, load_word_embedder
from rag.generation.candidates import Candidate, find_candidates
from rag.generation.extractive import ExtractiveGenerator
from rag.generation.features import SENTENCE_FEATURES, Looker, Scene
from rag.generation.matching import Floats
from rag.generation.reordering import LOOKED_AT
from rag.generation.scoring import CONFIDENCE_FEATURES, Logistic, Scorer, best_of, confidence_row, load_scorer
from rag.settings import AnsweringSettings, EmbeddingSettings
from rag.training.answer_sets import Asked, Pool, held_out, read_sets
from rag.training.faqs import faq_pool
from rag.training.fitting import fit_logistic, fit_ranking
from rag.training.rooms import ROOM, Room, open_rooms

LOG = logging.getLogger("rag.training.answers")
PASSAGES = 6
# Into so many groups the sets fall where a scorer is measured on sets that it was not trained on.
GROUPS = 4
# How much more a room counts than a public set for how sure an answer is: they are what the program is for.
_ROOM_SHARE = 2.0
_FLOORS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


@dataclass(frozen=True, slots=True)
class Case:
    """One asking: the scene, which candidates are right (None where unknown), and whether an answer exists."""

    asked: Asked
    scene: Scene
    right: Floats | None
    kind: str  # full, ablated, missed (the evidence was not found), removed


Scored = tuple[Case, bool | None, float]
"""A case, whether the first sentence is right (None where unknown), and how sure the scorer is."""


class Parts:
    """The models under which the scorer will work."""

    def __init__(self, model: str) -> None:
        self.embedder = load_embedder(EmbeddingSettings(model=model))
        words = load_word_embedder(self.embedder)
        self.looker = Looker(self.embedder, words)
        self.generator = ExtractiveGenerator(self.embedder, words, AnsweringSettings())

    def look(self, asked: Asked, candidates: list[Candidate]) -> Scene:
        """The scene of a question over candidates."""
        return self.looker.look(asked.question, asked.language, candidates)

    def read(self, asked: Asked, pool: Pool | Room, without: AbstractSet[str] = frozenset()) -> list[Candidate]:
        """The sentences that would be read: of the best passages, in the delivered scorer's order."""
        found = pool.search(asked, LOOKED_AT, without)
        return find_candidates(self.generator.reorder(asked.question, asked.language, found)[:PASSAGES])


def main() -> None:
    """Read the sets, build the cases, train, measure, write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, help="folder of the development sets")
    parser.add_argument(
        "--parallel", type=Path, help="folder of the parallel texts, for questions across languages"
    )
    parser.add_argument("--out", type=Path, required=True, help="scorer.json to write")
    parser.add_argument("--model", default=EmbeddingSettings().model, help="the embedding model to train for")
    parser.add_argument("--questions", type=int, default=130, help="the most questions taken from one set")
    parser.add_argument("--measure-only", action="store_true", help="measure the present scorer, train nothing")
    parser.add_argument("--leave-out", action="store_true", help="also measure sets that were not trained on")
    options = parser.parse_args()
    parts = Parts(options.model)
    cases: list[Case] = []
    for pool, questions in _read(options, parts):
        made = [case for asked in questions for case in _cases(asked, pool, parts)]
        cases += made
        LOG.info("%-24s %5d questions %6d cases", pool.name, len(questions), len(made))
    if options.measure_only:
        scorer = load_scorer()
    else:
        scorer = _trained([case for case in cases if not held_out(case.asked.id)])
        # What is delivered has learned from the questions held out too; the figures are of the one that has not.
        options.out.write_text(json.dumps(_as_json(_trained(cases)), indent=1) + "\n", encoding="utf-8")
    LOG.info("questions held out")
    _report([_scored(scorer, case) for case in cases if held_out(case.asked.id)])
    if options.leave_out:
        LOG.info("sets left out")
        _report(_left_out(cases))


def _read(options: argparse.Namespace, parts: Parts) -> Iterator[tuple[Pool | Room, list[Asked]]]:
    with open_rooms(options.model) as rooms:
        yield from rooms
    yield from read_sets(options.sets, parts.embedder, options.questions)
    if options.parallel is not None:
        yield faq_pool(options.parallel, parts.embedder, options.questions // 3)


def _cases(asked: Asked, pool: Pool | Room, parts: Parts) -> list[Case]:
    """The question over its pool, without its sentences, and without its documents."""
    cases: list[Case] = []
    candidates = parts.read(asked, pool)
    right = np.array([pool.is_right(asked, candidate) for candidate in candidates])
    if not candidates:
        return []
    if not asked.answerable:
        return [Case(asked, parts.look(asked, candidates), None, "unanswerable")]
    if right.any():
        cases.append(Case(asked, parts.look(asked, candidates), right.astype(float), "full"))
        kept = _without([c for c, is_right in zip(candidates, right, strict=True) if is_right], candidates)
        if kept and asked.sentences and not asked.told:
            cases.append(Case(asked, parts.look(asked, kept), None, "ablated"))
    elif isinstance(pool, Room):
        cases.append(Case(asked, parts.look(asked, candidates), None, "missed"))
    if _is_mixed(asked):
        # Over many languages, the one that answers gives itself away: of use for the ranking alone.
        return cases
    others = parts.read(asked, pool, without=asked.documents)
    if others:
        cases.append(Case(asked, parts.look(asked, others), None, "removed"))
    return cases


def _without(gone: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without some, which do not stand around the others either."""
    texts = {candidate.text for candidate in gone}
    return [
        replace(c, before="" if c.before in texts else c.before, after="" if c.after in texts else c.after)
        for c in candidates
        if c.text not in texts
    ]


def _is_mixed(asked: Asked) -> bool:
    return asked.set.startswith("mixed")


def _trained(cases: Sequence[Case]) -> Scorer:
    """Ranking first; then, with its scores, the confidence."""
    # Sets that name only the document teach to prefer its sentences: all that is known across languages.
    ranked = [(case, case.right) for case in cases if case.right is not None]
    groups, right = [case.scene.features for case, _ in ranked], [right for _, right in ranked]
    ranking = fit_ranking(groups, right, _set_shares([case for case, _ in ranked]), SENTENCE_FEATURES)
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
    shares = _set_shares(kept, labels) * np.where([_is_room(case) for case in kept], _ROOM_SHARE, 1.0)
    confidence = fit_logistic(np.stack(sure), np.array(labels), shares, CONFIDENCE_FEATURES)
    return Scorer(ranking, _balanced(confidence, np.stack(sure), np.array(labels), shares))


def _is_room(case: Case) -> bool:
    return case.asked.set.startswith(ROOM)


def _left_out(cases: Sequence[Case]) -> list[Scored]:
    """Every case, scored by what was trained on other sets."""
    families = sorted({_family(case) for case in cases})
    scored: list[Scored] = []
    for group in range(GROUPS):
        out = set(families[group::GROUPS])
        scorer = _trained([case for case in cases if _family(case) not in out])
        scored += [_scored(scorer, case) for case in cases if _family(case) in out]
    return scored


def _family(case: Case) -> str:
    """The set a case is from, whatever the languages."""
    return case.asked.set.removeprefix("mixed ").split(" ")[0]


def _balanced(confidence: Logistic, rows: Floats, labels: Floats, weights: Floats) -> Logistic:
    """The same regression shifted so that, at a sureness of 0.5, as many are invented as wrongly refused."""
    logits = confidence.logits(rows)
    levels = np.quantile(logits, np.linspace(0.02, 0.98, 97))
    invented = [float(np.average(logits[labels == 0] >= level, weights=weights[labels == 0])) for level in levels]
    refused = [float(np.average(logits[labels == 1] < level, weights=weights[labels == 1])) for level in levels]
    level = levels[int(np.argmin(np.abs(np.array(invented) - np.array(refused))))]
    return replace(confidence, bias=confidence.bias - float(level))


def _set_shares(cases: Sequence[Case], labels: Sequence[float] | None = None) -> Floats:
    """Every set (and label) weighs the same, whatever its size."""
    keys = [(case.asked.set, labels[at] if labels is not None else 0.0) for at, case in enumerate(cases)]
    counts = {key: keys.count(key) for key in set(keys)}
    return np.array([len(keys) / len(counts) / counts[key] for key in keys])


def _scored(scorer: Scorer, case: Case) -> Scored:
    scores = scorer.rank(case.scene)
    hit = None if case.right is None else bool(case.right[best_of(scores)])
    return case, hit, scorer.sureness(case.scene, scores)


def _report(scored: Sequence[Scored]) -> None:
    """Print, a set: right sentence first; refused (all, and of those where it is first); invented; then floors."""
    names = sorted({each[0].asked.set for each in scored})
    floor = AnsweringSettings().floor
    line = "%-24s" + " %9.3f" * 6
    LOG.info("%-24s" + " %9s" * 6, "", "sentence", "refused", "if right", "invented", "ablated", "AUC")
    by_set = {name: [each for each in scored if each[0].asked.set == name] for name in names}
    for name in names:
        LOG.info(line, name, *_figures(by_set[name], floor))
    alike = [name for name in names if not name.startswith("mixed")]
    for level in _FLOORS:
        figures = np.array([_figures(by_set[name], level) for name in alike])
        LOG.info(line, f"mean of sets, floor {level:.2f}", *np.nanmean(figures, axis=0))


def _figures(scored: Sequence[Scored], floor: float) -> tuple[float, ...]:
    full = [(hit, sure) for _, hit, sure in scored if hit is not None]
    right = [sure for hit, sure in full if hit]
    gone = [sure for case, _, sure in scored if case.kind in ("removed", "unanswerable")]
    ablated = [sure for case, _, sure in scored if case.kind == "ablated"]
    return (
        _mean([float(bool(hit)) for hit, _ in full]),
        _mean([float(sure < floor) for _, sure in full]),
        _mean([float(sure < floor) for sure in right]),
        _mean([float(sure >= floor) for sure in gone]),
        _mean([float(sure >= floor) for sure in ablated]),
        _mean([float(sure > other) for sure in right for other in gone]),
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
