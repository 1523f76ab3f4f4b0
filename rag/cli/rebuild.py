"""`dealglot rebuild`: a new index built beside the old one."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.reports import tell_report
from rag.cli.session import opened_assistant


def rebuild(
    invocation: Invocation,
    full: Annotated[bool, typer.Option("--full", help="Read every file and compute every vector again.")] = False,
) -> int:
    """Build the index anew beside the old one, verify it, then switch to it."""
    with opened_assistant(invocation, indexed=False) as assistant:
        with invocation.terminal.progress() as listener:
            report = assistant.rebuild(full, progress=listener)
        return tell_report(invocation, report)
