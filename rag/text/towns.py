"""Whether a name is that of a town: GeoNames' towns of 15,000 people or more, in every script, kept as hashes.

`towns.bin` holds the sorted 64-bit hashes of the folded names (`python -m rag.training.towns`; GeoNames,
geonames.org, CC BY 4.0).
"""

import hashlib
import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

from rag.text.words import WITHOUT_BLANKS, fold

PATH: Final = Path(str(resources.files("rag.text").joinpath("towns.bin")))
LONGEST: Final = 4
"""Words of a name."""
# How many letters at most an ending of a noun has, and which a short one may have taken (w Warszawie: Warszawa).
_ENDINGS: Final = {"cs": 2, "el": 2, "fi": 4, "hu": 4, "ko": 3, "pl": 4, "ro": 2, "ru": 3, "tr": 3, "uk": 3}
_LOST: Final = {"cs": "ao", "el": "ας", "pl": "a", "ru": "аь", "uk": "аь"}
_MOST_LOST: Final = 2
_SHORT: Final = {"á": "a", "é": "e"}  # Jihlava, Jihlavában
_LEAST_STEM: Final = 4  # letters
_LEAST_SYLLABLES: Final = 2
_BLANK = regex.compile(" ")


def find_towns(text: str, language: str) -> list[tuple[int, int]]:
    """Where towns stand in a text of a script without capitals (start, end): only where one is to be expected."""
    pattern = _expected(language)
    found = []
    for expected in pattern.finditer(text) if pattern is not None else ():
        start, end = expected.span(1)
        if language in WITHOUT_BLANKS:
            ends = [*range(end, start + _LEAST_SYLLABLES - 1, -1)]
        else:
            ends = [end, *(start + blank.start() for blank in _BLANK.finditer(expected[1]))]
        town = max((end for end in ends if _is_listed(fold(text[start:end]))), default=None)
        found += [(start, town)] if town is not None else []
    return found


def is_town(name: str, language: str) -> bool:
    """Whether a name, as it is or without the ending of its case, is a town's."""
    folded = fold(name).strip(" .'’")
    if _is_listed(folded):
        return True
    least = _LEAST_SYLLABLES if language == "ko" else _LEAST_STEM
    for length in range(1, _ENDINGS.get(language, 0) + 1):
        stem = folded[:-length]
        if len(stem) < least:
            return False
        if _is_listed(stem) or _is_listed(stem[:-1] + _SHORT.get(stem[-1], "")):
            return True
        if length <= _MOST_LOST and any(_is_listed(stem + lost) for lost in _LOST.get(language, "")):
            return True
    return False


@lru_cache(maxsize=64)
def _expected(language: str) -> regex.Pattern[str] | None:
    """Where a town may stand in a script without capitals (`names.toml`)."""
    table = tomllib.loads(resources.files("rag.text").joinpath("names.toml").read_text(encoding="utf-8"))
    source = table["place"]["town"].get(language)
    return None if source is None else regex.compile(source, regex.V1)


def hash_of(folded: str) -> int:
    """64 bits of a folded name, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=4096)
def _is_listed(folded: str) -> bool:
    hashes = _hashes()
    wanted = np.uint64(hash_of(folded))
    at = int(np.searchsorted(hashes, wanted))
    return at < len(hashes) and bool(hashes[at] == wanted)


@lru_cache(maxsize=1)
def _hashes() -> npt.NDArray[np.uint64]:
    return np.fromfile(PATH, dtype=np.dtype("<u8"))
