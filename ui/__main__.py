"""The page's own command line: `python -m ui`; the tool's `chat` command calls `serve`."""

import asyncio
import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Final

import typer

from rag import Assistant, RagError, read_settings

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 7860
_TRIES: Final = 20


class PortBusy(RagError):
    """Another program uses the port that was asked for."""


def serve(
    assistant: Assistant,
    host: str = DEFAULT_HOST,
    port: int | None = None,
    *,
    open_browser: bool = True,
    names: Iterable[str] = (),
) -> None:
    """Serve the page until it is interrupted.

    Without a `port`, the first free one from 7860 on is taken; a `port` asked for by number that is busy raises
    PortBusy. `names` are further host names under which the page may be reached (behind a proxy).
    """
    listener = open_port(host, port)
    with private_uploads():
        # Gradio reads its environment when it is imported.
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
        os.environ["HF_HUB_OFFLINE"] = os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
        os.environ["OTEL_SDK_DISABLED"] = "true"
        import uvicorn  # noqa: PLC0415

        from ui.guard import access_for  # noqa: PLC0415
        from ui.server import create_app  # noqa: PLC0415

        number = listener.getsockname()[1]
        app = create_app(assistant, host=host, port=number, access=access_for(host, names))
        address = f"http://{_readable(host)}:{number}/"
        sys.stderr.write(f"Dealglot is at {address}  (Ctrl+C ends it)\n")
        if open_browser:
            threading.Timer(1.0, webbrowser.open, [address]).start()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,  # open pages hold a connection; they do not keep the program
        )
        logging.getLogger("uvicorn.error").addFilter(is_worth_saying)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def is_worth_saying(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log helps anyone: that pages were open when the program ended does not."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return not isinstance(error, asyncio.CancelledError) and "graceful shutdown" not in record.getMessage()


def open_port(host: str, port: int | None) -> socket.socket:
    """A listening socket on `port`, or on the first free port from the default one on."""
    wanted = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + _TRIES), 0]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in wanted:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen(128)
        except OSError as error:
            listener.close()
            failure = error
            continue
        return listener
    what = f"The page cannot be served on {_readable(host)}:{port}: {failure.strerror}."
    raise PortBusy(what, "Close the program that uses the port, or choose another one with --port.")


@contextmanager
def private_uploads() -> Iterator[None]:
    """A folder for uploads that only this user can read, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="dealglot-")
    os.environ["GRADIO_TEMP_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = DEFAULT_HOST,
    port: Annotated[
        int | None, typer.Option(help="The port; without it, the first free one from 7860 on.")
    ] = None,
    corpus: Annotated[str | None, typer.Option(help="The folder of documents.")] = None,
    index: Annotated[str | None, typer.Option(help="The index's folder.")] = None,
    config: Annotated[str | None, typer.Option(help="The settings file.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="A further host name of the page.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Serve the page where documents are asked."""
    try:
        with Assistant(read_settings(corpus=corpus, index=index, config=config)) as assistant:
            if assistant.is_new:
                sys.stderr.write("Reading the documents for the first time …\n")
                assistant.sync()
            serve(assistant, host, port, open_browser=browser, names=name or ())
    except RagError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(error.exit_code) from error


def _readable(host: str) -> str:
    """The host as it stands in an address; a person reaches "every interface" as localhost."""
    if host in {"0.0.0.0", "::", ""}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    typer.run(main)
