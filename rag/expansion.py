"""Words of a question -> nearest words of the index's own vocabulary, language by language.

Method: query expansion by word vectors (Kuzi, Shtok, Kurland 2016), here across languages: the bundled model
puts translations near each other, so that a Portuguese word finds its English, Arabic or Chinese neighbours.
Each language of the index is asked on its own: else the inflections of the asker's language crowd out the others.
Names have no neighbours: across scripts they are met by their sound, and values by what they are worth.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import regex

from rag.protocols import TermGroup, Vectors, WordEmbedder
from rag.text.concepts import concepts_by_piece, concepts_of_word
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

Places = npt.NDArray[np.int64]


class _Asked(NamedTuple):
    """A word of a question, its script, and the sounds that its name would have, each with its sureness."""

    word: str
    script: str
    heard: Mapping[str, float]


class Vocabulary:
    """The words of an index with their vectors; refreshed when the index changes, only new words are embedded."""

    def __init__(self, embedder: WordEmbedder) -> None:
        self._embedder = embedder
        self._words: list[str] = []
        self._places: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)
        self._languages: dict[str, Places] = {}
        self._scripts: dict[str, str] = {}
        self._concepts_of: dict[tuple[str, str], frozenset[str]] = {}
        self._concepts: dict[tuple[str, str], list[str]] = {}
        self._near: dict[str, dict[str, dict[str, float]]] = {}

    def __len__(self) -> int:
        return len(self._words)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the index has words of."""
        return tuple(self._languages)

    def refresh(self, words: Iterable[str]) -> None:
        """Take the vocabulary of the index as it is now: words as `words.in_language` makes them."""
        by_language: dict[str, list[str]] = {}
        for term in sorted(words):
            language, word = language_and_form(term)
            by_language.setdefault(language, []).append(word)
        by_language = {language: self._whole_words(found) for language, found in by_language.items()}
        self._hold(sorted({word for found in by_language.values() for word in found}))
        self._languages = {
            language: np.array([self._places[word] for word in found], dtype=np.int64)
            for language, found in by_language.items()
        }
        self._scripts = {
            language: script_of(" ".join(found[:: len(found) // _SAMPLED + 1]))
            for language, found in by_language.items()
        }
        known, self._near = self._concepts_of, {}
        self._concepts_of = {
            (language, word): known[language, word]
            if (language, word) in known
            else concepts_of_word(word, language)
            for language, found in by_language.items()
            for word in found
        }
        named: dict[tuple[str, str], list[str]] = {}
        for (language, word), concepts in self._concepts_of.items():
            for concept in concepts:
                named.setdefault((language, concept), []).append(word)
        self._concepts = {name: self._most_typical(found) for name, found in named.items()}

    def expand(self, question: str, language: str = "und") -> list[TermGroup]:
        """For each language a group of terms for each word and each value of a question in `language`.

        A word's terms are its nearest words, weight = cosine, the words of the same concept of deals
        (`text/concepts`), and in another script those of its sound. Weights are lowered for words that say
        little, such as articles.
        """
        asked = self._asked(question)
        words = [each.word for each in asked]
        if not words or not self._words:
            return []
        weights = self._embedder.word_weights(words)
        meant: dict[int, list[str]] = {}
        for concept, named_at in concepts_by_piece(question, words, language).items():
            for at in named_at:
                meant.setdefault(at, []).append(concept)
        values = list(dict.fromkeys(value_terms(question, language)))
        self._remember(words)
        groups: list[TermGroup] = []
        for spoken in self._languages:
            for at, (each, weight) in enumerate(zip(asked, weights, strict=True)):
                near = dict(self._near[each.word][spoken])
                for concept in meant.get(at, []):
                    for same in self._concepts.get((spoken, concept), []):
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
        self._remember([each.word for each in asked])
        capitals = set(split_words(" ".join(_CAPITAL.findall(question))))
        values = list(dict.fromkeys(value_terms(question, language)))
        groups: list[TermGroup] = []
        names = [
            {name: share * _NAME for name, share in each.heard.items()}
            for each in asked
            if each.heard and _may_be_name(each.word, capitals) and not self._knows(each)
        ]
        for spoken in self._languages:
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

    def _most_typical(self, words: list[str]) -> list[str]:
        """The words of a concept that are asked for: of many, those in the midst of them."""
        if len(words) <= _OF_A_CONCEPT:
            return words
        vectors = self._vectors[[self._places[word] for word in words]]
        order = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")[:_OF_A_CONCEPT].tolist()
        return [words[place] for place in sorted(order)]

    def _knows(self, asked: _Asked) -> bool:
        """Whether another script has a word that means the same and does not merely sound so."""
        return any(
            share >= _KNOWN_WORD
            and {name[:3] for name in asked.heard}.isdisjoint(name[:3] for name in sounds(form))
            for language, near in self._near[asked.word].items()
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

    def _remember(self, words: Sequence[str]) -> None:
        """Find the neighbours in every language of those words that were not asked for before."""
        if len(self._near) > _REMEMBERED:
            self._near = {}
        new = [word for word in words if word not in self._near]
        if new:
            cosines = self._embedder.embed_words(new) @ self._vectors.T
            for word, row in zip(new, cosines, strict=True):
                self._near[word] = {
                    language: self._nearest(row[places], places) for language, places in self._languages.items()
                }

    def _nearest(self, cosines: Vectors, places: Places) -> dict[str, float]:
        """The words of one language nearest to a word, with their cosines."""
        count = min(_NEIGHBOURS, len(cosines))
        best = np.argpartition(-cosines, count - 1)[:count].tolist()
        return {
            self._words[places[at]]: min(float(cosines[at]), 1.0) for at in best if cosines[at] >= _LOWEST_COSINE
        }

    def _hold(self, wanted: Sequence[str]) -> None:
        """Keep the vectors of `wanted` words, embedding those that are new."""
        kept = [word for word in wanted if word in self._places]
        new = [word for word in wanted if word not in self._places]
        fresh = self._embedder.embed_words(new)
        old = self._vectors[[self._places[word] for word in kept]]
        self._vectors = np.concatenate([old.reshape(len(kept), fresh.shape[1]), fresh])
        self._words = kept + new
        self._places = {word: place for place, word in enumerate(self._words)}


def _heard(word: str) -> dict[str, float]:
    """The sounds of a word with their sureness."""
    found = {sound(word): sureness(sound(word))}
    for name in sounds(word):
        found.setdefault(name, sureness(name) * (_CUT if sound(word).startswith(name) else 1.0))
    return {name: share for name, share in found.items() if share}


def _may_be_name(word: str, capitals: Collection[str]) -> bool:
    """Whether a folded word may be a name: in scripts with capitals it was written with one."""
    return word in capitals or word.upper() == word
