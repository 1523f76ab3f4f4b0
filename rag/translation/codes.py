"""What translation models call our two-letter language codes."""

from typing import Final

# Our code: the three-letter codes (ISO 639-2 and -3) under which models know the language, NLLB's own first.
_THREE: Final = {
    "ar": "arb ara", "bg": "bul", "cs": "ces cze", "da": "dan", "de": "deu ger", "el": "ell gre", "en": "eng",
    "es": "spa", "fa": "pes fas per", "fi": "fin", "fr": "fra fre", "he": "heb", "hi": "hin", "hu": "hun",
    "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "nl": "nld dut", "no": "nob nor nno", "pl": "pol",
    "pt": "por", "ro": "ron rum", "ru": "rus", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie",
    "zh": "zho cmn chi",
}  # fmt: skip
_TWO: Final = {"no": "nb nn", "he": "iw", "id": "in"}
_NLLB_SCRIPTS: Final = {
    "ar": "Arab", "bg": "Cyrl", "el": "Grek", "fa": "Arab", "he": "Hebr", "hi": "Deva", "ja": "Jpan",
    "ko": "Hang", "ru": "Cyrl", "th": "Thai", "uk": "Cyrl", "zh": "Hans",
}  # fmt: skip

_GROUPS: Final = {
    "romance": "es fr it pt ro", "roa": "es fr it pt ro", "itc": "es fr it pt ro",
    "scandinavia": "da no sv", "gmq": "da no sv", "gmw": "de en nl", "gem": "da de en nl no sv",
    "north_eu": "da de fi nl no sv", "zle": "ru uk", "zlw": "cs pl", "zls": "bg", "sla": "bg cs pl ru uk",
    "fiu": "fi hu", "sem": "ar he", "trk": "tr", "grk": "el", "zhx": "zh", "iir": "fa hi",
    "ine": "bg cs da de el en es fa fr hi it nl no pl pt ro ru sv uk",
}  # fmt: skip
_LISTED: Final = 3


def nllb_code(language: str) -> str:
    """What NLLB calls a language (`pt` -> `por_Latn`); empty where we do not know it."""
    if language not in _THREE:
        return ""
    return f"{_THREE[language].split()[0]}_{_NLLB_SCRIPTS.get(language, 'Latn')}"


def same_language(said: str, language: str) -> bool:
    """Whether an OPUS-MT code means one of ours: `pt`, `por`, `pt_BR`, `cmn_Hans`, a group with it, or nothing.

    A model that says nothing, or `mul`, may know any language: what it makes is checked in any case.
    """
    code = said.replace("-", "_").casefold()
    if code in ("", "mul"):
        return True
    if code in _GROUPS:
        return language in _GROUPS[code].split()
    known = {language, *_TWO.get(language, "").split(), *_THREE.get(language, "").split()}
    parts = code.split("_")
    # "cat_oci_spa" lists languages, "pt_BR" and "cmn_Hans" say of one where and how it is written.
    several = len(parts) > 1 and all(len(part) == _LISTED for part in parts)
    return not known.isdisjoint(parts if several else parts[:1])
