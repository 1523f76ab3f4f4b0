"""The table of commands."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Final

import typer

from rag.cli.add import add
from rag.cli.ask import ask
from rag.cli.chat import chat
from rag.cli.compare import compare
from rag.cli.doctor import doctor
from rag.cli.evaluate import evaluate
from rag.cli.invocation import as_command
from rag.cli.listing import list_documents
from rag.cli.purge import purge
from rag.cli.rebuild import rebuild
from rag.cli.remove import remove
from rag.cli.search import search
from rag.cli.sync import sync
from rag.cli.verify import verify

COMMANDS: Final[dict[str, Callable[..., int]]] = {
    "chat": chat,
    "add": add,
    "remove": remove,
    "sync": sync,
    "list": list_documents,
    "rebuild": rebuild,
    "ask": ask,
    "search": search,
    "compare": compare,
    "evaluate": evaluate,
    "verify": verify,
    "purge": purge,
    "doctor": doctor,
}


def build_app() -> typer.Typer:
    """The application with every command on it."""
    app = typer.Typer(
        help="Ask your documents in your own language; every answer quotes the sentence that proves it. Offline.",
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_without_command)
    for name, function in COMMANDS.items():
        app.command(name)(as_command(function))
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dealglot {version('dealglot')}")
        raise typer.Exit(0)


def _without_command(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and stop.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(1)
