"""A conversation -> safe markup. Every text goes through markupsafe, so a document's words are never markup."""

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from rag import Answer, Chunk, Citation, DocumentInfo, Passage, Short
from ui.actions import LONGEST_QUESTION, Trouble, Turn
from ui.details import render_foot
from ui.excerpts import excerpt, shown_after, shown_before
from ui.wording import Wording

_NEAREST: Final = 3
"""Passages offered when nothing answers."""


def render_turns(turns: Iterable[Turn], wording: Wording, first: int = 1) -> str:
    """Turns as articles; `first` is the number of the first one, which makes their anchors unique."""
    articles = [render_turn(turn, number, wording) for number, turn in enumerate(turns, first)]
    return str(Markup("").join(articles))


def render_turn(turn: Turn, number: int, wording: Wording) -> Markup:
    """One question and what became of it."""
    parts = [
        Markup('<h2 class="question"><span class="for-ears">{}: </span><bdi class="said">{}</bdi></h2>').format(
            wording.say("answer.question"), turn.question
        )
        if turn.question
        else Markup(),
    ]
    if turn.answer:
        parts.append(_answer(turn.answer, number, wording, busy=turn.busy))
    elif turn.busy:
        parts.append(Markup('<p class="searching">{}</p>').format(wording.say("ask.searching")))
    elif not turn.trouble:
        parts.append(Markup('<p class="searching still">{}</p>').format(wording.say("ask.stopped")))
    if turn.trouble:
        parts.append(render_trouble(turn.trouble, wording))
    return Markup('<article class="turn" id="t{}" aria-live="polite" aria-busy="{}">{}</article>').format(
        number, "true" if turn.busy else "false", Markup("").join(parts)
    )


def render_trouble(trouble: Trouble, wording: Wording) -> Markup:
    """What went wrong, in the page's language, with the error's own sentence below."""
    detail = Markup('<p class="detail" dir="auto">{}</p>').format(trouble.detail) if trouble.detail else ""
    text = wording.say(trouble.key, limit=wording.number(LONGEST_QUESTION))
    return Markup('<div class="trouble" role="alert"><p>{}</p>{}</div>').format(text, detail)


def language_attribute(language: str) -> Markup:
    """A `lang` attribute, or nothing where the language is not known."""
    return Markup(' lang="{}"').format(language) if language not in {"", "und"} else Markup()


def render_name(document: DocumentInfo) -> Markup:
    """A document's name, its folder quieter than its file."""
    folder, slash, file = document.name.rpartition("/")
    path = Markup('<span class="folder">{}</span>').format(folder + slash) if slash else ""
    return Markup('<bdi class="name" title="{}">{}{}</bdi>').format(document.title or document.name, path, file)


def copy_text(answer: Answer, wording: Wording) -> str:
    """A question and its answer as plain text, for the clipboard; the sources follow unless the text has them."""
    lines = [answer.question, "", answer.text.strip()]
    if answer.citations and not all(item.document.name in answer.text for item in answer.citations):
        lines += ["", f"{wording.say('answer.sources')}:"]
        lines += [
            f"[{item.number}] {item.quote}\n    {' · '.join([item.document.name, *_place(item, wording)])}"
            for item in answer.citations
        ]
    return "\n".join(lines)


def _answer(answer: Answer, number: int, wording: Wording, *, busy: bool) -> Markup:
    parts = [Markup('<h3 class="for-ears">{}</h3>').format(wording.say("answer.answer"))]
    if answer.answered:
        parts += [_direct(answer, number, wording), _statements(answer, number, wording)]
        parts.append(_sources(answer, number, wording))
    elif not busy:
        parts.append(_missing(answer, wording))
    if not busy:
        parts += [_notes(answer), render_foot(answer, copy_text(answer, wording), wording)]
    return Markup('<div class="answer">{}</div>').format(Markup("").join(parts))


def _direct(answer: Answer, number: int, wording: Wording) -> Markup:
    """The short answer in large letters with its marks; several where the documents give different values."""
    if not answer.short:
        return Markup()
    shorts = answer.shorts or (Short(answer.short, None, answer.statements[0].citations),)
    cited = {citation.number: citation for citation in answer.citations}
    if len(shorts) == 1:
        return _short(shorts[0], answer.language, _marks(shorts[0].citations, number, wording))
    rows = Markup("").join(
        Markup("<li>{}{}</li>").format(
            _short(short, answer.language, _marks(short.citations, number, wording)),
            _origin(cited[short.citations[0]], wording),
        )
        for short in shorts
    )
    return Markup('<ul class="values">{}</ul>').format(rows)


def _short(short: Short, language: str, marks: Markup) -> Markup:
    """A short answer as the asker writes it, and smaller as the source does."""
    source = Markup(' <small><bdi dir="auto">{}</bdi></small>').format(short.text) if short.local else ""
    return Markup('<p class="short"><bdi{}>{}</bdi>{}{}</p>').format(
        language_attribute(language), short.local or short.text, source, marks
    )


def _origin(citation: Citation, wording: Wording) -> Markup:
    """The document that gives a value, and the day that it bears."""
    return _where(citation.document, [wording.date(citation.dated)] if citation.dated else [])


def _statements(answer: Answer, number: int, wording: Wording) -> Markup:
    """What is claimed; bare quotations are left to the sources where a short answer stands above them."""
    if answer.short and _only_quotes(answer):
        return Markup()
    rows = [
        Markup('<p class="statement" dir="auto"{}>{}{}</p>').format(
            language_attribute(statement.language),
            statement.text,
            _marks(statement.citations, number, wording),
        )
        for statement in answer.statements
    ]
    return Markup('<div class="statements">{}</div>').format(Markup("").join(rows))


def _only_quotes(answer: Answer) -> bool:
    """Whether each statement is nothing but the words of its sources."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    return all(
        _folded(statement.text) == _folded(" ".join(quotes.get(number, "") for number in statement.citations))
        for statement in answer.statements
    )


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _marks(citations: Iterable[int], number: int, wording: Wording) -> Markup:
    marks = [
        Markup('<a class="mark" href="#t{}-c{}" data-jump="t{}-c{}" aria-label="{}">[{}]</a>').format(
            number, citation, number, citation, wording.say("answer.source", number=citation), citation
        )
        for citation in citations
    ]
    # The marks stand right after the last word: a no-break space keeps them on its line.
    return Markup("\u00a0{}").format(Markup("").join(marks)) if marks else Markup()


def _sources(answer: Answer, number: int, wording: Wording) -> Markup:
    chunks = {chunk.id: chunk for passage in answer.passages for chunk in passage.chunks}
    items = Markup("").join(
        _citation(citation, chunks.get(citation.chunk_id), number, wording, language=answer.language)
        for citation in answer.citations
    )
    return Markup('<section class="sources"><h3>{}</h3><ol>{}</ol></section>').format(
        wording.say("answer.sources"), items
    )


def _citation(citation: Citation, chunk: Chunk | None, number: int, wording: Wording, *, language: str) -> Markup:
    anchor = f"t{number}-c{citation.number}"
    back = Markup('<a class="back" href="#t{}" data-back="{}" aria-label="{}">{}</a>').format(
        number, anchor, wording.say("answer.back"), citation.number
    )
    return Markup(
        '<li class="source" id="{}" tabindex="-1">{}<div class="body">'
        '<blockquote dir="auto"{}>{}</blockquote>{}'
        "{}{}</div></li>"
    ).format(
        anchor,
        back,
        language_attribute(citation.language),
        _quote(citation, chunk),
        _translation(citation, language, wording),
        _where(citation.document, _place(citation, wording)),
        show_button(citation, wording),
    )


def _quote(citation: Citation, chunk: Chunk | None) -> Markup:
    """The quotation, and quieter what stands around it in its paragraph."""
    before = after = ""
    if chunk and chunk.start <= citation.start and citation.end <= chunk.end:
        before = chunk.text[: citation.start - chunk.start].rpartition("\n")[2].lstrip()
        after = chunk.text[citation.end - chunk.start :].partition("\n")[0].rstrip()
    return Markup("{}<q>{}</q>{}").format(shown_before(before), citation.quote, shown_after(after))


def _translation(citation: Citation, language: str, wording: Wording) -> Markup:
    """The machine's words below the document's, named as such; each line in its own reading direction."""
    if not citation.translation:
        return Markup()
    spoken = language_attribute(language)
    note = citation.translation_note
    flag = Markup('<p class="check" dir="auto"{}>{}</p>').format(spoken, note) if note else ""
    said = wording.say("answer.translation")
    label = f"{said} ({citation.translated_by or '?'})"
    return Markup('<div class="translation"><span>{}</span><p dir="auto"{}>{}</p>{}</div>').format(
        label, spoken, citation.translation, flag
    )


def _place(citation: Citation, wording: Wording) -> list[str]:
    """Where a quotation stands: page, else heading; and its language."""
    place = [wording.say("answer.page", number=citation.page)] if citation.page is not None else []
    if citation.heading:
        place.append(citation.heading)
    return [*place, wording.language_name(citation.language)]


def _where(document: DocumentInfo, parts: Iterable[str]) -> Markup:
    """The line below a quotation; the style sets dots between its parts."""
    names = [render_name(document), *(Markup("<bdi>{}</bdi>").format(part) for part in parts)]
    spans = Markup("").join(Markup("<span>{}</span>").format(name) for name in names)
    return Markup('<p class="place">{}</p>').format(spans)


def show_button(place: Citation | Passage, wording: Wording) -> Markup:
    """The button that opens the document at a place."""
    if isinstance(place, Citation):
        page, start, end = place.page or 1, place.start, place.end
    else:
        page, start = place.page, place.chunks[0].start
        end = max(chunk.end for chunk in place.chunks if chunk.page == page)
    return Markup(
        '<button type="button" class="show" data-event="show" data-document="{}" data-page="{}"'
        ' data-start="{}" data-end="{}">{}</button>'
    ).format(place.document.name, page, start, end, wording.say("answer.show"))


def _missing(answer: Answer, wording: Wording) -> Markup:
    """The honest refusal, with the nearest passages."""
    # The rest of the answer's text lists the places of the passages, which follow here in full.
    said = answer.text.strip().partition("\n")[0]
    head = Markup('<p class="short none" dir="auto"{}>{}</p>').format(language_attribute(answer.language), said)
    if not answer.passages:
        return head
    likely = [each.text for each in answer.account.candidates] if answer.account else []
    items = Markup("").join(_passage(passage, likely, wording) for passage in answer.passages[:_NEAREST])
    return head + Markup('<section class="sources near"><h3>{}</h3><ul>{}</ul></section>').format(
        wording.say("answer.nearest"), items
    )


def _passage(passage: Passage, likely: Sequence[str], wording: Wording) -> Markup:
    shown = excerpt(passage.text, likely)
    place = [wording.say("answer.page", number=passage.page)] if passage.document.paged else []
    heading = passage.chunks[0].heading
    place += [heading] if heading and not passage.document.paged else []
    place.append(wording.language_name(passage.chunks[0].language))
    return Markup(
        '<li class="source"><div class="body"><blockquote dir="auto"{}>{}</blockquote>{}{}</div></li>'
    ).format(
        language_attribute(passage.chunks[0].language),
        shown,
        _where(passage.document, place),
        show_button(passage, wording),
    )


def _notes(answer: Answer) -> Markup:
    if not answer.notes:
        return Markup()
    rows = Markup("").join(Markup("<li><bdi>{}</bdi></li>").format(note) for note in answer.notes)
    return Markup('<ul class="notes">{}</ul>').format(rows)
