"""`dealglot verify`: whether the index holds what was written to it."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant
from rag.cli.shapes import health_shape
from rag.errors import IndexDamaged


def verify(
    invocation: Invocation,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended from the stored text.")
    ] = False,
) -> int:
    """Check every stored text, vector and word of the index."""
    with opened_assistant(invocation) as assistant:
        health = assistant.verify(repair)

    def human() -> None:
        for problem in health.problems:
            invocation.terminal.line(problem)
        counts = f"{health.documents} documents, {health.chunks} chunks, {health.vectors} vectors"
        said = (
            "ok" if health.ok else f"{len(health.problems)} problems; `dealglot verify --repair` mends what can be"
        )
        invocation.terminal.line(f"{counts}: {said}")

    invocation.terminal.result(health_shape(health), human)
    return 0 if health.ok else IndexDamaged.exit_code
