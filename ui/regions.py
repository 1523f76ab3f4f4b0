"""The page's fixed parts in the reader's language: its head, its welcome, and the words beside the buttons."""

from collections.abc import Sequence

from markupsafe import Markup

from rag import Assistant, DocumentInfo
from ui import actions
from ui.actions import Trouble
from ui.examples import fitting_examples
from ui.render import language_attribute, render_trouble
from ui.tables import render_documents
from ui.wording import OWN_NAMES, Wording, direction


def speak(assistant: Assistant, key: str, wording: Wording) -> str:
    """The text, or a region's markup, that stands for a token."""
    match key:
        case "region.header":
            return render_header(wording)
        case "region.now":
            return render_welcome(*actions.listing(assistant), wording)
        case "region.table":
            return render_documents(actions.documents(assistant), wording)
        case "region.drop-text":
            return render_drop(wording, assistant.settings.loading.max_megabytes)
        case "region.index-text":
            return render_index_text(wording)
        case "ask.model":
            llm = assistant.settings.llm
            return wording.say(key, model=llm.model or llm.url)
    return wording.say(key)


def render_header(wording: Wording) -> str:
    """The name, the promise, and the choice of the page's language."""
    options = Markup("").join(
        Markup('<option value="{}" lang="{}"{}>{}</option>').format(
            code, code, Markup(" selected") if code == wording.language else "", name
        )
        for code, name in OWN_NAMES.items()
    )
    return str(
        Markup(
            '<a class="skip" href="#question" data-skip>{}</a>'
            '<div class="brand"><img src="/page/icon.svg" alt="" width="28" height="28">'
            '<h1>Dealglot</h1><p class="tagline">{}</p></div>'
            '<label class="tongue"><span class="for-ears">{}</span>'
            '<select data-language data-all="{}" data-offline="{}" aria-label="{}">{}</select></label>'
        ).format(
            wording.say("page.skip"),
            wording.say("page.tagline"),
            wording.say("page.language"),
            wording.say("ask.all"),
            wording.say("page.offline"),
            wording.say("page.language"),
            options,
        )
    )


def render_welcome(documents: Sequence[DocumentInfo], trouble: Trouble | None, wording: Wording) -> str:
    """What the page is for, what it holds (or why that cannot be said), and questions to try."""
    if trouble:
        about = render_trouble(trouble, wording)
    elif not documents:
        about = Markup('<p class="counts">{}</p>').format(wording.say("welcome.empty"))
    else:
        languages = {info.language for info in documents} - {"", "und"}
        about = Markup('<p class="counts">{}</p>').format(
            wording.say(
                "welcome.counts",
                documents=wording.number(len(documents)),
                languages=wording.number(len(languages)),
            )
        )
    return str(
        Markup('<section class="welcome"><h2>{}</h2><p>{}</p>{}{}</section>').format(
            wording.say("welcome.title"), wording.say("welcome.text"), about, _examples(documents, wording)
        )
    )


def _examples(documents: Sequence[DocumentInfo], wording: Wording) -> Markup:
    examples = fitting_examples({info.name for info in documents}, wording.language)
    if not examples:
        return Markup()
    names = OWN_NAMES
    buttons = Markup("").join(
        Markup(
            '<li><button type="button" data-event="ask" dir="{}" data-question="{}">'
            "<span{}>{}</span><small{}>{}</small></button></li>"
        ).format(
            direction(example.language),
            example.question,
            language_attribute(example.language),
            example.question,
            language_attribute(example.language),
            names.get(example.language, example.language),
        )
        for example in examples
    )
    return Markup('<h3>{}</h3><ul class="examples">{}</ul>').format(wording.say("welcome.examples"), buttons)


def render_drop(wording: Wording, max_megabytes: int) -> str:
    """What can be added, beside the button that adds."""
    return str(
        Markup(
            '<p><span class="drop-too">{}</span><small>{}</small></p>'
            '<div class="report" id="too-large" role="status" data-limit="{}" data-title="{}" data-reason="{}">'
            "</div>"
        ).format(
            wording.say("documents.drop"),
            wording.say("documents.formats", megabytes=wording.number(max_megabytes)),
            max_megabytes * 1024 * 1024,
            wording.say("documents.failed"),
            wording.say("reason.too-large"),
        )
    )


def render_index_text(wording: Wording) -> str:
    """What the index is."""
    return str(Markup("<p>{}</p>").format(wording.say("index.text")))
