from rag.cli.listing import said_size


def test_json_has_every_promised_field(dealglot) -> None:
    first, second = dealglot("list", "--json").json["documents"]
    assert first == {
        "name": "press/Açúcar.pdf",
        "title": "About press/Açúcar.pdf",
        "language": "pt",
        "pages": 2,
        "paged": True,
        "chunks": 2,
        "bytes": 2048,
        "sha256": "p" * 64,
        "added": "2025-11-23T10:00:00+00:00",
    }
    assert second["name"] == "合同.md"


def test_a_person_sees_a_table_whose_columns_line_up_with_wide_characters(dealglot) -> None:
    lines = dealglot("list").out.splitlines()
    assert lines[0].split() == ["name", "title", "language", "pages", "chunks", "size", "added"]
    first, second = lines[2:4]
    # Each of the two Chinese characters fills two cells.
    assert first.index("About") == second.index("About") + 2
    assert "2025-11-23" in first
    assert "–" in second
    assert lines[-1] == "2 documents, 4 chunks"


def test_sizes_are_said_as_people_say_them() -> None:
    assert [said_size(size) for size in (0, 1023, 1024, 1536 * 1024)] == ["0 B", "1023 B", "1 KB", "1.5 MB"]
