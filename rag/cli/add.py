"""`dealglot add`: files and folders into the corpus and the index."""

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.reports import NOTHING_DONE, tell_report
from rag.cli.session import opened_assistant
from rag.errors import QuestionError


def add(
    invocation: Invocation,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders.")],
) -> int:
    """Put files or folders into the corpus and the index."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise QuestionError(f"There is no file or folder {', '.join(missing)}.", "Nothing was added.")
    with opened_assistant(invocation, indexed=False) as assistant:
        with invocation.terminal.progress() as listener:
            report = assistant.add(paths, progress=listener)
        code = tell_report(invocation, report)
    if not (report.added or report.changed or report.unchanged or report.failed):
        said = ", ".join(str(path) for path in paths)
        invocation.terminal.error(f"there are no documents in {said}.")
        return NOTHING_DONE
    return code
