"""Every setting with its default and meaning: defaults, then `dealglot.toml`, then `DEALGLOT_*`, then options."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from rag.errors import SettingsError

ENVIRONMENT_PREFIX = "DEALGLOT_"
KEY_VARIABLE = "DEALGLOT_LLM_KEY"
CONFIG_NAME = "dealglot.toml"


@dataclass(frozen=True, slots=True)
class PathSettings:
    """Where the documents and the index lie."""

    corpus: Path = Path("corpus")
    index: Path = Path("indexes/default")


@dataclass(frozen=True, slots=True)
class LoadingSettings:
    """Limits of reading one file; each file is read in a child process."""

    max_megabytes: int = 200
    max_seconds: int = 120
    max_memory_megabytes: int = 2048
    max_pages: int = 5000


@dataclass(frozen=True, slots=True)
class ChunkingSettings:
    """Chunks end at sentence ends; the size counts characters of Latin script (others weigh more)."""

    size: int = 700
    overlap_sentences: int = 1


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """`model`: "bundled", a folder, or any sentence-transformers name."""

    model: str = "bundled"
    batch_size: int = 64
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """`backend`: "faiss", or the address of the distributed engine."""

    backend: str = "faiss"


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """`candidates` a leg are fused; `passages` are read; `reranker`: a cross-encoder's name or empty."""

    candidates: int = 200
    passages: int = 6
    reranker: str = ""


@dataclass(frozen=True, slots=True)
class AnsweringSettings:
    """`floor`: how sure (0 to 1) an answer must be to be given; `statements`: the most an answer has."""

    floor: float = 0.6
    statements: int = 3


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """An OpenAI-compatible server; no `url` = extractive answers. The key comes from the environment alone."""

    url: str = ""
    model: str = ""
    timeout_seconds: int = 25


@dataclass(frozen=True, slots=True)
class TranslatorSettings:
    """`model`: "none", "llm", "bundled", or a seq2seq model's folder or name."""

    model: str = "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, one frozen group a stage."""

    paths: PathSettings = field(default_factory=PathSettings)
    loading: LoadingSettings = field(default_factory=LoadingSettings)
    chunking: ChunkingSettings = field(default_factory=ChunkingSettings)
    embedding: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    answering: AnsweringSettings = field(default_factory=AnsweringSettings)
    llm: LlmSettings = field(default_factory=LlmSettings)
    translator: TranslatorSettings = field(default_factory=TranslatorSettings)


def read_settings(
    *,
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    config: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """Settings from defaults, file, environment and `options` (`{"embedding.model": ...}`), later ones winning.

    `config` defaults to `dealglot.toml` in the working folder, which may be missing; a named file may not.
    Unknown keys and values of the wrong kind raise a SettingsError that names the nearest known key.
    """
    settings = Settings()
    for key, value in _file_values(config).items():
        settings = _with_value(settings, key, value)
    for key, value in _environment_values(os.environ if environment is None else environment).items():
        settings = _with_value(settings, key, value)
    for key, value in (options or {}).items():
        settings = _with_value(settings, key, value)
    if corpus is not None:
        settings = _with_value(settings, "paths.corpus", corpus)
    if index is not None:
        settings = _with_value(settings, "paths.index", index)
    return settings


def setting_names() -> list[str]:
    """Every setting as `group.name`, in order."""
    return [f"{group.name}.{key.name}" for group in fields(Settings) for key in _group_fields(group.name)]


def _group_fields(group: str) -> tuple[Any, ...]:
    return fields(getattr(Settings(), group))


def _file_values(config: str | Path | None) -> dict[str, Any]:
    path = Path(config) if config is not None else Path(CONFIG_NAME)
    if config is None and not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}.") from error
    values: dict[str, Any] = {}
    for group, table in tables.items():
        if group == "translator" and isinstance(table, str):
            values["translator.model"] = table
        elif isinstance(table, dict):
            values |= {f"{group}.{key}": value for key, value in table.items()}
        else:
            values[group] = table
    return values


def _environment_values(environment: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in sorted(environment.items()):
        if not name.startswith(ENVIRONMENT_PREFIX) or name == KEY_VARIABLE:
            continue
        group, _, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("_")
        values[f"{group}.{key}" if key else group] = value
    return values


def _with_value(settings: Settings, key: str, value: Any) -> Settings:
    key = "translator.model" if key == "translator" else key
    known = setting_names()
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
        raise SettingsError(f"There is no setting {key!r}.", f"Did you mean {near[0]!r}?")
    group, _, name = key.partition(".")
    old_group = getattr(settings, group)
    new_group = replace(old_group, **{name: _converted(key, value, getattr(old_group, name))})
    return replace(settings, **{group: new_group})


def _converted(key: str, value: Any, default: Any) -> Any:
    wanted = Path if isinstance(default, Path) else type(default)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Path):
        raise SettingsError(f"The setting {key} cannot be {value!r}.", f"It takes {_kind(wanted)}.")
    if wanted is str and not isinstance(value, str):
        raise SettingsError(f"The setting {key} cannot be {value!r}.", "It takes a text.")
    if wanted is int and isinstance(value, float):
        raise SettingsError(f"The setting {key} cannot be {value!r}.", "It takes a whole number.")
    try:
        converted: Any = wanted(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise SettingsError(f"The setting {key} cannot be {value!r}.", f"It takes {_kind(wanted)}.") from error
    if isinstance(converted, int | float) and converted < 0:
        raise SettingsError(f"The setting {key} cannot be {value!r}.", "It takes a number of 0 or more.")
    return converted


def _kind(wanted: type) -> str:
    return {int: "a whole number", float: "a number", str: "a text"}.get(wanted, "a path")
