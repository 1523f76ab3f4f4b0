"""Who may speak to the page, and what its answers may load: hosts, origins, paths and security headers."""

import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")

_OPEN_PATHS: Final = re.compile(
    r"/(?:|health|favicon\.ico|theme\.css|config|page/(?:style\.css|page\.js|icon\.svg|picture)"
    r"|(?:assets|static|svelte)/.+"
    r"|gradio_api/(?:upload|upload_progress|startup-events|heartbeat/\w+|queue/(?:join|data)|run/predict|cancel|reset))"
)
"""Everything the page needs; Gradio's other doors (its proxy, its files, its editor) stay shut."""


@dataclass(frozen=True, slots=True)
class Access:
    """The names under which the page may be reached; `any_address` also lets numeric addresses in."""

    names: frozenset[str]
    any_address: bool = False

    def allows(self, host: str) -> bool:
        """Whether a Host header (or an origin's host) names this page and not a stranger's name for it."""
        name = _name(host)
        return name in self.names or (self.any_address and _is_address(name))


def access_for(host: str, extra: Iterable[str] = ()) -> Access:
    """The names for a server bound to `host`: itself, this machine, and those given.

    Bound to every interface, numeric addresses are let in too: a rebound DNS name is never one.
    """
    names = {*LOCAL_NAMES, *(name.lower() for name in extra)}
    open_to_all = _is_address(host) and ipaddress.ip_address(host).is_unspecified
    return Access(frozenset(names if open_to_all else {*names, host.lower()}), open_to_all)


class Guard:
    """An ASGI layer that turns strangers away and puts the security headers on every answer."""

    def __init__(self, inner: Application, access: Access) -> None:
        self._inner = inner
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI 3 describes it."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets
        refusal = refuse(scope["method"], scope["path"], _headers(scope), self._access)
        nonce = secrets.token_urlsafe(16)
        guarded = _with_headers(send, security_headers(nonce))
        if refusal:
            status, reason = refusal
            await _say(guarded, status, reason)
            return
        scope.setdefault("state", {})["nonce"] = nonce
        await self._inner(scope, receive, guarded)


def refuse(method: str, path: str, headers: dict[str, str], access: Access) -> tuple[int, str] | None:
    """Status and reason where a request must not go through."""
    if not access.allows(headers.get("host", "")):
        return 421, "This page is not served under that name. See docs/page.md."
    origin = headers.get("origin")
    if origin is not None and not _same_origin(origin, headers["host"], access):
        return 403, "Requests from other pages are not accepted."
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        return 403, "Requests from other pages are not accepted."
    if method not in {"GET", "HEAD", "POST"}:
        return 405, "This method is not accepted."
    if not _OPEN_PATHS.fullmatch(path):
        return 404, "There is nothing here."
    return None


def security_headers(nonce: str) -> dict[str, str]:
    """The headers of every answer.

    Gradio compiles its templates with `Function`, hence 'unsafe-eval', and writes style attributes, hence
    'unsafe-inline' for styles; inline scripts run only with this answer's nonce, inline handlers never.
    """
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "manifest-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    }


def _same_origin(origin: str, host: str, access: Access) -> bool:
    """Whether the page asking is this page: the same host and port as the request went to."""
    asked = urlsplit(origin).netloc.lower()
    return asked == host.lower() and access.allows(asked)


def _name(host: str) -> str:
    """The host's name without its port: `[::1]:7860` -> `::1`."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _with_headers(send: Send, extra: dict[str, str]) -> Send:
    added = [(name.encode(), value.encode()) for name, value in extra.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", []) if pair[0].lower().decode() not in extra]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sending


async def _say(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
