"""Turn the parallel text files into one flat set of arrays that training reads without parsing.

`python -m rag.training.data --source DIR --heldout DIR --out DIR` writes `texts.bin` (UTF-8), `text_ends.npy`,
`languages.npy` (one code a text), `row_ends.npy` (texts of one row are translations of each other),
`row_sources.npy`, `row_documents.npy`, `row_parts.npy` (0 training, 1 held-out sentences, 2 held-out words)
and `meta.json` with names, counts, licences and the digest.
"""

import argparse
import csv
import gzip
import hashlib
import json
import logging
import lzma
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from rag.training.cleaning import clean_sentences, clean_words, fingerprint

log = logging.getLogger(__name__)

WORD_SOURCES = frozenset(
    [
        "omw",
        "omw-wikt",
        "cldr",
        "idtags",
        "naturalearth",
        "nsi",
        "phonegeo",
        "eforms",
        "xfactr",
        "netranslit",
        "govuk",
    ]
)
# News and encyclopaedia: held out, half of its documents say how well the model does on general text.
HELD_SENTENCES = {"ud-pud": 0.5}
HELD_WORDS = frozenset({"omw", "omw-wikt"})
HELD_WORD_SHARE = 0.025  # of the meanings, by their number
# Words that deals and news cannot do without are always learned.
_DEALS = """
lawsuit suit penalty fine buyer purchaser seller vendor share stock shareholder stockholder partnership partner
agreement contract supplier factory plant chip server deadline guarantee warranty board director merger
acquisition takeover investment investor revenue profit loss gain announce quote cite sign signature delivery
price cost sale market customer client company corporation firm court judge law claim plaintiff defendant appeal
fee tax debt loan bank interest payment invoice order product service technology patent licence license
trademark damage insurance salary employee worker employer strike rival competitor deal negotiation dispute
arbitration bankruptcy dividend bond currency budget forecast quarter growth decline increase decrease report
statement spokesman minister government regulator fraud bribe sanction export import tariff trade monday tuesday
wednesday thursday friday saturday sunday january february march april may june july august september october
november december year month week day
"""
NEVER_HELD = frozenset(_DEALS.split())
# Of one publisher's very large documentation a share of the documents is enough; the rest is more of the same.
KEPT_SHARE = {"fo": 0.4, "smb": 0.7}
SKIPPED_LANGUAGES = frozenset(
    ["ckb", "fuv", "ku", "lg", "ln", "rw", "gj", "sa", "my", "te", "ne", "ps", "sw", "ta"]
)
TRAIN, SENTENCES, WORDS = 0, 1, 2

Row = tuple[str, list[tuple[str, str]], str]  # document, (language, text) pairs, fingerprint of the leading text


def read_source(path: Path, held_documents: frozenset[str], held_texts: frozenset[str]) -> Iterator[Row]:
    """Yield the cleaned rows of one file, without those that belong to a development document."""
    source = path.name.removesuffix(".jsonl.xz")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            document: str = row["doc"]
            if document in held_documents and source in {"po", "smb", "fo"}:
                continue
            if _draw(document) >= KEPT_SHARE.get(source, 1.0):
                continue
            given = {k.split("-")[0] if k == "es-419" else k: v for k, v in row["t"].items()}
            given = {k: v for k, v in given.items() if k not in SKIPPED_LANGUAGES}
            if source in WORD_SOURCES:
                pairs = [(language, word) for language, words in clean_words(given).items() for word in words]
            else:
                pairs = sorted(clean_sentences(given).items())
            if len({language for language, _ in pairs}) < 2:
                continue
            if any(len(text) >= 40 and fingerprint(text) in held_texts for _, text in pairs):
                continue
            leading = dict(reversed(pairs)).get("en") or pairs[0][1]
            yield document, pairs, fingerprint(leading)


def _draw(key: str) -> float:
    """Return a number from 0 to 1 that depends on the key alone."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 2**32


def _read_all(job: tuple[Path, frozenset[str], frozenset[str]]) -> tuple[str, list[Row]]:
    return job[0].name.removesuffix(".jsonl.xz"), list(read_source(*job))


class Packer:
    """Collects rows, drops repeated ones, and writes the arrays."""

    def __init__(self, out: Path) -> None:
        """Open the text file under `out`; `write` must be called at the end."""
        self.out = out
        self.languages: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.lists: dict[str, list[int]] = {
            k: [] for k in ("text_ends", "languages", "row_ends", "row_sources", "row_documents", "row_parts")
        }
        self.counts: Counter[str] = Counter()
        self._seen: dict[str, set[str]] = {}
        self._documents = 0
        self._bytes = 0
        self._texts = (out / "texts.bin").open("wb")
        self._digest = hashlib.sha256()

    def add(self, source: str, rows: list[Row]) -> None:
        """Add the rows of one source; a row whose sentence and languages were all seen before is dropped."""
        number = self.sources.setdefault(source, len(self.sources))
        sentences = source not in WORD_SOURCES
        last = None
        for document, pairs, key in rows:
            if sentences:
                seen = self._seen.setdefault(key, set())
                fresh = [(language, text) for language, text in pairs if language not in seen]
                seen.update(language for language, _ in pairs)
                if not fresh:
                    self.counts["repeated"] += 1
                    continue
            if document != last:
                self._documents += 1
                last = document
            self._add_row(number, pairs, part=self._part(source, document, pairs))

    def _part(self, source: str, document: str, pairs: list[tuple[str, str]]) -> int:
        # The first six characters of its keys are the document; what follows counts the sentences.
        if source in HELD_SENTENCES and _draw(document[:6]) < HELD_SENTENCES[source]:
            return SENTENCES
        if source in HELD_WORDS and _draw(document) < HELD_WORD_SHARE:
            english = {text.lower() for language, text in pairs if language == "en"}
            return TRAIN if english & NEVER_HELD else WORDS
        return TRAIN

    def _add_row(self, source: int, pairs: list[tuple[str, str]], *, part: int) -> None:
        for language, text in pairs:
            data = text.encode()
            self._texts.write(data)
            self._digest.update(data)
            self._bytes += len(data)
            self.lists["text_ends"].append(self._bytes)
            self.lists["languages"].append(self.languages.setdefault(language, len(self.languages)))
            self.counts[language] += 1
        self.lists["row_ends"].append(len(self.lists["text_ends"]))
        self.lists["row_sources"].append(source)
        self.lists["row_documents"].append(self._documents)
        self.lists["row_parts"].append(part)

    def write(self, licences: list[dict[str, str]]) -> None:
        """Write arrays and meta.json; `licences` are the lines of SOURCES.tsv."""
        self._texts.close()
        kinds = {"languages": np.uint8, "row_sources": np.uint8, "row_parts": np.uint8, "row_documents": np.int32}
        for name, values in self.lists.items():
            np.save(self.out / f"{name}.npy", np.asarray(values, dtype=kinds.get(name, np.int64)))
        meta: dict[str, Any] = {
            "languages": list(self.languages),
            "sources": list(self.sources),
            "words": sorted(WORD_SOURCES & set(self.sources)),
            "rows": len(self.lists["row_ends"]),
            "counts": dict(self.counts),
            "digest": self._digest.hexdigest(),
            "licences": licences,
        }
        (self.out / "meta.json").write_text(
            json.dumps(meta, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def read_heldout(folder: Path | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return names of the development documents and fingerprints of their texts."""
    if folder is None:
        return frozenset(), frozenset()
    documents = frozenset((folder / "heldout_docs.txt").read_text(encoding="utf-8").split("\n")) - {""}
    with gzip.open(folder / "heldout_texts.txt.gz", "rt", encoding="ascii") as lines:
        return documents, frozenset(lines.read().split())


def pack(source: Path, heldout: Path | None, *, out: Path, processes: int = 2) -> None:
    """Read every `*.jsonl.xz` of `source` in sorted order and write the arrays to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    documents, texts = read_heldout(heldout)
    packer = Packer(out)
    # Human translations first: of two equal sentences theirs is the one that stays.
    paths = sorted(source.glob("*.jsonl.xz"), key=lambda path: (path.name.startswith("ms-"), path.name))
    with Pool(processes) as pool:
        for name, rows in pool.imap(_read_all, [(path, documents, texts) for path in paths]):
            packer.add(name, rows)
            log.info("%s: %d rows read, %d kept in all", name, len(rows), len(packer.lists["row_ends"]))
    table = source / "SOURCES.tsv"
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
    packer.write(list(csv.DictReader(lines, delimiter="\t")))


def main() -> None:
    """Read the command line and pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder of *.jsonl.xz and SOURCES.tsv")
    parser.add_argument("--heldout", type=Path, help="folder with heldout_docs.txt and heldout_texts.txt.gz")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    pack(options.source, options.heldout, out=options.out)


if __name__ == "__main__":
    main()
