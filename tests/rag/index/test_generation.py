import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import IndexFolderError
from rag.index.generation import serve, start_generation, write_aside, writer_lock


def test_a_file_that_cannot_be_written_names_itself_and_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "CURRENT"
    write_aside(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(IndexFolderError, match=r"CURRENT cannot be written: No space left on device\. See that"):
        write_aside(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_file_in_the_way_of_the_folder_is_an_error_with_its_name(tmp_path):
    (tmp_path / "index").write_text("a file", encoding="utf-8")
    with (
        pytest.raises(IndexFolderError, match=r"index/writer\.lock cannot be made"),
        writer_lock(tmp_path / "index"),
    ):
        pass


def test_generations_sort_by_the_time_of_their_making(tmp_path):
    made = [start_generation(tmp_path) for _ in range(5)]
    assert made == sorted(made)
    assert len(set(made)) == 5


def test_the_pointer_is_a_line_of_text(tmp_path):
    serve(tmp_path, "20260101-000000-000000-abcd")
    assert (tmp_path / "CURRENT").read_text(encoding="utf-8") == "20260101-000000-000000-abcd\n"


def test_the_lock_holds_against_another_program_and_goes_with_it(tmp_path):
    code = f"""
import sys, time
from pathlib import Path
from rag.index.generation import writer_lock
with writer_lock(Path({str(tmp_path)!r})):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3], text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            with pytest.raises(IndexFolderError, match="Another program"), writer_lock(tmp_path, wait=0.05):
                pass
        finally:
            other.kill()
    with writer_lock(tmp_path, wait=5):
        pass
