"""The packed texts of `rag.training.data`, opened without copying, and their tokens."""

import json
import logging
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

log = logging.getLogger(__name__)

Ints = npt.NDArray[np.int64]
LONGEST = 96  # tokens kept of one text
_BATCH = 50_000
_REMEMBERED = 1_500_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts in rows of translations; `starts` has one element more than there are rows."""

    folder: Path
    meta: dict[str, Any]
    text_starts: Ints
    languages: npt.NDArray[np.uint8]
    starts: Ints
    sources: npt.NDArray[np.uint8]
    documents: npt.NDArray[np.int32]
    parts: npt.NDArray[np.uint8]

    def texts(self, numbers: npt.ArrayLike) -> list[str]:
        """Return the texts of these numbers, in the given order."""
        data = np.memmap(self.folder / "texts.bin", dtype=np.uint8, mode="r")
        found = np.asarray(numbers, dtype=np.int64)
        return [bytes(data[self.text_starts[i] : self.text_starts[i + 1]]).decode() for i in found]

    def row_of_text(self) -> Ints:
        """Return the row of every text."""
        return np.repeat(np.arange(len(self.sources)), np.diff(self.starts))


def open_pairs(folder: Path) -> Pairs:
    """Open what `rag.training.data` wrote."""

    def load(name: str) -> npt.NDArray[Any]:
        return np.asarray(np.load(folder / f"{name}.npy", allow_pickle=False))

    def with_zero(name: str) -> Ints:
        return np.concatenate([np.zeros(1, np.int64), load(name)])

    return Pairs(
        folder=folder,
        meta=json.loads((folder / "meta.json").read_text(encoding="utf-8")),
        text_starts=with_zero("text_ends"),
        languages=load("languages"),
        starts=with_zero("row_ends"),
        sources=load("row_sources"),
        documents=load("row_documents"),
        parts=load("row_parts"),
    )


def open_tokens(pairs: Pairs, tokenizer: Tokenizer, *, key: str, without: int = -1
                ) -> tuple[npt.NDArray[np.int32], Ints]:  # fmt: skip
    """Return the tokens of all texts, but for one, and where each text starts; made once for a `key`."""
    tokens_path = pairs.folder / f"tokens-{key}.npy"
    starts_path = pairs.folder / f"token_starts-{key}.npy"
    if not starts_path.exists():
        blocks, lengths = _tokenize(pairs, tokenizer, without)
        np.save(tokens_path, np.concatenate(blocks))
        np.save(starts_path, np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(lengths))]))
    tokens = np.load(tokens_path, mmap_mode="r", allow_pickle=False)
    return tokens, np.load(starts_path, allow_pickle=False)


class Tokens:
    """Tokens of stretches between blanks, remembered: tokenizing is most of the work, and most words return."""

    def __init__(self, tokenizer: Tokenizer, without: int) -> None:
        """Leave out the token `without` everywhere."""
        self.tokenizer, self.without = tokenizer, without
        self.known: dict[str, int] = {}
        self.flat = np.zeros(0, dtype=np.int32)
        self.starts = np.zeros(1, dtype=np.int64)

    def learn(self, stretches: set[str]) -> None:
        """Tokenize the stretches that are new."""
        if len(self.known) > _REMEMBERED:
            self.known.clear()
            self.flat, self.starts = self.flat[:0], self.starts[:1]
        new = sorted(stretches - self.known.keys())
        encodings = self.tokenizer.encode_batch_fast(new, add_special_tokens=False)
        ids = [[i for i in encoding.ids if i != self.without] for encoding in encodings]
        self.known.update(zip(new, range(len(self.known), len(self.known) + len(new)), strict=True))
        size = np.fromiter(map(len, ids), dtype=np.int64, count=len(ids))
        self.flat = np.concatenate(
            [self.flat, np.fromiter(chain.from_iterable(ids), dtype=np.int32, count=int(size.sum()))]
        )
        self.starts = np.concatenate([self.starts, self.starts[-1] + np.cumsum(size)])

    def of(self, texts: list[str]) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the tokens of the texts one after the other, and how many each has."""
        stretches = [text.split() for text in texts]
        self.learn({stretch for found in stretches for stretch in found})
        slots = np.fromiter((self.known[s] for found in stretches for s in found), dtype=np.int64)
        owners = np.repeat(np.arange(len(texts)), [len(found) for found in stretches])
        size = np.diff(self.starts)[slots]
        total = np.bincount(owners, weights=size, minlength=len(texts)).astype(np.int64)
        tokens = self.flat[ragged(self.starts[slots], size)]
        place = np.arange(len(tokens)) - np.repeat(np.cumsum(total) - total, total)
        return tokens[place < LONGEST], np.minimum(total, LONGEST)


def ragged(starts: Ints, lengths: Ints) -> Ints:
    """Return starts[0], starts[0]+1, ... for each start in turn, `lengths` numbers each."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - lengths, lengths) + np.repeat(starts, lengths)


def _tokenize(pairs: Pairs, tokenizer: Tokenizer, without: int) -> tuple[list[npt.NDArray[np.int32]], list[Ints]]:
    blocks: list[npt.NDArray[np.int32]] = []
    lengths: list[Ints] = []
    maker, count = Tokens(tokenizer, without), len(pairs.languages)
    for first in range(0, count, _BATCH):
        block, size = maker.of(pairs.texts(np.arange(first, min(first + _BATCH, count))))
        blocks.append(block)
        lengths.append(size)
        if first % (20 * _BATCH) == 0:
            log.info("tokens of %d of %d texts", first, count)
    return blocks, lengths
