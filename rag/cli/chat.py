"""`dealglot chat`: the web page."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant


def chat(
    invocation: Invocation,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")] = 7860,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> int:
    """Open the web page: chat, documents, index. The corpus is indexed first if it is new."""
    with opened_assistant(invocation) as assistant:
        # The page is the one thing outside `rag` that a command starts.
        from ui.__main__ import serve

        serve(assistant, host, port, open_browser=not no_browser)
    return 0
