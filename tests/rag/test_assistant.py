import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rag import Assistant, IndexMismatch, IndexMissing, QuestionError
from rag.index.lexical import SqliteLexical
from rag.settings import setting_names


def test_without_an_index_it_is_new_and_says_how_to_make_one(make_assistant: Callable[..., Assistant]) -> None:
    assistant = make_assistant()
    assert assistant.is_new
    with pytest.raises(IndexMissing, match="dealglot"):
        assistant.ask("Who is the seller?")


def test_a_removed_document_is_gone_from_corpus_and_answers(assistant: Assistant) -> None:
    report = assistant.remove(["contract.md"])
    assert report.removed == ("contract.md",)
    assert not (assistant.settings.paths.corpus / "contract.md").exists()
    assert {passage.document.name for passage in assistant.search("seller price buyer")} == {"artigo.txt"}


def test_an_unknown_name_removes_nothing_and_names_the_nearest(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match=r"contract\.md"):
        assistant.remove(["artigo.txt", "contrat.md"])
    assert len(assistant.documents()) == 2


def test_a_question_may_be_limited_to_documents(assistant: Assistant) -> None:
    found = assistant.search("price preço", documents=["artigo.txt"])
    assert {passage.document.name for passage in found} == {"artigo.txt"}


def test_the_answer_names_the_generation_that_gave_it(assistant: Assistant) -> None:
    assert assistant.ask("Who is the seller?").generation == assistant.generation


def test_a_rebuild_switches_to_a_new_generation_with_the_same_documents(assistant: Assistant) -> None:
    before, documents = assistant.generation, assistant.documents()
    report = assistant.rebuild()
    assert (report.unchanged, report.added, report.failed) == (2, (), ())
    assert assistant.generation != before
    assert assistant.documents() == documents


def test_a_full_rebuild_reads_the_files_anew(assistant: Assistant) -> None:
    corpus = assistant.settings.paths.corpus
    (corpus / "contract.md").write_text("The seller is Omega SA.", encoding="utf-8")
    (corpus / "new.txt").write_text("The board met in Lisbon.", encoding="utf-8")
    report = assistant.rebuild(full=True)
    assert (report.added, report.changed, report.unchanged) == (("new.txt",), ("contract.md",), 1)
    assert "Omega" in assistant.page("contract.md", 1).text


def test_a_rebuild_without_files_uses_the_stored_texts(assistant: Assistant) -> None:
    text = assistant.page("artigo.txt", 1).text
    (assistant.settings.paths.corpus / "artigo.txt").unlink()
    assistant.rebuild()
    assert assistant.page("artigo.txt", 1).text == text


def test_other_settings_are_refused_until_the_index_is_rebuilt(
    assistant: Assistant, make_assistant: Callable[..., Assistant]
) -> None:
    other = make_assistant(**{"chunking.size": 200})
    with pytest.raises(IndexMismatch, match="rebuild"):
        other.documents()
    other.rebuild()
    assert len(other.documents()) == 2


def test_what_another_program_adds_is_found(
    assistant: Assistant, make_assistant: Callable[..., Assistant], tmp_path: Path
) -> None:
    assert assistant.search("zebra crossing")[0].document.name != "zebra.txt"
    (tmp_path / "zebra.txt").write_text("The zebra clause applies.", encoding="utf-8")
    make_assistant().add([tmp_path / "zebra.txt"])
    assert assistant.search("zebra clause")[0].document.name == "zebra.txt"


def test_questions_are_answered_while_documents_are_added(assistant: Assistant, tmp_path: Path) -> None:
    files = []
    for number in range(20):
        files.append(tmp_path / f"note-{number}.txt")
        files[-1].write_text(f"Note {number}: the fee is {number} euros.", encoding="utf-8")
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(10):
                assert assistant.ask("Who is the seller?").answered
        except BaseException as error:
            errors.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assistant.add(files)
    assistant.rebuild()
    asking.join()
    assert errors == []
    assert len(assistant.documents()) == 22


def test_a_sound_index_has_no_problems(assistant: Assistant) -> None:
    health = assistant.verify()
    assert health.ok
    assert (health.documents, health.chunks) == (2, health.vectors)


def test_damage_is_found_and_repaired(assistant: Assistant) -> None:
    generation = assistant.settings.paths.index / "generations" / assistant.generation
    assistant.close()
    (generation / "vectors.faiss").write_bytes(b"damaged")
    assert assistant.verify(repair=True).ok
    assert assistant.search("seller")


def test_the_page_of_an_unknown_document_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="There is no document"):
        assistant.page("nothing.pdf", 1)


def test_settings_are_read_where_none_are_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEALGLOT_RETRIEVAL_PASSAGES", "4")
    assert "retrieval.passages" in setting_names()
    assert Assistant().settings.retrieval.passages == 4


def test_a_rebuild_reads_the_file_where_the_stored_text_is_damaged(assistant: Assistant) -> None:
    store = assistant.settings.paths.index / "generations" / assistant.generation / "store.sqlite"
    assistant.close()
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE pages SET text = replace(text, 'Meridian', 'Meridien')")
    assistant.rebuild()
    assert "Meridian" in assistant.page("contract.md", 1).text
    assert assistant.verify().ok


def test_after_a_purge_no_byte_of_a_removed_document_is_in_the_index_folder(
    assistant: Assistant, tmp_path: Path
) -> None:
    secret = "Das Geheimwort der Übernahme lautet Quarzfalter und kostet 77 Millionen."
    (tmp_path / "geheim.txt").write_text(f"{secret}\n", encoding="utf-8")
    assistant.add([tmp_path / "geheim.txt"])
    quote = "contract"
    index = assistant._opened()
    document = next(info.id for info in assistant.documents() if info.name == "geheim.txt")
    index.translations.remember(document, secret, "The secret word is Quartzmoth.", engine="e", target="en")
    assistant.rebuild()
    assistant.remove(["geheim.txt"])
    assistant.purge()
    assistant.close()
    data = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()).lower()
    for trace in ("Geheimwort der", "quarzfalter", "quarzf", "Quartzmoth", "geheim.txt"):
        assert trace.lower().encode() not in data, trace
        assert trace.lower().encode("utf-16-le") not in data, trace
    assert quote.encode() in data
    assert assistant.verify().ok


def test_what_is_made_of_the_words_is_kept_for_the_next_opening(
    assistant: Assistant, make_assistant: Callable[..., Assistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.close()
    monkeypatch.setattr(SqliteLexical, "words", lambda _: pytest.fail("the words were read"))
    assert make_assistant().search("price")


def test_a_removed_document_leaves_no_word_and_a_purge_no_file_of_words(assistant: Assistant) -> None:
    kept = assistant._opened().words_file
    assert b"kappa" in kept.read_bytes()
    assistant.remove(["contract.md"])
    assert b"kappa" not in kept.read_bytes()
    assistant.purge()
    assert not kept.exists()
    assert assistant.search("preço")


def test_a_rebuild_makes_the_words_anew(assistant: Assistant) -> None:
    before = assistant._opened().words_file
    assistant.rebuild()
    kept = assistant._opened().words_file
    assert kept != before
    assert kept.exists()
