"""`dealglot doctor`: what is installed and missing, and whether corpus and index are in order."""

from typing import Annotated

import typer

from rag.cli.checks import (
    BROKEN,
    MISSING,
    check_folders,
    check_llm,
    check_models,
    check_packages,
    check_python,
    check_translator,
)
from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant, settings_of


def doctor(
    invocation: Invocation,
    online: Annotated[
        bool, typer.Option("--online", help="Also contact the language-model server, if set.")
    ] = False,
) -> int:
    """Say what is installed and missing, and whether model, corpus and index are in order."""
    settings = settings_of(invocation)
    checks = [*check_python(), *check_packages(), *check_models(settings)]
    with opened_assistant(invocation, indexed=False) as assistant:
        checks += check_folders(settings, assistant)
    checks += [*check_llm(settings, online=online), *check_translator(settings)]
    wrong = [each for each in checks if each.state in (MISSING, BROKEN)]

    def human() -> None:
        for each in checks:
            invocation.terminal.line(f"{each.state:<9}{each.name}: {each.detail}")
        said = f"{len(wrong)} to mend: {', '.join(each.name for each in wrong)}" if wrong else "all is well"
        invocation.terminal.line(said)

    shape = {
        "ok": not wrong,
        "checks": [{"name": each.name, "state": each.state, "detail": each.detail} for each in checks],
    }
    invocation.terminal.result(shape, human)
    return 1 if wrong else 0
