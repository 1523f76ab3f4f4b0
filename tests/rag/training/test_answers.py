import json
import lzma
from pathlib import Path

import numpy as np
from fakes import FakeEmbedder

from rag.training.faqs import faq_pool
from rag.training.fitting import fit_logistic, fit_ranking

QUESTION = {"en": "What does the licence cost for one year?", "pt": "Quanto custa a licença por um ano?"}
ANSWER = {
    "en": "One seat costs ninety euros, which has to be paid before the first day of the year it is meant for.",
    "pt": "Um lugar custa noventa euros, que têm de ser pagos antes do primeiro dia do ano a que se destina.",
}
OTHER = {"en": "Support answers within two days.", "pt": "O suporte responde em dois dias."}


def test_what_speaks_for_an_answer_never_counts_against_it():
    rng = np.random.default_rng(0)
    labels = (rng.random(400) < 0.5).astype(float)
    # Both features are highest where there is no answer.
    rows = np.stack([rng.normal(size=400) - labels, rng.normal(size=400) - labels], axis=1)
    fitted = fit_logistic(rows, labels, np.ones(400), ("late", "length"))
    assert fitted.weights[0] == 0.0
    assert fitted.weights[1] < -0.3


def test_the_right_one_of_each_group_comes_first_within_the_bounds():
    rng = np.random.default_rng(0)
    groups, right = [], []
    for size in rng.integers(2, 9, size=200):
        rows = rng.normal(size=(size, 2))
        best = np.argmax(rows[:, 0] - rows[:, 1])
        groups.append(rows + rng.normal(size=2) * 5)  # what a whole group has tells none of its rows apart
        right.append((np.arange(size) == best).astype(float))
    fitted = fit_ranking(groups, right, np.ones(200), ("late", "shared"))
    assert fitted.weights[0] > 1.0
    assert fitted.weights[1] == 0.0
    free = fit_ranking(groups, right, np.ones(200), ("late", "length"))
    first = [bool(one[int(np.argmax(free.logits(rows)))]) for rows, one in zip(groups, right, strict=True)]
    assert np.mean(first) > 0.95


def test_a_faq_is_answered_by_the_next_paragraph_and_its_document_has_no_question(tmp_path: Path):
    rows = [{"doc": "a", "t": text} for text in (OTHER, QUESTION, ANSWER, OTHER)]
    with lzma.open(tmp_path / "www.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    pool, asked = faq_pool(tmp_path, FakeEmbedder(), 5)
    assert {each.question for each in asked} <= set(QUESTION.values())
    assert {each.evidence[0] for each in asked} <= set(ANSWER.values())
    for each in asked:
        found = [chunk.text for passage in pool.search(each, 6) for chunk in passage.chunks]
        assert any(each.evidence[0] in text for text in found)
        assert not any(question in text for text in found for question in QUESTION.values())
        assert not each.documents & each.without
