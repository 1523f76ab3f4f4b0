"""Draw batches of texts that belong together: translations, words of one meaning, questions and passages.

Each batch has one language on its right side, so that the wrong answers are of the language of the right one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.training.pairs import Ints, Pairs, ragged

Floats = npt.NDArray[np.float64]

# How much a sentence of a source is worth beside its count: general prose up, machine translation down.
SOURCE_FACTOR = {
    "fo": 0.2, "smb": 0.25, "po": 0.5, "pydocs": 0.4, "tldr": 0.3, "tico": 3.0,
    "tico-ar-fa-es": 3.0, "ud-pud": 4.0, "nllb-seed": 3.0,
    "udhr": 2.0, "storybooks": 3.0, "osguide": 1.5, "indic-wiki-hi": 2.0, "wn-def": 2.5,
    "bitcoin-org": 1.5, "course": 1.0, "ms-azd": 0.3, "ms-edgeai": 0.3, "ms-iot": 0.6, "ms-security101": 0.8,
    "omw": 3.0, "omw-wikt": 4.0, "xfactr": 2.0, "netranslit": 1.0, "cldr": 1.0, "eforms": 0.7, "idtags": 0.6,
}  # fmt: skip
# Sources whose rows follow each other as in the document they come from.
DOCUMENT_SOURCES = frozenset(
    [
        "po",
        "smb",
        "fo",
        "pydocs",
        "course",
        "osguide",
        "cncf",
        "mozilla-legal",
        "cc-legal",
        "ms-azd",
        "ms-edgeai",
        "ms-iot",
        "ms-security101",
        "ud-pud",
        "storybooks",
        "www",
        "udhr",
    ]
)
_BAG, _ASKED = 48, 3  # dictionary words in a bag, and those asked for
_SENTENCES = 6  # in a bag of sentences
_COARSE = 0.2  # of the batches of translations
_RARE_FIRST = 0.35  # exponent of the weight by language: 0 = by count, 1 = all languages alike


@dataclass(frozen=True, slots=True)
class Batch:
    """Two lists of token bags; the i-th of the left belongs to the i-th of the right. Equal marks = equal text."""

    kind: str
    left: Ints
    left_lengths: Ints
    left_marks: Ints
    right: Ints
    right_lengths: Ints
    right_marks: Ints


class Sampler:
    """Draws batches from packed pairs with one random generator."""

    def __init__(
        self,
        pairs: Pairs,
        tokens: npt.NDArray[np.int32],
        token_starts: Ints,
        *,
        vocabulary: int,
        size: int,
        seed: int,
    ) -> None:
        """Draw `size` pairs a batch from the rows that are not held out."""
        self.pairs, self.tokens, self.size = pairs, tokens, size
        self.token_starts = token_starts
        self.rng = np.random.default_rng(seed)
        self.lengths = np.diff(token_starts)
        self.counts = np.bincount(tokens, minlength=vocabulary)
        self.rows = pairs.row_of_text()
        names: list[str] = pairs.meta["sources"]
        self.factor = np.array([SOURCE_FACTOR.get(name, 1.0) for name in names])
        usable = (pairs.parts == 0)[self.rows] & (self.lengths > 0)
        words = np.isin(pairs.sources, [names.index(n) for n in pairs.meta["words"]])[self.rows]
        documents = np.isin(pairs.sources, [i for i, n in enumerate(names) if n in DOCUMENT_SOURCES])[self.rows]
        self.marks = self._mark(vocabulary)
        self.languages = pairs.languages.astype(np.int64)
        count = np.bincount(self.languages[usable & ~words], minlength=len(pairs.meta["languages"])).astype(float)
        self.language_weight = np.maximum(count, 2000.0) ** -_RARE_FIRST
        self.usable = usable
        self.pools = {"sentences": self._pool(usable & ~words), "words": self._pool(usable & words)}
        # Texts in order of document, language, row: a passage is a stretch of this list.
        chosen = np.flatnonzero(usable & documents)
        key = (pairs.documents[self.rows[chosen]].astype(np.int64) * 64 + self.languages[chosen]) << 24
        order = np.argsort(key | self.rows[chosen], kind="stable")
        self.passage_texts, self.passage_keys = chosen[order], (key | self.rows[chosen])[order]
        self.pools["passages"] = self._pool_of(chosen)
        self.coarse: tuple[npt.NDArray[np.int32], Ints] | None = None
        self.english = pairs.meta["languages"].index("en") if "en" in pairs.meta["languages"] else 0

    def _mark(self, vocabulary: int) -> Ints:
        code = np.random.default_rng(7).integers(-(2**62), 2**62, size=vocabulary, dtype=np.int64)
        sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(code[self.tokens])])
        return np.asarray(sums[self.token_starts[1:]] - sums[self.token_starts[:-1]])

    def _pool(self, chosen: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
        return self._pool_of(np.flatnonzero(chosen))

    def _pool_of(self, texts: Ints) -> tuple[Ints, Ints]:
        key = self.languages[texts] * 256 + self.pairs.sources[self.rows[texts]]
        order = np.argsort(key, kind="stable")
        return texts[order], key[order]

    def draw(self, kind: str) -> Batch:
        """Return one batch of a kind: sentences, words, passages or bags."""
        makers: dict[str, Callable[[], Batch]] = {
            "sentences": lambda: self._translations("sentences"),
            "words": lambda: self._translations("words"),
            "passages": self._passages,
            "bags": self._bags,
        }
        return makers[kind]()

    def _pivot(self, kind: str, english: float) -> int:
        _, key = self.pools[kind]
        if self.rng.random() < english:
            return self.english
        count = np.bincount(key // 256, minlength=len(self.language_weight)).astype(float)
        weight = count**0.4
        weight[self.english] = 0.0
        return int(self.rng.choice(len(weight), p=weight / weight.sum()))

    def _choose(self, kind: str, language: int) -> Ints:
        """Return texts of one language, sources by the root of their size times their factor, each row once."""
        # Passages are long: half as many take as much time.
        size = self.size // 2 if kind == "passages" else self.size
        texts, key = self.pools[kind]
        edges = np.searchsorted(key, language * 256 + np.arange(len(self.factor) + 1))
        counts = np.diff(edges)
        weight = np.sqrt(counts) * self.factor
        source = self.rng.choice(len(weight), size=size, p=weight / weight.sum())
        found = texts[edges[source] + (self.rng.random(size) * counts[source]).astype(np.int64)]
        _, first = np.unique(self.rows[found], return_index=True)
        return np.asarray(found[np.sort(first)])

    def _translations(self, kind: str) -> Batch:
        language = self._pivot(kind, 0.6)
        right = self._choose(kind, language)
        row = self.rows[right]
        counts = np.diff(self.pairs.starts)[row]
        candidates = ragged(self.pairs.starts[row], counts)
        # The largest of weight-scaled Gumbel noise is a draw by weight (Gumbel-max trick).
        score = np.log(self.language_weight[self.languages[candidates]])
        score = score + self.rng.gumbel(size=len(candidates))
        score[(self.languages[candidates] == language) | ~self.usable[candidates]] = -np.inf
        begins = np.cumsum(counts) - counts
        best = np.maximum.reduceat(score, begins)
        is_best = score == np.repeat(best, counts)
        position = np.minimum.reduceat(np.where(is_best, np.arange(len(score)), len(score)), begins)
        good = np.isfinite(best)
        return self._batch(kind, candidates[position[good]], right[good])

    def _batch(self, kind: str, left: Ints, right: Ints) -> Batch:
        """Return these pairs; the left side is sometimes cut finer, as words are that nobody has seen."""
        tokens, starts = self.tokens, self.token_starts
        if self.coarse is not None and self.rng.random() < _COARSE:
            tokens, starts = self.coarse
        ll, rl = starts[left + 1] - starts[left], self.lengths[right]
        return Batch(
            kind=kind,
            left=tokens[ragged(starts[left], ll)].astype(np.int64), left_lengths=ll,
            left_marks=self.marks[left],
            right=self.tokens[ragged(self.token_starts[right], rl)].astype(np.int64), right_lengths=rl,
            right_marks=self.marks[right],
        )  # fmt: skip

    def _passages(self) -> Batch:
        """Question-like text against the text around it (inverse cloze task, Lee et al. 2019)."""
        language = self._pivot("passages", 0.4)
        anchor = self._choose("passages", language)
        rows, same = self.rows[anchor], self.rng.random(len(anchor)) < 0.5
        query = np.where(same, anchor, self._other_language(anchor))
        same = query == anchor
        base = (self.pairs.documents[rows].astype(np.int64) * 64 + language) << 24
        before, after = self.rng.integers(0, 4, len(rows)), self.rng.integers(1, 6, len(rows))
        first = np.searchsorted(self.passage_keys, base | np.maximum(rows - before, 0))
        last = np.searchsorted(self.passage_keys, base | (rows + after + 1))
        counts = last - first
        texts = self.passage_texts[ragged(first, counts)]
        owner = np.repeat(np.arange(len(rows)), counts)
        # Its own sentence mostly leaves the passage in the same language, and stays as a translation otherwise.
        keep_own = self.rng.random(len(rows)) < np.where(same, 0.25, 0.6)
        stays = (texts != anchor[owner]) | keep_own[owner]
        texts, owner = texts[stays], owner[stays]
        size = self.lengths[texts]
        total = np.bincount(owner, weights=size, minlength=len(rows)).astype(np.int64)
        good = (total >= 12) & (self.lengths[query] >= 3)
        texts, size = texts[good[owner]], size[good[owner]]
        left = self._shorten(query[good])
        return Batch(
            kind="passages", left=left[0], left_lengths=left[1], left_marks=self.marks[query[good]],
            right=self.tokens[ragged(self.token_starts[texts], size)].astype(np.int64),
            right_lengths=total[good], right_marks=self.marks[anchor[good]],
        )  # fmt: skip

    def _bags(self) -> Batch:
        """A few dictionary words and names, partly translated, against a bag of many that holds them.

        Or part of a sentence against a few sentences, from anywhere, with it among them.

        The passages of the training text are of few subjects; these teach that any word can be what a question is
        about, and keep the words of one language apart from each other.
        """
        kind, bag, asking = ("words", _BAG, _ASKED) if self.rng.random() < 0.5 else ("sentences", _SENTENCES, 1)
        language = self._pivot(kind, 0.3)
        texts, key = self.pools[kind]
        edges = np.searchsorted(key, language * 256 + np.arange(len(self.factor) + 1))
        counts = np.diff(edges)
        weight = np.sqrt(counts) * self.factor
        bags = self.size // 2
        source = self.rng.choice(len(weight), size=bags * bag, p=weight / weight.sum())
        drawn = texts[edges[source] + (self.rng.random(len(source)) * counts[source]).astype(np.int64)]
        asked = drawn.reshape(bags, bag)[:, :asking].ravel()
        asked = np.where(self.rng.random(len(asked)) < 0.4, self._other_language(asked), asked)
        left, left_lengths = self._shorten(asked) if asking == 1 else self._join(asked, asking)
        right, right_lengths = self._join(drawn, bag)
        marks = np.arange(bags)
        return Batch("bags", left, left_lengths, marks, right, right_lengths, marks)

    def _join(self, texts: Ints, count: int) -> tuple[Ints, Ints]:
        """Return the tokens of every `count` texts as one."""
        size = self.lengths[texts]
        tokens = self.tokens[ragged(self.token_starts[texts], size)].astype(np.int64)
        return tokens, size.reshape(-1, count).sum(axis=1)

    def _other_language(self, anchor: Ints) -> Ints:
        """Return a translation of each text in a language drawn by weight, or itself where there is none."""
        row = self.rows[anchor]
        counts = np.diff(self.pairs.starts)[row]
        picked = self.pairs.starts[row] + (self.rng.random(len(row)) * counts).astype(np.int64)
        return np.where(self.usable[picked], picked, anchor)

    def _shorten(self, texts: Ints) -> tuple[Ints, Ints]:
        """Keep a random part of each text's tokens, at least two, as a question names part of a sentence."""
        size = self.lengths[texts]
        tokens = self.tokens[ragged(self.token_starts[texts], size)].astype(np.int64)
        share = np.repeat(self.rng.uniform(0.25, 1.0, len(texts)), size)
        keep = self.rng.random(len(tokens)) < share
        begins = np.cumsum(size) - size
        keep[begins] = keep[begins + size - 1] = True
        return tokens[keep], np.add.reduceat(keep.astype(np.int64), begins)
