"""Which words become one piece: those of the most common meanings, and those of general prose."""

import importlib
import json
import lzma
from pathlib import Path

import pytest

pytest.importorskip("torch")
from rag.errors import DependencyMissing
from rag.training.data import TRAIN, WORDS, Packer, pack
from rag.training.lexicon import commonness, dictionary_words, prose_words
from rag.training.pairs import open_pairs
from rag.training.teacher import choose_texts, teach

FOREIGN = ("de", "fr", "it", "es", "pt", "nl")


def meaning(word: str) -> dict[str, str]:
    return {"en": word} | {language: f"{word}{language}" for language in FOREIGN}


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    files = {
        "omw": [meaning("buyer"), meaning("aardvark"), {"en": "rare", "de": "selten"}],
        "po": [{"en": f"the buyer pays number {n}", "de": f"der Käufer zahlt Nummer {n}"} for n in range(30)],
        "tico": [{"en": f"fever and cough {n}", "de": f"Fieber und Husten {n}"} for n in range(5)],
    }
    for name, rows in files.items():
        with lzma.open(tmp_path / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({"doc": f"{name}{n}", "t": row}) + "\n" for n, row in enumerate(rows))
    pack(tmp_path, None, out=tmp_path / "pairs", processes=1)
    return tmp_path / "pairs"


def test_common_meanings_come_first_and_narrow_ones_not_at_all(packed: Path) -> None:
    pairs = open_pairs(packed)
    german = pairs.meta["languages"].index("de")
    found = dictionary_words(pairs, german, commonness(pairs), lambda text: text.lower().split())
    assert found == ["buyerde", "aardvarkde"]


def test_words_of_general_prose_are_kept_and_those_of_documentation_are_not(packed: Path) -> None:
    pairs = open_pairs(packed)
    found = prose_words(pairs, pairs.meta["languages"].index("de"), lambda text: text.lower().split())
    assert {"fieber", "husten"} <= set(found)
    assert "zahlt" not in found


def test_words_of_deals_are_never_held_out(tmp_path: Path) -> None:
    packer = Packer(tmp_path)
    parts = {packer._part("omw", f"{n}", [("en", "buyer"), ("de", "Käufer")]) for n in range(500)}
    others = {packer._part("omw", f"{n}", [("en", "aardvark"), ("de", "Erdferkel")]) for n in range(500)}
    packer.write([])  # closes its file
    assert (parts, others) == ({TRAIN}, {TRAIN, WORDS})


def test_the_teacher_reads_the_english_words_alone(packed: Path) -> None:
    pairs = open_pairs(packed)
    assert sorted(pairs.texts(choose_texts(pairs))) == ["aardvark", "buyer", "rare"]


def test_without_the_teacher_its_stage_says_what_to_install(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(DependencyMissing, match="train"):
        teach(packed)
