"""Text in one form: Unicode, blanks, line-end hyphens, and one line a paragraph."""

import unicodedata
from typing import Final

import regex

# Part of an index's identity: raise it when the same bytes give other page texts.
TEXT_VERSION: Final = 1

_LINE_ENDS = regex.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028]")
_BLANKS = regex.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
_BLANKS_AT_LINE_ENDS = regex.compile(r" *\n *")
_EMPTY_LINES = regex.compile(r"\n{3,}")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st", "\u2010": "-", "\u2011": "-"}
    | {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "▸", "\uf02d": "–"}  # bullets of old symbol fonts
)
# Controls, bidi controls, zero-width signs, soft hyphens, tags, lone surrogates, non-characters.
_DROPPED = regex.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_JOINERS = regex.compile(r"[\u200c\u200d]+")
_JOINING_SCRIPTS = regex.compile(
    r"[\p{Arabic}\p{Syriac}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Myanmar}\p{Khmer}\p{Mongolian}]"
)
_PICTURES = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]")
# Positional forms of Arabic letters, as old PDF fonts give them; the ornate signs and honorifics stay.
_ARABIC_FORMS = regex.compile(r"[\ufb50-\ufdcf\ufe70-\ufefc]+")
_HYPHEN_AT_LINE_END = regex.compile(
    r"([\p{Latin}\p{Cyrillic}\p{Greek}]{2,})-\n(?=[\p{Latin}\p{Cyrillic}\p{Greek}])(\p{Ll}{2,})"
)
# "Ein- und Ausgang": a hyphen before one of these stands for a missing half.
_AND_OR_WORDS = "und oder bzw and or et ou och og eller of en и или та або"
_AND_OR = frozenset(_AND_OR_WORDS.split())
_CUT_WORD = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}]{2}-$")
_SPECIAL = regex.compile(r"[^\x20-\x7e\n]")

_LONGEST_WRAPPED_LINE = 200
_SHORTEST_WRAPPED_LINE = 40
_NO_BLANKS = r"\p{Han}\p{Hiragana}\p{Katakana}\u3001-\u303f\uff00-\uffefー"
_JOIN_WITHOUT_BLANK = regex.compile(
    rf"(?<=[{_NO_BLANKS}])\n(?=[{_NO_BLANKS}\d])|(?<=[\d%])\n(?=[{_NO_BLANKS}])"
    r"|(?<=[\p{Thai}\p{Lao}])\n(?=[\p{Thai}\p{Lao}])|(?<=\w-)\n(?=\w)"
)
_WIDE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u3000-\u303f\uff00-\uff60]")
_BULLET = regex.compile(r"[•▪▸◦‣⁃●○■□–—*·#>|-](?= )|[（(]?[一二三四五六七八九十]+[、）)]")
_CLAUSE = regex.compile(
    r"(?:\d{1,3}(?:\.\d{1,3})+\.?|\(?(?:\d{1,3}|[a-zA-Zа-яА-Я]|[ivxIVX]{1,5})[.)](?:\d{1,3}\.?)*)(?= )"
    r"|(?:ARTICLE|Article|Section|SECTION|Art\.|Artikel|Artículo|Artigo|Articolo|Статья|Стаття|المادة|البند|§) ?\d"
    r"|第[一二三四五六七八九十百零〇\d]+[条章节節編款]"
)
_ROW = regex.compile(r"\||(?:[(\-–$€£¥]*\d(?:[\d.,]*\d)?[%)]*|[—–-]|[$€£¥%])$")
_NUMBERS_AT_END = regex.compile(r"(?: [$€£¥(\-–]{0,3}\d[\d.,]*[)%]*| [$€£¥%—–-]){3,}$")
_SENTENCE_END = regex.compile(r"[.!?…。！？؟।:：;；][\"'”’»)\]）」』]*$")


def normalize(text: str) -> str:
    """Text as it is stored on a page and compared with one; doing it twice changes nothing.

    NFC; line feeds; ligatures, positional Arabic forms and no-break signs made plain; controls, bidi controls
    and zero-width signs dropped (joiners kept where a script needs them); words hyphenated at a line end and the
    wrapped lines of a paragraph joined; one blank at a time, at most one empty line.
    """
    text = _clean(text)
    while True:
        joined = _HYPHEN_AT_LINE_END.sub(_rejoined_word, _join_wrapped_lines(text))
        if joined == text:
            return text
        # Letters that met at a join may have a composed form.
        text = _clean(joined)


def normalize_line(text: str) -> str:
    """One paragraph, heading or table row, whose line ends mean nothing: normalized, on one line."""
    return _clean(_joined(_clean(text).split("\n")))


def starts_item(line: str, before: str) -> bool:
    """Whether a line begins a paragraph by its bullet, its clause number or its article's name.

    A number after a line that ends no sentence is part of one ("by / 15. December", "EUR / 4.2 million").
    """
    if _BULLET.match(line):
        return True
    if not _CLAUSE.match(line):
        return False
    return len(before) < _SHORTEST_WRAPPED_LINE or _SENTENCE_END.search(before) is not None


def is_row(line: str) -> bool:
    """Whether a line is a table's row: it ends with a number, and numbers make much of it."""
    if not _ROW.search(line):
        return False
    words = line.split()
    numbers = sum(
        any(letter.isdigit() for letter in word) or (len(word) == 1 and not word.isalpha()) for word in words
    )
    return (
        "|" in line or (numbers >= 2 and numbers >= 0.4 * len(words)) or _NUMBERS_AT_END.search(line) is not None
    )


def _clean(text: str) -> str:
    if _SPECIAL.search(text):
        text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n").translate(_LIGATURES)
        text = _JOINERS.sub(_kept_joiner, _DROPPED.sub("", text))
        text = _ARABIC_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = unicodedata.normalize("NFC", text)
    text = _BLANKS_AT_LINE_ENDS.sub("\n", _BLANKS.sub(" ", text))
    return str(_EMPTY_LINES.sub("\n\n", text)).strip(" \n")


def _kept_joiner(found: regex.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    if _JOINING_SCRIPTS.match(before):
        return found[0][0] if _JOINING_SCRIPTS.match(after) or found[0][0] == "\u200d" else ""
    return found[0][0] if _PICTURES.match(before) and _PICTURES.match(after) else ""


def _joined(lines: list[str]) -> str:
    """Lines of one paragraph -> one line: hyphens at line ends resolved, no blank where the script has none."""
    text = _HYPHEN_AT_LINE_END.sub(_rejoined_word, "\n".join(line for line in lines if line))
    return str(_JOIN_WITHOUT_BLANK.sub("", text)).replace("\n", " ")


def _rejoined_word(found: regex.Match[str]) -> str:
    left, right = found[1], found[2]
    if right in _AND_OR:
        return f"{left}- {right}"
    # A hyphen that the text writes elsewhere, in this word or before the same second half, is meant.
    text = found.string
    return f"{left}-{right}" if f"-{right}" in text[: found.start()] + text[found.end() :] else left + right


def _join_wrapped_lines(text: str) -> str:
    lines = text.split("\n")
    widths = [_width(line) for line in lines]
    full = _full_width(widths)
    if full is None:
        return text
    groups: list[list[str]] = [[lines[0]]]
    for i in range(1, len(lines)):
        if _continues(lines[i - 1], lines[i], room=full - widths[i - 1]):
            groups[-1].append(lines[i])
        else:
            groups.append([lines[i]])
    return "\n".join(_joined(group) for group in groups)


def _full_width(widths: list[int]) -> int | None:
    """The width at which lines were wrapped, or None if the text shows no sign of wrapping."""
    written = sorted(width for width in widths if width)
    if len(written) < 3 or written[-1] > _LONGEST_WRAPPED_LINE:
        return None
    full = written[-max(1, len(written) // 20)]
    near = sum(width >= 0.8 * full for width in written)
    return full if full >= _SHORTEST_WRAPPED_LINE and near >= 3 and near >= len(written) // 8 else None


def _continues(line: str, following: str, *, room: int) -> bool:
    if not line or not following or starts_item(following, line) or "|" in line or "|" in following:
        return False
    if _CUT_WORD.search(line) and following[0].islower():
        return True
    first_word = following.split(" ", 1)[0]
    wide = bool(_WIDE.match(following))
    needed = 4 if wide else _width(first_word) + 1
    slack = 0 if wide else 4
    if is_row(line) or is_row(following):
        return False
    if room > needed + slack:
        return following[0].islower() and not _SENTENCE_END.search(line) and room < 2 * needed + 20
    return True


def _width(line: str) -> int:
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))
