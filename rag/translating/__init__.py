"""Quotations in another language than the answer's get a translation beside them, after the answer itself."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from time import monotonic
from typing import Final

from rag.errors import RagError
from rag.generation.composing import say_quotation
from rag.phrases import phrase
from rag.protocols import TranslationMemory, Translator, WordEmbedder
from rag.records import Answer, Citation
from rag.translating.checking import NEGATION, Checked, check_translation

logger = logging.getLogger(__name__)

SERVER: Final = "llm"
"""What the settings call the model server."""

_MOST_SECONDS: Final = 30.0
"""No further quotation is begun after this time; the rest stays in its language."""

_PATIENCE: Final = 10.0
"""A model server for which quotations had to stand in after this time is not asked to translate them."""


class QuoteTranslator:
    """Translates the quotations of answers with one engine, which is opened at the first foreign quotation."""

    def __init__(
        self, name: str, open_engine: Callable[[], Translator | None], words: Callable[[], WordEmbedder]
    ) -> None:
        """`name` is the engine's in the settings; `words` compare names across languages."""
        self._name = name
        self._open = open_engine
        self._words = words
        self._engine: Translator | None = None
        self._trouble: RagError | None = None
        self._opened = False

    def translate(self, answer: Answer, memory: TranslationMemory) -> Answer:
        """The answer with translations in its citations, its text and what went wrong in its notes.

        An answer whose quotations are all in its language comes back as it is. Nothing is ever raised for a
        translation that cannot be had: the quotation is the answer, the translation a help to read it.
        """
        foreign = [each for each in answer.citations if each.language not in (answer.language, "und", "")]
        if not foreign:
            return answer
        engine = None if self._name == SERVER and _has_failed(answer) else self._ready()
        if engine is None:
            return _with_note(answer, self._trouble is not None, self._name)
        begin = monotonic()
        done: dict[int, Checked] = {}
        failed = False
        for citation in foreign:
            if not engine.can(citation.language, answer.language):
                continue
            if monotonic() - begin > _MOST_SECONDS:
                failed = True
                break
            try:
                done[citation.number] = self._translated(engine, citation, answer.language, memory)
            except Exception as error:  # an engine may fail in any way, the answer must not
                logger.warning("Quotations are not translated: %s", error)
                failed = True
                break
        return _joined(answer, done, engine.name, failed=failed, left=len(foreign) - len(done))

    def _ready(self) -> Translator | None:
        """The engine; one that could not be opened is not tried again."""
        if not self._opened:
            self._opened = True
            try:
                self._engine = self._open()
            except RagError as error:
                logger.warning("%s", error)
                self._trouble = error
        return self._engine

    def _translated(
        self, engine: Translator, citation: Citation, language: str, memory: TranslationMemory
    ) -> Checked:
        key = f"{engine.name}@{engine.revision}"
        known = memory.recall(citation.quote, engine=key, target=language)
        made = known or engine.translate([citation.quote], citation.language, language)[0]
        checked = check_translation(
            citation.quote, made, source=citation.language, target=language, words=self._words()
        )
        if known is None and checked.text is not None:
            memory.remember(citation.document.id, citation.quote, made, engine=key, target=language)
        return checked


def translate_answers(
    answers: Iterable[Answer], translator: QuoteTranslator, memory: TranslationMemory
) -> Iterator[Answer]:
    """An answer as it grows, and at its end once more with its translations."""
    last = None
    for answer in answers:
        last = answer
        yield answer
    if last is not None:
        begin = monotonic()
        translated = translator.translate(last, memory)
        if translated is not last:
            yield replace(translated, seconds=last.seconds + monotonic() - begin)


def _has_failed(answer: Answer) -> bool:
    """Whether the model server was just asked for the answer and was not reached, or waited for in vain."""
    unreachable = phrase("note_fallback", answer.language) in answer.notes
    return unreachable or (not answer.model and answer.seconds > _PATIENCE)


def _with_note(answer: Answer, broken: bool, name: str) -> Answer:
    key = "note_translation_failed" if broken else "note_untranslated"
    values = {"name": name} if broken else {}
    return replace(answer, notes=(*answer.notes, phrase(key, answer.language, **values)))


def _joined(answer: Answer, done: dict[int, Checked], engine: str, *, failed: bool, left: int) -> Answer:
    """The answer with each translation at its citation and in the text below its quotation."""
    language, text = answer.language, answer.text
    citations = []
    for citation in answer.citations:
        checked = done.get(citation.number, Checked(None))
        if checked.text is not None:
            named = [phrase(NEGATION, language) if part == NEGATION else part for part in checked.differences]
            note = phrase("translation_differs", language, differences=named) if named else None
            bare = say_quotation(citation, language)
            citation = replace(citation, translation=checked.text, translated_by=engine, translation_note=note)
            text = text.replace(bare, say_quotation(citation, language), 1)
        citations.append(citation)
    notes = list(answer.notes)
    useless = [f"[{number}]" for number, checked in sorted(done.items()) if checked.text is None]
    if failed:
        notes.append(phrase("note_translation_failed", language, name=engine))
    elif left:
        notes.append(phrase("note_untranslated", language))
    if useless:
        notes.append(phrase("note_translation_unusable", language, numbers=" ".join(useless)))
    return replace(answer, text=text, citations=tuple(citations), notes=tuple(notes))
