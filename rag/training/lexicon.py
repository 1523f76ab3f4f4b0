"""Words that are to be one piece each, however rare they are in the training text: dictionaries, general prose.

The training text is mostly about software. Without this list lawsuit, Klage or parceria are cut into pieces whose
vectors mean little; as whole pieces they learn from the dictionaries, where all languages share a row.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rag.training.pairs import Pairs

DICTIONARIES = ("omw", "omw-wikt", "cldr")
# General prose, from which the frequent words are kept too: their numbers are small beside the documentation's.
PROSE = (
    "tico", "tico-ar-fa-es", "ud-pud", "nllb-seed", "storybooks", "udhr", "osguide", "indic-wiki-hi", "wn-def",
    "bitcoin-org", "cc-legal", "mozilla-legal", "www", "course", "open-sdg",
)  # fmt: skip
_SMALLER = frozenset(["ca", "gl", "hr", "sk", "sl", "sr", "et", "lt", "lv", "is", "ms", "pt-pt", "ur", "bn"])
_MANY = {"en": 8_000, "zh": 5_000, "ja": 5_000}
_DICTIONARY_WORDS, _PROSE_WORDS = 2_800, 700  # of one language; a quarter as many of the smaller ones
_LEAST_LANGUAGES = 6  # that know a meaning, so that its words are worth a piece
_FREQUENT = 0.3  # what ten times as frequent an English word is worth beside 40 languages that know the meaning
_LONGEST = 18

WordsOf = Callable[[str], list[str]]
Floats = npt.NDArray[np.float64]
_ARTICLES = frozenset(["\u0627\u0644"])  # cut off by the tokenizer


def commonness(pairs: Pairs) -> Floats:
    """Return for each row of a dictionary how common its meaning is, 0 for all other rows.

    It counts how many languages have a word for it, and how often its most frequent English word is used.
    """
    names, row = pairs.meta["sources"], pairs.row_of_text()
    chosen = np.isin(pairs.sources, [names.index(name) for name in DICTIONARIES if name in names])
    chosen &= pairs.parts == 0
    texts = np.flatnonzero(chosen[row])
    kinds = np.unique(row[texts] * 256 + pairs.languages[texts])
    known = np.bincount(kinds // 256, minlength=len(pairs.sources))
    language = names_of(pairs).index("en") if "en" in names_of(pairs) else 0
    used: Counter[str] = Counter()
    english = np.flatnonzero((pairs.languages == language) & ~chosen[row])
    for first in range(0, len(english), 50_000):
        used.update(re.findall(r"[a-z]+", " ".join(pairs.texts(english[first : first + 50_000])).lower()))
    lemmas = texts[pairs.languages[texts] == language]
    english_words = [text.lower() for text in pairs.texts(lemmas)]
    meanings = Counter(english_words)  # a word's uses are spread over its meanings
    common, best = known / 40.0, np.zeros(len(known))
    for place, text in zip(row[lemmas].tolist(), english_words, strict=True):
        uses = min(used[word] for word in text.split()) / meanings[text]
        best[place] = max(best[place], math.log10(1 + uses))
    return np.where(known >= _LEAST_LANGUAGES, common + _FREQUENT * best, 0.0)


def dictionary_words(pairs: Pairs, language: int, common: Floats, words_of: WordsOf) -> list[str]:
    """Return the single words of one language, those of the most common meanings first."""
    row = pairs.row_of_text()
    own = np.flatnonzero((pairs.languages == language) & (common[row] > 0))
    best: dict[str, float] = defaultdict(float)
    for text, value in zip(pairs.texts(own), common[row[own]].tolist(), strict=True):
        found = [word for word in words_of(text) if word not in _ARTICLES]
        if len(found) == 1 and 1 < len(found[0]) <= _LONGEST:
            best[found[0]] = max(best[found[0]], value)
    ranked = sorted(best, key=lambda word: (-best[word], word))
    return ranked[: _quota(names_of(pairs)[language], _DICTIONARY_WORDS)]


def prose_words(pairs: Pairs, language: int, words_of: WordsOf, *, least: int = 3) -> list[str]:
    """Return the words of one language that general prose has `least` times or more, the most frequent first."""
    names = pairs.meta["sources"]
    row = pairs.row_of_text()
    chosen = np.isin(pairs.sources, [names.index(name) for name in PROSE if name in names]) & (pairs.parts == 0)
    counts: Counter[str] = Counter()
    for text in pairs.texts(np.flatnonzero((pairs.languages == language) & chosen[row])):
        counts.update(words_of(text))
    ranked = sorted((word for word in counts if counts[word] >= least), key=lambda word: (-counts[word], word))
    kept = [word for word in ranked if len(word) <= _LONGEST and word[-1].isalpha()]
    return kept[: _quota(names_of(pairs)[language], _PROSE_WORDS)]


def names_of(pairs: Pairs) -> list[str]:
    """Return the languages' codes by number."""
    names: list[str] = pairs.meta["languages"]
    return names


def _quota(language: str, usual: int) -> int:
    return usual // 4 if language in _SMALLER else _MANY.get(language, usual)
