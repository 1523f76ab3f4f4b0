def test_json_has_every_promised_field(dealglot) -> None:
    shape = dealglot("search", "Quem assinou o acordo?", "--json").json
    assert set(shape) >= {"question", "language", "ranked", "seconds"}
    assert (shape["question"], shape["language"]) == ("Quem assinou o acordo?", "pt")
    assert shape["ranked"][0] == {
        "document": "press/Açúcar.pdf",
        "page": 2,
        "score": 0.9,
        "text": "A OpenAI e a Foxconn assinaram um acordo em novembro.",
    }


def test_the_limit_and_the_documents_are_handed_on(dealglot, assistant) -> None:
    run = dealglot("search", "Quem?", "--limit", "2", "--document", "合同.md", "--json")
    assert ("search", "Quem?", 2, ["合同.md"]) in assistant.calls
    assert [each["document"] for each in run.json["ranked"]] == ["合同.md"]


def test_a_person_sees_places_and_snippets_in_order(dealglot) -> None:
    lines = dealglot("search", "Quem?").out.splitlines()
    assert lines[0] == " 1. press/Açúcar.pdf, p. 2  (pt, 0.900)"
    assert lines[2] == " 2. 合同.md  (zh, 0.400)"
    assert lines[3] == "    双方于二〇二五年签署合同。"


def test_nothing_found_is_said_and_no_error(dealglot) -> None:
    run = dealglot("search", "nothing")
    assert (run.code, run.out, run.err) == (0, "", "Nothing was found.\n")


def test_an_empty_question_is_refused(dealglot) -> None:
    assert dealglot("search", " ").code == 1
