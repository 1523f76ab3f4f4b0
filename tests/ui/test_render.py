from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fake_assistant import HOSTILE, FakeAssistant

from rag import Answer, Statement
from rag.records import Account, Considered
from ui.actions import Session, Trouble, Turn, ask
from ui.render import copy_text, render_turns
from ui.wording import LANGUAGES, read_wording

ENGLISH = read_wording("en")


class Tags(HTMLParser):
    """Collects what a browser would see: tags with attributes, and the text between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.tags
            if name == tag and all(wanted[key] in (attributes.get(key) or "").split() for key in wanted)
        ]


def last(assistant: FakeAssistant, question: str) -> Turn:
    return list(ask(assistant, Session(), question))[-1].turns[-1]  # type: ignore[arg-type]


def shown(assistant: FakeAssistant, question: str, language: str = "en") -> Tags:
    return Tags(render_turns([last(assistant, question)], read_wording(language)))


def test_a_mark_is_a_link_to_its_citation_and_back(assistant: FakeAssistant) -> None:
    page = shown(assistant, "onde?")
    marks = page.all("a", **{"class": "mark"})
    assert [mark["href"] for mark in marks] == ["#t1-c1"]
    assert [item["id"] for item in page.all("li", **{"class": "source"})] == ["t1-c1", "t1-c2", "t1-c3"]
    assert [link["data-back"] for link in page.all("a", **{"class": "back"})] == ["t1-c1", "t1-c2", "t1-c3"]
    assert "[1]" in page.words


def test_a_citation_has_quote_document_page_and_language(assistant: FakeAssistant) -> None:
    page = shown(assistant, "onde?", "fr")
    quotes = page.all("blockquote")
    assert [quote["lang"] for quote in quotes] == ["pt", "de", "zh"]
    assert {quote["dir"] for quote in quotes} == {"auto"}
    assert "A produção de cabos" in page.words
    assert "openai-foxconn.pdf" in page.words
    assert "Page 1" in page.words
    assert "5. Lieferung" in page.words
    assert "chinois" in page.words


def test_quotations_are_left_to_the_sources_where_a_short_answer_stands(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    assert turn.answer is not None
    with_short = render_turns([turn], ENGLISH)
    without = render_turns([replace(turn, answer=replace(turn.answer, short=None))], ENGLISH)
    assert 'class="statement"' not in with_short
    assert without.count('class="statement"') == 3


def test_what_is_more_than_a_quotation_is_said_beside_the_short_answer(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    assert turn.answer is not None
    answer = replace(turn.answer, statements=(Statement("In three states.", "en", (1, 2)),))
    page = Tags(render_turns([replace(turn, answer=answer)], ENGLISH))
    assert len(page.all("p", **{"class": "statement"})) == 1
    assert "In three states." in page.words


def test_the_quotation_stands_in_its_context(assistant: FakeAssistant) -> None:
    markup = render_turns([last(assistant, "onde?")], ENGLISH)
    assert "centros de dados nos Estados Unidos. <q>A produção de cabos" in markup
    assert "<q>Die Lieferfrist beträgt 45 Kalendertage.</q> Verzug kostet" in markup
    assert "O acordo não prevê" not in markup  # another paragraph


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_text_everywhere(assistant: FakeAssistant, language: str) -> None:
    for question in ("hostile", HOSTILE, f"unknown {HOSTILE}"):
        page = shown(assistant, question, language)
        allowed = {
            "article",
            "h2",
            "h3",
            "span",
            "bdi",
            "div",
            "p",
            "a",
            "section",
            "ol",
            "ul",
            "li",
            "blockquote",
        }
        allowed |= {"q", "button", "details", "summary", "dl", "dt", "dd", "mark"}
        assert {tag for tag, _ in page.tags} <= allowed
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
        assert not any("example.com" in (attributes.get("href") or "") for _, attributes in page.tags)
    assert HOSTILE in shown(assistant, "hostile", language).words


def test_attributes_hold_hostile_names_without_breaking(assistant: FakeAssistant) -> None:
    buttons = shown(assistant, "hostile").all("button", **{"class": "show"})
    assert buttons[0]["data-document"] == "hostile <b>name</b>.txt"
    assert set(buttons[0]) == {
        "type", "class", "data-event", "data-document", "data-page", "data-start", "data-end"
    }  # fmt: skip


def test_not_found_says_so_and_offers_the_nearest_passages(assistant: FakeAssistant) -> None:
    page = shown(assistant, "unknown?", "pt")
    assert "Não encontrei isso nestes documentos." in page.words
    assert len(page.all("button", **{"class": "show"})) == 3
    assert page.all("a", **{"class": "mark"}) == []


def test_a_long_passage_is_cut_before_a_word(assistant: FakeAssistant) -> None:
    card, _ = assistant.texts["minutes/board.txt"]
    assistant.put(card, ["word " * 200])
    answer = Answer("q", "en", "no", passages=assistant.passages(["minutes/board.txt"]))
    page = Tags(render_turns([Turn("q", answer=answer)], ENGLISH))
    assert "word …" in page.words
    assert len(page.words) < 700


def test_a_refusal_shows_a_long_passage_around_its_likeliest_sentence(assistant: FakeAssistant) -> None:
    card, _ = assistant.texts["minutes/board.txt"]
    assistant.put(card, ["word " * 200 + "The vote was lost. " + "more " * 100])
    account = Account(
        "q", "en", "other", 0.4, 0.6, "why", (Considered(card.name, None, "The vote was lost.", 1.0),)
    )
    answer = Answer("q", "en", "no", passages=assistant.passages(["minutes/board.txt"]), account=account)
    page = Tags(render_turns([Turn("q", answer=answer)], ENGLISH))
    assert "word word The vote was lost. more more" in page.words


def test_a_growing_answer_is_busy_and_has_no_foot(assistant: FakeAssistant) -> None:
    steps = list(ask(assistant, Session(), "onde?"))  # type: ignore[arg-type]
    growing = [render_turns(step.turns, ENGLISH) for step in steps]
    assert ENGLISH.say("ask.searching") in growing[0]
    assert all('aria-busy="true"' in markup for markup in growing[:-1])
    assert 'aria-busy="false"' in growing[-1]
    assert "data-copy" not in growing[-2]
    assert "data-copy" in growing[-1]


def test_turns_have_numbers_of_their_own(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    page = Tags(render_turns([turn, turn], ENGLISH, first=4))
    assert [item["id"] for item in page.all("article")] == ["t4", "t5"]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_an_error_is_worded_and_keeps_its_own_sentence() -> None:
    turn = Turn("q", trouble=Trouble("error.question", "The language 'xx' is <b>not</b> known."))
    page = Tags(render_turns([turn], read_wording("de")))
    assert "Die Frage kann so nicht gestellt werden." in page.words
    assert "The language 'xx' is <b>not</b> known." in page.words


def test_a_question_that_is_too_long_names_the_limit() -> None:
    page = Tags(render_turns([Turn("q", trouble=Trouble("ask.long"))], read_wording("de")))
    assert "höchstens 2.000 Zeichen" in page.words


def test_a_stopped_question_says_so() -> None:
    assert ENGLISH.say("ask.stopped") in render_turns([Turn("q")], ENGLISH)


def test_a_translation_is_named_as_one(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    assert turn.answer is not None
    cited = replace(turn.answer.citations[0], translation="Production of <cables>", translated_by="m2m")
    answer = replace(turn.answer, citations=(cited, *turn.answer.citations[1:]))
    page = Tags(render_turns([replace(turn, answer=answer)], ENGLISH))
    assert "Machine translation (m2m)" in page.words
    assert "Production of <cables>" in page.words


def test_a_translation_follows_its_original_in_its_own_direction(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    assert turn.answer is not None
    original = turn.answer.citations[0]
    cited = replace(original, translation="إنتاج الكابلات", translated_by="m2m", translation_note="قارن: 45")
    answer = replace(turn.answer, language="ar", citations=(cited, *turn.answer.citations[1:]))
    markup = render_turns([replace(turn, answer=answer)], ENGLISH)
    assert '<p dir="auto" lang="ar">إنتاج الكابلات</p>' in markup
    assert '<p class="check" dir="auto" lang="ar">قارن: 45</p>' in markup
    # The label has its own direction: inside the paragraph its Latin letters would turn the Arabic ones.
    assert "<span>Machine translation (m2m)</span><p" in markup
    assert markup.index("</blockquote>") < markup.index('class="translation"') < markup.index('class="place"')


def test_what_to_compare_is_escaped(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    assert turn.answer is not None
    cited = replace(turn.answer.citations[0], translation="<b>x", translated_by="<i>", translation_note="<u>12")
    answer = replace(turn.answer, citations=(cited,))
    markup = render_turns([replace(turn, answer=answer)], ENGLISH)
    assert not any(tag in markup for tag in ("<b>x", "<i>", "<u>12"))


def test_the_clipboard_gets_question_answer_and_sources_once(assistant: FakeAssistant) -> None:
    turn = last(assistant, "onde?")
    assert turn.answer is not None
    text = copy_text(turn.answer, ENGLISH)
    assert text.startswith("onde?\n\n")
    assert (
        "[2] Die Lieferfrist beträgt 45 Kalendertage.\n    contracts/liefervertrag.md · 5. Lieferung · German"
        in text
    )
    names = "\n".join(citation.document.name for citation in turn.answer.citations)
    whole = copy_text(replace(turn.answer, text=f"Answer [1]\n{names}"), ENGLISH)
    assert whole == f"onde?\n\nAnswer [1]\n{names}"
