"""Answers written by a model server: each sentence is checked against the passages before it is handed on."""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Final

import regex

from rag.generation.checking import Checker
from rag.generation.features import Looker
from rag.generation.prompts import MOST_STATEMENTS, ask_model
from rag.generation.relevance import Relevance
from rag.generation.replies import Claim, read_claims
from rag.generation.scoring import load_scorer
from rag.model_server import ModelServer, ServerFault
from rag.phrases import phrase
from rag.protocols import Embedder, WordEmbedder
from rag.records import Draft, Passage
from rag.text.language import detect_language

# Languages that a detector may take for each other, and hardly any reader minds.
_NEIGHBOURS: Final = (
    frozenset({"no", "da", "nb", "nn"}), frozenset({"bg", "mk"}), frozenset({"cs", "sk"}), frozenset({"id", "ms"}),
    frozenset({"es", "ca", "gl"}), frozenset({"hi", "mr", "ne"}), frozenset({"nl", "af"}),
)  # fmt: skip
# Fewer letters than this show no language for sure.
_ENOUGH_LETTERS: Final = 25
_LONGEST_REPLY: Final = 20_000
# A sentence as near as this to "the documents do not answer" says so in the model's own words.
_REFUSAL: Final = 0.6
_QUOTED = regex.compile(r"[«„“\"「『][^»“”\"」』]{2,}[»“”\"」』]")
_LETTER = regex.compile(r"\p{L}")
_WIDE_LETTER = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


class LlmGenerator:
    """Hands on what the model claims with the sentences that prove it; without support it is to be withheld."""

    def __init__(self, server: ModelServer, embedder: Embedder, words: WordEmbedder) -> None:
        self._server = server
        self._embedder = embedder
        self._words = words
        self._looker = Looker(embedder, words)

    @property
    def mode(self) -> str:
        """`llm`."""
        return "llm"

    @property
    def model(self) -> str:
        """The model's name as a person reads it."""
        return self._server.model or self._server.address

    def generate(self, question: str, language: str, passages: Sequence[Passage]) -> Iterator[Draft]:
        """Drafts as they are written; no draft = the model says that the passages do not answer.

        A reply in another language is asked for once more. No whole reply in time is a ServerFault.
        """
        if not passages:
            return
        end = time.monotonic() + self._server.seconds
        for again in (False, True):
            shown = ask_model(question, language, passages, again=again)
            pieces = self._server.stream(shown.messages, seconds=end - time.monotonic())
            with closing(_claims(pieces, language)) as claims:
                first = _until_language_shows(claims)
                if not again and not _speaks(" ".join(claim.text for claim in first), language):
                    continue
                checker = Checker(shown, question, language, words=self._words)
                read = [replace(one, chunks=chunks) for one, chunks in zip(passages, shown.chunks, strict=False)]
                relevance = Relevance(question, language, read, looker=self._looker, scorer=load_scorer())
                yield from self._drafts(_joined(first, claims), checker, relevance, language=language)
                return

    def _drafts(
        self, claims: Iterable[Claim], checker: Checker, relevance: Relevance, *, language: str
    ) -> Iterator[Draft]:
        count = 0
        for count, claim in enumerate(claims, 1):
            if count > MOST_STATEMENTS or claim.refuses or (count == 1 and self._refuses(claim, language)):
                return
            proof = checker.prove(claim) if _speaks(claim.text, language) else ()
            yield Draft(claim.text, language, proof if relevance.has(proof) else (), located=True)
        if not count:
            raise ServerFault("empty", "The model server's reply has no words.")

    def _refuses(self, claim: Claim, language: str) -> bool:
        """Whether a claim that cites nothing says in other words that nothing was found."""
        if claim.cited:
            return False
        said = [phrase(key, spoken) for key in ("not_found", "not_sure") for spoken in (language, "en")]
        vectors = self._embedder.embed_passages([claim.text, *said])
        return bool((vectors[1:] @ vectors[0]).max() >= _REFUSAL)


def _claims(pieces: Iterator[str], language: str) -> Generator[Claim, None, None]:
    with closing(_bounded(pieces)) as bounded:
        yield from read_claims(bounded, language)


def _bounded(pieces: Iterator[str]) -> Generator[str, None, None]:
    """The pieces up to a length that no answer has."""
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > _LONGEST_REPLY:
            raise ServerFault("large", f"The model server's reply has more than {_LONGEST_REPLY} characters.")
        yield piece


def _until_language_shows(claims: Iterator[Claim]) -> list[Claim]:
    """As many claims as it takes to tell the language; the first may be too short for it."""
    first: list[Claim] = []
    for claim in claims:
        first.append(claim)
        if claim.refuses or _weight(" ".join(each.text for each in first)) >= _ENOUGH_LETTERS:
            break
    return first


def _joined(first: Sequence[Claim], rest: Iterator[Claim]) -> Iterator[Claim]:
    yield from first
    yield from rest


def _speaks(text: str, language: str) -> bool:
    """Whether a text is in a language, as far as its length can tell; what it quotes may be in any."""
    plain = _QUOTED.sub(" ", text)
    if _weight(plain) < _ENOUGH_LETTERS:
        return True
    found = detect_language(plain, hint=(language,))
    return found in (language, "und") or any({found, language} <= group for group in _NEIGHBOURS)


def _weight(text: str) -> int:
    return len(_LETTER.findall(text)) + 2 * len(_WIDE_LETTER.findall(text))
