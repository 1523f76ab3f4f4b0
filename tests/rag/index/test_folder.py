import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import IndexFolderError
from rag.index import folder as folder_module
from rag.index.generation import writer_lock
from rag.text.words import in_language

TEXT = "The buyer pays 5 million euros.\nThe seller delivers in May."


def query(word):
    return [((in_language(f"w{word}", "en"), 1.0),)]


def legs(index, parts, word):
    """What the vectors and the words find for the first chunk of a document."""
    chunk, vector = parts[1][0], parts[2][0]
    near = [hit.chunk_id for hit in index.vectors.search(vector, 1)]
    return near == [chunk.id], [hit.chunk_id for hit in index.lexical.search(query(word), 1)] == [chunk.id]


def test_a_stored_document_is_found_by_vector_and_by_word(index, make, open_again):
    parts = make("a.txt", TEXT)
    index.replace(*parts)
    assert legs(index, parts, "buyer") == (True, True)
    assert legs(open_again(), parts, "buyer") == (True, True)
    assert index.verify() == []


def test_the_manifest_says_what_is_held(index, make, open_again):
    with index.writing():
        index.replace(*make("a.txt", TEXT, "Page two"))
        index.replace(*make("b.txt", "Die Käuferin zahlt", language="de"))
    manifest = open_again().manifest
    assert (manifest.documents, manifest.pages, manifest.chunks) == (2, 3, 4)
    assert manifest.languages == ("de", "en")
    assert sorted(manifest.files) == ["store.sqlite", "vectors.faiss"]
    assert manifest.generation == index.generation


def test_a_removed_document_is_gone_after_reopening_too(index, make, open_again):
    gone, kept = make("a.txt", TEXT), make("b.txt", "The zebra sleeps")
    with index.writing():
        index.replace(*gone)
        index.replace(*kept)
    assert index.remove(["a.txt"]) == [chunk.id for chunk in gone[1]]
    for one in (index, open_again()):
        assert [hit.chunk_id for hit in one.vectors.search(gone[2][0], 9)] == [kept[1][0].id]
        assert one.lexical.search(query("buyer"), 9) == []
        assert one.verify() == []


def test_a_chunk_stored_again_with_another_vector_has_the_new_one(index, make):
    document, chunks, vectors = make("a.txt", TEXT)
    index.replace(document, chunks, vectors)
    index.replace(document, chunks, vectors[::-1])
    assert index.vectors.search(vectors[0], 1)[0].chunk_id == chunks[1].id
    assert index.verify() == []


def test_an_error_while_writing_keeps_the_documents_stored_before_it(index, make, open_again):
    parts = make("a.txt", TEXT)

    def write_and_fail() -> None:
        with index.writing():
            index.replace(*parts)
            raise KeyError("stop")

    with pytest.raises(KeyError):
        write_and_fail()
    for one in (index, open_again()):
        assert [info.name for info in one.store.documents()] == ["a.txt"]
        assert legs(one, parts, "buyer") == (True, True)
        assert one.verify() == []


def test_a_program_that_dies_before_the_view_is_written_leaves_an_index_that_opens(
    index, make, open_again, monkeypatch
):
    first, second = make("a.txt", TEXT), make("b.txt", "The zebra sleeps")
    index.replace(*first)

    def die(self: object) -> None:
        raise SystemExit

    monkeypatch.setattr(folder_module.Index, "_update_view", die)
    with pytest.raises(SystemExit):
        index.replace(*second)
    monkeypatch.undo()
    opened = open_again()
    assert legs(opened, second, "zebra") == (True, True)
    assert opened.verify() == []


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_a_missing_or_cut_vector_file_mends_itself(index, make, open_again, spoil):
    parts = make("a.txt", TEXT)
    index.replace(*parts)
    hits = index.vectors.search(parts[2][1], 5)
    spoil(index.folder / "generations" / index.generation / "vectors.faiss")
    opened = open_again()
    assert opened.vectors.search(parts[2][1], 5) == hits
    assert opened.verify() == []


def test_a_second_writer_is_told_of_the_lock(index, make, monkeypatch):
    monkeypatch.setattr("rag.index.generation.LOCK_SECONDS", 0.1)
    held, release = threading.Event(), threading.Event()

    def write() -> None:
        with writer_lock(index.folder):
            held.set()
            release.wait(10)

    other = threading.Thread(target=write)
    other.start()
    held.wait(10)
    try:
        with pytest.raises(IndexFolderError, match=r"Another program is writing.*writer\.lock"):
            index.replace(*make("a.txt", TEXT))
    finally:
        release.set()
        other.join()
    index.replace(*make("a.txt", TEXT))
    assert len(index.store.documents()) == 1


def test_what_another_program_writes_is_seen_after_refresh(index, make, open_again):
    other = open_again()
    parts = make("a.txt", TEXT)
    index.replace(*parts)
    assert other.stale
    assert not index.stale
    assert other.refresh()
    assert not other.stale
    assert legs(other, parts, "buyer") == (True, True)


def test_a_writer_takes_in_first_what_another_wrote(index, make, open_again):
    other = open_again()
    index.replace(*make("a.txt", TEXT))
    other.replace(*make("b.txt", "The zebra sleeps"))
    assert len(other.vectors) == 3
    assert other.verify() == []


def test_nothing_written_leaves_the_files_as_they_were(index, make):
    index.replace(*make("a.txt", TEXT))
    home = index.folder / "generations" / index.generation
    before = {path.name: path.stat().st_mtime_ns for path in home.iterdir()}
    with index.writing():
        index.remove(["unknown.txt"])
    assert {path.name: path.stat().st_mtime_ns for path in home.iterdir()} == before


def test_searches_go_on_while_documents_are_added(index, make):
    always = make("always.txt", "The zebra sleeps")
    index.replace(*always)
    wrong: list[object] = []
    stop = threading.Event()

    def search() -> None:
        try:
            while not stop.is_set():
                if legs(index, always, "zebra") != (True, True):
                    wrong.append("not found")
        except Exception as error:
            wrong.append(error)

    readers = [threading.Thread(target=search) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(10):
        index.replace(*make(f"{number % 3}.txt", f"A lion hunts {number}", TEXT))
    stop.set()
    for reader in readers:
        reader.join(10)
    assert wrong == []
    assert index.verify() == []


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_removed_text_leaves_no_trace_in_the_files(index, make):
    secret = " ".join(f"Geheimnis{number}" for number in range(300))
    index.replace(*make("kept.txt", TEXT))
    index.replace(*make("secret.txt", *(f"{secret} {page}" for page in range(20)), title="Verschlusssache"))
    assert b"Geheimnis" in _bytes_of(index.folder)
    index.remove(["secret.txt"])
    left = _bytes_of(index.folder).lower()
    assert [trace for trace in (b"geheimnis", b"geheim", b"verschlusssache", b"secret.txt") if trace in left] == []


def test_purge_leaves_nothing_of_earlier_generations(index, make, open_again: Callable):
    from rag.index import rebuilding
    from rag.settings import ChunkingSettings

    index.replace(*make("secret.txt", "Geheimnis"))
    kept = make("kept.txt", TEXT)
    with rebuilding(index.folder, "fake", dimension=16, chunking=ChunkingSettings()) as new:
        new.replace(*kept)
    assert b"Geheimnis" in _bytes_of(index.folder)
    opened = open_again()
    opened.purge()
    assert b"geheimnis" not in _bytes_of(index.folder).lower()
    assert opened.verify() == []
    assert legs(open_again(), kept, "buyer") == (True, True)


_WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from conftest import DIMENSION, _make
import rag.index.folder as folder_module
from rag.index import open_index
from rag.settings import ChunkingSettings
folder_module._COMMIT_CHUNKS = int(sys.argv[4])
index = open_index(Path(sys.argv[3]), "fake", dimension=DIMENSION, chunking=ChunkingSettings())
number = 0
while True:
    with index.writing():
        for _ in range(5):
            number += 1
            index.replace(*_make(f"{number % 7}.txt", f"lion {number}\\nzebra", "second page"))
            print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("commit_chunks", [1, 6, 2_000])
@pytest.mark.parametrize("documents", [1, 4, 9, 23])
def test_a_writer_killed_at_any_moment_leaves_a_whole_index(index, open_again, commit_chunks, documents):
    here = Path(__file__).parent
    command = [sys.executable, "-c", _WRITE_UNTIL_KILLED, str(here), str(here.parents[1]), str(index.folder)]
    with subprocess.Popen(
        [*command, str(commit_chunks)], stdout=subprocess.PIPE, cwd=here.parents[2], text=True
    ) as writer:
        assert writer.stdout is not None
        for _ in range(documents):
            assert writer.stdout.readline()
        writer.kill()
    opened = open_again()
    assert opened.verify() == []
    assert len(opened.vectors) == len(opened.lexical) == opened.store.counts().chunks
    with opened.writing():
        opened.remove([info.name for info in opened.store.documents()])
    assert opened.verify() == []
