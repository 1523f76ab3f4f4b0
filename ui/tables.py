"""Documents, the index and the course of long work -> safe markup."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from rag import DocumentInfo, Failure, IngestReport, Progress
from ui.actions import IndexState, Step
from ui.render import language_attribute, render_name, render_trouble
from ui.wording import Wording

_MANY = 8
"""From this many documents on, the table offers to find one."""


def render_documents(documents: Sequence[DocumentInfo], wording: Wording) -> str:
    """The table of documents, each with its button to remove it."""
    if not documents:
        return str(Markup('<p class="nothing">{}</p>').format(wording.say("documents.none")))
    columns = ("name", "language", "pages", "passages", "when")
    heads = Markup("").join(
        Markup('<th scope="col" class="{}">{}</th>').format(column, wording.say(f"documents.{column}"))
        for column in columns
    )
    rows = Markup("").join(_row(info, wording) for info in documents)
    return str(
        Markup(
            '{}<table class="documents"><thead><tr>{}<th scope="col"><span class="for-ears">{}</span></th></tr>'
            "</thead><tbody>{}</tbody></table>{}"
        ).format(_find(len(documents), wording), heads, wording.say("documents.remove"), rows, _dialog(wording))
    )


def _row(info: DocumentInfo, wording: Wording) -> Markup:
    title = (
        Markup('<span class="title" dir="auto"{}>{}</span>').format(language_attribute(info.language), info.title)
        if info.title
        else ""
    )
    cells = [
        ("language", wording.language_name(info.language)),
        ("pages", wording.number(info.pages) if info.paged else "–"),
        ("passages", wording.number(info.chunks)),
        ("when", wording.date(info.added)),
    ]
    data = Markup("").join(
        Markup('<td class="{}{}" data-label="{}">{}</td>').format(
            name, " none" if value == "–" else "", wording.say(f"documents.{name}"), value
        )
        for name, value in cells
    )
    remove = Markup('<button type="button" class="remove" data-remove="{}" aria-label="{}">{}</button>').format(
        info.name, wording.say("documents.remove_one", name=info.name), wording.say("documents.remove")
    )
    name = Markup(
        '<button type="button" class="open" data-event="show" data-document="{}" data-page="1">{}</button>'
    ).format(info.name, render_name(info))
    return Markup('<tr data-find="{}"><th scope="row" class="name">{}{}</th>{}<td class="do">{}</td></tr>').format(
        f"{info.name} {info.title or ''}".casefold(), name, title, data, remove
    )


def _find(count: int, wording: Wording) -> Markup:
    total = Markup('<p class="count">{}</p>').format(wording.say("documents.count", count=wording.number(count)))
    if count < _MANY:
        return Markup('<div class="above">{}</div>').format(total)
    field = Markup('<input type="search" class="find" placeholder="{}" aria-label="{}">').format(
        wording.say("documents.find"), wording.say("documents.find")
    )
    return Markup('<div class="above">{}{}</div><p class="nothing hidden">{}</p>').format(
        total, field, wording.say("documents.nothing")
    )


def _dialog(wording: Wording) -> Markup:
    """The confirmation, opened by the page's script with the document's name."""
    return Markup(
        '<dialog class="confirm" aria-labelledby="confirm-title"><h2 id="confirm-title">{}</h2>'
        '<p><bdi class="which"></bdi></p><p>{}</p><div class="buttons">'
        '<button type="button" data-close>{}</button>'
        '<button type="button" class="danger" data-event="remove">{}</button></div></dialog>'
    ).format(
        wording.say("documents.remove_question"),
        wording.say("documents.remove_text"),
        wording.say("documents.cancel"),
        wording.say("documents.remove"),
    )


def render_step(step: Step, wording: Wording, title: str) -> str:
    """Long work as it goes on, or how it ended; `title` is the wording of the work."""
    if step.trouble:
        return str(render_trouble(step.trouble, wording))
    if step.report:
        return str(render_report(step.report, wording))
    return str(render_progress(step.progress, wording, title))


def render_progress(progress: Progress | None, wording: Wording, title: str) -> Markup:
    """A bar with what is being done, without a share while nothing is counted yet."""
    counted = progress is not None and progress.total > 0
    done, total = (progress.done, progress.total) if progress else (0, 0)
    share = Markup(' value="{}" max="{}"').format(done, total) if counted else ""
    step = (
        wording.say("documents.step", done=wording.number(min(done + 1, total)), total=wording.number(total))
        if counted
        else ""
    )
    return Markup(
        '<div class="work" role="status"><p>{} <span class="step">{}</span></p><progress{} aria-label="{}">'
        '</progress><p class="file"><bdi>{}</bdi></p></div>'
    ).format(wording.say(title), step, share, wording.say(title), progress.name if progress else "")


def render_report(report: IngestReport, wording: Wording) -> Markup:
    """What was added, replaced and removed, and each file that failed with its reason."""
    parts = [
        _names("documents.failed", "failed", [_failure(item, wording) for item in report.failed], wording),
        _names("documents.added", "done", [_name(name) for name in report.added], wording),
        _names("documents.changed", "done", [_name(name) for name in report.changed], wording),
        _names("documents.notes", "noted", [_noted(note.document, note.detail) for note in report.notes], wording),
    ]
    lines = [wording.say("documents.removed", name=name) for name in report.removed]
    if report.unchanged:
        lines.append(wording.say("documents.unchanged", count=wording.number(report.unchanged)))
    parts += [Markup('<p class="line">{}</p>').format(line) for line in lines]
    return Markup('<div class="report" role="status">{}</div>').format(Markup("").join(parts))


def render_rebuild(step: Step, wording: Wording) -> str:
    """A rebuild as it goes on; at its end its time, then what its report says."""
    shown = render_step(step, wording, "index.working")
    if not step.report:
        return shown
    time = wording.say("index.rebuilt", seconds=wording.number(round(step.report.seconds, 1)))
    return str(Markup('<p class="verdict">{}</p>').format(time)) + shown


def _failure(failure: Failure, wording: Wording) -> Markup:
    key = f"reason.{failure.reason}"
    reason = wording.say(key) if key in wording.texts else failure.reason
    return Markup('{}<span class="reason">{}</span><span class="detail" dir="auto" lang="en">{}</span>').format(
        _name(failure.document), reason, failure.detail
    )


def _noted(name: str, detail: str) -> Markup:
    return Markup('{}<span class="detail" dir="auto" lang="en">{}</span>').format(_name(name), detail)


def _name(name: str) -> Markup:
    return Markup('<bdi class="file">{}</bdi>').format(name)


def _names(key: str, kind: str, items: Iterable[Markup], wording: Wording) -> Markup:
    rows = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return (
        Markup('<section class="{}"><h3>{}</h3><ul>{}</ul></section>').format(kind, wording.say(key), rows)
        if rows
        else Markup()
    )


def render_index(state: IndexState, wording: Wording) -> str:
    """Health, counts, model and version of the index."""
    if state.trouble:
        return str(render_trouble(state.trouble, wording))
    health = state.health
    if health is None:
        return str(Markup('<p class="nothing">{}</p>').format(wording.say("index.checking")))
    problems = Markup("").join(Markup('<li dir="auto">{}</li>').format(line) for line in health.problems)
    verdict = (
        Markup('<p class="verdict good">{}</p>').format(wording.say("index.ok"))
        if health.ok
        else Markup('<p class="verdict bad">{}</p><ul class="problems">{}</ul>').format(
            wording.say("index.problems"), problems
        )
    )
    counts = [
        ("page.documents", wording.number(health.documents)),
        ("documents.passages", wording.number(health.chunks)),
        ("index.vectors", wording.number(health.vectors)),
    ]
    facts = [("index.model", state.model), ("index.generation", state.generation)]
    return str(
        Markup('{}<dl class="counts">{}</dl><dl class="facts">{}</dl>').format(
            verdict, _pairs(counts, wording), _pairs(facts, wording)
        )
    )


def _pairs(pairs: Iterable[tuple[str, str]], wording: Wording) -> Markup:
    return Markup("").join(
        Markup("<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>").format(wording.say(key), value)
        for key, value in pairs
    )
