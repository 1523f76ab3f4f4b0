from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Assistant, Progress
from rag.ingest import Source, named_sources


def find(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def test_added_files_are_copied_into_the_corpus_under_their_names(assistant: Assistant, files: Path) -> None:
    corpus = assistant.settings.paths.corpus
    assert (corpus / "artigo.txt").read_bytes() == (files / "artigo.txt").read_bytes()
    assert [info.name for info in assistant.documents()] == ["artigo.txt", "contract.md"]


def test_the_report_says_what_was_added_and_how_many_chunks(
    make_assistant: Callable[..., Assistant], files: Path
) -> None:
    assistant = make_assistant()
    report = assistant.add([files])
    assert report.added == ("artigo.txt", "contract.md")
    assert report.chunks == sum(info.chunks for info in assistant.documents()) > 0
    assert (report.changed, report.removed, report.unchanged, report.failed) == ((), (), 0, ())


def test_unchanged_files_cost_nothing(assistant: Assistant, files: Path) -> None:
    report = assistant.add([files])
    assert (report.unchanged, report.added, report.chunks) == (2, (), 0)


def test_a_changed_file_replaces_its_document(assistant: Assistant, files: Path) -> None:
    (files / "contract.md").write_text("# Supply contract\n\nThe seller is Omega SA.\n", encoding="utf-8")
    report = assistant.add([files / "contract.md"])
    assert report.changed == ("contract.md",)
    assert "Omega" in assistant.page("contract.md", 1).text
    assert all("Meridian" not in passage.text for passage in assistant.search("seller", documents=["contract.md"]))


def test_one_bad_file_does_not_stop_the_others(make_assistant: Callable[..., Assistant], files: Path) -> None:
    (files / "bad.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (files / "empty.txt").write_bytes(b"")
    assistant = make_assistant()
    report = assistant.add([files])
    assert report.added == ("artigo.txt", "contract.md")
    assert {failure.document: failure.reason for failure in report.failed} == {
        "bad.pdf": "corrupt",
        "empty.txt": "empty",
    }
    assert not (assistant.settings.paths.corpus / "bad.pdf").exists()


def test_the_same_bytes_under_another_name_are_a_reported_duplicate(assistant: Assistant, files: Path) -> None:
    (files / "copy.txt").write_bytes((files / "artigo.txt").read_bytes())
    (failure,) = assistant.add([files / "copy.txt"]).failed
    assert (failure.document, failure.reason) == ("copy.txt", "duplicate")
    assert "artigo.txt" in failure.detail


def test_progress_is_told_for_every_file(make_assistant: Callable[..., Assistant], files: Path) -> None:
    told: list[Progress] = []
    make_assistant().add([files], progress=told.append)
    assert [(step.done, step.total, step.name) for step in told] == [
        (0, 2, "artigo.txt"),
        (1, 2, "contract.md"),
        (2, 2, ""),
    ]


def test_sync_takes_new_files_and_drops_documents_without_a_file(assistant: Assistant) -> None:
    corpus = assistant.settings.paths.corpus
    (corpus / "press").mkdir()
    (corpus / "press" / "new.txt").write_text("The board met in Lisbon.", encoding="utf-8")
    (corpus / "artigo.txt").unlink()
    report = assistant.sync()
    assert (report.added, report.removed, report.unchanged) == (("press/new.txt",), ("artigo.txt",), 1)
    assert [info.name for info in assistant.documents()] == ["contract.md", "press/new.txt"]


def test_sync_of_a_folder_copies_it_in_first(make_assistant: Callable[..., Assistant], files: Path) -> None:
    assistant = make_assistant()
    assert assistant.sync(files).added == ("artigo.txt", "contract.md")
    assert assistant.sync(files).unchanged == 2


def test_a_renamed_file_keeps_its_text_under_the_new_name(assistant: Assistant) -> None:
    corpus = assistant.settings.paths.corpus
    (corpus / "artigo.txt").rename(corpus / "aliança.txt")
    report = assistant.sync()
    assert (report.added, report.removed, report.failed) == (("aliança.txt",), ("artigo.txt",), ())


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["a"], ["deal.txt", "sub/deal.txt"]),
        (["a/deal.txt", "b/deal.txt"], ["deal.txt", "deal-2.txt"]),
        (["a", "b"], ["deal.txt", "sub/deal.txt", "deal-2.txt"]),
        (["corpus/press/x.txt"], ["press/x.txt"]),
    ],
)
def test_names_in_the_corpus_are_never_shared(tmp_path: Path, given: list[str], names: list[str]) -> None:
    for name in ("a/deal.txt", "a/sub/deal.txt", "b/deal.txt", "corpus/press/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    sources = named_sources([tmp_path / path for path in given], tmp_path / "corpus", find)
    assert [source.name for source in sources] == names
    assert all(isinstance(source, Source) and source.path.is_file() for source in sources)
