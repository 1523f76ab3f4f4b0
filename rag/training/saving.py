"""Write a trained table as a sentence-transformers folder, in one byte a number."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from rag.training.sharing import Shared

_STATIC = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
_NORMALIZE = "sentence_transformers.base.modules.normalize.Normalize"
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": _STATIC},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": _NORMALIZE},
]
_NORMALIZE_CONFIG = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}


def to_bytes(rows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return rows as signed bytes and a scale a row: `rows ~ bytes * scale[:, None]`."""
    scale = np.abs(rows).max(axis=1) / 127.0
    scale = np.where(scale == 0.0, 1.0, scale).astype(np.float32)
    return np.rint(rows / scale[:, None]).astype(np.int8), scale


def table_of(arrays: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
    """Return one float row a piece from the arrays that `save_model` wrote."""
    rows = arrays["embeddings"].astype(np.float32)
    if "mapping" in arrays:
        rows = rows[arrays["mapping"]]
    rows *= arrays["weights"].astype(np.float32)[:, None]
    return rows


def save_model(rows: npt.NDArray[np.float32], tokenizer: Tokenizer, out: Path, *, shared: Shared | None = None
               ) -> None:  # fmt: skip
    """Write modules.json, tokenizer.json, model.safetensors and their checksums.

    The names `embeddings`, `mapping` and `weights` are those that StaticEmbedding folds into one float32 table on
    loading, as it does for models of model2vec; so one byte a number, and rows that several pieces share, need no
    code of ours. Without `shared` each piece has the row of its number.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "1_Normalize").mkdir(exist_ok=True)
    numbers, scale = to_bytes(rows)
    arrays: dict[str, npt.NDArray[Any]] = {"embeddings": numbers, "weights": scale}
    if shared is not None:
        arrays["mapping"] = shared.row.astype(np.int32)
        arrays["weights"] = scale[shared.row] * shared.length
    save_file(arrays, out / "model.safetensors")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    _write_json(out / "modules.json", _MODULES)
    _write_json(out / "1_Normalize" / "config.json", _NORMALIZE_CONFIG)
    made_with = {"sentence_transformers": version("sentence-transformers"), "pytorch": version("torch")}
    config = {
        "__version__": made_with,
        "model_type": "SentenceTransformer",
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    _write_json(out / "config_sentence_transformers.json", config)
    write_checksums(out)


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over every other file of the folder, in sorted order."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in names
        if name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
