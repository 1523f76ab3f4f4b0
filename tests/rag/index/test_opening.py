import json

import pytest

from rag.errors import IndexDamaged, IndexFolderError, IndexMismatch, IndexMissing
from rag.index import Index, create_index, has_index, open_index, rebuilding, repair_index
from rag.index.generation import drop_generations, whole_generations
from rag.settings import ChunkingSettings

TEXT = "The buyer pays 5 million euros.\nThe seller delivers in May."
FAKE = {"dimension": 16, "chunking": ChunkingSettings()}


def names(index: Index) -> list[str]:
    return [info.name for info in index.store.documents()]


def rebuild(folder, *parts, embedder="fake"):
    with rebuilding(folder, embedder, **FAKE) as new:
        for part in parts:
            new.replace(*part)
    return new.generation


def test_a_folder_without_an_index_is_missing(tmp_path):
    assert not has_index(tmp_path / "index")
    with pytest.raises(IndexMissing, match="dealglot add"):
        open_index(tmp_path / "index", "fake", **FAKE)


def test_a_new_index_is_empty_and_whole(index, open_again):
    opened = open_again()
    assert has_index(index.folder)
    assert (names(opened), len(opened.vectors), len(opened.lexical), opened.verify()) == ([], 0, 0, [])


def test_an_index_is_not_made_over_another(index):
    with pytest.raises(IndexFolderError, match="already"):
        create_index(index.folder, "fake", **FAKE)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"embedder": "another"}, "embedding model fake, but another is set"),
        ({"dimension": 8}, "dimension 16, but 8"),
        ({"size": 500}, "chunking settings"),
    ],
)
def test_other_settings_are_a_mismatch_that_names_them(index, open_again, other, named):
    with pytest.raises(IndexMismatch, match=f"{named}.*rebuild --full"):
        open_again(**other)


def test_another_rule_for_words_is_a_mismatch(index, open_again):
    path = index.folder / "generations" / index.generation / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["identity"]["terms"] += 1
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="rule for words"):
        open_again()


def test_a_newer_form_is_a_mismatch(index, open_again):
    path = index.folder / "generations" / index.generation / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 99'), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="form 99"):
        open_again()


def test_a_store_from_another_time_is_damage(index, make, open_again):
    index.replace(*make("a.txt", TEXT))
    path = index.folder / "generations" / index.generation / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"chunks": 2', '"chunks": 7'), encoding="utf-8")
    with pytest.raises(IndexDamaged, match="verify --repair"):
        open_again()


@pytest.mark.parametrize("pointer", ["no-such-generation\n", "../../elsewhere\n", ""])
def test_a_pointer_that_names_nothing_is_damage_and_is_repaired(index, make, open_again, pointer):
    index.replace(*make("a.txt", TEXT))
    (index.folder / "CURRENT").write_text(pointer, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="verify --repair"):
        open_again()
    assert index.generation in repair_index(index.folder, "fake", **FAKE)[0]
    assert names(open_again()) == ["a.txt"]


@pytest.mark.parametrize("manifest", [None, "", "{}", "[1]", '{"identity": {"format": 1}}'])
def test_a_damaged_manifest_is_written_anew_from_the_store(index, make, open_again, manifest):
    index.replace(*make("a.txt", TEXT))
    path = index.folder / "generations" / index.generation / "manifest.json"
    if manifest is None:
        path.unlink()
    else:
        path.write_text(manifest, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="manifest"):
        open_again()
    assert "The manifest was written anew from the store." in repair_index(index.folder, "fake", **FAKE)
    opened = open_again()
    assert (names(opened), len(opened.vectors), opened.verify()) == (["a.txt"], 2, [])


def test_a_missing_store_is_damage(index, open_again):
    (index.folder / "generations" / index.generation / "store.sqlite").unlink()
    with pytest.raises(IndexDamaged, match="rebuild --full"):
        open_again()


def test_a_rebuilt_index_serves_and_readers_keep_the_old_one(index, make, open_again):
    index.replace(*make("old.txt", TEXT))
    reader = open_again()
    rebuild(index.folder, make("new.txt", TEXT))
    assert names(open_again()) == ["new.txt"]
    assert names(reader) == ["old.txt"]
    assert reader.stale
    assert not reader.refresh()


def test_writing_to_a_generation_that_serves_no_more_is_refused(index, make):
    rebuild(index.folder, make("new.txt", TEXT))
    with pytest.raises(IndexFolderError, match="Open it again"):
        index.replace(*make("late.txt", TEXT))


def test_the_last_good_generation_is_kept_and_older_ones_are_deleted(index, make):
    first = rebuild(index.folder, make("1.txt", TEXT))
    second = rebuild(index.folder, make("2.txt", TEXT))
    assert whole_generations(index.folder) == [first, second]


def test_a_rebuild_that_fails_leaves_the_old_index(index, make, open_again):
    index.replace(*make("old.txt", TEXT))

    def fail() -> None:
        with rebuilding(index.folder, "fake", **FAKE) as new:
            new.replace(*make("new.txt", TEXT))
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert names(open_again()) == ["old.txt"]
    assert [path.name for path in (index.folder / "generations").iterdir()] == [index.generation]


def test_a_rebuild_that_is_not_as_written_does_not_serve(index, make, open_again, monkeypatch):
    index.replace(*make("old.txt", TEXT))
    monkeypatch.setattr(Index, "verify", lambda self: ["page 1 is wrong"])
    with pytest.raises(IndexDamaged, match="page 1 is wrong"):
        rebuild(index.folder, make("new.txt", TEXT))
    monkeypatch.undo()
    assert names(open_again()) == ["old.txt"]


def test_a_rebuild_needs_no_index_before_it(tmp_path, make, open_again):
    rebuild(tmp_path / "index", make("new.txt", TEXT))
    assert names(open_again()) == ["new.txt"]


def test_a_half_written_generation_is_deleted_by_the_next_rebuild(index, make):
    half = index.folder / "generations" / "20200101-000000-000000-dead"
    half.mkdir()
    (half / "store.sqlite").write_bytes(b"half")
    rebuild(index.folder, make("new.txt", TEXT))
    assert not half.exists()


def test_only_generations_are_deleted(index, tmp_path):
    stranger = index.folder / "generations" / "notes of a person.txt"
    stranger.write_text("keep me", encoding="utf-8")
    drop_generations(index.folder, {index.generation})
    assert stranger.exists()


def test_another_model_needs_a_rebuild_and_gets_it(index, make, tmp_path):
    index.replace(*make("a.txt", TEXT))
    rebuild(index.folder, make("a.txt", TEXT), embedder="another")
    opened = open_index(index.folder, "another", **FAKE)
    assert names(opened) == ["a.txt"]
    opened.close()
