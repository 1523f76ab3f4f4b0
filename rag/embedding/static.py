"""StaticEmbedder: one vector a piece of text, read with tokenizers, safetensors and numpy alone."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import regex
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rag.errors import ModelUnavailable
from rag.protocols import Vectors

CHECKSUMS = "SHA256SUMS"
Numbers = npt.NDArray[np.int64]
_REMEMBERED = 50_000  # stretches between blanks whose sums are kept, at dimension 256 some 50 MB
_LONGEST = 32  # characters; longer stretches hardly return
_BLOCK = 512  # texts taken together
_LEAST_WEIGHT = 0.02
_SAMPLED = 8  # one piece in so many tells how long pieces are
_SAMPLES = (
    "The price, 3.5 % of it,  is low-cost",
    "договор №5 от 2019 года",
    "合同 于2019年 签订。",
    "สัญญา ซื้อขาย",
)
_BETWEEN = " % "  # a sign that is one piece and never part of another
_JOINED = 32  # stretches read as one text
_RUN_PIECE = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{2,}"
)
_SMALL = 1e-12  # what torch's normalize divides by at least
_MEND = "Restore the folder from a fresh copy of the project, or train the model again (make train)."


class StaticEmbedder:
    """Turns texts into unit rows: the sum of the vectors of their pieces, scaled to length 1.

    Equal to `SentenceTransformer(folder)` with StaticEmbedding and Normalize. Scaling makes sum and mean the same,
    and pieces never cross a blank, so the sum of each word can be remembered. A text without a single
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
            raise ModelUnavailable(
                f"The embedding model in {folder.name} cannot be read: {error}.", _MEND
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        digest = digest or hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        self._name = f"{folder.name}@{digest[:12]}"
        self._slots: dict[str, int] = {}
        self._sums = np.zeros((1024, self.dimension), dtype=np.float32)
        self._lock = Lock()
        self._by_stretch = _reads_by_stretch(self._tokenizer)
        separator = self._tokenizer.encode(_BETWEEN, add_special_tokens=False).ids
        self._separator = separator[0] if len(separator) == 1 else 0

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
        if 0 < len(texts) <= _BLOCK:
            return self._embed(texts)
        rows = [self._embed(texts[first : first + _BLOCK]) for first in range(0, len(texts), _BLOCK)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question; this model reads questions and passages alike."""
        return self.embed_passages(texts)

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """Return one row a single word, comparable across languages."""
        return self.embed_passages(words)

    def word_weights(self, words: Sequence[str]) -> list[float]:
        """Return how much each word says, from 0 to 1: the squared length of its vector before scaling.

        Training leaves words that tell no text from another short (articles, prepositions) and makes names long;
        1 is the length that one piece in a hundred exceeds.
        """
        lengths = np.linalg.norm(self._sum_pieces(list(words)), axis=1) if words else np.zeros(0)
        weights: list[float] = np.clip((lengths / self._long_piece) ** 2, _LEAST_WEIGHT, 1.0).tolist()
        return weights

    @cached_property
    def _long_piece(self) -> float:
        sample = np.arange(0, len(self._numbers if self._mapping is None else self._mapping), _SAMPLED)
        rows = self._numbers[sample if self._mapping is None else self._mapping[sample]].astype(np.float32)
        if self._scale is not None:
            rows *= self._scale[sample, None]
        return float(np.percentile(np.linalg.norm(rows, axis=1), 99))

    def split_run(self, run: str) -> list[str]:
        """Return the pieces of a run written without blanks: the vocabulary holds the frequent words whole."""
        pieces, end = [], 0
        for first, last in self._tokenizer.encode(run, add_special_tokens=False).offsets:
            # The mark of a word's start lies on the first letter, and the bytes of a rare letter all lie on it.
            if last > end:
                pieces.append(run[max(first, end) : last])
                end = last
        return [piece for piece in pieces if piece.strip()]

    def run_pieces(self) -> Sequence[str]:
        """Return the pieces of two signs or more by which runs without blanks are cut."""
        return self._run_pieces

    @cached_property
    def _run_pieces(self) -> tuple[str, ...]:
        return tuple(sorted(piece for piece in self._tokenizer.get_vocab() if _RUN_PIECE.fullmatch(piece)))

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not self._by_stretch:
            return _to_unit(self._sum_pieces(list(texts)))
        stretches = [text.split() for text in texts]
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            if len(self._slots) > _REMEMBERED:
                self._slots.clear()
            self._learn([stretch for found in stretches for stretch in found])
            # Row 0 stays zero: it stands for the stretches that are too long to be remembered.
            for place, found in enumerate(stretches):
                slots = np.array([self._slots.get(stretch, 0) for stretch in found], dtype=np.int64)
                np.add.reduce(self._sums[slots], axis=0, out=out[place])
        long = [(place, s) for place, found in enumerate(stretches) for s in found if len(s) > _LONGEST]
        if long:
            owners = np.array([place for place, _ in long], dtype=np.int64)
            out += _sum_by_owner(self._sum_pieces([stretch for _, stretch in long]), owners, len(texts))
        return _to_unit(out)

    def _learn(self, stretches: list[str]) -> None:
        """Remember the sums of the short stretches that are new."""
        new = [s for s in dict.fromkeys(stretches) if s not in self._slots and len(s) <= _LONGEST]
        if not new:
            return
        first = len(self._slots) + 1
        if first + len(new) > len(self._sums):
            grown = np.zeros((2 * (first + len(new)), self.dimension), dtype=np.float32)
            grown[:first] = self._sums[:first]
            self._sums = grown
        self._sums[first : first + len(new)] = self._sum_pieces(new)
        self._slots.update(zip(new, range(first, first + len(new)), strict=True))

    def _sum_pieces(self, texts: list[str]) -> Vectors:
        """Return the sum of the vectors of each text's pieces."""
        pieces, owners = self._joined_pieces(texts) or self._pieces(texts)
        rows = self._numbers[pieces if self._mapping is None else self._mapping[pieces]].astype(np.float32)
        if self._scale is not None:
            rows *= self._scale[pieces, None]
        return _sum_by_owner(rows, owners, len(texts))

    def _pieces(self, texts: list[str]) -> tuple[Numbers, Numbers]:
        """Return the pieces of the texts one after the other, and which text each belongs to."""
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        found = [encoding.ids for encoding in encodings]
        owners = np.repeat(np.arange(len(texts)), [len(ids) for ids in found])
        return np.fromiter(chain.from_iterable(found), dtype=np.int64, count=len(owners)), owners

    def _joined_pieces(self, texts: list[str]) -> tuple[Numbers, Numbers] | None:
        """Return the same for many short stretches, read as few long texts: each call of the tokenizer is dear.

        None where that is not safe: the separator is no single piece, or stands in a text too.
        """
        if not self._by_stretch or len(texts) < _JOINED or not self._separator:
            return None
        groups = [texts[first : first + _JOINED] for first in range(0, len(texts), _JOINED)]
        encodings = self._tokenizer.encode_batch_fast(list(map(_BETWEEN.join, groups)), add_special_tokens=False)
        ids = [self._separator, *chain.from_iterable([*encoding.ids, self._separator] for encoding in encodings)]
        pieces = np.fromiter(ids[1:-1], dtype=np.int64, count=len(ids) - 2)
        cuts = pieces == self._separator
        if int(cuts.sum()) != len(texts) - 1:
            return None
        return pieces[~cuts], np.cumsum(cuts)[~cuts]


def _to_unit(rows: Vectors) -> Vectors:
    """Scale rows to length 1; rows of zeros stay."""
    length: Vectors = np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None], _SMALL)
    return np.divide(rows, length, out=rows)


def _reads_by_stretch(tokenizer: Tokenizer) -> bool:
    """Tell whether what stands between blanks is cut alone as within a text, so that it can be remembered."""

    def pieces(texts: list[str]) -> list[int]:
        encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [number for encoding in encodings for number in encoding.ids]

    return all(pieces([sample]) == pieces(sample.split()) for sample in _SAMPLES)


def _sum_by_owner(rows: Vectors, owners: Numbers, count: int) -> Vectors:
    """Add up the rows of each owner; `owners` rise, and who owns nothing gets zeros."""
    out = np.zeros((count, rows.shape[1]), dtype=np.float32)
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ends = np.append(starts[1:], len(owners))
    single = ends - starts == 1
    out[owners[starts[single]]] = rows[starts[single]]
    # Slices added one by one are several times faster than numpy's reduceat over rows.
    places = zip(owners[starts[~single]].tolist(), starts[~single].tolist(), ends[~single].tolist(), strict=True)
    for owner, start, end in places:
        np.add.reduce(rows[start:end], axis=0, out=out[owner])
    return out


def _table(arrays: dict[str, npt.NDArray[Any]]
           ) -> tuple[npt.NDArray[Any], Vectors | None, Numbers | None]:  # fmt: skip
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
