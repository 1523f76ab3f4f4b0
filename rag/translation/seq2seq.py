"""Seq2SeqTranslator: M2M-100, NLLB and OPUS-MT (Marian) models through transformers, by folder or by name."""

import hashlib
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import transformers

from rag.errors import DependencyMissing, ModelUnavailable
from rag.text.sentences import split_sentences
from rag.text.words import WITHOUT_BLANKS
from rag.translation.codes import nllb_code, same_language

KINDS: Final = ("m2m_100", "marian")
"""The model types that are read; NLLB models are of the first."""

_MOST_TOKENS: Final = 400
_MOST_SECONDS: Final = 20.0
_BEAMS: Final = 4
_FETCH: Final = "Name a folder that holds the model, or fetch it once while connected (`hf download NAME`)."


class Seq2SeqTranslator:
    """Translates sentence by sentence on this machine; nothing is fetched and nothing is sent."""

    def __init__(self, model: str) -> None:
        """Open a model; ModelUnavailable if it is not on this machine or of another kind.

        DependencyMissing if its tokenizer needs a package that is not installed.
        """
        folder = Path(model).expanduser()
        place = str(folder) if folder.is_dir() else model
        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        config = _opened(place, transformers.AutoConfig)
        if config.model_type not in KINDS:
            what = f"The model {model} is of the kind {config.model_type}, not a translation model that is known."
            raise ModelUnavailable(what, "M2M-100, NLLB and OPUS-MT (Marian) models are known.")
        self.name = folder.name if folder.is_dir() else model
        self.revision = _revision(folder) if folder.is_dir() else str(getattr(config, "_commit_hash", None) or "")
        self._tokenizer = _opened(place, transformers.AutoTokenizer)
        self._model = _opened(place, transformers.AutoModelForSeq2SeqLM).eval()
        # One configuration alone, or transformers warns of two that contradict each other.
        self._model.generation_config.max_length = None
        self._marks = _language_marks(self._tokenizer)
        # The tokenizer remembers the source language between two of its calls.
        self._lock = threading.Lock()

    def can(self, source: str, target: str) -> bool:
        """Whether the model knows both languages (two letters), as far as it tells."""
        return self._codes(source, target) is not None

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in `target`, in order; a pair that the model does not know is a ModelUnavailable."""
        if source == target:
            return list(texts)
        codes = self._codes(source, target)
        if codes is None:
            raise ModelUnavailable(f"The model {self.name} does not translate from {source} into {target}.")
        joint = "" if target in WITHOUT_BLANKS else " "
        with self._lock:
            return [joint.join(self._sentences(text, source, codes)) for text in texts]

    def _sentences(self, text: str, source: str, codes: tuple[str, str]) -> list[str]:
        sentences = [text[span.start : span.end] for span in split_sentences(text, source)] or [text]
        lines = [" ".join(sentence.split()) for sentence in sentences]
        return [translated for line in lines if line for translated in self._generated(line, codes)]

    def _generated(self, line: str, codes: tuple[str, str]) -> list[str]:
        source, target = codes
        options: dict[str, Any] = {}
        if self._model.config.model_type == "marian":
            line = f"{target} {line}" if target else line
        else:
            self._tokenizer.src_lang = source
            options["forced_bos_token_id"] = self._tokenizer.convert_tokens_to_ids(_m2m_token(target))
        try:
            # Behind its last position a model breaks, and with it the translation of every other sentence.
            room = getattr(self._model.config, "max_position_embeddings", _MOST_TOKENS + 1) - 1
            tokens = self._tokenizer(
                [line], return_tensors="pt", truncation=True, max_length=min(_MOST_TOKENS, room)
            )
            # A sentence that is translated well does not grow much; a model that runs away is stopped.
            most = min(2 * tokens["input_ids"].shape[1] + 20, room)
            made = self._model.generate(
                **tokens, num_beams=_BEAMS, max_new_tokens=most, max_time=_MOST_SECONDS, **options
            )
        except (RuntimeError, ValueError, IndexError, KeyError) as error:
            raise ModelUnavailable(f"The model {self.name} cannot translate: {error}.") from error
        kept = [[number for number in row if number not in self._marks] for row in made.tolist()]
        return [text.strip() for text in self._tokenizer.batch_decode(kept, skip_special_tokens=True)]

    def _codes(self, source: str, target: str) -> tuple[str, str] | None:
        """What the model calls the languages; None if it does not know both."""
        if self._model.config.model_type == "marian":
            return _marian_codes(self._tokenizer, source, target)
        known = getattr(self._tokenizer, "lang_code_to_id", None)
        if known is not None:
            return (source, target) if source in known and target in known else None
        pair = nllb_code(source), nllb_code(target)
        unknown = self._tokenizer.unk_token_id
        if any(not code or self._tokenizer.convert_tokens_to_ids(code) == unknown for code in pair):
            return None
        return pair


def _marian_codes(tokenizer: Any, source: str, target: str) -> tuple[str, str] | None:
    """Nothing and the mark of the target language, which models with several target languages need."""
    said_source, said_target = str(tokenizer.source_lang or ""), str(tokenizer.target_lang or "")
    if not same_language(said_source, source):
        return None
    marks = [mark for mark in tokenizer.supported_language_codes if same_language(mark.strip("<>"), target)]
    if tokenizer.supported_language_codes:
        return ("", marks[0]) if marks else None
    return ("", "") if same_language(said_target, target) else None


def _m2m_token(code: str) -> str:
    """The token of a language: `__pt__` of M2M-100; NLLB's codes are tokens themselves."""
    return code if "_" in code else f"__{code}__"


def _language_marks(tokenizer: Any) -> frozenset[int]:
    """The tokens that name languages: not every version of the tokenizers leaves them out of a text."""
    codes = getattr(tokenizer, "supported_language_codes", ())
    numbers = getattr(tokenizer, "lang_code_to_id", {}).values()
    return frozenset([*numbers, *tokenizer.convert_tokens_to_ids(list(codes))])


def _opened(place: str, kind: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*sacremoses.*")
            return kind.from_pretrained(place, local_files_only=True, trust_remote_code=False)
    except ImportError as error:
        what = f"The tokenizer of the model {place} needs a package that is not installed."
        raise DependencyMissing(what, "Run `pip install sentencepiece`.") from error
    except Exception as error:  # the hub, the disk, the tokenizers and torch each raise their own kinds
        raise ModelUnavailable(f"The translation model {place} cannot be loaded.", _FETCH) from error


def _revision(folder: Path) -> str:
    """What changes when a file of the folder is replaced."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(stats).encode()).hexdigest()[:12]
