"""`dealglot chat`: the web page."""

from typing import Annotated

import typer

from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant


def chat(
    invocation: Invocation,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="The port; else 7860 or the next free one.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="A further host name of the page; may be repeated."),
    ] = None,
) -> int:
    """Open the web page: chat, documents, index. The corpus is indexed first if it is new."""
    with opened_assistant(invocation) as assistant:
        # The page is the one thing outside `rag` that a command starts.
        from ui.__main__ import serve

        try:
            serve(assistant, host, port, open_browser=not no_browser, names=name or ())
        except KeyboardInterrupt:
            invocation.terminal.message("The page is closed.")
    return 0
