"""The static embedder against sentence-transformers, its contract, and damaged folders."""

import json
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import BUNDLED, is_static, load_embedder
from rag.embedding.static import StaticEmbedder
from rag.errors import ModelUnavailable
from rag.settings import EmbeddingSettings

TEXTS = [
    "The partnership was announced on Tuesday, 24 May 2019.",
    "A parceria entre as empresas foi anunciada na terça-feira.",
    "Die Vertragsstrafe beträgt 3,5 % des Kaufpreises (höchstens 20 000 €).",
    "Договор вступает в силу с даты подписания; ёлка.",
    "Η σύμβαση τίθεται σε ισχύ από την ημερομηνία υπογραφής.",
    "وقّعت الشركتان اتفاقيةً في الرِّياض يوم الثلاثاء.",
    "החברות חתמו על הסכם שיתוף פעולה.",
    "दोनों कंपनियों ने समझौते पर हस्ताक्षर किए।",
    "บริษัททั้งสองลงนามในข้อตกลงเมื่อวันอังคาร",
    "两家公司周二宣布建立合作伙伴关系。",
    "マイクロソフトは2019年に提携を発表した。",
    "양사는 화요일에 파트너십을 발표했다.",
    "Hai công ty đã công bố quan hệ đối tác.",
    "İstanbul'daki şirket sözleşmeyi imzaladı.",
    "x",
    "word\twith\nodd\u00a0blanks\u3000inside",
    "ﬁnancial ½ № ™ Ⅳ",
    "\U0001f600 \u2603 \U00013000",
    "a" * 200,
    "e\u0301te\u0301 \u0301alone",
]


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder(BUNDLED)


@pytest.mark.filterwarnings("ignore")
def test_rows_equal_those_of_sentence_transformers(embedder: StaticEmbedder) -> None:
    transformers = pytest.importorskip("sentence_transformers")
    model = transformers.SentenceTransformer(str(BUNDLED), device="cpu", local_files_only=True)
    for texts in (TEXTS, [" ".join(TEXTS)], ["", " ", "...", "?!"]):
        expected = model.encode(texts, convert_to_numpy=True, show_progress_bar=False)
        assert np.abs(embedder.embed_passages(texts) - expected).max() < 1e-4


def test_rows_are_float32_of_length_one_in_the_given_order(embedder: StaticEmbedder) -> None:
    rows = embedder.embed_passages(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert np.allclose(embedder.embed_passages(TEXTS[::-1]), rows[::-1], atol=1e-6)


def test_a_batch_gives_what_single_texts_give(embedder: StaticEmbedder) -> None:
    many = [f"{text} {number}" for number in range(60) for text in TEXTS]
    rows = embedder.embed_passages(many)
    fresh = StaticEmbedder(BUNDLED, check=False)
    for place in range(0, len(many), 97):
        assert np.allclose(fresh.embed_questions([many[place]])[0], rows[place], atol=1e-6)


def test_no_texts_give_no_rows(embedder: StaticEmbedder) -> None:
    for rows in (embedder.embed_passages([]), embedder.embed_questions([]), embedder.embed_words([])):
        assert rows.shape == (0, embedder.dimension)
        assert rows.dtype == np.float32


def test_a_text_without_words_gives_a_row_of_zeros(embedder: StaticEmbedder) -> None:
    assert not embedder.embed_passages(["", "  ", "...!"]).any()


def test_words_stand_near_their_translations(embedder: StaticEmbedder) -> None:
    english = embedder.embed_words(["contract", "horse", "invoice", "mountain"])
    other = embedder.embed_words(["contrato", "cavalo", "fatura", "montanha"])
    assert (other @ english.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_sentences_stand_near_their_translations(embedder: StaticEmbedder) -> None:
    english = embedder.embed_passages(["The contract was signed by both companies.", "The weather is cold today."])
    other = [
        "O contrato foi assinado por ambas as empresas.",
        "该合同由两家公司签署。",
        "Договор подписан обеими компаниями.",
        "وقعت الشركتان العقد.",
    ]
    similar = embedder.embed_questions(other) @ english.T
    assert (similar[:, 0] > similar[:, 1]).all()


def test_forgetting_words_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.embedding.static._REMEMBERED", 3)
    small = StaticEmbedder(BUNDLED, check=False)
    first = small.embed_passages(TEXTS)
    assert np.allclose(small.embed_passages(TEXTS), first, atol=1e-6)


def test_threads_do_not_disturb_each_other(embedder: StaticEmbedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    fresh, wrong = StaticEmbedder(BUNDLED, check=False), []

    def work() -> None:
        wrong.extend(not np.allclose(fresh.embed_passages(TEXTS), expected, atol=1e-6) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [False] * 80


def test_the_name_tells_the_revision(embedder: StaticEmbedder) -> None:
    name, revision = embedder.name.split("@")
    assert name == "bundled"
    assert len(revision) == 12
    assert embedder.max_tokens is None


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


def test_a_changed_byte_is_noticed(copy: Path) -> None:
    data = bytearray((copy / "model.safetensors").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "model.safetensors").write_bytes(data)
    with pytest.raises(ModelUnavailable, match="damaged"):
        StaticEmbedder(copy)


def test_a_lost_file_is_noticed(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable, match=r"lost tokenizer\.json"):
        StaticEmbedder(copy)


def test_an_unreadable_file_is_an_error_without_checksums_too(copy: Path) -> None:
    (copy / "SHA256SUMS").unlink()
    (copy / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        StaticEmbedder(copy)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no embedding model"):
        StaticEmbedder(tmp_path / "none")


def test_the_bundled_model_is_small_and_complete() -> None:
    sizes = {path.name: path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= 40_000_000
    assert {"README.md", "training.json", "SHA256SUMS", "modules.json"} <= set(sizes)


def test_settings_choose_the_embedder(copy: Path, embedder: StaticEmbedder) -> None:
    assert load_embedder(EmbeddingSettings()).name == embedder.name
    assert isinstance(load_embedder(EmbeddingSettings(model=str(copy))), StaticEmbedder)


def test_a_folder_of_another_kind_is_not_static(tmp_path: Path) -> None:
    assert not is_static(tmp_path)
    modules = [{"type": "sentence_transformers.models.Transformer", "path": ""}]
    (tmp_path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    assert not is_static(tmp_path)
    (tmp_path / "modules.json").write_text("[{}]", encoding="utf-8")
    assert not is_static(tmp_path)


def test_other_stored_forms_of_static_models_are_read(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    arrays = load_file(BUNDLED / "model.safetensors")
    full = arrays["embeddings"].astype(np.float32)[arrays["mapping"]] * arrays["weights"][:, None]
    shutil.copy(BUNDLED / "tokenizer.json", tmp_path)
    expected = StaticEmbedder(BUNDLED, check=False).embed_passages(TEXTS)
    forms = [
        {"embedding.weight": full},
        {"embeddings": full[::-1].copy(), "mapping": np.arange(len(full))[::-1].copy()},
    ]
    for form in forms:
        save_file(form, tmp_path / "model.safetensors")
        assert np.allclose(StaticEmbedder(tmp_path).embed_passages(TEXTS), expected, atol=1e-5)


@pytest.mark.parametrize(
    "run", ["富士康与开放人工智能合作伙伴关系", "ความร่วมมือระหว่างบริษัท", "供应商", "ソルヴェナー", "𠮷野家"]
)
def test_the_pieces_of_a_run_are_the_run(run: str) -> None:
    assert "".join(StaticEmbedder(BUNDLED).split_run(run)) == run


def test_the_pieces_of_runs_are_words_of_scripts_without_blanks() -> None:
    pieces = StaticEmbedder(BUNDLED).run_pieces()
    assert "公司" in pieces
    assert all(len(piece) > 1 and not piece.isascii() for piece in pieces)
    assert list(pieces) == sorted(set(pieces))
