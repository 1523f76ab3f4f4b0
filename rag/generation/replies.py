"""A model's reply -> claims: plain sentences with the passage numbers they cite. Nothing in a reply is trusted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import regex

from rag.generation.prompts import NOT_FOUND
from rag.text.normalize import normalize
from rag.text.sentences import split_sentences

_MARK = regex.compile(r"[\[［【〔]\s*\p{L}{0,12}\s*((?:\p{Nd}+[\s,;、，-]*)+)[^\]］】〕\p{Nd}]{0,16}[\]］】〕]")
_NUMBER = regex.compile(r"\p{Nd}+")
_STOP: Final = r"[.!?…。！？।؟]"
_ANY_MARK: Final = r"[\[［【〔][^\]］】〕]{1,30}[\]］】〕]"
# Where a sentence surely ends in a running reply: at a line's end, and where marks and a stop meet.
_ENDED = regex.compile(
    rf"\n|(?<={_STOP}[\"'»”’)]?[ \t]?(?:{_ANY_MARK}[ \t]?)+)[ \t]+(?=[^\s\[［【〔])"
    rf"|(?<=[\]］】〕][ \t]?{_STOP})(?:[ \t]+|(?<=[。！？]))(?=[^\s\[［【〔])"
)
_THOUGHTS = regex.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", regex.S | regex.I)
_UNFINISHED_THOUGHT: Final = ("<think", "<reasoning")
_FENCE_LINE = regex.compile(r"^\s*(?:```|~~~|\|?[-:| ]{3,}$)")
_IMAGE = regex.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\])?")
_LINK = regex.compile(r"\[([^\]]*)\]\((?:[^()]|\([^)]*\))*\)?")
_DEFINITION = regex.compile(r"^\s*\[[^\]]+\]:\s*\S.*$")
_TAG = regex.compile(r"<!--.*?(?:-->|$)|<[/!?\p{L}][^>]*(?:>|$)", regex.S)
_ADDRESS = regex.compile(
    r"(?i)\b(?:[a-z][a-z0-9+.-]{1,12}://|www\.|(?:data|javascript|mailto|file|tel):)(?:[^\s\]()>]|\([^\s)]*\))*"
    r"|\b(?:[a-z0-9-]+\.)+[a-z]{2,}[/:?#](?:[^\s\]()>]|\([^\s)]*\))*"
)
_EMPHASIS = regex.compile(
    r"[*`~]{1,3}(?=\S)|(?<=\S)[*`~]{1,3}|(?<![\p{L}\p{N}_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\p{N}_])|\\[()\[\]]"
)
_LEADING = regex.compile(r"^\s*(?:[#>•▪–—*+-]+\s+|\p{Nd}{1,2}[.)]\s+(?=\p{L}))+")
_ENTITY = regex.compile(r"&(?:#\w{1,8}|\w{2,10});")
_BLANKS = regex.compile(r"\s+")
_BLANK_BEFORE_STOP = regex.compile(r"\s+(?=[.,;:!?。，；：！？।])")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a reply without marks and markup; `cited` are passage numbers as the model gave them."""

    text: str
    cited: tuple[int, ...]

    @property
    def refuses(self) -> bool:
        """Whether the model says that the passages do not answer."""
        letters = "".join(char for char in self.text if char.isalpha()).upper()
        return NOT_FOUND in self.text or letters == NOT_FOUND.replace("_", "")


def read_claims(pieces: Iterable[str], language: str) -> Iterator[Claim]:
    """The claims of a reply, each as soon as its sentence has ended."""
    text = ""
    for piece in pieces:
        text += piece
        if text.lstrip().lower().startswith(_UNFINISHED_THOUGHT):
            text = _THOUGHTS.sub("", text) if _thought_ended(text) else text
            continue
        *ended, text = _cut(text)
        for part in ended:
            yield from _claims(part, language)
    yield from _claims(_THOUGHTS.sub("", text), language)


def strip_markup(text: str) -> str:
    """Plain text on one line: no images, link targets, addresses, tags, entities, emphasis or list marks."""
    if _FENCE_LINE.match(text) or _DEFINITION.match(text):
        return ""
    for pattern, kept in (
        (_IMAGE, " "),
        (_LINK, r"\1"),
        (_TAG, " "),
        (_ADDRESS, " "),
        (_ENTITY, " "),
        (_LEADING, ""),
        (_EMPHASIS, ""),
    ):
        text = pattern.sub(kept, text)
    text = (
        normalize(text).replace("|", " ").replace("<", " ").replace(">", " ").replace("[", " ").replace("]", " ")
    )
    return str(_BLANK_BEFORE_STOP.sub("", _BLANKS.sub(" ", text))).strip()


def _thought_ended(text: str) -> bool:
    return regex.search(r"(?i)</(?:think|thinking|reasoning)>", text) is not None


def _cut(text: str) -> list[str]:
    """The ended parts of a growing text, and its rest."""
    parts: list[str] = []
    start = 0
    for end in _ENDED.finditer(text):
        parts.append(text[start : end.end()])
        start = end.end()
    return [*parts, text[start:]]


def _claims(part: str, language: str) -> Iterator[Claim]:
    """The sentences of a part: only the one that carries the marks cites anything."""
    cited = [int(number) for mark in _MARK.finditer(part) for number in _NUMBER.findall(mark[1])]
    text = strip_markup(_MARK.sub(" ", part))
    if not any(char.isalnum() for char in text):
        return
    sentences = [text[span.start : span.end] for span in split_sentences(text, language)] or [text]
    for sentence in sentences[:-1]:
        yield Claim(sentence, ())
    yield Claim(sentences[-1], tuple(dict.fromkeys(cited)))
