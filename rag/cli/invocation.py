"""One run of a command: the options every command has, and how its errors are told."""

import inspect
import logging
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.terminal import Terminal
from rag.errors import RagError, SettingsError

PANEL = "Options of every command"

Corpus = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", help="The folder of documents.", rich_help_panel=PANEL),
]
IndexFolder = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="The folder of the index.", rich_help_panel=PANEL),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="A settings file instead of dealglot.toml.", rich_help_panel=PANEL
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="GROUP.NAME=VALUE", help="Any setting; may be repeated.", rich_help_panel=PANEL),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else.", rich_help_panel=PANEL)
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="No progress and no messages, only errors.", rich_help_panel=PANEL)
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show where an unexpected error came from.", rich_help_panel=PANEL)
]
SHARED = {
    "corpus": (Corpus, None),
    "index": (IndexFolder, None),
    "config": (Config, None),
    "sets": (Sets, None),
    "json": (Json, False),
    "quiet": (Quiet, False),
    "debug": (Debug, False),
}


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was chosen for this run, whatever the command; `json` is where the result goes, not what it is."""

    terminal: Terminal
    corpus: Path | None = None
    index: Path | None = None
    config: Path | None = None
    sets: tuple[str, ...] = ()
    json: bool = False
    quiet: bool = False
    debug: bool = False

    @property
    def options(self) -> dict[str, str]:
        """The `--set` choices as `{"group.name": "value"}`."""
        chosen = {}
        for pair in self.sets:
            key, equals, value = pair.partition("=")
            if not equals:
                raise SettingsError(f"--set {pair!r} has no value.", "Write --set group.name=value.")
            chosen[key.strip()] = value.strip()
        return chosen


def as_command(function: Callable[..., int]) -> Callable[..., int]:
    """The function as the command line calls it: with the shared options, and errors told in one line.

    `function` takes an Invocation first; in its place the command gets the shared options. In place of a
    parameter that is a record (many options together) it gets an option for each field.
    """
    _, *own = inspect.signature(function).parameters.values()
    records: dict[str, Any] = {each.name: each.annotation for each in own if is_dataclass(each.annotation)}
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in SHARED.items()
    ]

    def command(**values: Any) -> int:
        chosen = {name: values.pop(name) for name in SHARED}
        chosen["sets"] = tuple(chosen["sets"] or ())
        for name, record in records.items():
            values[name] = record(**{each.name: values.pop(each.name) for each in fields(record)})
        with Terminal.opened(json=chosen["json"], quiet=chosen["quiet"]) as terminal:
            _set_up_logging(debug=chosen["debug"], quiet=chosen["quiet"])
            try:
                return function(Invocation(terminal=terminal, **chosen), **values)
            except RagError as error:
                if chosen["debug"]:
                    terminal.trace()
                terminal.error(str(error))
                return error.exit_code
            except (KeyboardInterrupt, BrokenPipeError, typer.Exit):
                raise
            except Exception as error:
                if chosen["debug"]:
                    terminal.trace()
                terminal.error(f"unexpected {type(error).__name__}: {error} (run again with --debug to see where)")
                return 1

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    parameters = [*_expanded(own), *shared]
    command.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


def _expanded(own: list[inspect.Parameter]) -> Iterator[inspect.Parameter]:
    keyword = inspect.Parameter.KEYWORD_ONLY
    for each in own:
        if not is_dataclass(each.annotation):
            yield each.replace(kind=keyword)
            continue
        for option in fields(each.annotation):
            default = inspect.Parameter.empty if option.default is MISSING else option.default
            yield inspect.Parameter(option.name, keyword, default=default, annotation=option.type)


def _set_up_logging(*, debug: bool, quiet: bool) -> None:
    """What our own parts log reaches standard error from warnings on, with `--debug` all of it."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    logging.getLogger("rag").setLevel(logging.DEBUG if debug else logging.ERROR if quiet else logging.WARNING)
