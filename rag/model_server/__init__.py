"""An OpenAI-compatible model server: asked for text within limits, and never trusted.

The key goes to the configured address and nowhere else: no redirect is followed, no proxy is taken from the
environment, and no error, log line or repr holds it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rag.model_server.address import read_address, read_key
from rag.model_server.events import read_models, read_pieces
from rag.model_server.exchange import Call, exchange
from rag.model_server.faults import ServerFault
from rag.settings import LlmSettings

__all__ = ["Message", "ModelServer", "ServerFault"]

# What a server may not understand (newer cloud models take no temperature): left out when it says so.
_UNDERSTOOD_BY_MOST: Final = ("temperature", "max_tokens")
_NOT_UNDERSTOOD: Final = (400, 422)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `role` is `system`, `user` or `assistant`."""

    role: str
    text: str


class ModelServer:
    """The server of the settings; every call ends within its seconds, with text or with a ServerFault."""

    def __init__(self, settings: LlmSettings, *, environment: Mapping[str, str] | None = None) -> None:
        """Check address and key, contact nothing; what is wrong with them is a SettingsError."""
        self._address = read_address(settings.url)
        self._key = read_key(environment)
        self._model = settings.model
        self._seconds = float(settings.timeout_seconds)

    def __repr__(self) -> str:
        return f"ModelServer({self._address!r}, {self._model!r})"

    @property
    def address(self) -> str:
        """Where the server is asked; it holds no secret."""
        return self._address

    @property
    def model(self) -> str:
        """The model's name as the settings give it; empty = the server's only one."""
        return self._model

    @property
    def seconds(self) -> float:
        """The time a call gets when it names none."""
        return self._seconds

    @property
    def has_key(self) -> bool:
        """Whether a key is sent."""
        return bool(self._key)

    def stream(
        self, messages: Sequence[Message], *, seconds: float | None = None, max_tokens: int = 1000
    ) -> Iterator[str]:
        """The reply, piece by piece as it comes; `seconds` bounds the whole of it (default: the settings').

        Raises a ServerFault for anything but a whole reply. A caller that stops listening ends the connection.
        """
        end = time.monotonic() + (self._seconds if seconds is None else seconds)
        body: dict[str, Any] = {
            "model": self._named_model(end),
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": max_tokens,
        }
        try:
            yield from self._pieces(body, end)
        except ServerFault as fault:
            if fault.status not in _NOT_UNDERSTOOD:
                raise
            plain = {name: value for name, value in body.items() if name not in _UNDERSTOOD_BY_MOST}
            yield from self._pieces(plain, end)

    def complete(
        self, messages: Sequence[Message], *, seconds: float | None = None, max_tokens: int = 1000
    ) -> str:
        """The whole reply; otherwise as `stream`."""
        return "".join(self.stream(messages, seconds=seconds, max_tokens=max_tokens))

    def models(self, *, seconds: float | None = None) -> list[str]:
        """The names of the server's models, in its order."""
        with exchange(self._call("models", None), self._seconds if seconds is None else seconds) as reply:
            return read_models(reply)

    def _named_model(self, end: float) -> str:
        """The model to ask for: the settings', else the server's only one."""
        if self._model:
            return self._model
        names = self.models(seconds=end - time.monotonic())
        if len(names) != 1:
            what = f"The model server at {self._address} has {len(names)} models and llm.model names none."
            raise ServerFault(
                "model", what, "Set llm.model to the name of one; `dealglot doctor --online` lists them."
            )
        self._model = names[0]
        return self._model

    def _pieces(self, body: dict[str, Any], end: float) -> Iterator[str]:
        with exchange(self._call("chat/completions", body), end - time.monotonic()) as reply:
            yield from read_pieces(reply)

    def _call(self, path: str, body: dict[str, Any] | None) -> Call:
        return Call(f"{self._address}/{path}", body, self._key)
