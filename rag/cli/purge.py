"""`dealglot purge`: nothing of removed documents stays in the index folder."""

import time

from rag.cli.invocation import Invocation
from rag.cli.session import opened_assistant


def purge(invocation: Invocation) -> int:
    """Leave no trace of removed documents in the index: earlier generations, free room, kept translations go."""
    begun = time.perf_counter()
    with opened_assistant(invocation) as assistant:
        freed = assistant.purge()
    seconds = round(time.perf_counter() - begun, 4)
    told = f"Nothing of removed documents is left in the index ({max(freed, 0)} bytes freed, {seconds:.1f} s)."
    invocation.terminal.result({"freed": freed, "seconds": seconds}, lambda: invocation.terminal.line(told))
    return 0
