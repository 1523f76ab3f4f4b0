"""Tiny translation models with random weights and the real kinds of tokenizers: nonsense, made in the real way."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path

import sentencepiece
import torch
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
    PreTrainedModel,
)

TEXT = (
    "O preço combinado é de 12,5 milhões de euros. The price is 12.5 million euros. "
    "A OpenAI e a Foxconn anunciaram uma parceria. OpenAI and Foxconn announced a partnership."
)
SIZES = {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
         "decoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16,
         "max_position_embeddings": 128}  # fmt: skip


def make_m2m(folder: Path) -> Path:
    """An M2M-100 model that knows the hundred languages of M2M-100."""
    pieces = _sentencepiece(folder)
    (folder / "vocab.json").write_text(json.dumps(_numbered(["<s>", "<pad>", "</s>", "<unk>", *pieces])))
    tokenizer = M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "source.spm"))
    tokenizer.save_pretrained(folder)
    config = M2M100Config(vocab_size=max(tokenizer.lang_code_to_id.values()) + 9, **SIZES)
    return _saved(M2M100ForConditionalGeneration, config, folder)


def make_nllb(folder: Path) -> Path:
    """A model of the same kind with NLLB's tokenizer and codes."""
    folder.mkdir(parents=True)
    letters = ["<s>", "<pad>", "</s>", "<unk>", "▁", *sorted(set(TEXT.replace(" ", "")))]
    tokenizer = NllbTokenizer(vocab=_numbered(letters), merges=[])
    tokenizer.save_pretrained(folder)
    return _saved(M2M100ForConditionalGeneration, M2M100Config(vocab_size=len(tokenizer), **SIZES), folder)


def make_marian(folder: Path, source: str, target: str, marks: Sequence[str] = ()) -> Path:
    """An OPUS-MT model from `source` into `target`; with `marks` (`>>pt<<`) it has several targets."""
    pieces = [*_sentencepiece(folder), *marks]
    vocabulary = _numbered(["</s>", "<unk>", *pieces, "<pad>"])
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    spm = str(folder / "source.spm")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokenizer = MarianTokenizer(spm, spm, str(folder / "vocab.json"), source_lang=source, target_lang=target)
    tokenizer.save_pretrained(folder)
    pad = vocabulary["<pad>"]
    special = {"pad_token_id": pad, "decoder_start_token_id": pad, "eos_token_id": 0, "forced_eos_token_id": 0}
    config = MarianConfig(vocab_size=len(vocabulary), decoder_vocab_size=len(vocabulary), **special, **SIZES)
    return _saved(MarianMTModel, config, folder)


def _sentencepiece(folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text(TEXT.replace(". ", ".\n"), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text.txt"), model_prefix=str(folder / "source"), vocab_size=45, minloglevel=2
    )
    (folder / "source.model").rename(folder / "source.spm")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    return [piece for at in range(len(processor)) if not (piece := processor.id_to_piece(at)).startswith("<")]


def _numbered(tokens: Sequence[str]) -> dict[str, int]:
    return {token: number for number, token in enumerate(dict.fromkeys(tokens))}


def _saved(kind: type[PreTrainedModel], config: object, folder: Path) -> Path:
    torch.manual_seed(7)
    kind(config).save_pretrained(folder)  # type: ignore[call-arg]
    return folder
