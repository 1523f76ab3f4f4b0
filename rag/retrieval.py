"""Question -> passages: every leg searches the whole pool, whatever the languages, and one ranking comes out."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rag.expansion import Vocabulary
from rag.fusion import DENSE, EXPANDED, FUSED, LEXICAL, NAMED, ROMANISED, fuse, share_above_lowest
from rag.index import Index
from rag.protocols import Embedder, Reranker, TermGroup
from rag.records import Chunk, DocumentInfo, Hit, Passage
from rag.settings import RetrievalSettings
from rag.subjects import Subjects
from rag.text.language import detect_language
from rag.text.words import GRAM, ROMAN, WORD, in_language

_JOINED: Final = 3
# Of so many passages so many may be of one document, unless there are not enough others among the best.
_SHOWN: Final = 10
_OF_ONE: Final = 3

_Group = tuple[list[Chunk], float]


class _Found(NamedTuple):
    """What each leg finds, which chunks found by words are in the question's language, how their documents fit."""

    legs: dict[str, list[Hit]]
    own: set[str]
    subjects: dict[str, float]

    def fused(self, depth: int) -> list[Hit]:
        return fuse(self.legs, depth, self.own, self.subjects)


class Retriever:
    """The parts that find passages, handed in: an open index, the embedder, the index's vocabulary."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        vocabulary: Vocabulary,
        *,
        settings: RetrievalSettings,
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._vocabulary = vocabulary
        self._settings = settings
        self._reranker = reranker
        self._subjects = Subjects(index, vocabulary.embedder)
        # A document's id is of its bytes, so its chunks stay the same while the index is open.
        self._chunks_of: dict[str, list[str]] = {}
        self._infos: dict[str, DocumentInfo] = {}

    def legs(self, question: str, documents: Iterable[str] | None = None) -> dict[str, list[Hit]]:
        """What each leg finds alone, best first, scores as shares from 0 to 1; `documents` are ids."""
        return self._search(question, documents).legs

    def _search(self, question: str, documents: Iterable[str] | None) -> _Found:
        limit = self._settings.candidates
        allowed = self._allowed(documents)
        vector = self._embedder.embed_questions([question])[0]
        languages = self._vocabulary.languages
        spoken = detect_language(question, hint=languages)
        terms = self._vocabulary.question_terms(question)
        literal = [(term, 1.0) for term, _ in terms if term[0] in (WORD, GRAM)]
        roman = [(term, weight) for term, weight in terms if term[0] == ROMAN]

        def cover(groups: Sequence[TermGroup]) -> list[Hit]:
            return self._index.lexical.cover(groups, limit, allowed)

        own = cover(_groups(literal, [language for language in languages if language == spoken]))
        others = cover(_groups(literal, [language for language in languages if language != spoken]))
        found = {
            LEXICAL: sorted(own + others, key=lambda hit: (-hit.score, hit.chunk_id))[:limit],
            ROMANISED: cover(_groups(roman, languages)),
            EXPANDED: cover(self._vocabulary.expand(question, spoken)),
            NAMED: self._index.lexical.identify(self._vocabulary.named(question, spoken), limit, allowed),
            DENSE: share_above_lowest(self._index.vectors.search(vector, limit, allowed)),
        }
        chunks = list({hit.chunk_id for hits in found.values() for hit in hits})
        fitting = self._subjects.fit(question, spoken, vector=vector, chunks=chunks)
        return _Found(found, {hit.chunk_id for hit in own}, fitting)

    def retrieve(self, question: str, limit: int, documents: Iterable[str] | None = None) -> list[Passage]:
        """The best passages, best first; neighbouring chunks among them are joined."""
        # A passage joins at most so many chunks, so these hits fill `limit` passages.
        depth = limit * _JOINED + 1
        ranked = self._with_chunks(self._search(question, documents).fused(depth))
        if self._reranker is not None:
            scores = self._reranker.score(question, [chunk.text for chunk, _ in ranked])
            rescored = ((chunk, score) for (chunk, _), score in zip(ranked, scores, strict=True))
            ranked = sorted(rescored, key=lambda pair: (-pair[1], pair[0].id))
        return self._passages(ranked, limit)

    def retrieve_by_leg(
        self, question: str, limit: int, documents: Iterable[str] | None = None
    ) -> dict[str, list[Passage]]:
        """What each leg alone and their fusion (`fused`) would give, without a reranker: to see a weak leg."""
        found = self._search(question, documents)
        depth = limit * _JOINED + 1
        rankings = {leg: hits[:depth] for leg, hits in found.legs.items()} | {FUSED: found.fused(depth)}
        return {leg: self._passages(self._with_chunks(hits), limit) for leg, hits in rankings.items()}

    def _with_chunks(self, hits: Sequence[Hit]) -> list[tuple[Chunk, float]]:
        """The chunks of hits with their scores; a chunk that was removed since the search is passed over."""
        by_id = {chunk.id: chunk for chunk in self._index.store.chunks([hit.chunk_id for hit in hits])}
        return [(by_id[hit.chunk_id], hit.score) for hit in hits if hit.chunk_id in by_id]

    def _passages(self, ranked: Sequence[tuple[Chunk, float]], limit: int) -> list[Passage]:
        """Join neighbours of one document on the way down the ranking until `limit` passages stand.

        A long document does not fill them all while others are among the best too.
        """
        groups, kept_back = _grouped([], ranked, limit, max(_OF_ONE, limit * _OF_ONE // _SHOWN))
        groups, _ = _grouped(groups, kept_back, limit, limit)
        groups.sort(key=lambda group: -group[1])
        if any(chunks[0].document_id not in self._infos for chunks, _ in groups):
            self._infos = {info.id: info for info in self._index.store.documents()}
        return [
            Passage(self._infos[chunks[0].document_id], tuple(chunks), score)
            for chunks, score in groups
            if chunks[0].document_id in self._infos
        ]

    def _allowed(self, documents: Iterable[str] | None) -> list[str] | None:
        if documents is None:
            return None
        wanted = list(documents)
        for document in wanted:
            if document not in self._chunks_of:
                self._chunks_of[document] = self._index.store.chunk_ids(document)
        return [chunk_id for document in wanted for chunk_id in self._chunks_of[document]]


def _groups(terms: Sequence[tuple[str, float]], languages: Iterable[str]) -> list[TermGroup]:
    """Each term as a group of its own, in each language."""
    return [((in_language(term, language), weight),) for language in languages for term, weight in terms]


def _grouped(
    groups: Sequence[_Group], ranked: Sequence[tuple[Chunk, float]], limit: int, most: int
) -> tuple[list[_Group], list[tuple[Chunk, float]]]:
    """Groups with further chunks, at most `limit` and `most` of a document; and the chunks kept back for that."""
    groups, kept_back = list(groups), []
    for chunk, score in ranked:
        group = next((chunks for chunks, _ in groups if _touches(chunks, chunk)), None)
        if group is not None:
            group.append(chunk)
            group.sort(key=lambda member: member.position)
        elif len(groups) == limit:
            break
        elif sum(chunks[0].document_id == chunk.document_id for chunks, _ in groups) < most:
            groups.append(([chunk], score))
        else:
            kept_back.append((chunk, score))
    return groups, kept_back


def _touches(chunks: Sequence[Chunk], chunk: Chunk) -> bool:
    """Whether a chunk directly precedes or follows a group on the same page that has room for it."""
    first, last = chunks[0], chunks[-1]
    if chunk.document_id != first.document_id or len(chunks) >= _JOINED or chunk.page != first.page:
        return False
    return chunk.position in (first.position - 1, last.position + 1)
