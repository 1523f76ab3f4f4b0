"""Follow-up questions: what "and the price?" means after the questions and answers before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rag.records import Answer, Passage
from rag.text.following import Leaning, leaning, topic
from rag.text.language import detect_language
from rag.text.names import find_names
from rag.text.words import split_words

_IN_TALK: Final = 1.2  # how much more a passage of the documents in talk counts
_LATEST: Final = 6
_MOST_WORDS: Final = 12
_SHORT_QUESTION: Final = 4
_LONGEST_NAME: Final = 60
_FALLBACK_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question: the text that is searched for, and the one that sentences are judged by.

    `documents` are the ids of those in talk. `completed` = it is not simply the question as it stands.
    """

    searched: str
    judged: str
    documents: tuple[str, ...] = ()
    completed: bool = False


@dataclass(frozen=True, slots=True)
class _Talk:
    """What was spoken of: the last question, its words, the names; the name and the documents that answered it."""

    question: str = ""
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    answered: str = ""
    documents: tuple[str, ...] = ()


def readings(question: str, language: str, history: Sequence[str | Answer]) -> list[Reading]:
    """The ways to read a question, the likelier first; `history` are earlier questions, or their answers.

    A question that stands alone has one reading, itself. One that cannot ("and when?") has one, completed. One
    that may be either ("who signed?") is first read as it stands, so that history never takes an answer away, but
    one with a word that points back ("which law governs it?") first with what that may be.
    `language` is the answer's, which the question is likely to be in as well.
    """
    alone = Reading(question, question)
    if not history:
        return [alone]
    spoken = question_language(question, [language])
    lean = leaning(question, spoken)
    if not (lean.surely or lean.perhaps):
        return [alone]
    talk = _talk_of(history[-_LATEST:])
    completed = _completed(lean, spoken, talk)
    if completed is None:
        return [alone]
    if lean.surely:
        return [completed]
    return [completed, alone] if lean.points else [alone, completed]


def likely_languages(question: str, history: Sequence[str | Answer], usual: Iterable[str]) -> list[str]:
    """The languages that a question may be in: of few words ("e quando?"), that of the one before it."""
    if history and len(split_words(question)) <= _SHORT_QUESTION:
        return [question_language(_question_of(history[-1]), usual)]
    return list(usual)


def question_language(question: str, usual: Iterable[str] = ()) -> str:
    """The language of a question, English where it cannot be told."""
    found = detect_language(question, hint=tuple(usual))
    return found if found != "und" else _FALLBACK_LANGUAGE


def in_talk_first(passages: Iterable[Passage], documents: Sequence[str]) -> list[Passage]:
    """Passages by score, those of the documents in talk counting more, which their new scores say."""
    counted = [
        replace(passage, score=passage.score * (_IN_TALK if passage.document.id in documents else 1.0))
        for passage in passages
    ]
    return sorted(counted, key=lambda passage: passage.score, reverse=True)


def _completed(lean: Leaning, language: str, talk: _Talk) -> Reading | None:
    """The question with what it leaves out; None where nothing was spoken of."""
    own = set(split_words(lean.rest))
    words = [word for word in talk.words if not set(split_words(word)) <= own]
    names = [name for name in talk.names if not set(split_words(name)) <= own]
    # "She" may be the one who was asked for; "and the other one?" is not.
    names += [talk.answered] if talk.answered and lean.points else []
    about = _distinct([*words, *names])[:_MOST_WORDS]
    if not about:
        return None
    searched = _with(lean.rest, about)
    if lean.names and not lean.words and lean.type == "other":
        # "And Young Liu?" asks the same of another one.
        judged = f"{lean.rest} {_without_like(talk.question, lean.names, language)}".strip()
    elif lean.words:
        # The new question has its own words: the old ones would draw the answer back to the old sentence.
        judged = _with(lean.rest, _distinct(names)[:_MOST_WORDS])
        if lean.type == "other":
            # "And the auditor?" after "who arranges the bonds?" asks who.
            judged = f"{judged} {_bare(talk)}".strip()
    else:
        judged = searched
    return Reading(searched, judged, talk.documents, completed=True)


def _talk_of(history: Sequence[str | Answer]) -> _Talk:
    """What the last question and answer were about; of a follow-up, what the ones before it were about as well."""
    talk = _Talk()
    for entry in history:
        question = _question_of(entry)
        language = question_language(question, [entry.language] if isinstance(entry, Answer) else [])
        lean = leaning(question, language)
        words, names = topic(question, language), list(lean.names)
        if lean.surely or lean.perhaps:
            words, names = _distinct([*words, *talk.words]), _distinct([*names, *talk.names])
        answered, documents = (_named(entry), _documents_of(entry)) if isinstance(entry, Answer) else ("", ())
        talk = _Talk(question, tuple(words[:_MOST_WORDS]), tuple(names), answered, documents or talk.documents)
    return talk


def _question_of(entry: str | Answer) -> str:
    return entry.question if isinstance(entry, Answer) else entry


def _documents_of(answer: Answer) -> tuple[str, ...]:
    """The documents that an answer quotes; a refusal names none, its nearest passages are often elsewhere."""
    return tuple(dict.fromkeys(citation.document.id for citation in answer.citations))


def _named(answer: Answer) -> str:
    """The short answer where it is a name."""
    short = answer.short or ""
    return "" if len(short) > _LONGEST_NAME or any(char.isdigit() for char in short) else short


def _bare(talk: _Talk) -> str:
    """What the last question asks with, without what it asks about: "who the of?"."""
    question = talk.question
    for word in sorted((*talk.words, *talk.names), key=len, reverse=True):
        question = question.replace(word, " ")
    return " ".join(question.split())


def _without_like(question: str, names: Sequence[str], language: str) -> str:
    """The earlier question without its names of the kind that the new one replaces."""
    kinds = {name.kind for text in names for name in find_names(f"– {text}", language)} or {"name"}
    for name in reversed(find_names(question, question_language(question, [language]))):
        if name.kind in kinds:
            question = question[: name.start] + question[name.end :]
    return " ".join(question.split())


def _with(question: str, words: Sequence[str]) -> str:
    return f"{question} ({' '.join(words)})" if words else question


def _distinct(words: Iterable[str]) -> list[str]:
    """The words that do not stand there already, alone or in another one."""
    kept: list[str] = []
    seen = ""
    for word in words:
        folded = " ".join(split_words(word))
        if folded and folded not in seen:
            kept.append(word)
            seen = f"{seen} {folded}"
    return kept
