import json
from collections import Counter

import pytest

from rag.generation.candidates import find_candidates
from rag.training.rooms import ROOMS, open_rooms

FILES = sorted(ROOMS.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_evidence_stands_in_its_document_and_every_question_is_there_once(path) -> None:
    room = json.loads(path.read_text(encoding="utf-8"))
    texts = {document["name"]: document["text"] for document in room["documents"]}
    assert len(texts) == len(room["documents"]) >= 5
    for question in room["questions"]:
        assert question["answerable"] == bool(question["evidence"])
        assert all(place["text"] in texts[place["document"]] for place in question["evidence"])
    assert max(Counter(question["question"] for question in room["questions"]).values()) == 1
    assert max(Counter(question["id"] for question in room["questions"]).values()) == 1


def test_the_rooms_ask_in_many_languages_mostly_across_them() -> None:
    rooms = [json.loads(path.read_text(encoding="utf-8")) for path in FILES]
    spoken = {(n, d["name"]): d["language"] for n, room in enumerate(rooms) for d in room["documents"]}
    asked = [(n, q) for n, room in enumerate(rooms) for q in room["questions"]]
    answered = [(q["language"], spoken[n, q["evidence"][0]["document"]]) for n, q in asked if q["answerable"]]
    assert len({question["language"] for _, question in asked}) >= 28
    assert len(set(spoken.values())) >= 25
    assert sum(one != other for one, other in answered) > 0.6 * len(answered)
    assert sum(not question["answerable"] for _, question in asked) > 0.25 * len(asked)


def test_a_room_is_searched_apart_and_its_articles_alone(tmp_path) -> None:
    for path in (FILES[0], ROOMS / "news_a.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with open_rooms("bundled", tmp_path) as rooms:
        (one, asked), (other, news), *alone = rooms
        question = next(each for each in asked if each.answerable)
        found = {passage.document.name.split("/")[0] for passage in one.search(question, 6)}
        assert found == {FILES[0].stem} != {p.document.name.split("/")[0] for p in other.search(question, 6)}
        assert not {p.document.id for p in one.search(question, 6, question.documents)} & question.documents
        right = [any(one.is_right(a, c) for c in find_candidates(one.search(a, 6))) for a in asked if a.answerable]
        assert sum(right) > 0.8 * len(right)
        assert len(alone) == 6
        for article, questions in alone:
            assert len({p.document.id for p in article.search(questions[0], 6)} | questions[0].documents) == 1
        assert sum(len(questions) for _, questions in alone) <= sum(asked.answerable for asked in news)
