"""One request and its reply within a time and a size that no server can stretch. The only file that knows httpx.

The transfer runs in a thread of its own and hands its pieces over, because httpx bounds each read but not their
sum, and nothing bounds the look-up of a name. When the time is up the caller goes on, and the connection is shut
under the thread.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final

import certifi
import httpx

from rag.model_server.faults import ServerFault

MOST_BYTES: Final = 1_000_000
"""A reply of more bytes is no answer to a question."""

_CONNECT_SECONDS: Final = 5.0
_TRY_AGAIN: Final = "Check llm.url and that the server runs; `dealglot doctor --online` tells."
_STATUS_ADVICE: Final = {
    401: "Check the key in DEALGLOT_LLM_KEY.",
    403: "Check the key in DEALGLOT_LLM_KEY.",
    404: "Check llm.url and llm.model.",
    429: "It is busy or its quota is used up: ask again later.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent: a body is posted, no body gets; the key shows in no repr."""

    url: str
    body: dict[str, Any] | None
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with status 200: its kind, and its bytes as they come."""

    content_type: str
    chunks: Iterator[bytes]


@contextmanager
def exchange(call: Call, seconds: float) -> Iterator[Reply]:
    """The reply to a call; anything but a whole one within `seconds` is a ServerFault, also while it is read."""
    transfer = _Transfer(call, max(seconds, 0.01))
    threading.Thread(target=transfer.run, name="dealglot-model-server", daemon=True).start()
    try:
        head = transfer.next()
        yield Reply(str(head), transfer.chunks())
    finally:
        transfer.stop()


class _Transfer:
    """The two ends of a transfer: `run` in its thread, the rest with the caller."""

    def __init__(self, call: Call, seconds: float) -> None:
        self._call = call
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._parts: SimpleQueue[str | bytes | Exception | None] = SimpleQueue()
        self._stopped = threading.Event()
        self._socket: socket.socket | None = None

    def next(self) -> str | bytes | None:
        """What came next: the content type, then bytes, then None."""
        left = self._end - time.monotonic()
        try:
            if left <= 0:
                raise Empty
            part = self._parts.get(timeout=left)
        except Empty:
            what = f"The model server did not finish within {self._seconds:.0f} seconds."
            raise ServerFault("slow", what, "Ask a faster model, or raise llm.timeout_seconds.") from None
        if isinstance(part, Exception):
            raise part
        return part

    def chunks(self) -> Iterator[bytes]:
        """The reply's bytes as they come."""
        while isinstance(part := self.next(), bytes):
            yield part

    def stop(self) -> None:
        """End the connection, also one on which the thread is waiting."""
        self._stopped.set()
        if self._socket is not None:
            with contextlib.suppress(OSError, ValueError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Transfer everything; whatever goes wrong is handed over."""
        try:
            self._transfer()
        except ServerFault as fault:
            self._parts.put(fault)
        except httpx.TimeoutException as error:
            self._parts.put(
                _caused(ServerFault("slow", "The model server did not answer in time.", _TRY_AGAIN), error)
            )
        except httpx.ConnectError as error:
            what = "The model server cannot be reached."
            self._parts.put(_caused(ServerFault("unreachable", what, _TRY_AGAIN), error))
        except Exception as error:  # a shut connection raises many kinds, and none may kill the thread unheard
            what = "The connection to the model server broke off."
            self._parts.put(_caused(ServerFault("cut", what, _TRY_AGAIN), error))

    def _transfer(self) -> None:
        call = self._call
        headers = {"Accept-Encoding": "identity", "User-Agent": "dealglot"}
        if call.key:
            headers["Authorization"] = f"Bearer {call.key}"
        with (
            httpx.Client(
                verify=_certificates(call.url),
                trust_env=False,
                follow_redirects=False,
                timeout=httpx.Timeout(self._seconds, connect=min(_CONNECT_SECONDS, self._seconds)),
            ) as client,
            client.stream(
                "GET" if call.body is None else "POST",
                call.url,
                json=call.body,
                headers=headers,
                extensions={"trace": self._trace},
            ) as response,
        ):
            _check(response)
            self._parts.put(response.headers.get("content-type", ""))
            count = 0
            for chunk in response.iter_raw():
                count += len(chunk)
                if count > MOST_BYTES:
                    raise ServerFault("large", f"The model server sent more than {MOST_BYTES} bytes.")
                if self._stopped.is_set():
                    return
                self._parts.put(chunk)
            self._parts.put(None)

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """Keep the socket as soon as there is one, so that `stop` can shut it."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
        # What is closing already must not be stopped: an error there would reach nobody.
        ending = event.endswith(".failed") or "response_closed" in event
        if self._stopped.is_set() and not ending:
            raise ServerFault("slow", "Nobody waits for the model server any more.")


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if 300 <= status < 400:
        what = "The model server points to another address, which is not followed."
        raise ServerFault("redirect", what, "Set llm.url to the server's own address.", status=status)
    if status != 200:
        advice = _STATUS_ADVICE.get(status, "Its own log says more.")
        raise ServerFault("status", f"The model server answered with status {status}.", advice, status=status)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ServerFault("garbled", "The model server packed its reply, which was not asked for.")


def _certificates(url: str) -> ssl.SSLContext:
    """Trust in the public authorities and in those of the system (a company's own); none is needed without TLS."""
    if not url.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def _caused(fault: ServerFault, error: Exception) -> ServerFault:
    fault.__cause__ = error
    return fault
