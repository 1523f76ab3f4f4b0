"""Figures for docs/evaluation.md: our own deal room, and every question set of a folder, as Markdown tables.

    python benchmarks/run.py                                   our own deal room
    python benchmarks/run.py --sets DIR [--only pira] [--sample 500] [--retrieval-only]

DIR holds one folder a set, each with `documents/` and `questions.jsonl`. Where a set has a `cross.jsonl`,
tables across languages follow. Indexes are kept under `indexes/eval-*`, so a second run starts at once.
`--json FILE` keeps all figures.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag import Assistant, read_settings
from rag.evaluation.questions import CROSS_NAME, Question, read_parallel, read_questions, sample
from rag.evaluation.report import flat, summary
from rag.evaluation.run import Scope, ask_all, plan_tasks, search_all

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "corpus" / "questions.jsonl"
DEPTH = 10
NAMES = {
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "ndcg@10": "nDCG@10",
    "mrr": "MRR",
    "wrongly_refused": "wrongly refused",
    "invented": "invented",
    "evidence_cited": "evidence cited",
    "answer_containment": "answer contained",
    "short_right": "short right",
    "verified_citations": "quotes verified",
}
RANKING = ("hit@1", "hit@5", "ndcg@10", "mrr")


def main() -> None:
    """Run what the command line asks for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, help="the folder of question sets")
    parser.add_argument("--only", nargs="*", default=[], help="the names of the sets to run")
    parser.add_argument("--sample", type=int, help="at most so many questions a table")
    parser.add_argument("--retrieval-only", action="store_true")
    parser.add_argument("--json", type=Path, help="write all figures here")
    choices = parser.parse_args()
    figures: dict[str, Any] = {}
    if choices.sets is None:
        own_room(choices, figures)
    else:
        sets = sorted(each.parent for each in choices.sets.glob("*/questions.jsonl"))
        chosen = [each for each in sets if not choices.only or each.name in choices.only]
        whole_pools(chosen, choices, figures)
        for folder in chosen:
            if (folder / CROSS_NAME).exists():
                across_languages(folder, choices, figures)
    if choices.json:
        choices.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def own_room(choices: argparse.Namespace, figures: dict[str, Any]) -> None:
    """Our own deal room: overall, then each pair of languages."""
    with opened("own", OWN.parent) as assistant:
        found = measured(assistant, read_questions(OWN), choices)
    figures["own"] = found
    head("pair", NAMES.values())
    row("all", found["overall"], found["seconds"])
    row("same language", found["same_language"])
    row("other language", found["other_language"])
    for pair in found["pairs"]:
        row(f"{pair['question_language']} → {pair['document_language'] or '–'}", pair)


def whole_pools(folders: Sequence[Path], choices: argparse.Namespace, figures: dict[str, Any]) -> None:
    """Every set, all of its documents in one pool."""
    head("set", NAMES.values())
    for folder in folders:
        with opened(f"eval-{folder.name}", folder / "documents") as assistant:
            found = measured(assistant, read_questions(folder / "questions.jsonl"), choices)
        figures[folder.name] = found
        row(folder.name, found["overall"], found["seconds"])


def across_languages(folder: Path, choices: argparse.Namespace, figures: dict[str, Any]) -> None:
    """A parallel set: every language asked of the documents of one, and of the mixed pool."""
    questions = read_questions(folder / "questions.jsonl")
    languages = sorted({each.language for each in questions})
    scopes = {f"→ {language}": Scope(language) for language in languages if language in ("en", "pt")}
    scopes |= {"→ mixed": Scope(mixed=True), "→ mixed, own left out": Scope(mixed=True, without_own=True)}
    with opened(f"eval-{folder.name}", folder / "documents") as assistant:
        for name, scope in scopes.items():
            found = measured(assistant, questions, choices, scope, folder / CROSS_NAME)
            figures[f"{folder.name} {name}"] = found
            sys.stdout.write(f"\n{folder.name} {name}\n\n")
            head("asked in", [NAMES[each] for each in RANKING])
            for language in languages:
                pairs = [pair for pair in found["pairs"] if pair["question_language"] == language]
                for pair in pairs:
                    row(language, pair, names=RANKING)
            row("all", found["overall"], found["seconds"], names=RANKING)


def opened(index: str, corpus: Path) -> Assistant:
    """An Assistant on a corpus whose index is up to date."""
    assistant = Assistant(read_settings(corpus=corpus, index=ROOT / "indexes" / index))
    report = assistant.sync()
    sys.stderr.write(f"{index}: {len(report.added)} added, {len(report.failed)} failed, {report.seconds:.0f} s\n")
    return assistant


def measured(
    assistant: Assistant,
    questions: Sequence[Question],
    choices: argparse.Namespace,
    scope: Scope | None = None,
    cross: Path | None = None,
) -> dict[str, Any]:
    """The figures of a run; across languages the answers are not asked for, only the rankings."""
    chosen = sample(questions, choices.sample) if choices.sample else list(questions)
    parallel = read_parallel(cross) if cross else {}
    tasks = plan_tasks(chosen, assistant.documents(), parallel, scope or Scope())
    assistant.search(chosen[0].question, 1)  # loads model and index
    if choices.retrieval_only or cross:
        return summary(list(shown(search_all(assistant, tasks, DEPTH), len(tasks))))
    return summary(list(shown(ask_all(assistant, tasks), len(tasks))))


def shown(outcomes: Iterator[Any], total: int) -> Iterator[Any]:
    """The outcomes, counted on standard error."""
    for number, outcome in enumerate(outcomes, start=1):
        if number % 100 == 0 or number == total:
            sys.stderr.write(f"\r{number}/{total} ")
        yield outcome
    sys.stderr.write("\n")


def head(first: str, names: Any) -> None:
    """The head of a Markdown table."""
    columns = [first, "questions", *names, "ms (p50)"]
    sys.stdout.write(f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n")


def row(
    name: str, figures: dict[str, Any], seconds: dict[str, float] | None = None, names: Any = tuple(NAMES)
) -> None:
    """A row of a Markdown table, written as soon as it is known."""
    values = flat(figures)
    cells = ["–" if values[each] is None else f"{values[each]:.3f}".removeprefix("0") for each in names]
    time = f"{1000 * seconds['p50']:.0f}" if seconds else ""
    sys.stdout.write(f"| {' | '.join([name, str(figures['questions']), *cells, time])} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
