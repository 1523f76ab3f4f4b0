"""The language of a text: a two-letter code, or "und" when unsure.

The script decides first. Within a script, langdetect's profiles (Bayes over 1- to 3-grams) decide: all grams are
summed, where langdetect draws a random sample of them, so that equal texts give equal answers and short texts
better ones. Function words and a prior weigh in where a text is short, as a question is (docs/languages.md).
"""

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import regex
from langdetect import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.ngram import NGram

_SCRIPTS_WORDS: Final = (
    "Latin Cyrillic Greek Arabic Hebrew Devanagari Thai Han Hiragana Katakana Hangul Bengali Tamil Telugu "
    "Kannada Malayalam Gujarati Gurmukhi Oriya Sinhala Armenian Georgian Ethiopic Khmer Lao Myanmar"
)
_SCRIPTS: Final = _SCRIPTS_WORDS.split()
_SCRIPT_RUNS = regex.compile("|".join(rf"(?P<{script}>\p{{{script}}}+)" for script in _SCRIPTS))
_ONE_LANGUAGE: Final = {
    "greek": "el",
    "hebrew": "he",
    "thai": "th",
    "kana": "ja",
    "hangul": "ko",
    "bengali": "bn",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "gujarati": "gu",
    "gurmukhi": "pa",
    "oriya": "or",
    "sinhala": "si",
    "armenian": "hy",
    "georgian": "ka",
    "ethiopic": "am",
    "khmer": "km",
    "lao": "lo",
    "myanmar": "my",
}
_CANDIDATES: Final = {
    "cyrillic": ("bg", "mk", "ru", "uk"),
    "arabic": ("ar", "fa", "ur"),
    "devanagari": ("hi", "mr", "ne"),
    "han": ("zh", "ja"),
}
# Letters that one language of a script has and its neighbours lack.
_TELLING_LETTERS: Final = {
    "es": "¿¡",
    "uk": "іїєґ",
    "ru": "ыэё",
    "mk": "ѓќѕјљњџ",
    "fa": "پچژگک",
    "ur": "ٹڈڑےںھہ",
    "ar": "ةىيكأإؤ",
    "ja": "発売価駅図円対広続経営済権払込株仕渋沢黒徳様帰変戻歳譲検"
    "険験応実処単団壊剰仮労択訳覚観関県鉄勧聴恵訂掲継縦粛総臓芸蔵駆齢",
}
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*")
_SMALL_LATIN = regex.compile(r"(?<![\p{Latin}\d])[\p{Ll}&&\p{Latin}][\p{Latin}'’-]*", regex.V1)
_ADDRESS = regex.compile(r"(?a:[\w.+-]+@[\w-]+\.[\w.]+|(?:https?://|www\.)[!-~]+)")

_INTERFACE_LANGUAGES: Final = (
    "ar bg cs da de el en es fi fr he hi hu id it ja ko nl no pl pt ro ru sv th tr uk vi zh"
)
_INTERFACE: Final = frozenset(_INTERFACE_LANGUAGES.split())

_LONGEST_SAMPLE = 1500
_SHORT = 120
_SMOOTHING = 5e-5  # langdetect's alpha over its base frequency
# Weights found on questions and on word pairs, see docs/languages.md.
_GRAM_WEIGHT = 0.4
_WORD_WEIGHT = 4.0
_MOST_WORDS = 12
_LETTER_WEIGHT = 3.0
_HINT_WEIGHT = 1.0
_NEIGHBOUR_WEIGHT = -2.5
_SUREST_LOSER = 0.4
# Of languages that share most of their words, the one with far more readers is likelier.
_PRIORS: Final = {"en": 0.7, "hi": 1.0, "zh": 1.0, "bg": -0.7}


def script_of(text: str) -> str:
    """The script most letters belong to (latin, cyrillic, greek, arabic, han, kana, ...), or "none".

    Text with any tenth of kana among its Chinese characters is "kana": that is how Japanese is told from Chinese.
    """
    counts = _script_counts(text)
    if not counts:
        return "none"
    return max(counts, key=lambda script: (counts[script], script))


def detect_language(text: str, *, hint: Sequence[str] = ()) -> str:
    """The language of a text as a two-letter code, or "und" if it cannot be told.

    `hint` names languages that are likely here (of the documents, of the asker): a mild prior for short texts.
    """
    text = _ADDRESS.sub(" ", text[: 4 * _LONGEST_SAMPLE])[:_LONGEST_SAMPLE]
    script = _asking_script(text)
    if script == "none":
        return "und"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    scores = _scores(text, script, hint)
    best = max(scores, key=lambda language: (scores[language], language))
    share = 1 / sum(math.exp(max(score - scores[best], -700)) for score in scores.values())
    return best if share >= _SUREST_LOSER else "und"


def _asking_script(text: str) -> str:
    """The text's script, but Latin for a Latin question on a name in another one ("Who is Иванов?")."""
    script = script_of(text)
    if script in ("latin", "none") or len(text) > _SHORT:
        return script
    lexicon = _lexicon()
    known = {word for word in _WORD.findall(text.lower()) if word in lexicon}
    latin = [word for word in known if script_of(word) == "latin"]
    return "latin" if len(latin) >= 2 and len(latin) == len(known) and len("".join(latin)) > 4 else script


def is_function_word(word: str, language: str) -> bool:
    """Whether a word is one of a language's commonest (the, of, is, who), which name nothing."""
    return language in _lexicon().get(word.lower(), ())


def likelihood(text: str, focus: str) -> float:
    """How much `focus`, a part of a text, looks like the language of the whole: mean log-likelihood of its grams.

    Comparable between readings of the same bytes, which is what it is for (rag/loading/plain.py).
    """
    _, rows, table = _profiles()
    whole = [rows[gram] for gram in _grams(text[:_LONGEST_SAMPLE]) if gram in rows]
    grams = _grams(focus[:_LONGEST_SAMPLE])
    if not whole or not grams:
        return math.log(_SMOOTHING)
    language = int(table[whole].sum(axis=0).argmax())
    found = [rows[gram] for gram in grams if gram in rows]
    known = float(table[found, language].sum())
    return (known + (len(grams) - len(found)) * math.log(_SMOOTHING)) / len(grams)


def _script_counts(text: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for run in _SCRIPT_RUNS.finditer(text):
        counts[str(run.lastgroup).lower()] += len(run[0])
    kana = counts.pop("hiragana", 0) + counts.pop("katakana", 0)
    if kana:
        # Latin names inside do not make Japanese, Chinese or Korean Latin: their letters are whole syllables.
        counts["kana"] = kana + counts.pop("han", 0) if kana * 10 >= counts["han"] else kana
    if "latin" in counts and len(counts) > 1:
        # Foreign names keep their capitals; only the rest of the Latin letters speak for a language.
        counts["latin"] = sum(len(word) for word in _SMALL_LATIN.findall(text))
    return {script: count for script, count in counts.items() if count}


def _scores(text: str, script: str, hint: Sequence[str]) -> dict[str, float]:
    """The log-likelihood of each language that is written in the script, prior and telling words included."""
    grams = _gram_scores(text)
    latin = _latin_languages()
    scores = {language: _GRAM_WEIGHT * grams[language] for language in _CANDIDATES.get(script, latin)}
    words = [word.lower() for word in _WORD.findall(text)][:_MOST_WORDS]
    lexicon = _lexicon()
    for word in words:
        known = [language for language in lexicon.get(word, ()) if language in scores]
        for language in known:
            scores[language] += _WORD_WEIGHT / math.sqrt(len(known))
    letters = set(text.lower())
    for language in scores:
        telling = len(letters & set(_TELLING_LETTERS.get(language, "")))
        scores[language] += _LETTER_WEIGHT * (telling if script == "han" else min(telling, 1))
        if language in hint:
            scores[language] += _HINT_WEIGHT
        if (script == "latin" or language == "mk") and language not in _INTERFACE:
            scores[language] += _NEIGHBOUR_WEIGHT
        scores[language] += _PRIORS.get(language, 0.0)
    return scores


def _gram_scores(text: str) -> dict[str, float]:
    languages, rows, table = _profiles()
    found = [rows[gram] for gram in _grams(text) if gram in rows]
    total = table[found].sum(axis=0) if found else np.zeros(len(languages), dtype=np.float32)
    scores: dict[str, float] = {}
    for language, score in zip(languages, total.tolist(), strict=True):
        scores[language] = max(score, scores.get(language, -math.inf))
    return scores


def _grams(text: str) -> list[str]:
    """Langdetect's grams: 1 to 3 characters, a blank for a word's border, words in capitals left out."""
    text = NGram.normalize_vi(text.title() if text.isupper() else text)
    grams: list[str] = []
    for word in "".join(map(_gram_letter, text)).split():
        if len(word) > 1 and word.isupper():
            continue
        padded = f" {word} "
        grams.extend(word)
        grams.extend(padded[at : at + 2] for at in range(len(padded) - 1))
        grams.extend(padded[at : at + 3] for at in range(len(padded) - 2))
    return grams


@lru_cache(maxsize=20_000)
def _gram_letter(letter: str) -> str:
    return str(NGram.normalize(letter))


@lru_cache(maxsize=1)
def _profiles() -> tuple[list[str], Mapping[str, int], npt.NDArray[np.float32]]:
    """Langdetect's languages, and for each gram the row of its log-likelihoods; .5 s, once."""
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    languages = [language.removesuffix("-cn").removesuffix("-tw") for language in factory.langlist]
    rows = {gram: row for row, gram in enumerate(factory.word_lang_prob_map)}
    table = np.array(list(factory.word_lang_prob_map.values()), dtype=np.float32)
    return languages, rows, np.log(table + np.float32(_SMOOTHING))


@lru_cache(maxsize=1)
def _function_words() -> dict[str, str]:
    return tomllib.loads(files("rag.text").joinpath("function_words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, tuple[str, ...]]:
    """Each function word with its languages."""
    languages: dict[str, list[str]] = {}
    for language, words in _function_words().items():
        for word in dict.fromkeys(words.split()):
            languages.setdefault(word, []).append(language)
    return {word: tuple(found) for word, found in languages.items()}


@lru_cache(maxsize=1)
def _latin_languages() -> tuple[str, ...]:
    others = {*_ONE_LANGUAGE.values(), *(language for group in _CANDIDATES.values() for language in group)}
    return tuple(language for language in dict.fromkeys(_profiles()[0]) if language not in others)
