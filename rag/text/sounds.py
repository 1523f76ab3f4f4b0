"""How a name sounds, roughly: the consonants of its romanised form, so that Foxconn, Фоксконн and فوكسكون are one.

Scripts write vowels differently or not at all, and share no consonant inventory: Arabic has no p, Japanese no si,
Korean no f. So vowels are dropped and consonants that are taken for each other are one letter.
"""

from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii

_SHORTEST: Final = 3
_LONGEST_WORD: Final = 30
# From so many consonants on, the last one may be an ending: Фоксконном, Gazproms.
_WITH_ENDING: Final = 5

# Before romanising: letters whose romanised form misleads.
_LETTERS: Final = str.maketrans(
    {"ו": "w", "י": "y", "א": "", "ע": "", "ه": "", "ة": "", "ッ": "", "っ": "", "ं": "न", "ð": "d", "þ": "t"}
)
_JOINED: Final = (
    ("dzh", "s"), ("sch", "s"), ("sh", "s"), ("zh", "s"), ("ch", "s"), ("ph", "b"), ("th", "t"), ("kh", "k"),
    ("gh", "k"), ("dj", "s"), ("ts", "s"), ("tz", "s"), ("dz", "s"), ("ck", "k"), ("qu", "k"), ("x", "ks"),
    ("gk", "k"),
)  # fmt: skip
_GREEK: Final = (("ντ", "d"), ("μπ", "b"), ("γκ", "g"))
_CLASSES: Final = str.maketrans("pfvcqgdzjl", "bbbkkktssr", "aeiouyhw")
_DOUBLED: Final = regex.compile(r"(\p{L})\1+")
_SOFT_C: Final = regex.compile(r"c(?=[eiy])")
_NO_LETTERS: Final = regex.compile(r"[^a-z]")
_HAN_X: Final = regex.compile(r"x(?=i|u)")
_ARTICLE: Final = regex.compile(r"^(?:[وفبك]?ال|لل|[وفبلك](?=\p{L}{5}))(?=\p{L}{3})")
_HEBREW_PREFIX: Final = regex.compile(r"^[והבלמשכ](?=\p{Hebrew}{5})")
_HAN: Final = regex.compile(r"\p{Han}")


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """The consonants of a folded word, in classes: foxconn -> bkskn."""
    for letters, heard in _GREEK:
        word = word.replace(letters, heard)
    roman = anyascii(word[:_LONGEST_WORD].translate(_LETTERS)).casefold()
    if _HAN.search(word):
        roman = _HAN_X.sub("s", roman)
    roman = _DOUBLED.sub(r"\1", _SOFT_C.sub("s", _NO_LETTERS.sub("", roman)))
    initial = roman[:1]
    for letters, heard in _JOINED:
        roman = roman.replace(letters, heard)
    if initial == "w":
        roman = "b" + roman[1:]
    return str(roman.translate(_CLASSES))


def sounds(word: str) -> list[str]:
    """The sounds under which a word of a text is found: whole, without an article before it, without an ending.

    A w is heard as v (Kowalski) or not at all (Towers).
    """
    found: dict[str, None] = {}
    forms = (word, _ARTICLE.sub("", word), _HEBREW_PREFIX.sub("", word), word.replace("w", "v"))
    for form in dict.fromkeys(forms):
        heard = sound(form)
        if len(heard) >= _SHORTEST:
            found[heard] = None
            if len(heard) >= _WITH_ENDING:
                found[heard[:-1]] = None
    return list(found)


def sureness(heard: str) -> float:
    """How sure it is that two words of this sound are one, from 0 to 1: three consonants meet by chance."""
    return {3: 0.45, 4: 0.75}.get(len(heard), 0.85 if len(heard) > 4 else 0.0)
