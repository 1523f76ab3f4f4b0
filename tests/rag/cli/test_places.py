from rag.cli.places import SNIPPET, snippet


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("one\n two\t three") == "one two three"


def test_a_snippet_ends_at_a_word() -> None:
    assert snippet("palavra " * 100) == ("palavra " * (SNIPPET // 8)).strip() + " …"


def test_a_text_without_blanks_is_cut_all_the_same() -> None:
    assert snippet("合" * 1000) == "合" * SNIPPET + " …"
