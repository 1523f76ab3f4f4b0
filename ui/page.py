"""The page's components, and which event calls which action. The only file that imports Gradio."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import gradio as gr

from rag import Assistant
from ui import actions
from ui.actions import Session, Step
from ui.regions import speak
from ui.render import render_turns
from ui.shell import token
from ui.tables import render_index, render_rebuild, render_step
from ui.viewer import render_view
from ui.wording import OWN_NAMES, Wording, reader_wording

_AT_ONCE: Final = 4
"""Questions answered at the same time; more wait their turn."""

_QUEUED: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
_QUIET: Final[dict[str, Any]] = {**_QUEUED, "queue": False}


@dataclass(frozen=True, slots=True)
class Parts:
    """The components by name, and the texts of each: component name, property, wording key."""

    components: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.components[name]

    def keep(self, component: Any, name: str, **texts: str) -> Any:
        """Remember a component, and which wording each of its text properties shows."""
        self.components[name] = component
        if texts:
            self.texts[name] = texts
        return component

    def html(self, name: str, events: str = "", value: str = "") -> None:
        """A region of our own markup; a click inside it on `data-event="show"` becomes the event `show`."""
        script = f"dealglot.listen(element, trigger, {events.split()})" if events else None
        self.keep(gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False), name)

    def button(self, name: str, key: str, **options: Any) -> None:
        """A button with a translated label."""
        options = {"min_width": 0, "scale": 0, **options}
        self.keep(gr.Button(token(key), elem_id=name, **options), name, value=key)


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
                for name, place in (("ask", _place_ask), ("documents", _place_documents), ("index", _place_index)):
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


def _place_ask(parts: Parts) -> None:
    parts.html("past", "show")
    parts.html("now", "show ask", token("region.now"))
    with gr.Column(elem_id="composer"):
        with gr.Row(elem_id="ask-row"):
            question = gr.Textbox(
                elem_id="question",
                lines=1,
                max_lines=8,
                label=token("ask.question"),
                placeholder=token("ask.placeholder"),
                autofocus=True,
                container=False,
                show_label=False,
            )
            parts.keep(question, "question", label="ask.question", placeholder="ask.placeholder")
            parts.button("send", "ask.send", variant="primary")
            parts.button("stop", "ask.stop")
        with gr.Row(elem_id="choices"):
            choices = _language_choices(token("ask.automatic"))
            language = gr.Dropdown(choices, value="", label=token("ask.language"), elem_id="language", min_width=0)
            parts.keep(language, "language", label="ask.language")
            chosen = gr.Dropdown([], value=[], multiselect=True, label=token("ask.documents"), elem_id="filter")
            parts.keep(chosen, "filter", label="ask.documents")
            parts.button("new", "ask.new")


def _place_documents(parts: Parts) -> None:
    with gr.Row(elem_id="drop"):
        upload = gr.UploadButton(
            token("documents.add"), elem_id="upload", file_count="multiple", variant="primary", scale=0
        )
        parts.keep(upload, "upload", label="documents.add")
        parts.html("drop-text", value=token("region.drop-text"))
    parts.html("work")
    parts.html("table", "show remove", token("region.table"))


def _place_index(parts: Parts) -> None:
    parts.html("index-text", value=token("region.index-text"))
    parts.html("state")
    with gr.Row(elem_id="index-do"):
        parts.button("check", "index.check")
        parts.button("rebuild", "index.rebuild")
        texts = {"label": "index.full", "info": "index.full_text"}
        options: dict[str, Any] = {name: token(key) for name, key in texts.items()}
        parts.keep(gr.Checkbox(False, elem_id="full", container=False, **options), "full", **texts)
    parts.html("index-work")


def _wire_language(parts: Parts, assistant: Assistant, blocks: gr.Blocks) -> None:
    """A choice in the page's head changes every text at once; the script has set cookie and direction."""
    regions = ("header", "table", "drop-text", "index-text")

    def translate(session: Session, request: gr.Request) -> dict[Any, Any]:
        wording = _wording(request)
        changes: dict[str, Any] = {}
        for name, texts in parts.texts.items():
            options: dict[str, Any] = {option: wording.say(key) for option, key in texts.items()}
            changes[name] = gr.update(**options)
        changes["language"]["choices"] = _language_choices(wording.say("ask.automatic"))
        changes |= {name: speak(assistant, f"region.{name}", wording) for name in regions}
        shown = {parts[name]: change for name, change in changes.items()}
        return {**shown, **_conversation(parts, assistant, session, wording)}

    outputs = [parts[name] for name in (*parts.texts, *regions, "past", "now")]
    parts["header"].language(translate, [parts["session"]], outputs, **_QUIET)
    blocks.load(lambda: _choices(parts, assistant), None, [parts["filter"]], **_QUIET)


def _wire_questions(parts: Parts, assistant: Assistant) -> None:
    outputs = [parts[name] for name in ("question", "past", "now", "session")]
    chosen = [parts[name] for name in ("language", "filter", "session")]

    def ask(
        question: str, language: str, names: list[str], session: Session, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        wording = _wording(request)
        steps = actions.ask(assistant, session, question, language=language, documents=names or ())
        for count, grown in enumerate(steps):
            shown = _conversation(parts, assistant, grown, wording)
            if count:  # what came before this question stands still while the answer grows
                del shown[parts["past"]]
            yield {parts["question"]: "" if count == 0 else gr.skip(), parts["session"]: grown, **shown}

    def ask_example(
        language: str, names: list[str], session: Session, request: gr.Request, event: gr.EventData
    ) -> Iterator[dict[Any, Any]]:
        yield from ask(_values(event).get("question", ""), language, names, session, request)

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


def _language_choices(automatic: str) -> list[tuple[str, str]]:
    return [(automatic, ""), *((name, code) for code, name in OWN_NAMES.items())]


def _wording(request: gr.Request) -> Wording:
    return reader_wording(request.cookies, request.headers)


def _values(event: gr.EventData) -> dict[str, str]:
    """What the clicked element carries in its `data-` attributes."""
    return {key: str(value) for key, value in (event._data or {}).items()}
