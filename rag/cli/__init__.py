"""The command line `dealglot`: one file a command, everything a person can do without the page."""

import os
import sys
from collections.abc import Sequence

import typer

from rag.cli.app import build_app

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 nothing done, 2 in part, 3 the index, 130 stopped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # Windows consoles and the C locale would otherwise fail on the first Chinese name; a half
            # surrogate (an undecodable file name) comes out as `\udc80`, which is valid JSON.
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`, a closed pager) has enough: nothing went wrong. The interpreter flushes
        # standard output once more at its end, which must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(arguments: list[str]) -> int:
    try:
        result = typer.main.get_command(build_app()).main(
            args=arguments, prog_name="dealglot", standalone_mode=False
        )
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    except SystemExit:
        # Outside its standalone mode typer exits for one reason alone: the reader of a help text has left.
        return 0
    except Exception as error:
        # Usage errors have another class in each major version of typer; this method they share.
        explain = getattr(error, "format_message", None)
        if explain is None:
            raise
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "dealglot"
        said = " ".join(explain().split())
        # What pydantic says about a number has no full stop; the hint must not run into it.
        said += "" if said.endswith((".", "?", "!", ")")) else "."
        print(f"dealglot: {said} Try '{path} --help'.", file=sys.stderr)
        return 1
    if result == INTERRUPTED:
        print("dealglot: stopped. What was finished before is kept.", file=sys.stderr)
    return result if isinstance(result, int) else 0
