from dataclasses import replace

import pytest

from rag.records import Account, Considered, Short

ANSWER_KEYS = {
    "id",
    "question",
    "language",
    "answered",
    "text",
    "short",
    "mode",
    "statements",
    "citations",
    "ranked",
    "notes",
    "seconds",
    "generation",
    "shorts",
    "details",
}


def test_json_has_every_promised_field(dealglot) -> None:
    shape = dealglot("ask", "Quem assinou?", "--json").json
    assert set(shape) >= ANSWER_KEYS
    quote = "A OpenAI e a Foxconn assinaram um acordo em novembro."
    assert shape["citations"] == [
        {
            "number": 1,
            "document": "press/Açúcar.pdf",
            "page": 2,
            "heading": "Acordo",
            "start": 0,
            "end": len(quote),
            "quote": quote,
            "language": "pt",
            "translation": "They signed.",
            "translated_by": "bundled",
            "translation_note": None,
            "dated": None,
            "verified": True,
        }
    ]
    assert shape["statements"] == [{"text": quote, "language": "pt", "citations": [1]}]
    assert (shape["id"], shape["answered"], shape["short"], shape["mode"]) == (
        None,
        True,
        "OpenAI, Foxconn",
        "extractive",
    )
    assert (shape["notes"], shape["seconds"], shape["generation"]) == (["a note"], 0.0123, "g1")


def test_json_tells_how_the_answer_came_about(dealglot, assistant, monkeypatch) -> None:
    sentence = Considered("press/Açúcar.pdf", 2, "Assinaram.", 1.5, (("words", 1.0), ("other", 0.5)), chosen=True)
    account = Account(
        "Quando?", "pt", "when", 0.8, 0.6, "Foi escolhida.", (sentence,), searched="Quando? (acordo)"
    )
    plain = assistant.ask("Quando?")
    shorts = (Short("20 de novembro", "20 November", (1,)),)
    monkeypatch.setattr(assistant, "ask", lambda *_, **__: replace(plain, account=account, shorts=shorts))
    shape = dealglot("ask", "Quando?", "--json").json
    assert shape["shorts"] == [{"text": "20 de novembro", "local": "20 November", "citations": [1]}]
    assert shape["details"] == {
        "question": "Quando?",
        "searched": "Quando? (acordo)",
        "language": "pt",
        "type": "when",
        "sureness": 0.8,
        "floor": 0.6,
        "why": "Foi escolhida.",
        "candidates": [
            {
                "document": "press/Açúcar.pdf",
                "page": 2,
                "text": "Assinaram.",
                "score": 1.5,
                "parts": {"words": 1.0, "other": 0.5},
                "chosen": True,
            }
        ],
    }


def test_without_an_account_there_are_no_details(dealglot) -> None:
    assert dealglot("ask", "Quem?", "--json").json["details"] is None


def test_json_ranks_passages_and_gives_no_page_to_formats_without_pages(dealglot) -> None:
    ranked = dealglot("ask", "Quem?", "--json").json["ranked"]
    assert [(each["document"], each["page"], each["score"]) for each in ranked] == [
        ("press/Açúcar.pdf", 2, 0.9),
        ("合同.md", None, 0.4),
        ("press/Açúcar.pdf", 1, 0.2),
    ]
    assert ranked[1]["text"] == "双方于二〇二五年签署合同。"


def test_json_is_written_as_readable_characters(dealglot) -> None:
    assert "合同.md" in dealglot("ask", "谁？", "--json").out


def test_not_found_is_an_answer_and_no_error(dealglot) -> None:
    run = dealglot("ask", "nothing", "--json")
    assert (run.code, run.json["answered"], run.json["citations"]) == (0, False, [])


def test_a_person_sees_the_answer_with_its_proof_once(dealglot) -> None:
    run = dealglot("ask", "Quem assinou?")
    assert run.out.splitlines() == [
        "OpenAI, Foxconn",
        "“A OpenAI e a Foxconn assinaram um acordo em novembro.” [1]",
        "",
        "[1] = They signed. (bundled)",
    ]
    assert run.err == "a note\n"


def test_a_quotation_that_the_answer_only_numbers_is_added_below(dealglot, assistant, monkeypatch) -> None:
    ask = assistant.ask
    monkeypatch.setattr(assistant, "ask", lambda *parts, **named: replace(ask(*parts, **named), text="Both [1]."))
    assert dealglot("ask", "Quem assinou?").out.splitlines()[:4] == [
        "Both [1].",
        "",
        "[1] press/Açúcar.pdf, p. 2, Acordo (pt)",
        "    A OpenAI e a Foxconn assinaram um acordo em novembro.",
    ]


def test_where_nothing_answers_a_person_sees_the_text_that_says_so(dealglot) -> None:
    assert dealglot("ask", "nothing").out == "Não está nos documentos.\n"


@pytest.mark.parametrize("code", ["de", "DE", "de-AT", "de_CH"])
def test_the_language_is_one_of_those_we_answer_in(code, dealglot, assistant) -> None:
    assert dealglot("ask", "Quem?", "--language", code).code == 0
    assert ("ask", "Quem?", "de", None, ()) in assistant.calls


def test_an_unknown_language_lists_the_known_ones(dealglot) -> None:
    run = dealglot("ask", "Quem?", "--language", "xx")
    assert run.code == 1
    assert "ar bg cs da de el en es fi fr he hi hu id it ja ko nl no pl pt ro ru sv th tr uk vi zh" in run.err


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_refused_before_anything_is_opened(question, dealglot, assistant) -> None:
    run = dealglot("ask", question)
    assert (run.code, run.out, assistant.calls) == (1, "", [])


@pytest.mark.parametrize(
    "spelling",
    ["press/Açúcar.pdf", "açúcar.PDF", "Ac\u0327u\u0301car.pdf", "press\\Açúcar.pdf", "./press/Açúcar.pdf"],
)
def test_a_document_may_be_named_loosely_while_it_is_clear(spelling, dealglot, assistant) -> None:
    assert dealglot("ask", "Quem?", "--document", spelling).code == 0
    assert ("ask", "Quem?", None, ["press/Açúcar.pdf"], ()) in assistant.calls


def test_several_documents_can_be_named(dealglot, assistant) -> None:
    dealglot("ask", "Quem?", "--document", "合同.md", "--document", "Açúcar.pdf")
    assert ("ask", "Quem?", None, ["合同.md", "press/Açúcar.pdf"], ()) in assistant.calls


def test_an_unknown_document_suggests_the_nearest_name(dealglot) -> None:
    run = dealglot("ask", "Quem?", "--document", "Acucar.pdf")
    assert (run.code, run.out) == (1, "")
    assert "Did you mean press/Açúcar.pdf?" in run.err


def test_a_part_of_a_name_suggests_the_whole(dealglot) -> None:
    assert "Did you mean press/Açúcar.pdf?" in dealglot("ask", "Quem?", "--document", "açú").err


def test_a_name_like_no_other_points_to_the_list(dealglot) -> None:
    assert "`dealglot list`" in dealglot("ask", "Quem?", "--document", "zzzz").err


def test_without_documents_there_is_nothing_to_ask(dealglot, assistant, monkeypatch) -> None:
    monkeypatch.setattr(assistant, "documents", list)
    run = dealglot("ask", "Quem?")
    assert (run.code, run.out) == (1, "")
    assert "dealglot add PATH" in run.err


def test_control_characters_of_documents_do_not_reach_the_terminal(dealglot) -> None:
    run = dealglot("ask", "nothing \x1b[31mred\x07")
    assert "\x1b" not in run.out
    run = dealglot("ask", "x", "--document", "\x1b[2Jzzz")
    assert "\x1b" not in run.err


def test_the_model_is_left_out_for_one_question(dealglot, assistant) -> None:
    dealglot("ask", "Quem assinou?")
    assert assistant.use_model is True
    dealglot("ask", "Quem assinou?", "--no-model")
    assert assistant.use_model is False


def test_json_names_the_model_or_none(dealglot) -> None:
    assert dealglot("ask", "Quem assinou?", "--json").json["model"] is None
