def test_purge_says_that_nothing_is_left(dealglot, assistant) -> None:
    run = dealglot("purge")
    assert run.code == 0
    assert "Nothing of removed documents is left in the index (4096 bytes freed" in run.out
    assert "purge" in assistant.names()


def test_json_says_what_was_freed(dealglot) -> None:
    shape = dealglot("purge", "--json").json
    assert shape["freed"] == 4096
    assert shape["seconds"] >= 0
