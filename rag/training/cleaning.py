"""What is taken out of parallel text before anything is trained on it."""

import hashlib
import re
import unicodedata
from statistics import median

_INCLUDE = re.compile(
    r"\[?!(?:INCLUDE|NOTE|IMPORTANT|TIP|WARNING|VIDEO|div|code)\b\s*(?:\[[^\]]*\])?(?:\([^)]*\))?\]?"
)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<!--.*?-->")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\"']+|[\w.+-]+@[\w-]+\.[\w.]+")
_SLOT = re.compile(r"%\([a-zA-Z_]+\)[sd]|%\d*\$?[sd@]|\$?\{\{?[^{}]{0,60}\}?\}|&[a-z]+;|~\[[^\]]*\]")
_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")

# Characters that one language needs for what English says in one: the inverse of its usual length.
_LENGTH_WEIGHT = {"zh": 3.0, "ja": 2.2, "ko": 1.8, "he": 1.25, "ar": 1.15, "fa": 1.1, "th": 1.1}
_SCRIPTS = {
    "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "he": "HEBREW", "hi": "DEVANAGARI", "bn": "BENGALI",
    "ta": "TAMIL", "th": "THAI", "el": "GREEK", "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC",
    "zh": "CJK", "ja": "CJK HIRAGANA KATAKANA", "ko": "HANGUL CJK",
}  # fmt: skip


def clean(text: str) -> str:
    """Remove template residue, markup, addresses and placeholders; keep the words of links."""
    text = _INCLUDE.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = _URL.sub(" ", text)
    text = _SLOT.sub(" ", text)
    return _BLANKS.sub(" ", text).strip()


def fingerprint(text: str) -> str:
    """Return the key of a text that `heldout_texts.txt.gz` uses: 16 hex digits over its folded words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return hashlib.sha256(_NOT_WORD.sub(" ", folded).strip().encode()).hexdigest()[:16]


def in_own_script(text: str, language: str, least: float = 0.3) -> bool:
    """Tell whether enough letters are of the language's own script; languages in Latin always pass."""
    names = _SCRIPTS.get(language)
    if names is None:
        return True
    wanted = tuple(names.split())
    letters = [char for char in text if char.isalpha()][:80]
    if not letters:
        return False
    own = sum(1 for char in letters if char > "\u02ff" and unicodedata.name(char, "").startswith(wanted))
    return own >= least * len(letters)


def clean_sentences(row: dict[str, str]) -> dict[str, str]:
    """Return the translations of one sentence that can be trusted, without untranslated or misaligned ones."""
    texts = {language: clean(text) for language, text in row.items()}
    texts = {
        language: text
        for language, text in texts.items()
        if len(text) >= 2 and any(char.isalpha() for char in text) and in_own_script(text, language)
    }
    english = texts.get("en")
    if english is not None and len(english) > 12:
        folded = english.casefold()
        texts = {k: v for k, v in texts.items() if k == "en" or v.casefold() != folded}
    sizes = {k: len(v) * _LENGTH_WEIGHT.get(k, 1.0) for k, v in texts.items()}
    if not sizes:
        return {}
    usual = sizes["en"] if "en" in sizes else median(sizes.values())
    slack = 2.2 + 20.0 / usual
    return {k: texts[k] for k, size in sizes.items() if usual / slack <= size <= usual * slack}


def clean_words(row: dict[str, str]) -> dict[str, list[str]]:
    """Return the synonyms of one meaning by language, from `a ; b` and without stray plus signs."""
    found: dict[str, list[str]] = {}
    for language, text in row.items():
        words = [_BLANKS.sub(" ", word.replace("+", "").replace("_", " ")).strip() for word in text.split(";")]
        kept = [word for word in dict.fromkeys(words) if word and len(word) <= 80 and any(map(str.isalnum, word))]
        if kept:
            found[language] = kept[:8]
    return found
