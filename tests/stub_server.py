"""A model server on the loopback address that says what a test tells it to, and fails in every way it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[list[dict[str, str]]], str]


@dataclass
class StubServer:
    """What to reply (`script`, from the messages), how (`mode`), and everything that was asked."""

    script: Script = lambda messages: "Yes [1]."
    mode: str = "stream"
    pause: float = 0.0
    piece: int = 7
    url: str = ""
    elsewhere: str = ""  # where `redirect-STATUS` points to
    asked: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def say(self, *replies: str) -> None:
        """One reply after the other; the last one again and again."""
        left = list(replies)
        self.script = lambda messages: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def stub_server(mode: str = "stream", **options: Any) -> Iterator[StubServer]:
    """A server while the block runs; it never outlives it."""
    stub = StubServer(mode=mode, **options)

    class Handler(_Handler):
        told = stub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    told: StubServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._note()
        names = {"models": [{"id": "stub-model"}], "many": [{"id": "a"}, {"id": "b"}]}
        wanted = "many" if self.told.mode == "many-models" else "models"
        self._whole(json.dumps({"object": "list", "data": names[wanted]}).encode())

    def do_POST(self) -> None:
        self._note()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.told.asked.append(body)
        # A caller that goes away is no matter.
        with suppress(OSError):
            self._play(body, self.told.mode)

    def _note(self) -> None:
        self.told.requests.append((self.command, self.path, dict(self.headers)))

    def _play(self, body: dict[str, Any], mode: str) -> None:
        if mode.isdecimal():
            self._status(int(mode), b'{"error": {"message": "no"}}')
        elif mode == "plain-options" and "temperature" in body:
            self._status(400, b'{"error": {"message": "unsupported: temperature"}}')
        elif mode == "redirect":
            self.send_response(307)
            self.send_header("Location", f"{self.told.url}/elsewhere")
            self.end_headers()
        elif mode.startswith("redirect-"):
            self.send_response(int(mode.removeprefix("redirect-")))
            self.send_header("Location", f"{self.told.elsewhere}/chat/completions")
            self.end_headers()
        elif mode in _BODIES:
            self._whole(_BODIES[mode])
        elif mode == "packed":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
        elif mode in ("hang", "drip-head", "reset"):
            self._hang(mode)
        else:
            self._stream(self.told.script(body["messages"]), mode)

    def _stream(self, text: str, mode: str) -> None:
        if mode == "whole":
            self._whole(
                json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}).encode()
            )
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        size = self.told.piece
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        for number, piece in enumerate(pieces):
            if mode == "cut" and number >= len(pieces) // 2:
                return
            if mode == "die" and number >= len(pieces) // 2:
                self._event({"error": {"message": "out of memory"}})
                return
            if mode == "stall" and number >= len(pieces) // 2:
                self.told.ending.wait(60)
                return
            self._event({"choices": [{"delta": {"content": piece}, "finish_reason": None}]})
            self.told.ending.wait(self.told.pause)
        if mode == "bad-event":
            self.wfile.write(b"data: {not json\n\n")
        if mode == "drip":
            while not self.told.ending.wait(0.05):
                self._event({"choices": [{"delta": {"content": "."}}]})
        if mode == "huge":
            for _ in range(2_000):
                self._event({"choices": [{"delta": {"content": "x" * 1_000}}]})
        self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b": keep-alive\n\ndata: [DONE]\n\n")

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _whole(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _status(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang(self, mode: str) -> None:
        if mode == "drip-head":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            while not self.told.ending.wait(0.05):
                self.wfile.write(b"X-More: 1\r\n")
        elif mode == "hang":
            self.told.ending.wait(60)
        self.connection.close()


_BODIES = {
    "empty": b"",
    "html": b"<html><body>It works!</body></html>",
    "bad-json": b'{"choices": [',
    "deep-json": b"[" * 200_000,
    "wrong-json": b'{"choices": "none"}',
    "no-text": b'{"choices": [{"message": {"content": "  "}}]}',
    "null-text": b'{"choices": [{"message": {"content": null}}]}',
    "one-megabyte": b'{"choices": [{"message": {"content": "' + b"x" * 1_100_000 + b'"}}]}',
}


def wait_until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()
