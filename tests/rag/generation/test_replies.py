import pytest

from rag.generation.replies import Claim, read_claims, strip_markup


def read(text: str, language: str = "en", size: int = 3) -> list[Claim]:
    return list(read_claims((text[at : at + size] for at in range(0, len(text), size)), language))


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_sentences_and_their_numbers_do_not_depend_on_the_cutting(size: int) -> None:
    text = "The price is EUR 1,234.5 million [1]. It is due at Closing. [2, 3] Late.\nLast [passage 4]"
    assert read(text, size=size) == [
        Claim("The price is EUR 1,234.5 million.", (1,)),
        Claim("It is due at Closing.", (2, 3)),
        Claim("Late.", ()),
        Claim("Last", (4,)),
    ]


def test_numbers_inside_a_sentence_do_not_end_it() -> None:
    assert read("The seller [1] and the buyer [2] agree.") == [Claim("The seller and the buyer agree.", (1, 2))]


def test_scripts_without_blanks_and_wide_brackets_are_read() -> None:
    assert read("价格为三亿元[1]。期限为六年【2】。", "zh") == [
        Claim("价格为三亿元。", (1,)),
        Claim("期限为六年。", (2,)),
    ]
    assert read("الثمن مليون [١].", "ar") == [Claim("الثمن مليون.", (1,))]


def test_of_several_sentences_only_the_one_with_the_number_cites() -> None:
    assert [claim.cited for claim in read("Prices rise. The price is five [1].")] == [(), (1,)]


def test_a_sentence_is_handed_on_before_the_next_one_comes() -> None:
    pieces = iter(["The price is five [1].\n", "The"])
    claims = read_claims(pieces, "en")
    assert next(claims) == Claim("The price is five.", (1,))
    assert next(pieces) == "The"


@pytest.mark.parametrize("name", ["think", "thinking", "reasoning"])
def test_thoughts_are_not_part_of_the_reply(name: str) -> None:
    assert read(f"<{name}>The user [1] wants.\nSo</{name}>\nIt is five [1].") == [Claim("It is five.", (1,))]


def test_thoughts_that_never_end_are_no_reply() -> None:
    assert read("<think>The user [1] wants.\nSo") == []


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        ("See ![x](http://a.example/b?c=d) it", "See it"),
        ("See [the page](http://a.example/b_(c)) now", "See the page now"),
        ("Go to http://a.example/b?c now", "Go to now"),
        ("Go to www.a.example now", "Go to now"),
        ("Go to a.example/b?c=d now", "Go to now"),
        ("Open javascript:alert(1) now", "Open now"),
        ("<img src=x onerror=alert(1)>Now", "Now"),
        ("A <script src='//a.example'></script>b", "A b"),
        ("A <b", "A"),
        ("A &lt;script&gt; b", "A script b"),
        ("**Bold** and _light_ and `code`", "Bold and light and code"),
        ("## Heading", "Heading"),
        ("- item", "item"),
        ("1. item", "item"),
        ("| a | b |", "a b"),
        ("[id]: http://a.example", ""),
        ("```python", ""),
        ("A\u202eB\u200bC\x1b[31m", "ABC 31m"),
        ("snake_case and 5 * 3", "snake_case and 5 * 3"),
        ("The price is EUR 1,234.50.", "The price is EUR 1,234.50."),
    ],
)
def test_markup_links_and_hidden_signs_are_taken_out(hostile: str, plain: str) -> None:
    assert strip_markup(hostile) == plain


@pytest.mark.parametrize("said", ["NOT_FOUND", "`NOT_FOUND`", "not found", "NOT_FOUND. The passages are silent."])
def test_a_refusal_is_recognised(said: str) -> None:
    assert read(said)[0].refuses


def test_what_was_not_found_by_someone_is_no_refusal() -> None:
    assert not read("The missing item was not found [1].")[0].refuses
