"""The application around Gradio: the shell in the reader's language, our own files, page pictures, health."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from rag import Assistant
from ui import actions
from ui.guard import Access, Application, Guard, Message, Receive, Scope, Send
from ui.page import build_page, mount
from ui.regions import speak
from ui.shell import icon, rewrite
from ui.viewer import MARK_HEADER, PICTURE_PATH, draw_page
from ui.wording import Wording, reader_wording

_FOLDER: Final = Path(__file__).parent
_KINDS: Final = {"style.css": "text/css", "page.js": "text/javascript"}


def create_app(assistant: Assistant, *, host: str, port: int, access: Access) -> Application:
    """The page of one Assistant, guarded; `host` and `port` are those it will be served on."""
    app = FastAPI(title="Dealglot", docs_url=None, redoc_url=None, openapi_url=None)
    _own_routes(app, assistant)
    limit = assistant.settings.loading.max_megabytes
    mount(app, build_page(assistant), host=host, port=port, max_megabytes=limit)
    return Guard(Shell(app, assistant), access)


class Shell:
    """An ASGI layer that rewrites the page itself, and lets everything else pass untouched."""

    def __init__(self, inner: Application, assistant: Assistant) -> None:
        self._inner = inner
        self._assistant = assistant
        self._version = sha256(b"".join((_FOLDER / name).read_bytes() for name in _KINDS)).hexdigest()[:12]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI 3 describes it."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._inner(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        # Uncompressed, so that it can be read; the shell is small.
        plain = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
        await self._inner({**scope, "headers": plain}, receive, collect)
        page = self._page(bytes(body), Request(scope)) if start.get("status") == 200 else bytes(body)
        kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        added = [
            (b"content-length", str(len(page)).encode()),
            (b"cache-control", b"no-store"),
            (b"vary", b"Cookie, Accept-Language"),
        ]
        await send({**start, "headers": [*kept, *added]})
        await send({"type": "http.response.body", "body": page})

    def _page(self, body: bytes, request: Request) -> bytes:
        wording = reader_wording(request.cookies, request.headers)

        def say(key: str, wording: Wording) -> str:
            return speak(self._assistant, key, wording)

        nonce = request.scope["state"]["nonce"]
        return rewrite(body.decode(), wording, nonce=nonce, speak=say, version=self._version).encode()


def _own_routes(app: FastAPI, assistant: Assistant) -> None:
    """Everything we serve beside Gradio."""

    @app.get("/health")
    def health() -> JSONResponse:
        """Whether the page is up; the index's health is on the Index tab."""
        return JSONResponse({"ok": True})

    @app.get("/page/icon.svg")
    @app.get("/favicon.ico")
    def sign() -> Response:
        return Response(icon(), media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})

    for name, kind in _KINDS.items():
        app.get(f"/page/{name}")(_file_route(name, kind))

    @app.get(PICTURE_PATH)
    def picture(request: Request) -> Response:
        """A PDF's page as PNG with the range marked."""
        view = actions.show(assistant, request.query_params)
        # `show` only opens documents the index knows, so the name is never a path of the asker's making.
        if view is None or not view.document.name.lower().endswith(".pdf"):
            return Response(status_code=404)
        file = assistant.settings.paths.corpus / view.document.name
        drawing = draw_page(file, view.page.number, view.page.text[view.start : view.end])
        if drawing is None:
            return Response(status_code=404)
        headers = {"cache-control": "private, max-age=600", MARK_HEADER: f"{drawing.top:.4f}"}
        return Response(drawing.png, media_type="image/png", headers=headers)


def _file_route(name: str, kind: str):  # type: ignore[no-untyped-def]
    content = (_FOLDER / name).read_bytes()

    def serve() -> Response:
        # The page asks for each version under an address of its own.
        return Response(content, media_type=kind, headers={"cache-control": "max-age=31536000, immutable"})

    return serve
