from rag.loading.markdown import load_markdown

TEXT = """---
title: "Deal note"
---
# Summary of the *deal*

The **buyer** pays EUR 5 million
to the [seller](https://example.org/a_(b)) on_time, see `clause 4_2`.

Terms
-----
- first \\*item\\*
  goes on
- [x] second item

1. one
2. two

```
# no heading
| not | a row |
```

| Year | Price |
|------|------:|
| 2025 | 5 |

> quoted text

### Last ###
<!-- hidden --> End.
"""


def test_markdown_gives_its_text_without_marks():
    loaded = load_markdown(TEXT.encode())
    assert loaded.title == "Deal note"
    assert [line for line in loaded.pages[0].text.split("\n") if line] == [
        "Summary of the deal",
        "The buyer pays EUR 5 million to the seller on_time, see clause 4_2.",
        "Terms",
        "- first *item* goes on",
        "- second item",
        "1. one",
        "2. two",
        "# no heading",
        "| not | a row |",
        "Year | Price",
        "2025 | 5",
        "quoted text",
        "Last",
        "End.",
    ]


def test_markdown_headings_know_their_places():
    page = load_markdown(TEXT.encode()).pages[0]
    assert [(h.level, h.text) for h in page.headings] == [(1, "Summary of the deal"), (2, "Terms"), (3, "Last")]
    assert all(page.text[h.start : h.end] == h.text for h in page.headings)


def test_a_rule_is_no_heading():
    page = load_markdown(b"One.\n\n---\n\nTwo.").pages[0]
    assert page.text == "One.\nTwo."
    assert page.headings == ()
