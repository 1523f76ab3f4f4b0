"""The index folder: generations, the pointer to the one that serves, the manifest, the writer's lock."""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from rag.errors import IndexDamaged, IndexFolderError, IndexMismatch, IndexMissing
from rag.index.database import FORMAT, MEND, REBUILD
from rag.settings import ChunkingSettings
from rag.text.words import TERMS_VERSION

POINTER: Final = "CURRENT"
LOCK: Final = "writer.lock"
GENERATIONS: Final = "generations"
MANIFEST: Final = "manifest.json"
STORE: Final = "store.sqlite"
IDENTITY: Final = "identity"
VECTORS: Final = "vectors.faiss"
TRANSLATIONS: Final = "translations.sqlite"
WORDS: Final = "words.bin"

# How long a writer waits for another one.
LOCK_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index was built with: vectors, chunks and terms of different identities are never compared."""

    embedder: str
    dimension: int
    chunking: ChunkingSettings
    terms: int = TERMS_VERSION
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds; `revision` is the store's when this was written, `files` are SHA-256 sums."""

    identity: Identity
    generation: str
    created: str
    revision: int
    documents: int
    pages: int
    chunks: int
    languages: tuple[str, ...]
    files: Mapping[str, str]


def generation_folder(folder: Path, generation: str) -> Path:
    """Where a generation lies."""
    return folder / GENERATIONS / generation


def has_index(folder: Path) -> bool:
    """Whether an index serves in this folder."""
    return (folder / POINTER).is_file()


def serving_generation(folder: Path) -> str:
    """The id that the pointer names; IndexMissing if there is none, IndexDamaged if it names nothing."""
    try:
        generation = (folder / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {folder}.", "Run `dealglot add` or `dealglot sync`.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"The pointer {folder / POINTER} cannot be read.", MEND) from error
    if not _is_generation(generation) or not generation_folder(folder, generation).is_dir():
        raise IndexDamaged(f"The pointer {folder / POINTER} names no generation: {generation!r}.", MEND)
    return generation


def serve(folder: Path, generation: str) -> None:
    """Let the pointer name a generation."""
    write_aside(folder / POINTER, f"{generation}\n".encode())


def start_generation(folder: Path) -> str:
    """Make the folder of a new generation; ids sort by time."""
    generation = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    home = generation_folder(folder, generation)
    try:
        home.mkdir(parents=True)
    except OSError as error:
        raise IndexFolderError(f"The folder {home} cannot be made: {error.strerror or error}.") from error
    return generation


def whole_generations(folder: Path) -> list[str]:
    """The generations that were written to the end, oldest first."""
    root = folder / GENERATIONS
    names = sorted(entry.name for entry in root.iterdir()) if root.is_dir() else []
    return [name for name in names if _is_generation(name) and (root / name / MANIFEST).is_file()]


def drop_generations(folder: Path, keep: set[str]) -> None:
    """Delete all generations but some; only a writer may. What another program holds open goes next time."""
    root = folder / GENERATIONS
    for entry in sorted(root.iterdir()) if root.is_dir() else []:
        if entry.name not in keep and _is_generation(entry.name):
            # Without its manifest it is no generation any more, whatever happens next.
            with contextlib.suppress(OSError):
                (entry / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(entry, ignore_errors=True)


@contextmanager
def writer_lock(folder: Path, wait: float | None = None) -> Iterator[None]:
    """Be the only writer of an index folder; IndexFolderError if another one is not done in time.

    `wait` is in seconds, LOCK_SECONDS if not given.
    """
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(path), timeout=LOCK_SECONDS if wait is None else wait)
        lock.acquire()
    except Timeout as error:
        what = f"Another program is writing to the index {folder}: it holds {path}."
        raise IndexFolderError(what, "Wait until it is done, then try again.") from error
    except OSError as error:
        raise IndexFolderError(f"The lock {path} cannot be made: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a generation's manifest; with it the generation is whole."""
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    write_aside(generation_folder(folder, manifest.generation) / MANIFEST, text.encode())


def empty_manifest(identity: Identity, generation: str) -> Manifest:
    """The manifest of a generation of which nothing is known but its store."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(identity, generation, created, -1, 0, 0, 0, (), {})


def identity_text(identity: Identity) -> str:
    """An identity as the store keeps it."""
    return json.dumps(asdict(identity), sort_keys=True)


def identity_from(text: str) -> Identity:
    """The identity that `identity_text` wrote."""
    return _identity(json.loads(text))


def read_manifest(folder: Path, generation: str) -> Manifest:
    """A generation's manifest; IndexMismatch if its form is another, IndexDamaged if it cannot be read."""
    path = generation_folder(folder, generation) / MANIFEST
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        form = values["identity"]["format"]
        if form != FORMAT:
            what = f"The index {folder} has form {form}, this version of Dealglot reads form {FORMAT}."
            raise IndexMismatch(what, REBUILD)
        return _manifest(values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"The manifest {path} is missing or damaged.", MEND) from error


def check_identity(folder: Path, built: Identity, wanted: Identity) -> None:
    """IndexMismatch that names what differs, if an index was built with something else than is wanted."""
    names = {
        "embedder": "the embedding model",
        "dimension": "the vectors' dimension",
        "chunking": "the chunking settings",
        "terms": "the rule for words",
        "format": "the form of the files",
    }
    for key in fields(Identity):
        old, new = getattr(built, key.name), getattr(wanted, key.name)
        if old != new:
            what = f"The index {folder} was built with {names[key.name]} {old}, but {new} is set."
            raise IndexMismatch(what, "Run `dealglot rebuild --full`, or go back to the earlier setting.")


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_aside(path: Path, data: bytes) -> None:
    """Write a file so that it is the old one or the new one whatever happens: aside, flushed, renamed."""
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        what = f"The index file {path} cannot be written: {error.strerror or error}."
        raise IndexFolderError(what, "See that the disk has room and the folder may be written to.") from error


def _flush_folder(folder: Path) -> None:
    """Bring a renaming to the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_generation(name: str) -> bool:
    return bool(name) and all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name)


def _manifest(values: dict[str, Any]) -> Manifest:
    identity, languages = _identity(values["identity"]), tuple(values["languages"])
    return Manifest(**(values | {"identity": identity, "languages": languages, "files": dict(values["files"])}))


def _identity(values: dict[str, Any]) -> Identity:
    return Identity(**(values | {"chunking": ChunkingSettings(**values["chunking"])}))
