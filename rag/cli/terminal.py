"""What a person or a program sees: results on standard output, all else on standard error."""

import json as json_text
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO

from rag.records import Progress

Listener = Callable[[Progress], None]
SECONDS_BETWEEN_LINES = 15.0
WIDE_ENOUGH = 500
# C0 and C1 controls, and the marks that force a reading direction and can make a name read backwards.
CONTROLS = dict.fromkeys(
    code for code in (*range(32), *range(127, 160), *range(0x202A, 0x202F)) if chr(code) not in "\n\t"
)


class Terminal:
    """The two streams of one run; `results` may differ from `sys.stdout`, which libraries may write to."""

    def __init__(self, results: TextIO, messages: TextIO, *, json: bool, quiet: bool) -> None:
        self._results = results
        self._messages = messages
        self._json = json
        self._quiet = quiet

    @classmethod
    @contextmanager
    def opened(cls, *, json: bool, quiet: bool) -> Iterator["Terminal"]:
        """A terminal for one command; with `json`, what others print goes to standard error."""
        if not json:
            yield cls(sys.stdout, sys.stderr, json=False, quiet=quiet)
            return
        with _own_results() as results, redirect_stdout(sys.stderr):
            yield cls(results, sys.stderr, json=True, quiet=quiet)
            results.flush()

    def result(self, shape: dict[str, Any], human: Callable[[], None]) -> None:
        """The result of a command: `shape` as one line of JSON, or whatever `human` says."""
        if self._json:
            self._results.write(json_text.dumps(shape, ensure_ascii=False) + "\n")
        else:
            human()

    def line(self, text: str = "") -> None:
        """A line of the result, for people; control characters of documents are taken out."""
        self._results.write(shown(text) + "\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
        """A table on standard output; the columns named in `right` hold numbers."""
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            table.add_column(
                column, justify="right" if column in right else "left", overflow="fold", no_wrap=column in right
            )
        for row in rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        width = None if self._results.isatty() else WIDE_ENOUGH
        Console(file=self._results, width=width, markup=False, highlight=False, emoji=False).print(table)

    def message(self, text: str) -> None:
        """Something worth knowing that is not the result; silent with `--quiet`."""
        if not self._quiet:
            self._messages.write(shown(text) + "\n")
            self._messages.flush()

    def error(self, text: str) -> None:
        """What went wrong, in one line, always said."""
        self._messages.write(f"dealglot: {shown(' '.join(text.split()))}\n")
        self._messages.flush()

    def trace(self) -> None:
        """Where the error at hand came from."""
        self._messages.write(traceback.format_exc())

    @contextmanager
    def progress(self) -> Iterator[Listener]:
        """A listener for long work: a bar on a terminal, a line now and then in a log, nothing when quiet."""
        if self._quiet:
            yield lambda step: None
        elif self._messages.isatty():
            with _bar(self._messages) as listener:
                yield listener
        else:
            yield self._log()

    def _log(self) -> Listener:
        last = time.monotonic()

        def listener(step: Progress) -> None:
            nonlocal last
            if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                self.message(f"{step.stage} {step.done}/{step.total} {step.name}".rstrip())

        return listener


def shown(text: str) -> str:
    """`text` without control characters: a document must not be able to drive the terminal it is read on."""
    return text.translate(CONTROLS)


@contextmanager
def _bar(stream: TextIO) -> Iterator[Listener]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[name]}", markup=False),
    )
    tasks: dict[str, Any] = {}
    with Bars(*columns, console=Console(file=stream), transient=True) as bars:

        def listener(step: Progress) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bars.add_task(step.stage, total=step.total, name="")
            name = shown(step.name).replace("\n", " ")[-60:]
            bars.update(tasks[step.stage], completed=step.done, total=step.total, name=name)

        yield listener


@contextmanager
def _own_results() -> Iterator[TextIO]:
    """Standard output kept for us alone: whoever else writes to file descriptor 1 reaches standard error."""
    try:
        replaced = sys.stdout is not sys.__stdout__
        ours = not replaced and (sys.stdout.fileno(), sys.stderr.fileno()) == (1, 2)
    except (AttributeError, OSError):
        ours = False
    if not ours:
        yield sys.stdout
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with open(kept, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as results:
            yield results
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
