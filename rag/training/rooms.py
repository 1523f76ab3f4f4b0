"""Invented deal rooms with questions, to train the scorer on what it is for: paraphrases across languages.

`deal_rooms/*.json` were written for this; none of their documents, parties or questions is in the sample corpus.
All rooms lie in one index and are searched as the program searches, each apart. Where the documents are `apart`
(press articles about different deals) each is asked alone, too.
"""

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rag.assistant import Assistant
from rag.generation.candidates import Candidate
from rag.records import Passage
from rag.settings import read_settings
from rag.training.answer_sets import Asked, says_evidence

ROOMS: Final = Path(__file__).with_name("deal_rooms")
ROOM: Final = "room "
"""How the names of their sets begin."""


class Room:
    """The documents of one room, in an index with those of the others."""

    def __init__(self, name: str, assistant: Assistant, documents: AbstractSet[str]) -> None:
        self.name = name
        self._assistant = assistant
        self._names = {info.id: info.name for info in assistant.documents() if info.id in documents}

    def search(self, asked: Asked, limit: int, without: AbstractSet[str] = frozenset()) -> list[Passage]:
        """The best passages of the room, best first; `without` holds ids of documents to leave out."""
        names = [name for id_, name in self._names.items() if id_ not in without]
        return list(self._assistant.search(asked.question, limit=limit, documents=names)) if names else []

    def is_right(self, asked: Asked, candidate: Candidate) -> bool:
        """Whether a candidate is (part of) the evidence."""
        return candidate.support.document_id in asked.documents and says_evidence(asked, candidate.text)


@contextmanager
def open_rooms(model: str, folder: Path = ROOMS) -> Iterator[list[tuple[Room, list[Asked]]]]:
    """Every room of a folder with its questions; the index that they are searched in is gone afterwards."""
    rooms = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    with TemporaryDirectory() as made:
        corpus = Path(made) / "corpus"
        for name, room in rooms.items():
            (corpus / name).mkdir(parents=True)
            for document in room["documents"]:
                text = f"# {document['title']}\n\n{document['text']}\n"
                (corpus / _file_name(name, document["name"])).write_text(text, encoding="utf-8")
        settings = read_settings(corpus=corpus, index=Path(made) / "index", environment={})
        settings = replace(settings, embedding=replace(settings.embedding, model=model))
        with Assistant(settings) as assistant:
            assistant.sync()
            ids = {info.name: info.id for info in assistant.documents()}
            asked = {name: [_asked(name, line, ids) for line in room["questions"]] for name, room in rooms.items()}
            alone = [name for name, room in rooms.items() if room.get("apart")]
            yield [
                *((_room(name, assistant, ids), questions) for name, questions in asked.items()),
                *(part for name in alone for part in _alone(name, assistant, asked[name])),
            ]


def _room(name: str, assistant: Assistant, ids: dict[str, str]) -> Room:
    return Room(name, assistant, {id_ for document, id_ in ids.items() if document.startswith(f"{name}/")})


def _alone(name: str, assistant: Assistant, questions: list[Asked]) -> Iterator[tuple[Room, list[Asked]]]:
    """Each document of a room by itself, with the questions that it answers."""
    for document in sorted({document for asked in questions for document in asked.documents}):
        own = [asked for asked in questions if asked.documents == {document}]
        yield Room(f"{name} alone", assistant, {document}), own


def _asked(room: str, line: dict[str, Any], ids: dict[str, str]) -> Asked:
    return Asked(
        id=line["id"],
        set=ROOM + room,
        question=line["question"],
        language=line["language"],
        answerable=line["answerable"],
        documents=frozenset(ids[_file_name(room, place["document"])] for place in line["evidence"]),
        evidence=tuple(place["text"] for place in line["evidence"]),
        answer=None,  # a name or an amount stands in more sentences than the one that answers
        sentences=True,
    )


def _file_name(room: str, document: str) -> str:
    return f"{room}/{Path(document).with_suffix('.md')}"
