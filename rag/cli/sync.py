"""`dealglot sync`: the index made equal to the corpus folder."""

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.reports import tell_report
from rag.cli.session import opened_assistant, settings_of
from rag.errors import SettingsError


def sync(
    invocation: Invocation,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder to copy into the corpus first.")
    ] = None,
) -> int:
    """Make the index equal to the corpus folder: new, changed and missing files."""
    corpus = settings_of(invocation).paths.corpus
    if folder is not None and not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}.", "Nothing was changed.")
    if folder is None and not corpus.is_dir():
        # An absent folder is a slip of the path far more often than a wish to empty the index.
        raise SettingsError(f"There is no corpus folder {corpus}.", "Name another one with --corpus.")
    with opened_assistant(invocation, indexed=False) as assistant:
        with invocation.terminal.progress() as listener:
            report = assistant.sync(folder, progress=listener)
        return tell_report(invocation, report)
