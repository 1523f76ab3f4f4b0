from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from rag.embedding import load_word_embedder
from rag.errors import ModelUnavailable
from rag.generation.composing import compose_answer
from rag.phrases import LANGUAGES, phrase
from rag.protocols import Translator
from rag.records import Answer, Citation, DocumentInfo, Statement
from rag.translating import QuoteTranslator, translate_answers

WORDS = load_word_embedder(None)
QUOTE = "O preço combinado é de 12,5 milhões de euros."
MADE = "The agreed price is 12.5 million euros."


class Scripted:
    """Says what it is told to; counts how often it was asked."""

    name = "small"
    revision = "1"

    def __init__(self, *replies: str | Exception) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, str, str]] = []

    def can(self, source: str, target: str) -> bool:
        return source != "th"

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        self.asked += [(text, source, target) for text in texts]
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return [reply]


class Memory(dict[tuple[str, str, str], str]):
    def recall(self, text: str, *, engine: str, target: str) -> str | None:
        return self.get((text, engine, target))

    def remember(self, document_id: str, text: str, translation: str, *, engine: str, target: str) -> None:
        self[text, engine, target] = translation


def cited(number: int = 1, quote: str = QUOTE, language: str = "pt") -> Citation:
    document = DocumentInfo(f"d{number}", f"d{number}.txt", "", language, False)
    return Citation(number, document, "c", None, None, 0, len(quote), quote, language)


def answered(*citations: Citation, language: str = "en") -> Answer:
    statements = tuple(Statement(each.quote, each.language, (each.number,)) for each in citations)
    text = compose_answer(None, statements, citations, language=language)
    return Answer("How much?", language, text, statements, citations, notes=("earlier",), seconds=0.5)


def translated(engine: Translator | None, answer: Answer, memory: Memory | None = None, name: str = "x") -> Answer:
    translator = QuoteTranslator(name, lambda: engine, lambda: WORDS)  # type: ignore[arg-type,return-value]
    return translator.translate(answer, Memory() if memory is None else memory)


def test_a_translation_stands_beside_its_quotation_and_below_it_in_the_text() -> None:
    answer = translated(Scripted(MADE), answered(cited()))
    (citation,) = answer.citations
    assert (citation.quote, citation.translation, citation.translated_by) == (QUOTE, MADE, "small")
    assert citation.translation_note is None
    assert answer.notes == ("earlier",)
    lines = answer.text.splitlines()
    assert lines.index(f"{MADE} (machine translation: small)") > lines.index(f"“{QUOTE}” [1]")


def test_only_quotations_in_another_language_are_translated() -> None:
    engine = Scripted(MADE)
    same, unsure = cited(1, "The price.", "en"), cited(2, "GB200", "und")
    answer = translated(engine, answered(same, unsure, cited(3)))
    assert engine.asked == [(QUOTE, "pt", "en")]
    assert [each.translation for each in answer.citations] == [None, None, MADE]


def test_an_answer_in_its_own_language_opens_no_engine() -> None:
    answer = answered(cited(language="en"))
    translator = QuoteTranslator("x", lambda: pytest.fail("opened"), lambda: pytest.fail("opened"))
    assert translator.translate(answer, Memory()) is answer


def test_a_mismatch_is_flagged_in_the_askers_language() -> None:
    answer = translated(
        Scripted("Der vereinbarte Preis ist nicht 125 Millionen Euro."), answered(cited(), language="de")
    )
    note = answer.citations[0].translation_note
    assert note == "Die Übersetzung weicht vom Original ab, bitte vergleichen: " + (
        "12,5 milhões de euros · 125 Millionen Euro · Verneinung"
    )
    assert note in answer.text


def test_parts_that_differ_are_isolated_one_by_one_in_arabic() -> None:
    answer = translated(Scripted("السعر المتفق عليه ليس 125 مليون يورو."), answered(cited(), language="ar"))
    note = answer.citations[0].translation_note
    assert note is not None
    listed = note.partition(": ")[2].split(" · ")
    assert len(listed) >= 2
    assert listed[0] == "\u206812,5 milhões de euros\u2069"
    assert all(part[0] == "\u2068" and part[-1] == "\u2069" for part in listed if not part.isalpha())


@pytest.mark.parametrize(
    "useless", ["", QUOTE, "Der vereinbarte Preis beträgt 12,5 Millionen Euro, so die Parteien.", MADE * 9]
)
def test_a_useless_translation_is_not_shown_and_not_kept(useless: str) -> None:
    memory = Memory()
    answer = translated(Scripted(useless), answered(cited()), memory)
    assert answer.citations[0].translation is None
    assert answer.citations[0].quote == QUOTE
    assert answer.notes == ("earlier", phrase("note_translation_unusable", "en", numbers="[1]"))
    assert memory == {}


@pytest.mark.parametrize("error", [ModelUnavailable("gone"), TimeoutError("slow"), RuntimeError("memory")])
def test_an_engine_that_fails_costs_no_answer(error: Exception) -> None:
    engine = Scripted(MADE, error, MADE)
    other, third = cited(2, "O prazo é de 45 dias."), cited(3, "O foro é Lisboa.")
    answer = translated(engine, answered(cited(), other, third))
    assert [each.translation for each in answer.citations] == [MADE, None, None]
    assert [each.quote for each in answer.citations] == [QUOTE, other.quote, third.quote]
    assert answer.notes[1:] == (phrase("note_translation_failed", "en", name="small"),)
    assert len(engine.asked) == 2


def test_an_engine_that_cannot_be_opened_is_tried_once() -> None:
    tries = []

    def open_engine() -> Translator:
        tries.append(1)
        raise ModelUnavailable("There is no such model.")

    translator = QuoteTranslator("bundled", open_engine, lambda: WORDS)  # type: ignore[arg-type,return-value]
    for _ in range(2):
        answer = translator.translate(answered(cited()), Memory())
        assert answer.notes[1:] == (phrase("note_translation_failed", "en", name="bundled"),)
    assert len(tries) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_engine_the_answer_says_so_in_its_language(language: str) -> None:
    answer = answered(cited(language="en" if language == "pt" else "pt"), language=language)
    assert translated(None, answer).notes[1:] == (phrase("note_untranslated", language),)


def test_a_pair_that_the_engine_does_not_know_stays_in_its_language() -> None:
    engine = Scripted()
    answer = translated(engine, answered(cited(1, "ราคา 12 ยูโร", "th")))
    assert (engine.asked, answer.notes[1:]) == ([], (phrase("note_untranslated", "en"),))


def test_what_was_translated_before_is_not_asked_again() -> None:
    memory = Memory()
    translated(Scripted(MADE), answered(cited()), memory)
    assert translated(Scripted(), answered(cited()), memory).citations[0].translation == MADE


@pytest.mark.parametrize("sign", [{"notes": (phrase("note_fallback", "en"),)}, {"seconds": 12.0}])
def test_a_model_server_that_just_failed_is_not_asked_to_translate(sign: dict[str, Any]) -> None:
    engine = Scripted(MADE)
    answer = replace(answered(cited()), **sign)
    assert translated(engine, answer, name="llm").citations[0].translation is None
    assert engine.asked == []


@pytest.mark.parametrize("sign", [{"notes": (phrase("note_unusable", "en"),)}, {"seconds": 12.0, "model": "m"}])
def test_a_model_server_that_answers_is_asked_to_translate_even_if_its_answer_was_not_proven(
    sign: dict[str, Any],
) -> None:
    answer = replace(answered(cited()), **sign)
    assert translated(Scripted(MADE), answer, name="llm").citations[0].translation == MADE


def test_the_answer_comes_before_its_translation() -> None:
    def growing() -> Iterator[Answer]:
        yield answered(cited())

    engine = Scripted(MADE)
    translator = QuoteTranslator("x", lambda: engine, lambda: WORDS)  # type: ignore[arg-type,return-value]
    answers = translate_answers(growing(), translator, Memory())
    assert next(answers).citations[0].translation is None
    assert engine.asked == []
    last = next(answers)
    assert last.citations[0].translation == MADE
    assert last.seconds > 0.5
    assert list(answers) == []
