"""Who writes the answer: the model server where there is one, the sentences of the documents where it fails."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.model_server import ServerFault
from rag.phrases import phrase
from rag.protocols import Explaining, Generator
from rag.records import Account, Draft, Passage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writers:
    """`quoting` always can; `writing` goes first where there is one, and `model` is its name for people.

    `notes` say why nobody writes, if that needs to be said.
    """

    quoting: Generator
    writing: Generator | None = None
    model: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """The drafts so far, by whom, and what a person should know about how they came."""

    drafts: tuple[Draft, ...] = ()
    mode: str = "extractive"
    model: str = ""
    notes: tuple[str, ...] = ()
    account: Account | None = None


def write_drafts(
    question: str,
    language: str,
    passages: Sequence[Passage],
    *,
    writers: Writers,
    proven: Callable[[Sequence[Draft]], int],
) -> Iterator[Drafted]:
    """The drafts as they grow; the last ones are whole.

    A model server that fails, or of whose claims none is among the `proven` (their count), is replaced by
    quotations as a whole, with a note: nothing of a broken reply stays.
    """
    notes = writers.notes
    if writers.writing is not None:
        drafted = start = Drafted(mode=writers.writing.mode, model=writers.model)
        try:
            for drafted in _grown(writers.writing, start, question, language, passages):
                if proven(drafted.drafts):
                    yield drafted
        except ServerFault as fault:
            logger.warning("%s", fault)
            key = "note_fallback" if fault.kind == "unreachable" else "note_unusable"
            notes = (phrase(key, language),)
        else:
            withheld = len(drafted.drafts) - proven(drafted.drafts)
            told = (phrase("note_withheld", language, count=withheld),) if withheld else ()
            if withheld < len(drafted.drafts) or not drafted.drafts:
                yield Drafted(drafted.drafts, drafted.mode, drafted.model, told)
                return
            notes = (phrase("note_unusable", language), *told)
    whole = start = Drafted(mode=writers.quoting.mode, notes=notes)
    for whole in _grown(writers.quoting, start, question, language, passages):
        yield whole
    if whole is start:
        yield whole


def _grown(
    generator: Generator, start: Drafted, question: str, language: str, passages: Sequence[Passage]
) -> Iterator[Drafted]:
    """`start` with one draft more each time; one that explains itself always comes, with its account."""
    if isinstance(generator, Explaining):
        known, account = generator.explain(question, language, passages)
        for count in range(min(1, len(known)), len(known) + 1):
            yield replace(start, drafts=known[:count], account=account)
        return
    drafts: list[Draft] = []
    for draft in generator.generate(question, language, passages):
        drafts.append(draft)
        yield replace(start, drafts=tuple(drafts))
