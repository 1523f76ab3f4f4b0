from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from rag import Assistant, Progress
from rag.rebuilding import rebuild


def test_a_rebuild_without_an_index_reads_the_files(make_assistant: Callable[..., Assistant], files: Path) -> None:
    assistant = make_assistant()
    corpus = assistant.settings.paths.corpus
    corpus.mkdir()
    (corpus / "artigo.txt").write_bytes((files / "artigo.txt").read_bytes())
    report = rebuild(assistant.settings, assistant.parts.embedder)
    assert report.added == ("artigo.txt",)
    assert [info.name for info in assistant.documents()] == ["artigo.txt"]


def test_an_index_that_cannot_be_read_is_built_from_the_files(assistant: Assistant) -> None:
    generations = assistant.settings.paths.index / "generations"
    manifest = generations / assistant.generation / "manifest.json"
    assistant.close()
    manifest.write_text("{")
    assert len(rebuild(assistant.settings, assistant.parts.embedder).added) == 2
    assert assistant.verify().ok


def test_another_model_gives_new_vectors_for_the_stored_texts(assistant: Assistant) -> None:
    before = assistant.generation
    report = rebuild(assistant.settings, FakeEmbedder(dimension=32))
    assert report.unchanged == 2
    assert report.chunks > 0
    assert (assistant.settings.paths.index / "generations" / before).is_dir()


def test_a_failed_rebuild_leaves_the_index_as_it_was(assistant: Assistant) -> None:
    class Broken(FakeEmbedder):
        def embed_passages(self, texts: object) -> object:  # type: ignore[override]
            raise RuntimeError("no memory")

    before = assistant.generation
    with pytest.raises(RuntimeError):
        rebuild(assistant.settings, Broken())
    assert assistant.generation == before
    assert assistant.search("seller")


@pytest.mark.parametrize("full", [False, True])
def test_progress_ends_at_the_total(assistant: Assistant, full: bool) -> None:
    told: list[Progress] = []
    assistant.rebuild(full, progress=told.append)
    assert [(step.stage, step.done, step.total) for step in told] == [
        ("rebuild", 0, 2),
        ("rebuild", 1, 2),
        ("rebuild", 2, 2),
    ]
