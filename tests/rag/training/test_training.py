"""The whole way from parallel files to a model folder, on a small invented slice."""

import gzip
import json
import logging
import lzma
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from rag.embedding.static import StaticEmbedder
from rag.evaluation.metrics import bitext_f1
from rag.training.card import describe
from rag.training.cleaning import clean, clean_sentences, clean_words, fingerprint
from rag.training.data import SENTENCES, pack
from rag.training.embedder import Recipe, grown_table, new_table, open_sampler, pieces_of, run, save_table
from rag.training.pairs import Pairs, open_pairs
from rag.training.start import even_out
from rag.training.tokenizer import train as train_tokenizer

WORDS = {
    "en": "contract buyer seller price month court bank share tax house river winter horse bread silver stone",
    "de": "Vertrag Käufer Verkäufer Preis Monat Gericht Bank Aktie Steuer Haus Fluss Winter Pferd Brot Silber Stein",
    "ru": "договор покупатель продавец цена месяц суд банк акция налог дом река зима лошадь хлеб серебро камень",
    "zh": "合同 买方 卖方 价格 月份 法院 银行 股份 税款 房屋 河流 冬天 马匹 面包 白银 石头",
}
HELD_SENTENCE = "the contract price of the house is the tax of the buyer and the bank"


def sentence(rng: random.Random) -> dict[str, str]:
    chosen = rng.sample(range(16), rng.randint(4, 7))
    lists = {language: words.split() for language, words in WORDS.items()}
    return {k: ("" if k == "zh" else " ").join(words[i] for i in chosen) for k, words in lists.items()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("parallel"), random.Random(5)
    rows = [{"doc": f"d{n // 8}", "t": sentence(rng)} for n in range(800)]
    rows.append({"doc": "kept-out", "t": {"en": "bread and silver", "de": "Brot und Silber"}})
    rows.append(
        {"doc": "d900", "t": {"en": HELD_SENTENCE, "de": "der Preis des Hauses ist die Steuer des Käufers"}}
    )
    files = {
        "po": rows,
        "ud-pud": [{"doc": "n1", "t": sentence(rng)} for _ in range(60)],
        "cldr": [{"doc": "w", "t": {k: v.split()[n] for k, v in WORDS.items()}} for n in range(16)],
    }
    for name, content in files.items():
        with lzma.open(folder / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
    (folder / "SOURCES.tsv").write_text("file\tsource\tlicence\npo.jsonl.xz\tinvented\tCC0\n", encoding="utf-8")
    (folder / "heldout_docs.txt").write_text("kept-out\n", encoding="utf-8")
    with gzip.open(folder / "heldout_texts.txt.gz", "wt") as file:
        file.write(fingerprint(HELD_SENTENCE) + "\n")
    return folder


@pytest.fixture(scope="module")
def packed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pairs")
    pack(source, source, out=out, processes=1)
    return out


def all_texts(pairs: Pairs) -> list[str]:
    return pairs.texts(np.arange(len(pairs.languages)))


def test_development_documents_and_sentences_are_left_out(packed: Path) -> None:
    texts = all_texts(open_pairs(packed))
    assert "bread and silver" not in texts
    assert HELD_SENTENCE not in texts


def test_rows_keep_translations_together(packed: Path) -> None:
    pairs = open_pairs(packed)
    row = pairs.texts(np.arange(pairs.starts[3], pairs.starts[4]))
    assert len(row) == 4
    assert len(row[pairs.meta["languages"].index("en")].split()) == len(
        row[pairs.meta["languages"].index("ru")].split()
    )
    assert pairs.meta["licences"] == [{"file": "po.jsonl.xz", "source": "invented", "licence": "CC0"}]


@pytest.mark.parametrize("kind", ["sentences", "words", "passages", "bags"])
def test_both_sides_of_a_batch_have_the_same_number_of_texts(packed: Path, tmp_path: Path, kind: str) -> None:
    train_tokenizer(packed, tmp_path, size=900, processes=1)
    sampler, _, _ = open_sampler(packed, tmp_path, Recipe(batch=64))
    batch = sampler.draw(kind)
    assert batch.kind == kind
    assert (
        len(batch.left_lengths) == len(batch.right_lengths) == len(batch.left_marks) == len(batch.right_marks) > 0
    )
    assert (batch.left_lengths.sum(), batch.right_lengths.sum()) == (len(batch.left), len(batch.right))
    assert min(batch.left_lengths.min(), batch.right_lengths.min()) > 0


def test_evening_out_lengthens_rare_rows_and_leaves_their_directions() -> None:
    rows = torch.nn.functional.normalize(torch.randn(4, 8)) * torch.tensor([[1.0], [20.0], [20.0], [3.0]])
    evened = even_out(rows, np.array([2, 400, 900, 90_000]), power=0.0)
    assert evened.norm(dim=1).tolist() == pytest.approx([17.0, 20.0, 20.0, 3.0], rel=1e-4)
    assert torch.allclose(torch.nn.functional.cosine_similarity(rows, evened), torch.ones(4))


def test_training_lowers_the_loss_and_ranks_translations_better(
    packed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    torch.set_num_threads(1)  # two threads wait for each other where other tests run beside
    train_tokenizer(packed, tmp_path / "tokenizer", size=900, processes=1)
    recipe = Recipe(dimension=32, batch=96, steps=200, minutes=1.0, warmup=10, indexed=0)
    stages = (recipe, replace(recipe, steps=100, last_rate=0.0))
    sampler, tokenizer, row = open_sampler(packed, tmp_path / "tokenizer", recipe)
    caplog.set_level(logging.INFO, logger="rag")
    scores = []
    pairs = open_pairs(packed)
    held = np.flatnonzero(pairs.parts == SENTENCES)
    languages = pairs.meta["languages"]
    for name, table in (("before", new_table(sampler, recipe)), ("after", run(sampler, stages))):
        save_table(table, tokenizer, tmp_path / name, row=row)
        describe(tmp_path / name, {}, pairs.meta, scores={"after": {"news ru": 0.5}})
        embedder = StaticEmbedder(tmp_path / name)
        rows = {
            code: embedder.embed_passages(
                [text for row in held for text in pairs.texts([pairs.starts[row] + languages.index(code)])]
            )
            for code in ("en", "ru", "zh")
        }
        scores.append([bitext_f1(rows["ru"], rows["en"]), bitext_f1(rows["zh"], rows["en"])])
    assert min(scores[1]) > max(scores[0]) + 0.2
    losses = [
        float(r.getMessage().split("sentences ")[1].split()[0]) for r in caplog.records if "step " in r.message
    ]
    assert losses[-1] < losses[0]


def test_the_tokenizer_knows_every_character(packed: Path, tmp_path: Path) -> None:
    tokenizer = train_tokenizer(packed, tmp_path, size=900, processes=1)
    assert tokenizer.token_to_id("<unk>") not in tokenizer.encode("contract \U00013000 ქართული").ids
    assert tokenizer.encode("Договор").ids == tokenizer.encode("договор").ids
    assert tokenizer.encode("contract").tokens == ["▁contract"]


def test_markup_goes_and_words_stay() -> None:
    given = "Open [the page](a/b.md) at https://example.com/x, <b>now</b> !INCLUDE[d365acc_long] or {0} &nbsp; go."
    assert clean(given) == "Open the page at now or go."


def test_untranslated_and_misaligned_texts_are_dropped() -> None:
    row = {
        "en": "The contract ends after two years of service.",
        "de": "The contract ends after two years of service.",
        "ru": "The contract ends",
        "fr": "Oui.",
        "es": "El contrato termina a los dos años de servicio.",
        "zh": "合同在服务两年后终止。",
    }
    assert sorted(clean_sentences(row)) == ["en", "es", "zh"]


def test_synonyms_are_taken_apart() -> None:
    assert clean_words({"en": "car ; motor_car", "zh": "汽+车;", "de": " ; "}) == {
        "en": ["car", "motor car"],
        "zh": ["汽车"],
    }


def test_an_earlier_model_is_continued_with_more_numbers_a_row(packed: Path, tmp_path: Path) -> None:
    train_tokenizer(packed, tmp_path / "tokenizer", size=900, processes=1)
    recipe = Recipe(dimension=16, batch=64)
    sampler, tokenizer, row = open_sampler(packed, tmp_path / "tokenizer", recipe)
    first = new_table(sampler, recipe)
    save_table(first, tokenizer, tmp_path / "first", row=row)
    pieces = pieces_of(tokenizer)
    grown = grown_table(sampler, replace(recipe, dimension=24), tmp_path / "first", pieces=pieces, row=row)
    assert grown.rows.shape == (len(first.rows), 24)
    used = torch.from_numpy(np.flatnonzero(sampler.counts > 20))
    cosine = torch.nn.functional.cosine_similarity(grown.rows[used, :16], first.rows[used])
    assert float(cosine.min()) > 0.99
    lengths = grown.rows[used].norm(dim=1) / first.rows[used].norm(dim=1)
    assert torch.allclose(lengths, torch.ones(len(used)), atol=0.02)
