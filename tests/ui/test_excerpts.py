"""How much of a text the page shows."""

from ui.excerpts import excerpt, shown_after, shown_before

LONG = "word " * 200 + "The vote was lost. " + "more " * 100


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("One. Two.", ["Two."]) == "One. Two."
    assert shown_before("One.") == shown_after("One.") == "One."


def test_a_long_text_is_cut_before_a_word() -> None:
    assert excerpt(LONG, []).endswith("word …")
    assert excerpt(LONG, ["elsewhere."]) == excerpt(LONG, [])
    assert shown_after(LONG).endswith("word …")
    assert shown_before(LONG).startswith("… more")


def test_the_likeliest_sentence_of_a_long_text_is_among_what_is_shown() -> None:
    shown = excerpt(LONG, ["elsewhere.", "The vote was lost."])
    assert shown.startswith("… word")
    assert "The vote was lost." in shown
    assert shown.endswith("more …")
    assert len(shown) < 450


def test_a_sentence_near_the_beginning_moves_nothing() -> None:
    text = "First. " + "word " * 200
    assert excerpt(text, ["First."]) == excerpt(text, [])
