"""Everything a person can do with documents and questions is a method here."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.records import Answer, DocumentInfo, Health, IngestReport, Page, Passage, Progress
from rag.settings import Settings, read_settings
from rag.wiring import Parts

if TYPE_CHECKING:
    from rag.comparing import Comparison
    from rag.filtering import Documents
    from rag.index import Index
    from rag.retrieval import Retriever

Listener = Callable[[Progress], None]


class Assistant:
    """One corpus and its index; models and index load at first use, and any thread may call any method."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or read_settings()
        self.parts = Parts(self.settings)
        # One writer at a time; searches go on meanwhile and take `_lock` only to see which index serves.
        self._writing = threading.RLock()
        self._lock = threading.RLock()
        self._retired: list[Index] = []
        self._index: Index | None = None
        self._retriever: Retriever | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a person does with documents

    def add(self, paths: Iterable[str | Path], *, progress: Listener | None = None) -> IngestReport:
        """Copy files, or the files of folders, into the corpus and index them; one that fails is listed."""
        from rag.ingest import ingest, named_sources
        from rag.loading import find_documents

        sources = named_sources([Path(path) for path in paths], self.settings.paths.corpus, find_documents)
        with self._changing() as index:
            return ingest(sources, index, self.parts.embedder, settings=self.settings, progress=progress)

    def remove(self, names: Iterable[str]) -> IngestReport:
        """Take documents out of corpus and index; an unknown name is an error and nothing is removed."""
        from rag.ingest import ingest

        wanted = list(dict.fromkeys(names))
        self._ids_of(wanted)
        with self._changing() as index:
            report = ingest((), index, self.parts.embedder, settings=self.settings, gone=wanted)
            for name in wanted:
                (self.settings.paths.corpus / name).unlink(missing_ok=True)
        return report

    def sync(self, folder: str | Path | None = None, *, progress: Listener | None = None) -> IngestReport:
        """Make the index equal to the corpus folder; the files of `folder`, if given, are taken in first."""
        from rag.ingest import ingest, named_sources
        from rag.loading import find_documents

        corpus = self.settings.paths.corpus
        given = [Path(folder)] if folder is not None else []
        sources = named_sources(given, corpus, find_documents)
        taken = {source.name for source in sources}
        kept = named_sources([corpus] if corpus.is_dir() else [], corpus, find_documents)
        sources += [source for source in kept if source.name not in taken]
        names = {source.name for source in sources}
        with self._changing() as index:
            gone = [info.name for info in index.store.documents() if info.name not in names]
            return ingest(
                sources, index, self.parts.embedder, settings=self.settings, progress=progress, gone=gone
            )

    def rebuild(self, full: bool = False, *, progress: Listener | None = None) -> IngestReport:
        """Build a new generation beside the serving one, verify it and switch; `full` reads every file anew.

        Otherwise the stored page texts are cut and embedded anew, so that a change of settings needs no files.
        """
        from rag.rebuilding import rebuild

        with self._writing:
            report = rebuild(self.settings, self.parts.embedder, full=full, progress=progress)
            self._retire()
            self._renew_words()
        return report

    def documents(self) -> list[DocumentInfo]:
        """The documents of the index, by name."""
        return sorted(self._opened().store.documents(), key=lambda info: info.name)

    def page(self, name: str, number: int) -> Page:
        """One stored page of a document."""
        return self._opened().store.page(self._ids_of([name])[0], number)

    def verify(self, repair: bool = False) -> Health:
        """Whether the index is what was written; `repair` mends what can be mended from the stored texts."""
        from rag.index import repair_index

        with self._writing:
            if repair:
                repair_index(self.settings.paths.index, self.parts.embedder.name, **self.parts.identity)
            index = self._opened()
            problems = index.verify()
            if repair and problems:
                index.repair()
                self._renew_words()
                problems = index.verify()
            counts = index.store.counts()
        return Health(tuple(problems), counts.documents, counts.chunks, len(index.vectors))

    def purge(self) -> int:
        """Leave no trace of removed documents in the index folder, earlier generations included; bytes freed."""
        with self._writing:
            return self._opened().purge()

    # What a person does with questions

    def search(self, question: str, limit: int = 10, documents: "Documents" = None) -> list[Passage]:
        """The nearest passages, best first; `documents` are names, or a filter, that limit the search."""
        from rag.answering import prepare_question

        text, _ = prepare_question(question, None, ())
        return self._ready().retrieve(text, limit, self._chosen(documents))

    def search_legs(
        self, question: str, limit: int = 10, documents: "Documents" = None
    ) -> dict[str, list[Passage]]:
        """What each leg of the search finds alone, and `fused`, which `search` gives: to see a weak leg."""
        from rag.answering import prepare_question

        text, _ = prepare_question(question, None, ())
        return self._ready().retrieve_by_leg(text, limit, self._chosen(documents))

    def ask(
        self,
        question: str,
        language: str | None = None,
        documents: "Documents" = None,
        history: Sequence[str | Answer] = (),
        *,
        use_model: bool = True,
    ) -> Answer:
        """The answer in the asker's language (or `language`), or an honest "not in these documents".

        Without `use_model` the model server, if one is set, is not asked.
        """
        *_, answer = self.stream(question, language, documents, history, use_model=use_model)
        return answer

    def stream(
        self,
        question: str,
        language: str | None = None,
        documents: "Documents" = None,
        history: Sequence[str | Answer] = (),
        *,
        use_model: bool = True,
    ) -> Iterator[Answer]:
        """The answer as it grows, the last one whole; `history` are earlier questions, or better their answers."""
        from rag.answering import Asked, prepare_question, stream_answer
        from rag.followup import likely_languages
        from rag.translating import translate_answers

        retriever = self._ready()
        index = self._opened()
        spoken = sorted({info.language for info in index.store.documents()})
        text, spoken_language = prepare_question(question, language, likely_languages(question, history, spoken))
        answers = stream_answer(
            Asked(text, spoken_language, self._chosen(documents), index.generation, tuple(history)),
            retriever=retriever,
            writers=self.parts.writers(use_model=use_model),
            settings=self.settings.retrieval,
            read_page=index.store.page,
        )
        return translate_answers(answers, self.parts.quote_translator(use_model=use_model), index.translations)

    def compare(
        self,
        question: str,
        documents: "Documents" = None,
        language: str | None = None,
        *,
        progress: Listener | None = None,
    ) -> "Comparison":
        """The question put to each document alone (all, or those named), one row each, in the asker's language."""
        from rag.comparing import compare_documents

        wanted = self._chosen(documents)
        chosen = [info for info in self.documents() if wanted is None or info.id in wanted]
        return compare_documents(
            question, chosen, ask=lambda name: self.ask(question, language, [name]), progress=progress
        )

    # What is served

    @property
    def is_new(self) -> bool:
        """Whether there is no index yet."""
        from rag.index import has_index

        return not has_index(self.settings.paths.index)

    @property
    def generation(self) -> str:
        """The name of the index generation that answers."""
        return self._opened().generation

    @property
    def embedder_name(self) -> str:
        """The embedding model and its revision."""
        return self.parts.embedder.name

    def close(self) -> None:
        """Let go of the index's files; the next call opens them again."""
        with self._writing:
            self._retire()
            for index in self._retired:
                index.close()
            self._retired.clear()

    # The index and its state

    def _opened(self) -> "Index":
        """The serving index; what another program has written to it meanwhile is taken in."""
        from rag.index import open_index

        with self._lock:
            if self._index is not None and self._index.stale:
                self._retriever = None
                if not self._index.refresh():
                    self._retire()
            if self._index is None:
                self._index = open_index(
                    self.settings.paths.index, self.parts.embedder.name, **self.parts.identity
                )
            return self._index

    @contextmanager
    def _changing(self) -> "Iterator[Index]":
        """The index to write to, made if there is none; searches see the new state afterwards."""
        from rag.index import create_index

        with self._writing:
            if self.is_new:
                index = create_index(self.settings.paths.index, self.parts.embedder.name, **self.parts.identity)
                with self._lock:
                    self._index = index
            try:
                yield self._opened()
            finally:
                self._retriever = None
            self._renew_words()

    def _renew_words(self) -> None:
        """Make what questions need of the index's words, which have changed, while nobody waits for an answer."""
        with self._lock:
            self._retriever = None
            self.parts.vocabulary_of(self._opened())

    def _retire(self) -> None:
        """Serve no more from the open index; whoever still reads it goes on, so it is closed only by `close`."""
        with self._lock:
            if self._index is not None:
                self._retired.append(self._index)
            self._index = self._retriever = None

    def _ready(self) -> "Retriever":
        """The parts that search, with the vocabulary of the index as it is now."""
        from rag.retrieval import Retriever

        with self._lock:
            index = self._opened()
            if self._retriever is None:
                self._retriever = Retriever(
                    index,
                    self.parts.embedder,
                    self.parts.vocabulary_of(index),
                    settings=self.settings.retrieval,
                    reranker=self.parts.reranker,
                )
            return self._retriever

    def _chosen(self, documents: "Documents") -> tuple[str, ...] | None:
        from rag.facts import document_day
        from rag.filtering import chosen_ids

        return chosen_ids(documents, self._opened().store, document_day)

    def _ids_of(self, names: Iterable[str]) -> list[str]:
        return self._opened().store.ids_of(names)
