"""Whether the passages prove what a model claims: the sentence that does, or nothing.

A claim passes only if one sentence of a passage that it cites (or one of each of two cited passages) carries it:
most of its words are met there, every number, date, amount, name and code stands there, it names no other side
(buyer for seller, before for after), and both deny or neither.
What no sentence proves is withheld, however likely it sounds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

from rag.generation.matching import pieces_of
from rag.generation.naming import Mark, same_country, stands_in
from rag.generation.parties import is_other_party, names_another
from rag.generation.prompts import Shown
from rag.generation.replies import Claim
from rag.generation.weighing import CONTENT, NEARER, OPENERS, Flags, Floats, Weighed, concepts_of, windows_of
from rag.protocols import WordEmbedder
from rag.records import Chunk, Support
from rag.text.contrasts import contradicts, roles_in
from rag.text.following import points_back
from rag.text.negations import denies, split_clauses
from rag.text.sentences import split_sentences
from rag.text.values import find_values, same_value
from rag.text.words import WITHOUT_BLANKS

# How near two words' vectors must be for one to say the other.
_NEAR: Final = 0.35
_NEAR_NOUN: Final = 0.3
_NEAR_JOINT: Final = 0.5
# The share of a claim's weight that its sentence must carry, and the least of each where two sentences share it.
_CARRIED: Final = 0.6
_CARRIED_ACROSS: Final = 0.45
_CARRIED_CUT: Final = 0.55
_CARRIED_EACH: Final = 0.3
# So many content words in a row that nothing carries are another claim slipped in.
_FOREIGN_RUN: Final = 2
_FOREIGN_RUN_ACROSS: Final = 3
_TRIED: Final = 6
_LEAST_LETTERS: Final = 12
_LETTER = regex.compile(r"\p{L}")
_WIDE_LETTER = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a passage (`main`), alone or, where it leans on the one before it, with that one.

    `pieces` are the words of the sentence, its heading and its document's title: places in the vocabulary;
    `windows` are those of neighbouring words, where one of the languages writes them without blanks.
    """

    text: str
    main: str
    language: str
    support: Support
    around: str
    pieces: npt.NDArray[np.int64]
    windows: npt.NDArray[np.int64]


class Checker:
    """Checks the claims of one reply against what was shown to the model."""

    def __init__(self, shown: Shown, question: str, language: str, *, words: WordEmbedder) -> None:
        self._language = language
        self._words = words
        self._asked = frozenset(pieces_of(question, words))
        self._vocabulary: dict[str, int] = {}
        self._sources = [
            [source for chunk in chunks for source in self._sources_of(chunk, title)]
            for chunks, title in zip(shown.chunks, shown.titles, strict=True)
        ]
        self._vectors = words.embed_words(list(self._vocabulary))

    def prove(self, claim: Claim) -> tuple[Support, ...]:
        """The places that prove a claim, exact sentences; none = it is not proven."""
        cited = [self._sources[number - 1] for number in claim.cited if 0 < number <= len(self._sources)]
        if not any(cited) or not self._is_whole(claim.text):
            return ()
        weighed = Weighed.of(claim.text, self._language, self._words)
        likeness = self._likeness(weighed)
        ranked = [_ranked(weighed, likeness, sources) for sources in cited]
        alone = sorted((pair for pairs in ranked for pair in pairs), key=lambda pair: -pair[0])
        for _, source in alone[:_TRIED]:
            if self._carries(weighed, likeness, [source]):
                return (source.support,)
        if len(cited) < 2:
            return ()
        firsts = [[source for score, source in pairs[:2] if score >= _CARRIED_EACH] for pairs in ranked[:2]]
        for together in product(*firsts):
            if self._carries(weighed, likeness, together):
                return tuple(dict.fromkeys(source.support for source in together))
        return ()

    def _is_whole(self, text: str) -> bool:
        """Whether a claim says enough to be proven: a value, or more than a word that any passage may hold."""
        letters = len(_LETTER.findall(text)) + 2 * len(_WIDE_LETTER.findall(text))
        return letters >= _LEAST_LETTERS or bool(find_values(text, self._language))

    def _sources_of(self, chunk: Chunk, title: str) -> Iterator[Source]:
        around = f"{chunk.heading or ''} {title}"
        beside = self._places(around)
        earlier, before = 0, ""
        for span in split_sentences(chunk.text, chunk.language):
            main = chunk.text[span.start : span.end]
            at = np.array(self._places(main) + beside, dtype=np.int64)
            joint = windows_of(main, self._words) if _is_cut(self._language, chunk.language) else []
            windows = np.array([self._place(window.text) for window in joint], dtype=np.int64)
            for start in [span.start, *([earlier] if before and _leans(main, before, chunk.language) else [])]:
                text = chunk.text[start : span.end]
                place = Support(
                    chunk.document_id, chunk.id, chunk.page, chunk.start + start, chunk.start + span.end
                )
                yield Source(text, main, chunk.language, place, around, at, windows)
            earlier, before = span.start, main

    def _places(self, text: str) -> list[int]:
        return [self._place(piece) for piece in pieces_of(text, self._words)]

    def _place(self, piece: str) -> int:
        return self._vocabulary.setdefault(piece, len(self._vocabulary))

    def _likeness(self, claim: Weighed) -> Floats:
        """How near each piece of the claim, then each window, is to each of the vocabulary; 1 = the same."""
        if not claim.pieces or not self._vocabulary:
            return np.zeros((len(claim.pieces), len(self._vocabulary)))
        own = np.vstack([claim.vectors, claim.joint]) if claim.windows else claim.vectors
        likeness = (own @ self._vectors.T).astype(np.float64)
        for row, piece in enumerate(claim.pieces):
            if piece in self._vocabulary:
                likeness[row, self._vocabulary[piece]] = 1.0
        return likeness

    def _carries(self, claim: Weighed, likeness: Floats, sources: Sequence[Source]) -> bool:
        across = any(source.language != self._language for source in sources)
        met = self._met(claim, likeness, sources)
        # The question's words prove nothing, but who repeats them slips nothing in.
        asked = np.array([piece in self._asked for piece in claim.pieces], dtype=np.bool_)
        return (
            claim.share(met) >= self._least_share(sources, across=across)
            and claim.longest_run(~(met | asked)) < (_FOREIGN_RUN_ACROSS if across else _FOREIGN_RUN)
            and self._has_values(claim, sources)
            and all(self._has_mark(mark, sources, across=across) for mark in claim.marks)
            and self._agrees(claim, sources)
            and self._is_on_the_same_side(claim, sources)
        )

    def _least_share(self, sources: Sequence[Source], *, across: bool) -> float:
        if any(_is_cut(self._language, source.language) for source in sources):
            return _CARRIED_CUT
        return _CARRIED_ACROSS if across else _CARRIED

    def _met(self, claim: Weighed, likeness: Floats, sources: Sequence[Source]) -> Flags:
        """Which of the claim's pieces the sentences have (or heading, title), also in other words.

        Only a name may stand in the sentence before.
        """
        met = np.zeros(len(claim.pieces), dtype=np.bool_)
        concepts = frozenset().union(*(concepts_of(source.main) for source in sources))
        named = {piece for mark in claim.marks if mark.sure for piece in pieces_of(mark.text, self._words)}
        for source in sources:
            met |= _near(claim, likeness, source)
        for row, piece in enumerate(claim.pieces):
            if not met[row]:
                met[row] = bool(claim.concepts[row] & concepts)
            if not met[row] and len(piece) > 3 and claim.weights[row] >= CONTENT:
                met[row] = any(stands_in(piece, each.text if piece in named else each.main) for each in sources)
        return met

    def _has_values(self, claim: Weighed, sources: Sequence[Source]) -> bool:
        """Whether every amount, date and number stands in a sentence itself, not in the one before it."""
        there = [value for source in sources for value in find_values(source.main, source.language)]
        wanted = find_values(claim.text, self._language)
        return all(any(same_value(value, other) for other in there) for value in wanted)

    def _has_mark(self, mark: Mark, sources: Sequence[Source], *, across: bool) -> bool:
        """Whether a name or code stands in a sentence or beside it (heading, title); a common word may be near."""
        is_code = any(char.isnumeric() for char in mark.text)
        for source in sources:
            texts = [source.main]
            if not is_code and not names_another([mark], source.main, source.language):
                texts.append(f"{source.text} {source.around}")  # nobody else is named in the sentence itself
            for text in texts:
                if stands_in(mark.text, text) or same_country(mark.text, self._language, text, source.language):
                    return True
        pieces = [] if is_code else pieces_of(mark.text, self._words)
        if not pieces or (mark.sure and not across):
            return False
        if not mark.sure and (max(self._words.word_weights(pieces)) < CONTENT or self._asked.issuperset(pieces)):
            return True
        if any(concepts_of(mark.text) & concepts_of(source.text) for source in sources):
            return True
        vectors = self._words.embed_words(pieces)
        near = np.max([(vectors @ self._vectors[source.pieces].T).max(axis=1) for source in sources], axis=0)
        if near.min() >= (NEARER if mark.sure else _NEAR_NOUN):
            return True
        return not mark.sure and bool((vectors @ self._words.embed_words(OPENERS).T).max() >= NEARER)

    def _agrees(self, claim: Weighed, sources: Sequence[Source]) -> bool:
        """Whether claim and sentences both deny something or both do not, where they speak of the same."""
        if denies(claim.text, self._language):
            return any(denies(source.main, source.language) for source in sources)
        return not any(
            denies(clause, source.language) and self._speaks_of(claim, clause)
            for source in sources
            for clause in split_clauses(source.text)
        )

    def _is_on_the_same_side(self, claim: Weighed, sources: Sequence[Source]) -> bool:
        """Whether no word stands for the other side of what the sentences say, and no name for another's.

        Of two sentences each speaks of somebody whom the claim names, or of nobody.
        """
        sure = [mark for mark in claim.marks if mark.sure]
        if any(is_other_party(claim.text, sure, self._language, s.main, s.language) for s in sources):
            return False
        if len(sources) > 1 and sure and any(names_another(sure, s.main, s.language) for s in sources):
            return False
        languages = {source.language for source in sources}
        said = [" ".join(s.main for s in sources if s.language == language) for language in sorted(languages)]
        return not any(
            contradicts(claim.text, self._language, text, language)
            for text, language in zip(said, sorted(languages), strict=True)
        )

    def _speaks_of(self, claim: Weighed, clause: str) -> bool:
        own = list(dict.fromkeys(pieces_of(clause, self._words)))
        heavy = [
            piece for piece, weight in zip(own, self._words.word_weights(own), strict=True) if weight > CONTENT
        ]
        if not heavy or not claim.pieces:
            return False
        near = (self._words.embed_words(heavy) @ claim.vectors.T).max(axis=1) >= _NEAR
        concepts: frozenset[str] = frozenset().union(*claim.concepts)
        meant = (claim.vectors @ self._words.embed_words(own).T).max(axis=1) >= _NEAR
        shared = [
            bool(close) or piece in claim.pieces or bool(concepts_of(piece) & concepts)
            for close, piece in zip(near, heavy, strict=True)
        ]
        return sum(shared) * 3 >= len(heavy) or claim.share(meant) >= _CARRIED_EACH * 2


def _is_cut(language: str, other: str) -> bool:
    """Whether two languages differ and the model has to cut the words of one, often not where they end."""
    return language != other and not WITHOUT_BLANKS.isdisjoint((language, other))


def _leans(main: str, before: str, language: str) -> bool:
    """Whether a sentence may mean what the one before it names: by a pronoun, or as the same party."""
    roles = roles_in(main, language)
    return points_back(main, language) or bool(roles and roles == roles_in(before, language))


def _ranked(claim: Weighed, likeness: Floats, sources: Sequence[Source]) -> list[tuple[float, Source]]:
    scored = [(claim.share(_near(claim, likeness, source)), source) for source in sources]
    return sorted(scored, key=lambda pair: -pair[0])


def _near(claim: Weighed, likeness: Floats, source: Source) -> Flags:
    """Which pieces of a claim have a word of a sentence near them, alone or with their neighbours."""
    count = len(claim.pieces)
    if not len(source.pieces):
        return np.zeros(count, dtype=np.bool_)
    alone = likeness[:count, source.pieces].max(axis=1)
    met: Flags = alone >= _NEAR
    if len(source.windows):
        alone = np.maximum(alone, likeness[:count, source.windows].max(axis=1))
        met |= alone >= _NEAR_JOINT
        every = np.concatenate([source.pieces, source.windows])
        for (start, end), near in zip(claim.windows, likeness[count:, every].max(axis=1), strict=True):
            # A neighbour that adds nothing is another word, not the rest of this one.
            if near >= max(_NEAR_JOINT, alone[start:end].max()):
                met[start:end] = True
    return met
