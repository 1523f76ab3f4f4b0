"""The page: which event of a component calls which action. Beside `layout` the only file that imports Gradio."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import gradio as gr

from rag import Assistant
from ui import actions
from ui.actions import Session, Step
from ui.layout import Parts, language_choices, place_ask, place_documents, place_index
from ui.regions import speak
from ui.render import render_turns
from ui.shell import token
from ui.tables import render_index, render_rebuild, render_step
from ui.viewer import render_view
from ui.wording import Wording, reader_wording

_AT_ONCE: Final = 4
"""Questions answered at the same time; more wait their turn."""

_QUEUED: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
_QUIET: Final[dict[str, Any]] = {**_QUEUED, "queue": False}


def build_page(assistant: Assistant) -> gr.Blocks:
    """The whole page; its texts are tokens that `ui.shell` fills in the reader's language."""
    parts = Parts()
    with gr.Blocks(
        title="Dealglot", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as blocks:
        parts.keep(gr.State(Session()), "session")
        parts.html("header", "language", token("region.header"))
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="main", min_width=0), gr.Tabs(elem_id="tabs"):
                asking = partial(place_ask, with_model=bool(assistant.settings.llm.url))
                for name, place in (("ask", asking), ("documents", place_documents), ("index", place_index)):
                    with gr.Tab(token(f"page.{name}"), id=name) as tab:
                        parts.keep(tab, f"{name}_tab", label=f"page.{name}")
                        place(parts)
            parts.html("viewer", "show")
        _wire_language(parts, assistant, blocks)
        _wire_questions(parts, assistant)
        _wire_documents(parts, assistant)
        _wire_index(parts, assistant)
    return blocks  # type: ignore[no-any-return]


def mount(app: Any, blocks: gr.Blocks, *, host: str, port: int, max_megabytes: int) -> Any:
    """The FastAPI application with the page on it: no API docs, history, monitoring, sharing or install prompt.

    The theme uses the system's fonts: Gradio's own would be fetched from outside.
    """
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=host,
        server_port=port,
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        allowed_paths=[],
        show_error=False,
        max_file_size=f"{max_megabytes}mb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    )


def _wire_language(parts: Parts, assistant: Assistant, blocks: gr.Blocks) -> None:
    """A choice in the page's head changes every text at once; the script has set cookie and direction."""
    regions = ("header", "table", "drop-text", "index-text")

    def translate(session: Session, request: gr.Request) -> dict[Any, Any]:
        wording = _wording(request)
        changes: dict[str, Any] = {}
        for name, texts in parts.texts.items():
            options: dict[str, Any] = {option: speak(assistant, key, wording) for option, key in texts.items()}
            changes[name] = gr.update(**options)
        changes["language"]["choices"] = language_choices(wording.say("ask.automatic"))
        changes |= {name: speak(assistant, f"region.{name}", wording) for name in regions}
        shown = {parts[name]: change for name, change in changes.items()}
        return {**shown, **_conversation(parts, assistant, session, wording)}

    outputs = [parts[name] for name in (*parts.texts, *regions, "past", "now")]
    parts["header"].language(translate, [parts["session"]], outputs, **_QUIET)
    blocks.load(lambda: _choices(parts, assistant), None, [parts["filter"]], **_QUIET)


def _wire_questions(parts: Parts, assistant: Assistant) -> None:
    outputs = [parts[name] for name in ("question", "past", "now", "session")]
    chosen = [parts[name] for name in ("language", "filter", "model", "session")]

    def ask(
        question: str, language: str, names: list[str], model: bool, session: Session, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        wording = _wording(request)
        wanted: dict[str, Any] = {"language": language, "documents": names or (), "use_model": model is not False}
        steps = actions.ask(assistant, session, question, **wanted)
        for count, grown in enumerate(steps):
            shown = _conversation(parts, assistant, grown, wording)
            if count:  # what came before this question stands still while the answer grows
                del shown[parts["past"]]
            yield {parts["question"]: "" if count == 0 else gr.skip(), parts["session"]: grown, **shown}

    def ask_example(
        language: str, names: list[str], model: bool, session: Session, request: gr.Request, event: gr.EventData
    ) -> Iterator[dict[Any, Any]]:
        yield from ask(_values(event).get("question", ""), language, names, model, session, request)

    def stop(session: Session, request: gr.Request) -> dict[Any, Any]:
        session = actions.stopped(session)
        return {parts["session"]: session, **_conversation(parts, assistant, session, _wording(request))}

    def forget(request: gr.Request) -> dict[Any, Any]:
        empty = Session()
        shown = _conversation(parts, assistant, empty, _wording(request))
        return {parts["question"]: "", parts["session"]: empty, **shown}

    limit = {"concurrency_limit": _AT_ONCE, "concurrency_id": "ask", "trigger_mode": "once", **_QUEUED}
    typed = gr.on(
        [parts["question"].submit, parts["send"].click], ask, [parts["question"], *chosen], outputs, **limit
    )
    offered = parts["now"].ask(ask_example, chosen, outputs, **limit)
    parts["stop"].click(stop, [parts["session"]], outputs, cancels=[typed, offered], **_QUEUED)
    parts["new"].click(forget, None, outputs, cancels=[typed, offered], **_QUEUED)
    for place in ("past", "now", "table", "viewer"):
        _wire_show(parts, assistant, place)


def _wire_show(parts: Parts, assistant: Assistant, place: str) -> None:
    """A click on "show in document" opens the page at the quotation."""

    def show(request: gr.Request, event: gr.EventData) -> str:
        view = actions.show(assistant, _values(event))
        # The comment makes each opening new to Gradio, also of the place that was open last.
        return f"{render_view(view, _wording(request))}<!-- {time.time_ns()} -->"

    parts[place].show(show, None, [parts["viewer"]], **_QUIET)


def _wire_documents(parts: Parts, assistant: Assistant) -> None:
    outputs = [parts[name] for name in ("work", "table", "filter", "upload")]

    def upload(files: list[str], request: gr.Request) -> Iterator[dict[Any, Any]]:
        wording = _wording(request)
        yield {parts["work"]: render_step(Step(), wording, "documents.reading")}
        for step in actions.upload(assistant, files or []):
            yield {parts["work"]: render_step(step, wording, "documents.reading")}
        yield {parts["upload"]: gr.update(value=None), **_documents(parts, assistant, wording)}

    def remove(chosen: list[str], request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        wording = _wording(request)
        step = actions.remove(assistant, _values(event).get("document", ""))
        work = render_step(step, wording, "documents.remove")
        shown = {parts["work"]: work, **_documents(parts, assistant, wording)}
        shown[parts["filter"]]["value"] = actions.still_there(assistant, chosen or ())
        return shown

    def refresh(request: gr.Request) -> dict[Any, Any]:
        return _documents(parts, assistant, _wording(request))

    change = {"concurrency_limit": 1, "concurrency_id": "change", **_QUEUED}
    parts["upload"].upload(upload, [parts["upload"]], outputs, **change)
    parts["table"].remove(remove, [parts["filter"]], outputs, **change)
    parts["documents_tab"].select(refresh, None, outputs, **_QUIET)


def _wire_index(parts: Parts, assistant: Assistant) -> None:
    outputs = [parts[name] for name in ("state", "index-work", "table", "filter", "full")]

    def check(request: gr.Request) -> dict[Any, Any]:
        return {parts["state"]: render_index(actions.index_state(assistant), _wording(request))}

    def rebuild(full: bool, request: gr.Request) -> Iterator[dict[Any, Any]]:
        wording = _wording(request)
        yield {parts["index-work"]: render_rebuild(Step(), wording)}
        for step in actions.rebuild(assistant, full=full):
            yield {parts["index-work"]: render_rebuild(step, wording)}
        yield {parts["full"]: False, **check(request), **_documents(parts, assistant, wording)}

    parts["check"].click(check, None, outputs, **_QUEUED)
    parts["index_tab"].select(check, None, outputs, **_QUEUED)
    change = {"concurrency_limit": 1, "concurrency_id": "change", **_QUEUED}
    parts["rebuild"].click(rebuild, [parts["full"]], outputs, **change)


def _conversation(parts: Parts, assistant: Assistant, session: Session, wording: Wording) -> dict[Any, Any]:
    """The turns before the last one, and the last one, or the welcome where there is none."""
    if not session.turns:
        return {parts["past"]: "", parts["now"]: speak(assistant, "region.now", wording)}
    count = len(session.turns)
    return {
        parts["past"]: render_turns(session.turns[:-1], wording),
        parts["now"]: render_turns(session.turns[-1:], wording, first=count),
    }


def _documents(parts: Parts, assistant: Assistant, wording: Wording) -> dict[Any, Any]:
    return {parts["table"]: speak(assistant, "region.table", wording), **_choices(parts, assistant)}


def _choices(parts: Parts, assistant: Assistant) -> dict[Any, Any]:
    """The documents that a question can be limited to."""
    return {parts["filter"]: gr.update(choices=[info.name for info in actions.documents(assistant)])}


def _wording(request: gr.Request) -> Wording:
    return reader_wording(request.cookies, request.headers)


def _values(event: gr.EventData) -> dict[str, str]:
    """What the clicked element carries in its `data-` attributes."""
    return {key: str(value) for key, value in (event._data or {}).items()}
