"""A reply's bytes -> pieces of text: server-sent events, or one JSON object where the server does not stream."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rag.model_server.exchange import Reply
from rag.model_server.faults import ServerFault


def read_pieces(reply: Reply) -> Iterator[str]:
    """The text as it comes; no chat reply, one without text or one without its end is a ServerFault."""
    said = False
    streamed = "text/event-stream" in reply.content_type
    for piece in _streamed(reply.chunks) if streamed else _whole(reply.chunks):
        said = said or bool(piece.strip())
        yield piece
    if not said:
        raise ServerFault("empty", "The model server sent an empty reply.")


def read_models(reply: Reply) -> list[str]:
    """The names in a list of models."""
    entries = _loaded(b"".join(reply.chunks)).get("data")
    if not isinstance(entries, list):
        raise _garbled()
    return [str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry]


def _streamed(chunks: Iterable[bytes]) -> Iterator[str]:
    ended = False
    for line in _lines(chunks):
        if not line.startswith(b"data:"):
            continue  # other fields of an event, and comments that keep the connection open
        data = line.removeprefix(b"data:").strip()
        if data == b"[DONE]":
            return
        choice = _choice(_loaded(data))
        ended = ended or bool(choice.get("finish_reason"))
        yield _text_of(choice.get("delta"))
    if not ended:
        raise ServerFault("cut", "The model server's reply broke off.")


def _whole(chunks: Iterable[bytes]) -> Iterator[str]:
    choice = _choice(_loaded(b"".join(chunks)))
    if not choice:
        raise _garbled()
    yield _text_of(choice.get("message"))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    yield rest


def _loaded(data: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _garbled() from error
    if not isinstance(loaded, dict) or loaded.get("error"):
        raise _garbled()
    return loaded


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    """The event's first choice; events without one (token counts) are empty."""
    choices = event.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise _garbled()
    return choices[0] if choices else {}


def _text_of(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, str) else ""


def _garbled() -> ServerFault:
    return ServerFault("garbled", "The model server sent something that is no chat reply.")
