"""What add, sync, rebuild and remove say about their work, and the exit code that follows from it."""

from rag.cli.invocation import Invocation
from rag.cli.session import tell_failures
from rag.cli.shapes import report_shape
from rag.records import IngestReport

IN_PART = 2
NOTHING_DONE = 1


def tell_report(invocation: Invocation, report: IngestReport) -> int:
    """Say what was done and return the exit code: 0 all, 2 in part, 1 nothing."""
    tell_failures(invocation, report)
    invocation.terminal.result(report_shape(report), lambda: _summary(invocation, report))
    if not report.failed:
        return 0
    done = report.added or report.changed or report.removed or report.unchanged
    return IN_PART if done else NOTHING_DONE


def _summary(invocation: Invocation, report: IngestReport) -> None:
    if invocation.quiet:
        return
    for sign, names in (("+", report.added), ("~", report.changed), ("-", report.removed)):
        for name in names:
            invocation.terminal.line(f"{sign} {name}")
    counts = [
        f"{count} {word}"
        for count, word in (
            (len(report.added), "added"),
            (len(report.changed), "changed"),
            (len(report.removed), "removed"),
            (report.unchanged, "unchanged"),
            (len(report.failed), "failed"),
        )
        if count
    ]
    said = ", ".join(counts) or "nothing to do"
    invocation.terminal.line(f"{said}; {report.chunks} chunks in {report.seconds:.1f} s")
