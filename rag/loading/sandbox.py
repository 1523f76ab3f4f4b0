"""A loader in a child process with time, CPU and memory limits, so that a hostile file harms nothing.

One child is reused over many files and replaced after a kill. Bytes go in and JSON comes out: nothing the child
sends is ever executed or unpickled. The child gets no environment (no keys) and may write no file.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any, Final

from rag.errors import REASONS, DocumentError, EmptyDocument, UnreadableDocument, UnsupportedFormat
from rag.records import Heading, LoadedText, Page
from rag.settings import LoadingSettings

try:
    import resource
except ImportError:  # Windows: the time limit alone holds there.
    resource = None  # type: ignore[assignment]

ReadBytes = Callable[[str, bytes, int], LoadedText]
"""Loader's name, the file's bytes, the most pages -> text."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from rag.loading import serve; serve()"
# Libraries keep memory after use, so a child is replaced after this many files.
_FILES_PER_CHILD: Final = 200
_IDLE_SECONDS: Final = 60.0
_LARGEST_REPLY: Final = 1 << 30
_MEGABYTE: Final = 1 << 20
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
_WHOLE_FILE: Final = "Check that the file opens on your machine, and save or export it anew."


class Sandbox:
    """A child process that runs loaders, one file at a time; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def load(self, loader: str, data: bytes, name: str, settings: LoadingSettings) -> LoadedText:
        """What the named loader makes of the bytes, or a DocumentError that says why not."""
        with self._lock:
            reply = self._ask(loader, data, name, settings)
        if "error" in reply:
            raise _error(reply["error"])
        try:
            return _loaded_text(reply["loaded"])
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise UnreadableDocument("corrupt", f"{name} could not be read.", _WHOLE_FILE) from error

    def close(self) -> None:
        """End the child; a later `load` starts another."""
        with self._lock:
            self._end_child()

    def _ask(self, loader: str, data: bytes, name: str, settings: LoadingSettings) -> dict[str, Any]:
        request = {
            "loader": loader,
            "name": name,
            "size": len(data),
            "pages": settings.max_pages,
            "seconds": settings.max_seconds,
            "megabytes": settings.max_memory_megabytes,
        }
        for attempt in (1, 2):
            child = self._ready_child()
            late = threading.Event()
            timer = threading.Timer(settings.max_seconds, _kill_late, (child, late))
            timer.daemon = True
            timer.start()
            try:
                return _exchange(child, request, data)
            except (OSError, EOFError, ValueError) as error:
                child.kill()
                status = child.wait()
                self._end_child()
                # A child that had ended of itself (idle) leaves before it says a word: ask the next one.
                if status == 0 and attempt == 1 and not late.is_set():
                    continue
                raise _death(name, status, settings, late=late.is_set()) from error
            except BaseException:
                self._end_child()
                raise
            finally:
                timer.cancel()
        raise AssertionError("unreachable")

    def _ready_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (self._child.poll() is not None or self._files >= _FILES_PER_CHILD):
            self._end_child()
        if self._child is None:
            self._child = _start_child()
            self._files = 0
        self._files += 1
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


def shared_sandbox() -> Sandbox:
    """A new sandbox that ends with the program."""
    sandbox = Sandbox()
    atexit.register(sandbox.close)
    return sandbox


def serve(read_bytes: ReadBytes) -> None:
    """The child's side: read files from standard input until it closes, write one JSON reply for each."""
    # Whatever a library prints must not mix with the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    while _waits_for_more(requests):
        header = requests.readline()
        if not header:
            return
        request = json.loads(header)
        data = requests.read(request["size"])
        _limit_resources(request["seconds"], request["megabytes"])
        body = _reply(read_bytes, request, data)
        replies.write(b"%d\n" % len(body) + body)
        replies.flush()


def _reply(read_bytes: ReadBytes, request: dict[str, Any], data: bytes) -> bytes:
    name = request["name"]
    try:
        return json.dumps({"loaded": asdict(read_bytes(request["loader"], data, request["pages"]))}).encode()
    except DocumentError as error:
        problem = (error.reason, error.what, error.do)
    except (MemoryError, RecursionError):
        problem = _too_large(name)
    except Exception as error:
        # A parser can fail in any way on a damaged file; the person needs the one clear reason.
        damaged = ("corrupt", f"{name} is damaged and cannot be read ({type(error).__name__}).", _WHOLE_FILE)
        problem = _too_large(name) if _is_memory_full(request["megabytes"]) else damaged
    return json.dumps({"error": problem}).encode()


def _too_large(name: str) -> tuple[str, str, str]:
    return "too-large", f"{name} needs more memory than is allowed.", _larger("max_memory_megabytes")


def _is_memory_full(megabytes: int) -> bool:
    """Whether the child came near its limit: libraries report that in many ways."""
    if resource is None:
        return False
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit > megabytes * _MEGABYTE // 2


def _waits_for_more(requests: IO[bytes]) -> bool:
    """Whether a request came before the child had been idle for long (always, where pipes cannot be watched)."""
    if os.name != "posix":
        return True
    return bool(select.select([requests], [], [], _IDLE_SECONDS)[0])


def _limit_resources(seconds: int, megabytes: int) -> None:
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limits = {
        "RLIMIT_CPU": int(used.ru_utime + used.ru_stime) + max(1, seconds),
        "RLIMIT_AS": megabytes * _MEGABYTE,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for limit, value in limits.items():
        try:
            hard = resource.getrlimit(getattr(resource, limit))[1]
            soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(getattr(resource, limit), (soft, hard))
        except (ValueError, OSError, AttributeError):
            continue  # A platform that lacks one limit still has the others.


def _start_child() -> subprocess.Popen[bytes]:
    environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
    return subprocess.Popen(
        [sys.executable, "-B", "-X", "utf8", "-c", _START, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def _kill_late(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _exchange(child: subprocess.Popen[bytes], request: dict[str, Any], data: bytes) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(request).encode() + b"\n")
    child.stdin.write(data)
    child.stdin.flush()
    size = child.stdout.readline(32)
    if not size.endswith(b"\n") or int(size) > _LARGEST_REPLY:
        raise EOFError
    body = child.stdout.read(int(size))
    if len(body) < int(size):
        raise EOFError
    reply = json.loads(body)
    if not isinstance(reply, dict):
        raise ValueError("not a reply")
    return reply


def _death(name: str, status: int, settings: LoadingSettings, *, late: bool) -> DocumentError:
    if late or status == -getattr(signal, "SIGXCPU", 0):
        return UnreadableDocument(
            "too-slow", f"{name} could not be read within {settings.max_seconds} seconds.", _larger("max_seconds")
        )
    return UnreadableDocument(
        "corrupt", f"{name} is damaged or needs too much memory: its reader crashed.", _WHOLE_FILE
    )


def _larger(setting: str) -> str:
    return f"Split the file, or raise the setting loading.{setting}."


def _error(fields: Any) -> DocumentError:
    reason, what, do = (str(field) for field in fields)
    kinds = {"unsupported": UnsupportedFormat, "empty": EmptyDocument, "no-text": EmptyDocument}
    return kinds.get(reason, UnreadableDocument)(reason if reason in REASONS else "corrupt", what, do)


def _loaded_text(fields: dict[str, Any]) -> LoadedText:
    """The record again, every field checked: the child may have been taken over by the file."""
    pages = tuple(_page(number, page) for number, page in enumerate(fields["pages"], start=1))
    title = fields["title"]
    return LoadedText(
        title=None if title is None else str(title)[:500],
        pages=pages,
        paged=bool(fields["paged"]),
        notes=tuple(str(note) for note in fields["notes"]),
    )


def _page(number: int, fields: dict[str, Any]) -> Page:
    text = str(fields["text"])
    headings = tuple(
        Heading(str(found["text"]), int(found["level"]), int(found["start"]), int(found["end"]))
        for found in fields["headings"]
    )
    if any(text[heading.start : heading.end] != heading.text for heading in headings):
        raise ValueError("a heading is not at its place")
    return Page(number, text, headings)
