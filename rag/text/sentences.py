"""Sentences as spans, in scripts with and without blanks."""

from itertools import pairwise
from typing import Final

import regex
from sentencex import get_sentence_boundaries

from rag.records import Span

_LINE = regex.compile(r"[^\n]+")
_STOP = regex.compile(r"[.!?…。！？｡؟۔।॥።។။։;]")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_THAI = regex.compile(r"[\p{Thai}\p{Lao}]")
# Abbreviations that stand before a name or number, so that a sentence never ends with them.
_LEADING_WORDS: Final = (
    "art arts no nos nr nrs nº nᵒ n° n ziff abs abschn lit bst rn rdnr fn hs bzgl gem vgl s ss p pp par "
    "para paras § sec sect sch cl cls ch cap capt fig figs tab vol ed eds ex exh app apdx annex cf ca "
    "approx mr mrs ms messrs dr prof hon st sr sra srta dña d mag ing dipl rag avv dott dottssa ill on "
    "mme mlle me m pr hr fr frl dhr mevr mw av doç yrd md sn şti bkz mad par ust odst čl č písm mgr bc "
    "judr phdr pn ul al im prz poz ust pkt lp zob np tj im ул д г стр ст п пп гл рис табл см им проф акад "
    "г-н г-жа д-р т-р чл ал т αρ άρθρ παρ σελ αρ κ κα δρ вул буд с ч р jln jl bpk ibu drs ir tn ny tp q "
    "डॉ श्री सुश्री jan feb mar apr jun jul aug sep sept okt oct nov dec dez"
)
_LEADING: Final = frozenset(_LEADING_WORDS.split())
_LAST_WORD = regex.compile(r"([\p{L}\p{M}§°º'’-]+)\.$")
_INITIAL = regex.compile(r"(?:^|[\s(«„“\"'])\p{Lu}\.$")
_INITIAL_NEXT = regex.compile(r"\p{Lu}\.")
# A clause's number on its own: "4.2", "12.", "(a)", "IV."
_NUMBERING = regex.compile(
    r"(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|\p{L}|[ivxlcIVXLC]{1,6})[.)]+|\d{1,3}(?:\.\d{1,3})+|[•▪–—*-]|"
    r"(?:Art|Article|Artikel|Section|Clause|Artículo|Artigo|Articolo|Статья|§)\.? ?\d+[.:)]?)\s*"
)
# "... Käuferin). 1.2 Von": the rules of some languages take the number for one that the sentence goes on with.
_NUMBERED = regex.compile(r"(?:^|(?<=[.;:!?][)\]»”\"]* ))(\d{1,3}(?:\.\d{1,3})+)\.? (?=[\p{Lu}\p{Lo}])")
_AFTER_WIDE_STOP = regex.compile(r"(?<=[。！？])(?=[\p{N}\p{Latin}])")
_LOWER_OR_MARK = regex.compile(r"[\p{Ll},;:)\]»”º°ª]")
# What a quotation's sentence goes on with: "said", "and", in Japanese and Chinese.
_SAYS = regex.compile(r"[とって]|[他她它其并而]?[们]?[说道称问答表]")
_NUMBER = regex.compile(r"\d")
_ONLY_MARKS = regex.compile(r"[^\p{L}\p{N}]+")
_CLOSED_QUOTE_OR_LOUD = regex.compile(r"[!?…؟！？][\"'”’»)\]]*$")

_THAI_SHORTEST = 60
_THAI_LONGEST = 220


def split_sentences(text: str, language: str) -> list[Span]:
    """The sentences of a text, in order: trimmed, not overlapping, and covering all but blanks.

    A line end always ends a sentence (pages keep one paragraph a line) and a table row (`a | b`) is one sentence.
    Thai marks no sentence ends: its text is cut at blanks into pieces of a sentence's length.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        spans.extend(_trimmed(text, cut) for cut in _cut_line(line[0], line.start(), language))
    return [span for span in spans if span.start < span.end]


def _cut_line(line: str, offset: int, language: str) -> list[Span]:
    if " | " in line:
        return [Span(offset, offset + len(line))]
    if _THAI.search(line) and len(_THAI.findall(line)) * 2 > len(line):
        return [Span(offset + start, offset + end) for start, end in _cut_thai(line)]
    if not _STOP.search(line, 0, len(line) - 1):
        return [Span(offset, offset + len(line))]
    found = get_sentence_boundaries(_splitting_language(line, language), line)
    cuts = [(boundary["start_index"], boundary["end_index"]) for boundary in found]
    ends = [*_numbered_clauses(line), *(stop.start() for stop in _AFTER_WIDE_STOP.finditer(line))]
    return [Span(offset + start, offset + end) for start, end in _cut_at(_merged(line, cuts), sorted(ends))]


def _numbered_clauses(line: str) -> list[int]:
    """Where clauses begin in a line whose numbers count on: 4.1, 4.2."""
    found = [
        (place.start(1), [int(number) for number in place[1].split(".")]) for place in _NUMBERED.finditer(line)
    ]
    return [
        place
        for (first, before), (second, after) in pairwise(found)
        if after in ([*before[:-1], before[-1] + 1], [before[0] + 1, 1])
        for place in (first, second)
    ]


def _cut_at(cuts: list[tuple[int, int]], places: list[int]) -> list[tuple[int, int]]:
    """Cuts with further ones at `places`, which are in order."""
    for place in places:
        cuts = [
            part
            for start, end in cuts
            for part in ([(start, place), (place, end)] if start < place < end else [(start, end)])
        ]
    return cuts


def _splitting_language(line: str, language: str) -> str:
    """The language whose rules fit the line's script, whatever the document's language."""
    if language not in ("zh", "ja") and _CJK.search(line):
        return "ja" if _KANA.search(line) else "zh"
    return language if language != "und" else "en"


def _merged(line: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cuts without those in the middle of a sentence: after abbreviations, numbering, initials."""
    merged: list[tuple[int, int]] = []
    for start, end in cuts:
        if merged and _is_one_sentence(line[merged[-1][0] : merged[-1][1]].strip(), line[start:end].strip()):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _is_one_sentence(before: str, after: str) -> bool:
    if not before or not after or _ONLY_MARKS.fullmatch(after) or _ONLY_MARKS.fullmatch(before):
        return True
    if _NUMBERING.fullmatch(before):
        return True
    if before[-1] in "」』”" and _SAYS.match(after):
        return True
    if _LOWER_OR_MARK.match(after) and not _CLOSED_QUOTE_OR_LOUD.search(before):
        return before[-1] not in "。！？।॥"
    found = _LAST_WORD.search(before)
    word = regex.split("['’]", found[1])[-1] if found else ""
    if word.casefold() in _LEADING:
        # "No. 5" and "Mr. Smith", but a lone "no." may end a sentence.
        return not word.islower() or bool(_NUMBER.match(after)) or bool(_INITIAL_NEXT.match(after))
    return bool(_INITIAL.search(before))


def _cut_thai(line: str) -> list[tuple[int, int]]:
    """Pieces between blanks, long enough to be a sentence; a piece past the longest ends at its next blank."""
    cuts: list[tuple[int, int]] = []
    start = 0
    for blank in regex.finditer(r" +", line):
        before, after = line[blank.start() - 1 : blank.start()], line[blank.end() : blank.end() + 1]
        joined = not _THAI.match(before) or not _THAI.match(after)
        length = blank.start() - start
        if length >= _THAI_LONGEST or (length >= _THAI_SHORTEST and not joined):
            cuts.append((start, blank.end()))
            start = blank.end()
    cuts.append((start, len(line)))
    if len(cuts) > 1 and cuts[-1][1] - cuts[-1][0] < _THAI_SHORTEST // 2:
        cuts[-2:] = [(cuts[-2][0], cuts[-1][1])]
    return cuts


def _trimmed(text: str, span: Span) -> Span:
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.start + len(piece.rstrip())))
