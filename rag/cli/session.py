"""The Assistant a command works with: built from the settings, and its index made where there is none yet."""

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rag.cli.invocation import Invocation
from rag.errors import QuestionError, SettingsError
from rag.records import DocumentInfo, IngestReport
from rag.settings import Settings, read_settings

if TYPE_CHECKING:
    from rag.assistant import Assistant

NEAREST = 3


def settings_of(invocation: Invocation) -> Settings:
    """The settings of this run: defaults, file, environment, options."""
    return read_settings(
        corpus=invocation.corpus,
        index=invocation.index,
        config=invocation.config,
        options=invocation.options,
    )


def build_assistant(settings: Settings) -> "Assistant":
    """The one place where a command gets its Assistant; tests put a fake here."""
    from rag.assistant import Assistant

    return Assistant(settings)


@contextmanager
def opened_assistant(invocation: Invocation, *, indexed: bool = True) -> Iterator["Assistant"]:
    """An Assistant for one command; with `indexed`, a missing index is first built from the corpus folder."""
    settings = settings_of(invocation)
    assistant = build_assistant(settings)
    try:
        if indexed and assistant.is_new:
            _index_corpus(assistant, invocation, settings)
        yield assistant
    finally:
        assistant.close()


def document_names(assistant: "Assistant", wanted: Sequence[str]) -> list[str] | None:
    """The stored names that a person's spellings mean; None = all documents, of which there must be one.

    A name may be given without its folder, in other case or in another Unicode form as long as it is
    clear. Raises a QuestionError that suggests the nearest names.
    """
    documents = assistant.documents()
    if not documents:
        raise QuestionError("There are no documents to ask.", "Put some in with `dealglot add PATH`.")
    return [known_name(documents, each) for each in wanted] or None


def known_name(documents: Sequence[DocumentInfo], wanted: str) -> str:
    """The one stored name that `wanted` means."""
    names = [each.name for each in documents]
    if wanted in names:
        return wanted
    key = _key(wanted)
    for form in (_key, lambda name: _key(PurePosixPath(name).name)):
        alike = [name for name in names if form(name) == key]
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise QuestionError(
                f"{wanted!r} may be {' or '.join(alike[:NEAREST])}.", "Give the name with its folder."
            )
    by_key = {**{_key(PurePosixPath(name).name): name for name in names}, **{_key(name): name for name in names}}
    alike = [*(each for each in by_key if key in each), *difflib.get_close_matches(key, by_key, n=NEAREST)]
    near = list(dict.fromkeys(by_key[each] for each in alike))[:NEAREST]
    hint = f"Did you mean {' or '.join(near)}?" if near else "`dealglot list` shows the names."
    raise QuestionError(f"There is no document {wanted!r}.", hint)


def tell_failures(invocation: Invocation, report: IngestReport) -> None:
    """A line on standard error for each file that failed, and for each that a person should know about."""
    for failure in report.failed:
        named = failure.document in failure.detail
        said = failure.detail if named else f"{failure.document}: {failure.detail}"
        invocation.terminal.error(f"{said} [{failure.reason}]")
    for note in report.notes:
        invocation.terminal.message(f"{note.document}: {note.detail}")


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("./")


def _index_corpus(assistant: "Assistant", invocation: Invocation, settings: Settings) -> None:
    corpus = settings.paths.corpus
    if not corpus.is_dir():
        raise SettingsError(
            f"There is no index yet, and the corpus folder {corpus} does not exist.",
            "Put documents in with `dealglot add PATH`, or name another folder with --corpus.",
        )
    terminal = invocation.terminal
    terminal.message(f"Indexing {corpus} for the first time ...")
    with terminal.progress() as listener:
        report = assistant.sync(progress=listener)
    tell_failures(invocation, report)
    if not (report.added or report.changed or report.unchanged):
        raise SettingsError(
            f"There is nothing to ask: no document in {corpus} could be indexed.",
            "Put documents in with `dealglot add PATH`.",
        )
    terminal.message(f"Indexed: {len(report.added)} documents, {report.seconds:.1f} s.")
