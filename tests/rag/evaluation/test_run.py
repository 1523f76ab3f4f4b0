import pytest

from rag.errors import SettingsError
from rag.evaluation.questions import Evidence, Question
from rag.evaluation.report import figures, own_language_first, seconds, summary
from rag.evaluation.run import Outcome, Scope, ask_all, missing_documents, plan_tasks, search_all
from rag.evaluation.scoring import Task
from rag.records import Answer, Chunk, DocumentInfo, Passage

DOCUMENTS = [
    DocumentInfo(name, name, name, name[:2], paged=False)
    for name in ("de/1.txt", "de/2.txt", "en/1.txt", "en/2.txt", "pt/1.txt")
]
QUESTION = Question("en-1", "Who?", "en", True, (Evidence("en/1.txt", None, "She."),))
PARALLEL = {"en-1": {"de": ("de/1.txt",), "en": ("en/1.txt",), "pt": ("pt/1.txt",)}}


def plan(scope: Scope) -> Task:
    (task,) = plan_tasks([QUESTION], DOCUMENTS, PARALLEL, scope)
    return task


def test_without_a_scope_the_own_evidence_is_right_in_the_whole_pool() -> None:
    assert plan(Scope()) == Task(QUESTION, ("en/1.txt",), "en", None, own_evidence=True)


def test_one_language_of_documents_is_asked_alone() -> None:
    expected = Task(QUESTION, ("de/1.txt",), "de", ("de/1.txt", "de/2.txt"), own_evidence=False)
    assert plan(Scope("de")) == expected
    assert plan(Scope("en")).own_evidence is True


def test_in_a_mixed_pool_every_parallel_document_is_right() -> None:
    task = plan(Scope(mixed=True))
    assert (task.right, task.pool) == (("de/1.txt", "en/1.txt", "pt/1.txt"), None)


def test_the_own_language_can_be_left_out_of_a_mixed_pool() -> None:
    task = plan(Scope(mixed=True, without_own=True))
    assert (task.right, task.pool) == (("de/1.txt", "pt/1.txt"), ("de/1.txt", "de/2.txt", "pt/1.txt"))


def test_a_scope_the_set_does_not_have_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"'ja'.*de en pt"):
        plan(Scope("ja"))
    with pytest.raises(SettingsError, match="first: en-1"):
        plan_tasks([QUESTION], DOCUMENTS, {}, Scope("de"))


def test_documents_that_no_system_could_find_are_named() -> None:
    lost = Task(QUESTION, ("en/1.txt", "lost.txt"))
    assert missing_documents([lost], DOCUMENTS) == ["lost.txt"]


def passage(name: str) -> Passage:
    document = next(each for each in DOCUMENTS if each.name == name)
    return Passage(document, (Chunk(name, name, 0, 1, 0, 1, "x", None, "en"),), 1.0)


class Found:
    """Ranks the documents it is given, whatever the question."""

    def __init__(self, *names: str) -> None:
        self.passages = tuple(passage(name) for name in names)
        self.asked: list[tuple] = []

    def ask(self, question, documents=None, history=()):
        self.asked.append((question, documents, history))
        return Answer(question, "en", "-", passages=self.passages)

    def search(self, question, limit, documents=None):
        self.asked.append((question, limit, documents))
        return list(self.passages[:limit])

    def page(self, name, number):
        raise AssertionError("nothing was cited")


def test_asking_and_searching_measure_the_same_ranking() -> None:
    assistant = Found("de/1.txt", "de/1.txt", "en/1.txt")
    tasks = [plan(Scope()), plan(Scope("de"))]
    asked = list(ask_all(assistant, tasks))
    searched = list(search_all(assistant, tasks, 10))
    ranking = {"hit@1", "hit@5", "ndcg@10", "mrr"}
    assert [{name: each.measures[name] for name in ranking} for each in asked] == [
        each.measures for each in searched
    ]
    assert [each.measures["mrr"] for each in searched] == [(0.5, 1), (1.0, 1)]
    assert assistant.asked[1] == ("Who?", ("de/1.txt", "de/2.txt"), ())


def test_earlier_turns_are_asked_first_and_only_once() -> None:
    assistant = Found("en/1.txt")
    follow = [
        Question(f"en-{turn}", "And when?", "en", True, QUESTION.evidence, turns=turns)
        for turn, turns in enumerate([("Who?",), ("Who?", "Where?")])
    ]
    list(ask_all(assistant, plan_tasks(follow, DOCUMENTS, {}, Scope())))
    talk = [(question, tuple(answer.question for answer in history)) for question, _, history in assistant.asked]
    assert talk == [
        ("Who?", ()),
        ("And when?", ("Who?",)),
        ("Where?", ("Who?",)),
        ("And when?", ("Who?", "Where?")),
    ]


def test_turns_can_be_left_out() -> None:
    assistant = Found("en/1.txt")
    follow = Question("en-1", "And when?", "en", True, QUESTION.evidence, turns=("Who?",))
    list(ask_all(assistant, plan_tasks([follow], DOCUMENTS, {}, Scope()), alone=True))
    assert assistant.asked == [("And when?", None, ())]


def outcome(asked: str, found: str | None, *, answerable: bool = True, time: float = 1.0, **measures) -> Outcome:
    question = Question(f"{asked}{found}{time}", "?", asked, answerable, (Evidence("en/1.txt", None, "x"),))
    task = Task(question, ("en/1.txt",), found)
    return Outcome(
        task, (passage("en/1.txt"),), None, {name: (value, 1) for name, value in measures.items()}, time
    )


def test_figures_are_means_over_the_questions_a_measure_speaks_of() -> None:
    outcomes = [
        outcome("en", "de", **{"hit@1": 1.0, "wrongly_refused": 1.0}),
        outcome("pt", "de", **{"hit@1": 0.0}),
        outcome("pt", None, answerable=False, invented=1.0),
    ]
    found = figures(outcomes)
    assert (found["questions"], found["answerable"], found["unanswerable"]) == (3, 2, 1)
    assert (found["hit@1"], found["refusals"]) == (0.5, {"invented": 1.0, "wrongly_refused": 1.0})
    assert found["mrr"] is None


def test_pairs_are_sorted_and_hold_their_own_figures() -> None:
    shape = summary([outcome("pt", "en", mrr=0.5), outcome("de", "en", mrr=1.0), outcome("pt", "de", mrr=0.25)])
    pairs = [(each["question_language"], each["document_language"], each["mrr"]) for each in shape["pairs"]]
    assert pairs == [("de", "en", 1.0), ("pt", "de", 0.25), ("pt", "en", 0.5)]


def test_questions_within_and_across_languages_are_told_apart() -> None:
    outcomes = [outcome("pt", "pt", mrr=1.0), outcome("pt", "en", mrr=0.5), outcome("pt", None, answerable=False)]
    shape = summary(outcomes)
    assert (shape["same_language"]["mrr"], shape["other_language"]["mrr"]) == (1.0, 0.5)
    assert (shape["same_language"]["questions"], shape["other_language"]["questions"]) == (1, 1)


def test_seconds_are_nearest_rank_percentiles() -> None:
    outcomes = [outcome("en", "en", time=float(number)) for number in range(1, 21)]
    assert seconds(outcomes) == {"mean": 10.5, "p50": 10.0, "p95": 19.0, "total": 210.0}
    assert seconds([])["p95"] == 0.0


def test_the_pull_of_the_own_language_is_measured() -> None:
    assert own_language_first([outcome("en", None), outcome("de", None)]) == 0.5
    assert own_language_first([]) is None
