"""Dates as written in 29 languages: month names from CLDR, numeric forms, East Asian forms, eras, quarters."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import regex
from babel import Locale, UnknownLocaleError

# Month names that CLDR lacks: the Levant and the Maghreb, older or other spellings.
_MORE_MONTHS: Final = {
    "ar": {
        "كانون الثاني": 1, "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "حزيران": 6, "تموز": 7, "آب": 8,
        "أيلول": 9, "تشرين الأول": 10, "تشرين الثاني": 11, "كانون الأول": 12, "جانفي": 1, "فيفري": 2, "أفريل": 4,
        "ماي": 5, "جوان": 6, "جويلية": 7, "أوت": 8, "ابريل": 4, "اغسطس": 8, "اكتوبر": 10,
    },
    "hi": {"नवम्बर": 11, "सितम्बर": 9, "दिसम्बर": 12, "फ़रवरी": 2, "जुलाई": 7},
    "id": {"nopember": 11, "pebruari": 2},
    "en": {"sept": 9},
    "es": {"setiembre": 9},
    "fa": {"ژانویه": 1, "فوریه": 2, "مارس": 3, "آوریل": 4, "مه": 5, "ژوئن": 6, "ژوئیه": 7, "اوت": 8, "سپتامبر": 9,
           "اکتبر": 10, "نوامبر": 11, "دسامبر": 12},
}  # fmt: skip
# Endings that a month's name takes in these languages.
_ENDINGS: Final = {"fi": 5, "hu": 5, "tr": 5, "cs": 3, "uk": 3, "bg": 0, "pl": 3, "ro": 0}
_JAPANESE_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_MONTH_FIRST_NUMERIC: Final = frozenset({"en"})
_BUDDHIST_OFFSET: Final = 543
_BUDDHIST_FROM: Final = 2400

_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?P<y>\d{4})(?!\d)"
_LEFT = r"(?<![\d.,/-])"
_ORDINAL = r"(?: ?(?:st|nd|rd|th|er|re|ère|º|ª|°|-?го|-?е|-?та|-?та|:n|\.|η|ης))?"
_OF = r"(?: ?(?:de|del|of|di|do|da|din|of the|den|τον|του|d'|из)\b ?|[ \n]*-?[ \n]*ב?|[-. ])"
_YEAR_LEAD = r"(?:[.,]?[ \n]*(?:(?:de|del|of|do|din|roku|рік|พ\.?ศ\.?|ค\.?ศ\.?|ปี)[ \n]*)?|-)"
_REACH: Final = 24  # characters beside a month's name in which day and year stand
_MONTH_WORD = regex.compile(r"[\p{L}\p{M}]+")
_DAY_BEFORE = regex.compile(rf"{_LEFT}{_DAY}{_ORDINAL}{_OF}\Z", regex.IGNORECASE)
_YEAR_BEFORE = regex.compile(r"(?<!\d)(?P<y>\d{4})[.,]?[ \n]*\Z")
_DAY_AFTER = regex.compile(rf"\.? {_DAY}(?:st|nd|rd|th|\.)?(?:,? {_YEAR}|(?![\d.,:]\d|\d)(?:-\p{{L}}{{2,5}})?)")
_YEAR_AFTER = regex.compile(rf"\.?{_YEAR_LEAD}{_YEAR}", regex.IGNORECASE)

_FIXED: Final = (
    r"(?P<y>\d{4}) ?年(?:度)? ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?[日号])?",
    r"(?P<y>\d{4}) ?년 ?(?P<m>\d{1,2}) ?월(?: ?(?P<d>\d{1,2}) ?일)?",
    r"(?P<era>令和|平成|昭和|大正|明治) ?(?P<n>\d{1,2}|元) ?年(?: ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?日)?)?",
    r"(?:民國|民国) ?(?P<roc>\d{2,3}) ?年(?: ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?日)?)?",
    r"(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号]",
    r"(?P<m>\d{1,2}) ?월 ?(?P<d>\d{1,2}) ?일",
    r"(?:ngày )?(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}),? năm (?P<y>\d{4})",
    r"ngày (?P<d>\d{1,2}) tháng (?P<m>\d{1,2})(?!\d)",
    r"tháng (?P<m>\d{1,2})(?: năm |[/-])(?P<y>\d{4})",
    _LEFT + r"(?P<y>\d{4})(?P<sep>[-/.]) ?(?P<m>\d{1,2})(?P=sep) ?(?P<d>\d{1,2})\.?(?![\d/-])",
)
_NUMERIC = regex.compile(
    _LEFT + r"(?P<a>\d{1,2})(?P<sep>[./-]) ?(?P<b>\d{1,2})(?P=sep) ?(?P<y>\d{4}|\d{2})(?![\d/-]|[.,]\d)"
)
_QUARTERS: Final = (
    r"(?<![\p{L}\p{N}])[qtк] ?(?P<q>[1-4])[ /-]?(?:(?:de|of|del|fy) ?)?(?P<y>(?:19|20)\d{2})(?!\d)",
    r"(?<![\p{L}\p{N}])(?P<q>[1-4])[qtк] ?(?P<y>(?:19|20)\d{2}|\d{2})(?!\d)",
    r"(?P<q>[1-4])(?:º|°|\.|er|e|o|st|nd|rd|th|-?й)? ?(?:trimestre|trimester|quarter|quartal|kwartał|kwartaal|"
    r"kvartal|квартал|neljännes|čtvrtletí|çeyrek|τρίμηνο|negyedév)"
    r"(?:u|a|e)?(?:,? ?(?:de|of|del|di|von)? ?)(?P<y>\d{4})",
    r"(?P<y>\d{4}) ?年?(?:度)? ?第? ?(?P<q>[1-4一二三四]) ?(?:四半期|季度)",
    r"(?P<y>\d{4})년 ?(?P<q>[1-4])분기",
    r"quý (?P<q>[1-4])[ /](?:năm )?(?P<y>\d{4})",
)
_CJK_QUARTER: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
_YEARS: Final = (
    r"(?P<y>(?:1[4-9]|20)\d{2}) ?(?:年度?|년도?)",
    r"(?:พ\.? ?ศ\.? ?|ค\.? ?ศ\.? ?)(?P<y>\d{4})(?!\d)",
    r"(?<![\p{L}\p{N}./,:%$€£¥+-]|\d )(?P<y>(?:1[89]|20)\d{2})(?![\d%]|[.,:/-]\d| ?[%€$£¥]|\p{Latin})",
    # Early years are years where a word or an ending says so: "the year 1477", "1477'de", "в 1477 году".
    r"(?<=(?<!\p{L})(?:[وفبل]?(?:سنة|عام|العام)|سال|the year|jahre?|année|l'an|anno|año|ano|anul|jaar|året|"
    r"rok[ue]?|vuonna|έτος|שנת|năm|tahun) |ปี ?)(?P<y>[1-9]\d{2,3})(?![\d%]|[.,:/-]\d| ?[%€$£¥])",
    r"(?<![\p{L}\p{N}./,:$€£¥+-]|\d )(?P<y>1\d{3})(?=['’][dt][ea](?!\p{L})| (?:yıl|году?(?!\p{L})|року|році|рік))",
)


class FoundDate(NamedTuple):
    """A date in a text; `iso` is 2025-11-20, 2025-11, --11-20, 2025, 2025-Q3, or "" where it is in doubt."""

    start: int
    end: int
    iso: str


def find_dates(text: str, language: str) -> Iterator[FoundDate]:
    """Dates in a text whose digits are plain, in no order, perhaps overlapping; longer ones tell more.

    03/04/2025 is read day first, except in English, where nobody can tell: it is found with an empty `iso`.
    """
    yield from _with_month_names(text, language)
    for pattern in _patterns():
        for match in pattern.finditer(text):
            iso = _iso(match)
            if iso:
                yield FoundDate(match.start(), match.end(), iso)
    for match in _NUMERIC.finditer(text):
        numeric = _numeric(int(match["a"]), int(match["b"]), _full_year(match["y"]), language)
        if numeric is not None:
            yield FoundDate(match.start(), match.end(), numeric)


def _with_month_names(text: str, language: str) -> Iterator[FoundDate]:
    for start, end, month in _months_in(text, language):
        before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
        day_before, day_after = _DAY_BEFORE.search(before), _DAY_AFTER.match(after)
        year_before, year_after = _YEAR_BEFORE.search(before), _YEAR_AFTER.match(after)
        first, last, year, day = start, end, None, None
        if day_before:
            first, day = start - len(before) + day_before.start(), int(day_before["d"])
            last, year = (end + year_after.end(), year_after["y"]) if year_after else (end, None)
        elif year_before and day_after:
            first, last = start - len(before) + year_before.start(), end + day_after.end()
            year, day = year_before["y"], int(day_after["d"])
        elif day_after:
            last, year, day = end + day_after.end(), day_after["y"], int(day_after["d"])
        elif year_after:
            last, year = end + year_after.end(), year_after["y"]
        elif year_before and language == "hu":
            first, year = start - len(before) + year_before.start(), year_before["y"]
        else:
            continue
        iso = _checked(_full_year(year) if year else None, month, day)
        if iso:
            yield FoundDate(first, last, iso)


def _months_in(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Where names of months stand, with their numbers; an ending belongs to the name."""
    names, longest = month_names(language), _ENDINGS.get(language, 0)
    words = list(_MONTH_WORD.finditer(text))
    for at, word in enumerate(words):
        folded = word[0].casefold()
        if at + 1 < len(words):
            pair = f"{folded} {words[at + 1][0].casefold()}"
            if pair in names:
                yield word.start(), words[at + 1].end(), names[pair]
                continue
        for cut in range(longest + 1):
            stem = folded[: len(folded) - cut] if cut else folded
            if stem in names and (not cut or len(stem) > 3):
                yield word.start(), word.end(), names[stem]
                break
        else:
            # Hebrew joins its preposition to the name: בנובמבר.
            if folded[:1] == "ב" and folded[1:] in names:
                yield word.start() + 1, word.end(), names[folded[1:]]


def _iso(match: regex.Match[str]) -> str | None:
    found = {key: value for key, value in match.groupdict().items() if value}
    year = _year(found)
    if "q" in found:
        return f"{year}-Q{_CJK_QUARTER.get(found['q'], found['q'])}" if year else None
    month = int(found["m"]) if "m" in found else None
    return _checked(year, month, int(found["d"]) if "d" in found else None)


def _checked(year: int | None, month: int | None, day: int | None) -> str | None:
    if month is None:
        return f"{year:04d}" if year else None
    try:
        # 2000 is a leap year, for days without a year.
        date(year or 2000, month, day or 1)
    except ValueError:
        return None
    if year is None:
        return f"--{month:02d}-{day:02d}" if day else None
    return f"{year:04d}-{month:02d}-{day:02d}" if day else f"{year:04d}-{month:02d}"


def _year(found: dict[str, str]) -> int | None:
    if "era" in found:
        return _JAPANESE_ERAS[found["era"]] + (1 if found["n"] == "元" else int(found["n"]))
    if "roc" in found:
        return int(found["roc"]) + 1911
    return _full_year(found["y"]) if "y" in found else None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 70 else 1900)
    return year - _BUDDHIST_OFFSET if _BUDDHIST_FROM <= year <= 2700 else year


def _numeric(first: int, second: int, year: int, language: str) -> str | None:
    day_first, month_first = _checked(year, second, first), _checked(year, first, second)
    if day_first is None or month_first is None or first == second:
        return day_first or month_first
    return "" if language in _MONTH_FIRST_NUMERIC else day_first


@lru_cache(maxsize=64)
def month_names(language: str) -> dict[str, int]:
    """Folded month names and abbreviations of a language, and the English ones."""
    names: dict[str, int] = {}
    for code in ("en", language):
        try:
            months = Locale.parse(code).months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in months[context][width].items():
                    if len(regex.findall(r"\p{L}", name)) > 1 and not regex.search(r"\d", name):
                        names[_folded(str(name).replace(".", ""))] = int(number)
        names |= {_folded(name): number for name, number in _MORE_MONTHS.get(code, {}).items()}
    return names


def _folded(name: str) -> str:
    return " ".join(name.casefold().rstrip(".").split())


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], ...]:
    return tuple(regex.compile(source, regex.IGNORECASE) for source in (*_FIXED, *_QUARTERS, *_YEARS))
