"""Words of a question -> nearest words of the index's own vocabulary, language by language.

Method: query expansion by word vectors (Kuzi, Shtok, Kurland 2016), here across languages: the bundled model
puts translations near each other, so that a Portuguese word finds its English, Arabic or Chinese neighbours.
Each language of the index is asked on its own: else the inflections of the asker's language crowd out the others.
Names have no neighbours: across scripts they are met by their sound, and values by what they are worth.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import regex

from rag.protocols import TermGroup, WordEmbedder, WordNeighbours
from rag.text.concepts import concepts_by_piece, concepts_of_word, marks_of_concepts
from rag.text.concepts.relations import general_concepts
from rag.text.language import script_of
from rag.text.sounds import sound, sounds, sureness
from rag.text.terms import value_terms
from rag.text.words import (
    ROMAN,
    SOUND,
    WORD,
    has_no_blanks,
    in_language,
    language_and_form,
    split_words,
    word_terms,
)

# Chosen on the development sets (docs/retrieval.md).
_LOWEST_COSINE: Final = 0.3
_NEIGHBOURS: Final = 3
# A word that the language has nothing near to is still asked for: who covers only the rest does not cover all.
_MISSED: Final = 0.15
# Words of one concept mean nearly the same, as a good translation does.
_SAME_CONCEPT: Final = 0.7
# Every form of every word of a concept would make a question slow in a large index.
_OF_A_CONCEPT: Final = 24
# Neighbours of so many words of questions are remembered until the index changes.
_REMEMBERED: Final = 5_000
# So many pieces of a run without blanks may be one name.
_PIECES_OF_A_NAME: Final = 5
_SAMPLED: Final = 500
# A sound without its last consonant, which may be an ending, is less sure.
_CUT: Final = 0.6
# A word with a neighbour this near in another script is no name.
_KNOWN_WORD: Final = 0.5
# What sounds alike is less sure than an equal amount.
_NAME: Final = 0.8
_ONE_SCRIPT: Final = regex.compile(r"[\p{Katakana}ー]+|\p{Han}+|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")
_CAPITAL: Final = regex.compile(r"\p{Lu}[\p{L}\p{M}]+")


class _Asked(NamedTuple):
    """A word of a question, its script, and the sounds that its name would have, each with its sureness."""

    word: str
    script: str
    heard: Mapping[str, float]


class Vocabulary:
    """The words of an index across languages; refreshed when the index changes, only new words are embedded."""

    def __init__(self, embedder: WordEmbedder, neighbours: WordNeighbours) -> None:
        self._embedder = embedder
        self._neighbours = neighbours
        self._texts: dict[str, str] = {}
        self._scripts: dict[str, str] = {}
        self._concepts: dict[tuple[str, str], list[str]] = {}
        self._near: dict[str, dict[str, dict[str, float]]] = {}

    @property
    def embedder(self) -> WordEmbedder:
        """The vectors of single words."""
        return self._embedder

    def __len__(self) -> int:
        return len(self._neighbours)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the index has words of."""
        return self._neighbours.languages

    def follow(self, words: Callable[[], Iterable[str]], *, state: str, kept: Path) -> None:
        """Take the vocabulary of an index in some state: as it was kept in a file, or else from its `words`."""
        if self._neighbours.recall(kept, state):
            self._prepare()
        else:
            self.refresh(words())
            self._neighbours.keep(kept, state)

    def refresh(self, words: Iterable[str]) -> None:
        """Take the vocabulary of the index as it is now: words as `words.in_language` makes them."""
        by_language: dict[str, list[str]] = {}
        for term in words:
            language, word = language_and_form(term)
            by_language.setdefault(language, []).append(word)
        self._neighbours.follow({language: self._whole_words(found) for language, found in by_language.items()})
        self._prepare()

    def _prepare(self) -> None:
        """What is derived of the words without looking at each: concepts and neighbours are found when asked."""
        texts, scripts = {}, {}
        for language in self._neighbours.languages:
            found = self._neighbours.words(language)
            texts[language] = "\n".join(["", *found, ""])
            scripts[language] = script_of(" ".join(found[:: len(found) // _SAMPLED + 1]))
        self._texts, self._scripts, self._concepts, self._near = texts, scripts, {}, {}

    def expand(self, question: str, language: str = "und") -> list[TermGroup]:
        """For each language a group of terms for each word and each value of a question in `language`.

        A word's terms are its nearest words, weight = cosine, the words of the same concept of deals
        (`text/concepts`), and in another script those of its sound. Weights are lowered for words that say
        little, such as articles.
        """
        asked = self._asked(question)
        words = [each.word for each in asked]
        if not words:
            return []
        weights = self._embedder.word_weights(words)
        meant: dict[int, list[str]] = {}
        for concept, named_at in concepts_by_piece(question, words, language).items():
            for at in () if concept in general_concepts() else named_at:
                meant.setdefault(at, []).append(concept)
        values = list(dict.fromkeys(value_terms(question, language)))
        remembered = self._remember(words)
        groups: list[TermGroup] = []
        for spoken in self.languages:
            for at, (each, weight) in enumerate(zip(asked, weights, strict=True)):
                near = dict(remembered[each.word].get(spoken, {}))
                for concept in meant.get(at, []):
                    for same in self._naming(concept, spoken):
                        near[same] = max(near.get(same, 0.0), _SAME_CONCEPT)
                terms = {WORD + form: share for form, share in (near or {each.word: _MISSED}).items()}
                if each.script != self._scripts[spoken]:
                    terms |= {SOUND + heard: share for heard, share in each.heard.items()}
                groups.append(
                    tuple((in_language(term, spoken), share * weight) for term, share in sorted(terms.items()))
                )
            groups += [((in_language(value, spoken), 1.0),) for value in values]
        return groups

    def named(self, question: str, language: str = "und") -> list[TermGroup]:
        """For each language what a question in `language` names beyond doubt: its values, and its names by sound.

        A name is a word that no other script has anything near to, written with a capital where there are any. It
        is asked for in every script alike, else pages in other scripts would gain by it alone.
        """
        asked = self._asked(question)
        remembered = self._remember([each.word for each in asked])
        capitals = set(split_words(" ".join(_CAPITAL.findall(question))))
        values = list(dict.fromkeys(value_terms(question, language)))
        groups: list[TermGroup] = []
        names = [
            {name: share * _NAME for name, share in each.heard.items()}
            for each in asked
            if each.heard and _may_be_name(each.word, capitals) and not self._knows(each, remembered[each.word])
        ]
        for spoken in self.languages:
            groups += [((in_language(value, spoken), 1.0),) for value in values]
            groups += [
                tuple((in_language(SOUND + name, spoken), share) for name, share in heard.items())
                for heard in names
            ]
        return groups

    def question_terms(self, question: str) -> list[tuple[str, float]]:
        """The terms of the question's own words, each with the weight of its word, in no language yet.

        In a run without blanks each gram weighs what it says itself.
        """
        words = split_words(question)
        terms = [(word, term) for word in words for term in word_terms(word)]
        weighed = [term[1:] if has_no_blanks(word) and term[0] != ROMAN else word for word, term in terms]
        weights = self._embedder.word_weights(weighed)
        return [(term, weight) for (_, term), weight in zip(terms, weights, strict=True)]

    def question_words(self, question: str) -> list[str]:
        """The different folded words of a question; runs without blanks are cut as the model cuts them."""
        return [each.word for each in self._asked(question)]

    def _asked(self, question: str) -> list[_Asked]:
        found: dict[str, _Asked] = {}
        for word in split_words(question):
            if not has_no_blanks(word):
                heard = _heard(word)
                found.setdefault(word, _Asked(word, script_of(word), heard))
                continue
            pieces = self._embedder.split_run(word)
            for at, piece in enumerate(pieces):
                names = ("".join(pieces[at:end]) for end in range(at + 1, at + 1 + _PIECES_OF_A_NAME))
                heard = {sound(name): sureness(sound(name)) for name in names if _ONE_SCRIPT.fullmatch(name)}
                heard = {name: share for name, share in heard.items() if share}
                found.setdefault(piece, _Asked(piece, script_of(piece), heard))
        return list(found.values())

    def _naming(self, concept: str, language: str) -> list[str]:
        """The words of a language that name a concept, looked for when it is first asked for."""
        if (language, concept) not in self._concepts:
            text, found = self._texts[language], set()
            for mark in marks_of_concepts(language).get(concept, ()):
                at = text.find(mark)
                while at >= 0:
                    end = text.index("\n", at)
                    found.add(text[text.rindex("\n", 0, at) + 1 : end])
                    at = text.find(mark, end)
            named = [word for word in sorted(found) if concept in concepts_of_word(word, language)]
            self._concepts[language, concept] = self._most_typical(named)
        return self._concepts[language, concept]

    def _most_typical(self, words: list[str]) -> list[str]:
        """The words of a concept that are asked for: of many, those in the midst of them."""
        if len(words) <= _OF_A_CONCEPT:
            return words
        vectors = self._embedder.embed_words(words)
        order = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")[:_OF_A_CONCEPT].tolist()
        return [words[place] for place in sorted(order)]

    def _knows(self, asked: _Asked, found: Mapping[str, Mapping[str, float]]) -> bool:
        """Whether another script has a word that means the same and does not merely sound so."""
        return any(
            share >= _KNOWN_WORD
            and {name[:3] for name in asked.heard}.isdisjoint(name[:3] for name in sounds(form))
            for language, near in found.items()
            if self._scripts[language] != asked.script
            for form, share in near.items()
        )

    def _whole_words(self, words: Sequence[str]) -> list[str]:
        """The words of a language as the model knows them: of runs without blanks the index has but pairs.

        A word of a run is one if all of its pairs are there; the index finds it by its grams.
        """
        pairs = {word for word in words if has_no_blanks(word)}
        pieces = self._embedder.run_pieces() if pairs else ()
        if not pieces:
            return list(words)
        whole = [
            piece for piece in pieces if all(piece[at : at + 2] in pairs for at in range(max(1, len(piece) - 1)))
        ]
        return sorted({*(word for word in words if word not in pairs), *whole})

    def _remember(self, words: Sequence[str]) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """The neighbours of words in every language; those of words asked for before are known."""
        known = self._near if len(self._near) < _REMEMBERED else {}
        new = [word for word in words if word not in known]
        if new:
            nearest = self._neighbours.nearest(self._embedder.embed_words(new), _NEIGHBOURS, _LOWEST_COSINE)
            known = known | dict(zip(new, nearest, strict=True))
            self._near = known
        return known


def _heard(word: str) -> dict[str, float]:
    """The sounds of a word with their sureness."""
    found = {sound(word): sureness(sound(word))}
    for name in sounds(word):
        found.setdefault(name, sureness(name) * (_CUT if sound(word).startswith(name) else 1.0))
    return {name: share for name, share in found.items() if share}


def _may_be_name(word: str, capitals: Collection[str]) -> bool:
    """Whether a folded word may be a name: in scripts with capitals it was written with one."""
    return word in capitals or word.upper() == word
