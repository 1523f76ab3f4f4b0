"""Below an answer: who worded it, a copy button, and the fold that tells how the answer came about."""

from markupsafe import Markup

from rag import Account, Answer, Considered
from ui.wording import Wording


def render_foot(answer: Answer, copied: str, wording: Wording) -> Markup:
    """The line below an answer; `copied` is what the copy button puts on the clipboard."""
    return Markup(
        '<div class="foot">{}'
        '<button type="button" class="copy" data-copy="{}" data-done="{}">{}</button>'
        "<details><summary>{}</summary>{}{}</details></div>"
    ).format(
        _writer(answer, wording),
        copied,
        wording.say("answer.copied"),
        wording.say("answer.copy"),
        wording.say("answer.details"),
        _facts(answer, wording),
        _sentences(answer.account, wording) if answer.account and answer.account.candidates else "",
    )


def _writer(answer: Answer, wording: Wording) -> Markup:
    """The model's name, or that there are only quotes; nothing for a refusal, which has none."""
    writer = answer.model or (wording.say("answer.quotes") if answer.answered else "")
    return Markup('<span class="mode"><bdi>{}</bdi></span>').format(writer) if writer else Markup()


def _facts(answer: Answer, wording: Wording) -> Markup:
    mode, account = f"answer.{answer.mode}", answer.account
    rows = [
        ("documents.language", wording.language_name(account.language if account else answer.language)),
        ("details.kind", _kind(account.type, wording) if account else ""),
        ("details.read", account.searched if account and account.searched != answer.question else ""),
        ("answer.time", wording.seconds(answer.seconds)),
        ("answer.mode", wording.say(mode) if mode in wording.texts else answer.mode),
        ("index.generation", answer.generation),
    ]
    listed = Markup("").join(
        Markup("<dt>{}</dt><dd><bdi>{}</bdi></dd>").format(wording.say(key), value) for key, value in rows if value
    )
    # An answer that a model wrote is not explained by how sentences were chosen.
    why = Markup('<p class="why" dir="auto">{}</p>').format(account.why) if account else ""
    return Markup("<dl>{}</dl>{}").format(listed, why)


def _kind(kind: str, wording: Wording) -> str:
    key = f"type.{kind}"
    return wording.say(key if key in wording.texts else "type.other")


def _sentences(account: Account, wording: Wording) -> Markup:
    """The sentences that were considered, each with its score and what the score is made of."""
    parts = [name for name, _ in account.candidates[0].parts]
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(wording.say(f"details.{name}"))
        for name in ("sentence", "score", *parts)
    )
    rows = Markup("").join(_sentence(each, wording) for each in account.candidates)
    return Markup(
        '<div class="considered" role="region" tabindex="0" aria-label="{}"><table><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(wording.say("details.sentences"), wording.say("details.sentences"), heads, rows)


def _sentence(considered: Considered, wording: Wording) -> Markup:
    place = [considered.document]
    if considered.page is not None:
        place.append(wording.say("answer.page", number=considered.page))
    chosen = Markup(" <b>{}</b>").format(wording.say("details.chosen")) if considered.chosen else ""
    numbers = Markup("").join(
        Markup('<td><bdi dir="ltr">{}</bdi></td>').format(wording.number(round(value, 2)))
        for value in (considered.score, *(value for _, value in considered.parts))
    )
    return Markup(
        '<tr><th scope="row"><span dir="auto">{}</span> <small><bdi>{}</bdi>{}</small></th>{}</tr>'
    ).format(considered.text, " · ".join(place), chosen, numbers)
