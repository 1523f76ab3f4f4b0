"""StaticEmbedder: one vector a piece of text, read with tokenizers, safetensors and numpy alone."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rag.errors import ModelUnavailable
from rag.protocols import Vectors

CHECKSUMS = "SHA256SUMS"
_REMEMBERED = 50_000  # stretches between blanks whose sums are kept, at dimension 256 some 50 MB
_LONGEST = 32  # characters; longer stretches hardly return
_BLOCK = 512  # texts taken together
_SMALL = 1e-12  # what torch's normalize divides by at least
_MEND = "Restore the folder from a fresh copy of the project, or train the model again (make train)."


class StaticEmbedder:
    """Turns texts into unit rows: the sum of the vectors of their pieces, scaled to length 1.

    Equal to `SentenceTransformer(folder)` with the modules StaticEmbedding and Normalize. Scaling makes sum and mean
    the same, and pieces never cross a blank, so the sum of each word can be remembered. A text without a single
    piece (blank, punctuation alone) gives a row of zeros, as it does there.
    """

    def __init__(self, folder: Path, *, check: bool = True) -> None:
        """Read the folder; `check` compares every file with SHA256SUMS where there is one.

        Raises ModelUnavailable when a file is missing, unreadable or not the one that was published.
        """
        self.folder = folder
        digest = _check(folder) if check else ""
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            arrays = load_file(folder / "model.safetensors")
            self._numbers, self._scale, self._mapping = _table(arrays)
        except Exception as error:  # the tokenizers library raises bare Exception
            raise ModelUnavailable(f"The embedding model in {folder.name} cannot be read: {error}.", _MEND) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        digest = digest or hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        self._name = f"{folder.name}@{digest[:12]}"
        self._slots: dict[str, int] = {}
        self._sums = np.zeros((1024, self.dimension), dtype=np.float32)
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The folder's name and the first 12 digits of the checksum of its files."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a row."""
        return int(self._numbers.shape[1])

    @property
    def max_tokens(self) -> int | None:
        """None: a text of any length is read whole."""
        return None

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, shape (n, dimension), in the given order."""
        rows = [self._embed(texts[first : first + _BLOCK]) for first in range(0, len(texts), _BLOCK)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question; this model reads questions and passages alike."""
        return self.embed_passages(texts)

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """Return one row a single word, comparable across languages."""
        return self.embed_passages(words)

    def split_run(self, run: str) -> list[str]:
        """Return the pieces of a run written without blanks: the vocabulary holds the frequent words whole."""
        encoding = self._tokenizer.encode(run, add_special_tokens=False)
        pieces = [run[start:end] for start, end in encoding.offsets]
        return [piece for piece in pieces if piece.strip()]

    def _embed(self, texts: Sequence[str]) -> Vectors:
        stretches = [text.split() for text in texts]
        owners = np.repeat(np.arange(len(texts)), [len(found) for found in stretches])
        flat = [stretch for found in stretches for stretch in found]
        with self._lock:
            if len(self._slots) > _REMEMBERED:
                self._slots.clear()
            self._learn(flat)
            slots = np.fromiter((self._slots.get(stretch, -1) for stretch in flat), dtype=np.int64, count=len(flat))
            known = slots >= 0
            out = _sum_by_owner(self._sums[slots[known]], owners[known], len(texts))
        long = [stretch for stretch, is_known in zip(flat, known, strict=True) if not is_known]
        if long:
            out += _sum_by_owner(self._sum_pieces(long), owners[~known], len(texts))
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), _SMALL)

    def _learn(self, stretches: list[str]) -> None:
        """Remember the sums of the short stretches that are new."""
        new = [s for s in dict.fromkeys(stretches) if len(s) <= _LONGEST and s not in self._slots]
        if not new:
            return
        first = len(self._slots)
        if first + len(new) > len(self._sums):
            grown = np.zeros((2 * (first + len(new)), self.dimension), dtype=np.float32)
            grown[:first] = self._sums[:first]
            self._sums = grown
        self._sums[first : first + len(new)] = self._sum_pieces(new)
        self._slots.update(zip(new, range(first, first + len(new)), strict=True))

    def _sum_pieces(self, texts: list[str]) -> Vectors:
        """Return the sum of the vectors of each text's pieces."""
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        found = [encoding.ids for encoding in encodings]
        owners = np.repeat(np.arange(len(texts)), [len(ids) for ids in found])
        pieces = np.fromiter((i for ids in found for i in ids), dtype=np.int64, count=len(owners))
        rows = self._numbers[pieces if self._mapping is None else self._mapping[pieces]].astype(np.float32)
        if self._scale is not None:
            rows *= self._scale[pieces, None]
        return _sum_by_owner(rows, owners, len(texts))


def _sum_by_owner(rows: Vectors, owners: npt.NDArray[np.int64], count: int) -> Vectors:
    """Add up the rows of each owner; `owners` rise, and who owns nothing gets zeros."""
    out = np.zeros((count, rows.shape[1]), dtype=np.float32)
    if len(rows):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        out[owners[starts]] = np.add.reduceat(rows, starts, axis=0)
    return out


def _table(arrays: dict[str, npt.NDArray[Any]]
           ) -> tuple[npt.NDArray[Any], Vectors | None, npt.NDArray[np.int64] | None]:  # fmt: skip
    """Return numbers, a scale a piece, and which row a piece has, as StaticEmbedding understands them."""
    if "embedding.weight" in arrays:
        return arrays["embedding.weight"], None, None
    scale, mapping = arrays.get("weights"), arrays.get("mapping")
    return (
        arrays["embeddings"],
        None if scale is None else scale.astype(np.float32),
        None if mapping is None else mapping.astype(np.int64),
    )


def _check(folder: Path) -> str:
    """Compare the files with their checksums and return the digest of the list; "" where there is no list."""
    path = folder / CHECKSUMS
    if not folder.is_dir():
        raise ModelUnavailable(f"There is no embedding model in {folder.name}.", _MEND)
    if not path.exists():
        return ""
    listed = path.read_bytes()
    for line in listed.decode("utf-8").splitlines():
        wanted, name = line.split(maxsplit=1)
        file = folder / name
        if not file.exists():
            raise ModelUnavailable(f"The embedding model in {folder.name} has lost {name}.", _MEND)
        if hashlib.sha256(file.read_bytes()).hexdigest() != wanted:
            raise ModelUnavailable(f"The file {name} of the embedding model in {folder.name} is damaged.", _MEND)
    return hashlib.sha256(listed).hexdigest()
