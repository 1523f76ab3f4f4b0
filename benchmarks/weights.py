"""The fusion's weights looked at again, for example after a new embedding model: nDCG@10 of each variant.

    python benchmarks/weights.py --sets DIR [--only NAME ...] [--sample 60] [--indexes DIR]

Every question of the sets (and of our deal room) is searched once with each leg; then each variant fuses what was
found. Sets with `cross.jsonl` are asked across languages: in the English documents and in the mixed pool without
the asker's language. `same` is the mean of the other sets. Variants differ from the present weights in one.
"""

import argparse
import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag import Assistant, fusion, read_settings
from rag.evaluation.metrics import ndcg_at
from rag.evaluation.questions import CROSS_NAME, read_parallel, read_questions, sample
from rag.evaluation.run import Scope, plan_tasks
from rag.records import Hit

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 100
VARIANTS: tuple[Mapping[str, Any], ...] = (
    {},
    {"_COVERAGE": 1.5},
    {"_COVERAGE": 2.5},
    {"_LITERAL": 1.5},
    {"_LITERAL": 5.0},
    {"_NAMED": 1.0},
    {"_NAMED": 3.0},
    {"_COVERED_BY": fusion._COVERED_BY | {fusion.EXPANDED: 0.75}},
    {"_COVERED_BY": fusion._COVERED_BY | {fusion.EXPANDED: 1.0}},
    {"_COVERED_BY": fusion._COVERED_BY | {fusion.ROMANISED: 0.5}},
    {"_WITHIN_LANGUAGE": fusion._WITHIN_LANGUAGE | {fusion.DENSE: 0.2}},
    {"_WITHIN_LANGUAGE": fusion._WITHIN_LANGUAGE | {fusion.DENSE: 0.05}},
    {"_WITHIN_LANGUAGE": fusion._WITHIN_LANGUAGE | {fusion.EXPANDED: 0.2}},
)
Found = tuple[dict[str, list[Hit]], set[str], dict[str, str], tuple[str, ...]]


def main() -> None:
    """Search once, fuse many times, print a row a variant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--indexes", type=Path, default=ROOT / "indexes")
    choices = parser.parse_args()
    found: dict[str, list[Found]] = {}
    corpora = [(ROOT / "corpus" / "questions.jsonl", ROOT / "corpus", "own")]
    corpora += [
        (path, path.parent / "documents", f"eval-{path.parent.name}")
        for path in sorted(choices.sets.glob("*/questions.jsonl"))
        if not choices.only or path.parent.name in choices.only
    ]
    for path, corpus, name in corpora:
        settings = read_settings(corpus=corpus, index=choices.indexes / name)
        with Assistant(settings) as assistant:
            assistant.sync()
            for kind, scope in scopes(path, name):
                found.setdefault(kind, []).extend(searched(assistant, path, scope, choices.sample))
    print("| variant |", " | ".join(f"{kind} ({len(members)})" for kind, members in found.items()), "|")
    kept = {name: getattr(fusion, name) for variant in VARIANTS for name in variant}
    for variant in VARIANTS:
        for name, value in (kept | dict(variant)).items():
            setattr(fusion, name, value)
        cells = [f"{statistics.mean(map(figure, members)):.3f}" for members in found.values()]
        print(f"| {json.dumps(dict(variant)) if variant else 'present'} |", " | ".join(cells), "|", flush=True)


def scopes(path: Path, name: str) -> list[tuple[str, Scope]]:
    """What is asked of which documents, and the column it counts in."""
    if not path.with_name(CROSS_NAME).exists():
        return [("own" if name == "own" else "same", Scope())]
    return [("to English", Scope("en")), ("mixed, own left out", Scope(mixed=True, without_own=True))]


def searched(assistant: Assistant, path: Path, scope: Scope, count: int) -> Iterator[Found]:
    """What every leg found for each question, the document of each chunk, and the right documents."""
    questions = [each for each in read_questions(path) if each.answerable]
    parallel = read_parallel(path.with_name(CROSS_NAME)) if scope.parallel else {}
    tasks = plan_tasks(sample(questions, count), assistant.documents(), parallel, scope)
    retriever, store = assistant._ready(), assistant._opened().store
    names = {info.id: info.name for info in store.documents()}
    documents = {chunk: names[id_] for id_ in names for chunk in store.chunk_ids(id_)}
    for task in tasks:
        ids = None if task.pool is None else assistant._ids_of(task.pool)
        legs, own = retriever._search(task.question.question, ids)
        yield legs, own, documents, task.right


def figure(found: Found) -> float:
    """nDCG@10 of one question with the weights of now."""
    legs, own, documents, right = found
    return ndcg_at(ranked(fusion.fuse(legs, DEPTH, own), documents), right)


def ranked(hits: Sequence[Hit], documents: Mapping[str, str]) -> list[str]:
    """The documents of hits, each at its best place."""
    return list(dict.fromkeys(documents[hit.chunk_id] for hit in hits))


if __name__ == "__main__":
    main()
