import hashlib
import os
from pathlib import Path

from rag.cli.listing import file_state, said_size
from rag.records import DocumentInfo


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
        "state": "gone",
    }
    assert second["name"] == "合同.md"


def test_a_person_sees_a_table_whose_columns_line_up_with_wide_characters(dealglot) -> None:
    lines = dealglot("list").out.splitlines()
    assert lines[0].split() == ["name", "title", "language", "pages", "chunks", "size", "added", "state"]
    first, second = lines[2:4]
    # Each of the two Chinese characters fills two cells.
    assert first.index("About") == second.index("About") + 2
    assert "2025-11-23" in first
    assert "–" in second
    assert lines[-1] == "2 documents, 4 chunks"


def test_sizes_are_said_as_people_say_them() -> None:
    assert [said_size(size) for size in (0, 1023, 1024, 1536 * 1024)] == ["0 B", "1023 B", "1 KB", "1.5 MB"]


def test_the_state_tells_whether_the_file_is_still_the_indexed_one(tmp_path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"text")
    digest = hashlib.sha256(b"text").hexdigest()
    document = DocumentInfo(digest, "a.md", "A", "en", paged=False, size=4, added="2025-11-23T10:00:00+00:00")
    before, after = 1_700_000_000, 2_000_000_000
    os.utime(path, (before, before))
    assert file_state(document, tmp_path) == "indexed"
    os.utime(path, (after, after))
    assert file_state(document, tmp_path) == "indexed"
    path.write_bytes(b"TEXT")
    os.utime(path, (after, after))
    assert file_state(document, tmp_path) == "changed"
    path.write_bytes(b"longer text")
    os.utime(path, (before, before))
    assert file_state(document, tmp_path) == "changed"
    path.unlink()
    assert file_state(document, tmp_path) == "gone"


def test_files_that_are_not_in_the_index_are_told(dealglot) -> None:
    Path("corpus/press").mkdir(parents=True)
    for name in ("合同.md", "press/new.txt", "picture.png"):
        (Path("corpus") / name).write_text("x", encoding="utf-8")
    assert dealglot("list", "--json").json["not_indexed"] == ["press/new.txt"]
    assert "Files in corpus that are not indexed: 1" in dealglot("list").err
