"""The checks of `dealglot doctor`: each gives a line; none changes anything or leaves the machine unasked."""

import os
import platform
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.settings import KEY_VARIABLE, EmbeddingSettings, Settings

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.model_server import ModelServer

OK, MISSING, BROKEN, OPTIONAL = "ok", "missing", "broken", "optional"
OLDEST_PYTHON = (3, 11)
WAL_RACE_FIXED = (3, 51, 3)
MODELS_SECONDS, MOST_MODELS = 5.0, 8
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `missing` and `broken` keep Dealglot from working, `optional` does not."""

    name: str
    state: str
    detail: str


def check_python() -> Iterator[Check]:
    """Python, the machine, SQLite."""
    enough = sys.version_info[:2] >= OLDEST_PYTHON
    needed = "" if enough else f" (needs {'.'.join(map(str, OLDEST_PYTHON))} or later)"
    yield Check("python", OK if enough else BROKEN, platform.python_version() + needed)
    yield Check("platform", OK, f"{platform.platform()}, {os.cpu_count()} processors")
    race = sqlite3.sqlite_version_info < WAL_RACE_FIXED
    note = " (WAL-reset race before 3.51.3; one lock around writing guards against it)" if race else ""
    yield Check("sqlite", OK, sqlite3.sqlite_version + note)


def check_packages() -> Iterator[Check]:
    """Every package that Dealglot names, with its version; those of an extra are optional."""
    try:
        lines = requires("dealglot") or []
    except PackageNotFoundError:
        yield Check("dealglot", MISSING, "not installed as a package: run `pip install -e .` in its folder")
        return
    yield Check("dealglot", OK, version("dealglot"))
    for line in lines:
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", line)
        try:
            yield Check(name, OK, version(name))
        except PackageNotFoundError:
            if extra:
                yield Check(name, OPTIONAL, f"not installed (only for dealglot[{extra[1]}])")
            else:
                yield Check(name, MISSING, f"run `pip install {name}`")
    browser = next((found for each in CHROMIUM_NAMES if (found := shutil.which(each))), None)
    yield Check("chromium", OK if browser else OPTIONAL, browser or "not installed (only for the page's tests)")


def check_models(settings: Settings) -> Iterator[Check]:
    """The bundled model's files against their checksums, and the model in use where it is another."""
    from rag.embedding import load_embedder

    wanted = {"bundled model": EmbeddingSettings()}
    if settings.embedding.model != EmbeddingSettings().model:
        wanted["model in use"] = settings.embedding
    for name, each in wanted.items():
        try:
            embedder = load_embedder(each)
            yield Check(name, OK, f"{embedder.name}, {embedder.dimension} dimensions")
        except RagError as error:
            yield Check(name, BROKEN, str(error))


def check_folders(settings: Settings, assistant: "Assistant") -> Iterator[Check]:
    """The corpus, the index, and whether both can be written."""
    corpus, index = settings.paths.corpus, settings.paths.index
    if corpus.is_dir():
        yield Check("corpus", *_writable(corpus, f"{corpus}, {_documents_in(corpus)} documents"))
    else:
        yield Check("corpus", OPTIONAL, f"{corpus} does not exist yet; `dealglot add PATH` makes it")
    try:
        if assistant.is_new:
            yield Check("index", *_writable(index, f"{index} is not built yet; the first question builds it"))
            return
        documents = assistant.documents()
        chunks = sum(each.chunks for each in documents)
        detail = f"{index}, {len(documents)} documents, {chunks} chunks, generation {assistant.generation}"
        yield Check("index", *_writable(index, detail))
    except RagError as error:
        yield Check("index", BROKEN, str(error))


def check_llm(settings: Settings, *, online: bool) -> Iterator[Check]:
    """The language-model server, if one is set; it is contacted only when asked for."""
    if not settings.llm.url:
        yield Check("llm", OPTIONAL, "none set: answers are quoted from the documents, nothing leaves the machine")
        return
    from rag.model_server import ModelServer
    from rag.model_server.address import is_open_to_listeners

    try:
        server = ModelServer(settings.llm)
    except RagError as error:
        yield Check("llm", BROKEN, str(error))
        return
    key = "set" if server.has_key else "not set"
    about = f"{server.address}, model {server.model or 'not set'}, {KEY_VARIABLE} {key}"
    if is_open_to_listeners(server.address):
        about += "; questions, passages and key cross the network unencrypted (no https)"
    if not online:
        yield Check("llm", OK, f"{about}; not contacted (--online does)")
        return
    yield _contact(server, about)


def _contact(server: "ModelServer", about: str) -> Check:
    """Which models the server has, and how long a short reply takes; it is asked nothing about the documents."""
    from rag.model_server import Message, ServerFault

    known = ""
    try:
        names = server.models(seconds=MODELS_SECONDS)
        known = f"; has {', '.join(names[:MOST_MODELS])}" if names else "; lists no model"
        if server.model and server.model not in names:
            known += f"; {server.model} is not among them"
    except ServerFault:
        known = "; gives no list of models"
    begin = time.perf_counter()
    first: float | None = None
    count = 0
    try:
        for piece in server.stream([Message("user", "Count from one to ten.")], max_tokens=40):
            first = first if first is not None else time.perf_counter() - begin
            count += len(piece)
    except ServerFault as fault:
        return Check("llm", BROKEN, f"{about}{known}; no reply: {fault}")
    whole = time.perf_counter() - begin
    speed = f"first words after {first or whole:.1f} s, {count / max(whole, 0.001):.0f} characters a second"
    return Check("llm", OK, f"{about}{known}; {server.model} replied: {speed}")


def check_translator(settings: Settings) -> Iterator[Check]:
    """The engine that translates quotations, opened where one is set; nobody is contacted."""
    from rag.translation import load_translator

    try:
        engine = load_translator(settings.translator, settings.llm)
    except RagError as error:
        yield Check("translator", BROKEN, str(error))
        return
    if engine is None:
        yield Check("translator", OPTIONAL, "none set: quotations stay in their original language")
    else:
        yield Check("translator", OK, engine.name)


def _documents_in(corpus: Path) -> int:
    from rag.loading import find_documents

    return len(find_documents(corpus))


def _writable(folder: Path, detail: str) -> tuple[str, str]:
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if os.access(there, os.W_OK):
        return OK, detail
    return BROKEN, f"{detail}; {there} cannot be written"
