"""The page's components: what stands where, and which wording each of their texts shows."""

from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from ui.shell import token
from ui.wording import OWN_NAMES


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


def place_ask(parts: Parts, *, with_model: bool) -> None:
    """The conversation, the question, and what can be chosen for it; the model only where there is one."""
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
            choices = language_choices(token("ask.automatic"))
            language = gr.Dropdown(choices, value="", label=token("ask.language"), elem_id="language", min_width=0)
            parts.keep(language, "language", label="ask.language")
            chosen = gr.Dropdown([], value=[], multiselect=True, label=token("ask.documents"), elem_id="filter")
            parts.keep(chosen, "filter", label="ask.documents")
            label: dict[str, Any] = {"label": token("ask.model")}
            model = gr.Checkbox(True, elem_id="model", container=False, visible=with_model, min_width=0, **label)
            parts.keep(model, "model", label="ask.model")
            parts.button("new", "ask.new")


def place_documents(parts: Parts) -> None:
    """Upload and the table of documents."""
    with gr.Row(elem_id="drop"):
        upload = gr.UploadButton(
            token("documents.add"), elem_id="upload", file_count="multiple", variant="primary", scale=0
        )
        parts.keep(upload, "upload", label="documents.add")
        parts.html("drop-text", value=token("region.drop-text"))
    parts.html("work")
    parts.html("table", "show remove", token("region.table"))


def place_index(parts: Parts) -> None:
    """The index's state and its rebuilding."""
    parts.html("index-text", value=token("region.index-text"))
    parts.html("state")
    with gr.Row(elem_id="index-do"):
        parts.button("check", "index.check")
        parts.button("rebuild", "index.rebuild")
        texts = {"label": "index.full", "info": "index.full_text"}
        options: dict[str, Any] = {name: token(key) for name, key in texts.items()}
        parts.keep(gr.Checkbox(False, elem_id="full", container=False, **options), "full", **texts)
    parts.html("index-work")


def language_choices(automatic: str) -> list[tuple[str, str]]:
    """The languages an answer can be in, each by its own name."""
    return [(automatic, ""), *((name, code) for code, name in OWN_NAMES.items())]
