"""`dealglot remove`: documents out of the corpus and the index."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.reports import tell_report
from rag.cli.session import known_name, opened_assistant


def remove(
    invocation: Invocation,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names as `list` shows them.")],
) -> int:
    """Take documents out of the corpus and the index."""
    with opened_assistant(invocation) as assistant:
        documents = assistant.documents()
        # Every name is looked up before anything is removed: a slip removes nothing.
        known = [known_name(documents, name) for name in names]
        return tell_report(invocation, assistant.remove(list(dict.fromkeys(known))))
