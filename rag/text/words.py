"""What lexical search compares: words, character grams and romanised grams, by script.

The rule is measured (docs/retrieval.md): whole words and character 4-grams in scripts with blanks; 2- and 3-grams
in scripts without, and the single signs of those whose signs are words or the 4-grams of those whose are sounds;
combining marks stay with their letters; what stands behind a prefix of Arabic or Hebrew is a word too. Romanised
grams (anyascii) let names meet across scripts. A term's first character names its field, so that each field keeps
statistics of its own.
"""

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii

WORD: Final = "w"
GRAM: Final = "g"
ROMAN: Final = "r"
SOUND: Final = "s"
VALUE: Final = "v"
FIELDS: Final = (WORD, GRAM, ROMAN, SOUND, VALUE)

WITHOUT_BLANKS: Final = frozenset({"ja", "th", "zh"})
"""Languages that write no blanks between words; `has_no_blanks` tells it of a word."""

# Part of an index's identity: raise it when the same text gives other terms.
TERMS_VERSION: Final = 5

# A field of one language is one character of a private range of Unicode: words first, in one piece.
_FIRST_FIELD: Final = 0xE000
_FIELD_SIZE: Final = 0x400
_FIELD_BASES: Final = {field: _FIRST_FIELD + place * _FIELD_SIZE for place, field in enumerate(FIELDS)}
_NO_LANGUAGE: Final = 26 * 26
WORDS_FROM: Final = chr(_FIRST_FIELD)
WORDS_BEFORE: Final = chr(_FIRST_FIELD + _FIELD_SIZE)

_GRAM_SIZE = 4
_LONGEST_WORD = 40
# A number with marks between its digits (blanks only before groups of three), else letters, marks and digits.
_WORD = regex.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,'’٫٬]\d+)+|[\p{L}\p{M}\p{N}]+")
_RUN_WITHOUT_BLANKS = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ーｰ々〆\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+"
)
_SIGNS_ARE_SOUNDS = regex.compile(r"[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]")
_NAME_BREAK = regex.compile(r"[-_./]+")
_NOT_ASCII_DIGIT = regex.compile(r"[^\P{Nd}0-9]")
# Signs that writers leave out or vary: Arabic vowel signs and tatweel; letters that are typed either way.
_ARABIC_SIGNS = regex.compile(r"[\u064B-\u065F\u0670\u0640]")
# And, so, in, as, for, from, that, the, written as one with the word behind them, if enough is left to be a word.
_PREFIX = regex.compile(
    r"(?:[وف]?[بک]?ال|[وف]?لل|[وف]?[بلک](?=\p{Arabic}{4})|[وف])(?=\p{Arabic}{3})"
    r"|[והבלמשכ]{1,2}(?=\p{Hebrew}{4})|[והבלמשכ](?=\p{Hebrew}{3})"
)
_LETTER_VARIANTS = str.maketrans("أإآٱىيئكؤةёґ", "اااایییکوهег")


def fold(text: str) -> str:
    """Text as search compares it: NFKC, case folded, spelling variants of letters made one, ASCII digits."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _ARABIC_SIGNS.sub("", text).translate(_LETTER_VARIANTS)
    return str(_NOT_ASCII_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text))


def split_words(text: str) -> list[str]:
    """The folded words of a text in order; a run of a script without blanks is one piece."""
    words: list[str] = []
    for word in _WORD.findall(fold(text)):
        if word[0].isdigit() and not word.isalnum():
            words.append(plain_number(word))
            continue
        words.extend(part for part in _split_runs(word) if part)
    return words


def plain_number(number: str) -> str:
    """A number without its group marks and with a point before decimals: 1.234.567,89 -> 1234567.89.

    One mark followed by exactly three digits groups thousands, as do all marks that repeat; the last of two
    different marks is the decimal one.
    """
    digits = [part for part in regex.split(r"\D", number) if part]
    marks = [mark for mark in number if not mark.isdigit()]
    decimal = marks[-1] not in marks[:-1] and (len(digits[-1]) != 3 or len(set(marks)) > 1)
    if not decimal:
        return "".join(digits)
    fraction = digits[-1].rstrip("0")
    return "".join(digits[:-1]) + (f".{fraction}" if fraction else "")


def name_words(name: str) -> str:
    """A file's name as words: press/openai-foxconn.html is press openai foxconn."""
    return " ".join(_NAME_BREAK.split(name.rsplit(".", 1)[0]))


def romanised(text: str) -> str:
    """Folded words in Latin letters, so that names meet across scripts."""
    return " ".join(anyascii(word).casefold() for word in split_words(text))


def document_terms(text: str) -> dict[str, int]:
    """Every term of every field with its count: what the index stores for a chunk."""
    terms: Counter[str] = Counter()
    for word, count in Counter(split_words(text)).items():
        for term in word_terms(word):
            terms[term] += count
    return dict(terms)


def field_terms(word: str, field: str) -> list[str]:
    """The terms of one field (with its letter) that one folded word gives."""
    return [term for term in word_terms(word) if term[0] == field]


def in_language(term: str, language: str) -> str:
    """A term as one of a language: in a field of its own, so that each language keeps its own statistics.

    How rare a word is, is a matter of its language: in a mixed corpus the commonest words of a language with few
    documents would else seem rare, and any page in the asker's language would pass for an answer.
    """
    return chr(_FIELD_BASES[term[0]] + _language_number(language)) + term[1:]


def language_number(term: str) -> int:
    """The same number for all terms of a language, whatever their field."""
    return (ord(term[0]) - _FIRST_FIELD) % _FIELD_SIZE


def language_and_form(term: str) -> tuple[str, str]:
    """What `in_language` was given, less the field's letter."""
    number = language_number(term)
    if number == _NO_LANGUAGE:
        return "und", term[1:]
    return chr(ord("a") + number // 26) + chr(ord("a") + number % 26), term[1:]


def has_no_blanks(word: str) -> bool:
    """Whether a word is a run of a script written without blanks."""
    return _RUN_WITHOUT_BLANKS.match(word) is not None


@lru_cache(maxsize=1_000)
def _language_number(language: str) -> int:
    if len(language) != 2 or not all("a" <= letter <= "z" for letter in language):
        return _NO_LANGUAGE
    return (ord(language[0]) - ord("a")) * 26 + ord(language[1]) - ord("a")


@lru_cache(maxsize=200_000)
def word_terms(word: str) -> tuple[str, ...]:
    """The terms of every field that one folded word gives."""
    word = word[:_LONGEST_WORD] if not has_no_blanks(word) else word
    roman = tuple(ROMAN + gram for gram in _roman_grams(word))
    if has_no_blanks(word):
        if len(word) == 1:
            return (WORD + word, *_run_grams(word, _run_size(word)), *roman)
        pairs = tuple(WORD + word[i : i + 2] for i in range(len(word) - 1))
        return pairs + _run_grams(word, 3) + _run_grams(word, _run_size(word)) + roman
    if len(word) <= 2:
        return (WORD + word, *roman)
    padded = f"_{word}_"
    grams = tuple(GRAM + padded[i : i + _GRAM_SIZE] for i in range(len(padded) - _GRAM_SIZE + 1))
    return (WORD + word, *grams, *_terms_behind_prefix(word), *roman)


def grams_in_runs(term: str) -> list[str]:
    """The terms that together find a word (as `in_language` makes it) inside runs without blanks.

    None for other terms, and for a pair of signs, which is a term itself.
    """
    language, word = language_and_form(term)
    if not WORDS_FROM <= term < WORDS_BEFORE or len(word) == 2 or not has_no_blanks(word):
        return []
    size = 1 if len(word) == 1 else min(max(3, _run_size(word)), len(word))
    return [in_language(gram, language) for gram in _run_grams(word, size)]


def _terms_behind_prefix(word: str) -> tuple[str, ...]:
    """The word behind the prefixes of Arabic or Hebrew, and the gram of its start: والشركة holds شركة."""
    prefix = None if word.isascii() else _PREFIX.match(word)
    if prefix is None:
        return ()
    bare = word[prefix.end() :]
    return WORD + bare, GRAM + f"_{bare}"[:_GRAM_SIZE]


def _run_size(run: str) -> int:
    """How long the grams of a run are besides pairs and triples."""
    return 4 if _SIGNS_ARE_SOUNDS.match(run) else 1


def _run_grams(run: str, size: int) -> tuple[str, ...]:
    return tuple(GRAM + run[i : i + size] for i in range(len(run) - size + 1))


def _roman_grams(word: str) -> list[str]:
    """Grams of the romanised word with a mark at its start."""
    roman = word if word.isascii() else anyascii(word).casefold()
    roman = "_" + "".join(letter for letter in roman if letter.isalnum())
    if len(roman) <= _GRAM_SIZE:
        return [roman] if len(roman) > 1 else []
    return [roman[i : i + _GRAM_SIZE] for i in range(len(roman) - _GRAM_SIZE + 1)]


def _split_runs(word: str) -> list[str]:
    parts: list[str] = []
    at = 0
    for run in _RUN_WITHOUT_BLANKS.finditer(word):
        parts += [word[at : run.start()], run.group()]
        at = run.end()
    return [*parts, word[at:]]
