"""Train the static embedding model: one vector a piece, a text is the sum of its pieces, scaled to length 1.

`python -m rag.training.embedder --pairs DIR --tokenizer DIR --out DIR [--quick]`. The objective is the symmetric
softmax over the batch (Henderson et al. 2017; Feng et al. 2022) on translations, words of one meaning, and passages
around a sentence. Only the rows that a batch touches are read and written (row-wise Adam).
"""

import argparse
import hashlib
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from rag.training.batches import Batch, Sampler
from rag.training.pairs import open_pairs, open_tokens
from rag.training.saving import describe, save_model
from rag.training.tokenizer import MARK

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of one training run; times are wall-clock minutes on two cores."""

    dimension: int = 256
    batch: int = 2048
    minutes: float = 75.0
    steps: int = 30_000
    rate: float = 0.02
    warmup: int = 100
    scale: float = 25.0
    start: float = 0.1
    drop: float = 0.0
    words: float = 0.25
    passages: float = 0.2
    seed: int = 1


QUICK = Recipe(minutes=8.0, steps=3_000)


@dataclass(slots=True)
class Table:
    """The vectors and the state of their optimiser: first moment by number, second by row."""

    rows: torch.Tensor
    momentum: torch.Tensor
    square: torch.Tensor
    age: torch.Tensor


def new_table(vocabulary: int, recipe: Recipe) -> Table:
    """Return random rows and an empty state."""
    generator = torch.Generator().manual_seed(recipe.seed)
    rows = torch.randn(vocabulary, recipe.dimension, generator=generator) * recipe.start
    return Table(rows, torch.zeros_like(rows), torch.zeros(vocabulary), torch.zeros(vocabulary))


def add_up(rows: torch.Tensor, numbers: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Return the sum of each bag's rows; `lengths` = numbers in each bag."""
    starts = torch.cumsum(lengths, 0) - lengths
    return functional.embedding_bag(numbers, rows, starts, mode="sum")


def loss_and_slope(left: torch.Tensor, right: torch.Tensor, batch: Batch, *, scale: float
                   ) -> tuple[float, torch.Tensor, torch.Tensor]:  # fmt: skip
    """Return the loss and its gradients for the two sums; equal texts are no wrong answers for each other."""
    left, right = left.requires_grad_(), right.requires_grad_()
    a, b = functional.normalize(left), functional.normalize(right)
    similar = (a.bfloat16() @ b.bfloat16().T).float() * scale
    marks = torch.from_numpy(batch.left_marks), torch.from_numpy(batch.right_marks)
    equal = (marks[0][:, None] == marks[0][None, :]) | (marks[1][:, None] == marks[1][None, :])
    equal.fill_diagonal_(fill_value=False)
    similar = similar.masked_fill(equal, -1e4)
    target = torch.arange(len(similar))
    loss = (functional.cross_entropy(similar, target) + functional.cross_entropy(similar.T, target)) / 2
    loss.backward()  # type: ignore[no-untyped-call]
    assert left.grad is not None and right.grad is not None  # noqa: S101 - for the type checker
    return float(loss.detach()), left.grad, right.grad


def step(table: Table, batch: Batch, recipe: Recipe, *, rate: float) -> float:
    """Take one step on one batch and return its loss."""
    numbers = np.concatenate([batch.left, batch.right])
    touched = np.zeros(len(table.rows), dtype=np.bool_)
    touched[numbers] = True
    unique = np.flatnonzero(touched)
    place = np.empty(len(table.rows), dtype=np.int64)
    place[unique] = np.arange(len(unique))
    inverse = torch.from_numpy(place[numbers])
    lengths = torch.from_numpy(np.concatenate([batch.left_lengths, batch.right_lengths]))
    index = torch.from_numpy(unique)
    rows = table.rows.index_select(0, index)
    sums = add_up(rows, inverse, lengths)
    half = len(batch.left_lengths)
    loss, left, right = loss_and_slope(sums[:half].clone(), sums[half:].clone(), batch, scale=recipe.scale)
    # The gradient of a row is the sum over the bags that hold it: the same sum, transposed.
    order = torch.argsort(inverse, stable=True)
    owner = torch.repeat_interleave(torch.arange(len(lengths)), lengths)[order]
    slope = add_up(torch.cat([left, right]), owner, torch.bincount(inverse, minlength=len(unique)))
    update(table, index, rows, slope, rate=rate)
    return loss


def update(table: Table, index: torch.Tensor, rows: torch.Tensor, slope: torch.Tensor, *, rate: float) -> None:
    """Adam (Kingma and Ba 2015) on the touched rows only, with one second moment a row."""
    age = table.age.index_select(0, index).add_(1.0)
    momentum = table.momentum.index_select(0, index).lerp_(slope, 0.1)
    square = table.square.index_select(0, index).lerp_(slope.square().mean(1), 0.01)
    table.age.index_copy_(0, index, age)
    table.momentum.index_copy_(0, index, momentum)
    table.square.index_copy_(0, index, square)
    size = (square / (1 - 0.99**age)).sqrt_().add_(1e-9)
    factor = rate / (size * (1 - 0.9**age))
    table.rows.index_copy_(0, index, rows.addcmul_(momentum, factor[:, None], value=-1.0))


def kinds_of(recipe: Recipe) -> Iterator[str]:
    """Yield the kind of each batch, by the shares of the recipe."""
    rng = np.random.default_rng(recipe.seed + 1)
    while True:
        draw = rng.random()
        if draw < recipe.words:
            yield "words"
        else:
            yield "passages" if draw < recipe.words + recipe.passages else "sentences"


def drop_tokens(batch: Batch, share: float, rng: np.random.Generator) -> Batch:
    """Leave out a share of the tokens of longer texts, so that no text hangs on one word."""
    if share == 0.0 or batch.kind == "words":
        return batch

    def thin(tokens: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        keep = (rng.random(len(tokens)) >= share) | np.repeat(lengths < 6, lengths)
        starts = np.cumsum(lengths) - lengths
        keep[starts] = True
        return tokens[keep], np.add.reduceat(keep.astype(np.int64), starts)

    left, right = thin(batch.left, batch.left_lengths), thin(batch.right, batch.right_lengths)
    return Batch(batch.kind, left[0], left[1], batch.left_marks, right[0], right[1], batch.right_marks)


def train(sampler: Sampler, vocabulary: int, recipe: Recipe, *, checkpoint: Path | None = None) -> Table:
    """Run the recipe and return the table; stops at `minutes` with the rate falling to nothing either way."""
    table = new_table(vocabulary, recipe)
    kinds, rng = kinds_of(recipe), np.random.default_rng(recipe.seed + 2)
    begin, losses = time.monotonic(), dict.fromkeys(("sentences", "words", "passages"), 0.0)
    number = 0
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sampler.draw, next(kinds))
        while True:
            batch = drop_tokens(waiting.result(), recipe.drop, rng)
            waiting = pool.submit(sampler.draw, next(kinds))
            spent = (time.monotonic() - begin) / (60 * recipe.minutes)
            done = max(spent, number / recipe.steps)
            if done >= 1.0:
                break
            rate = recipe.rate * min(1.0 - done, (number + 1) / recipe.warmup)
            loss = step(table, batch, recipe, rate=rate)
            losses[batch.kind] += 0.02 * (loss - losses[batch.kind])
            number += 1
            if number % 200 == 0:
                shown = " ".join(f"{kind} {value:.3f}" for kind, value in losses.items())
                log.info("step %d, %.0f %%, %.1f min: %s", number, 100 * done, spent * recipe.minutes, shown)
            if checkpoint is not None and number % 5000 == 0:
                np.save(checkpoint, table.rows.numpy())
    log.info("%d steps in %.1f minutes", number, (time.monotonic() - begin) / 60)
    return table


def open_sampler(pairs_folder: Path, tokenizer_path: Path, recipe: Recipe, *, parts: tuple[int, ...] = (0,)
                 ) -> tuple[Sampler, Tokenizer]:  # fmt: skip
    """Open the packed texts, tokenize them once, and leave out the lone word mark, whose row stays zero."""
    pairs = open_pairs(pairs_folder)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    key = hashlib.sha256(tokenizer_path.read_bytes()).hexdigest()[:12]
    tokens, starts = open_tokens(pairs, tokenizer, key=key, without=tokenizer.token_to_id(MARK))
    size = tokenizer.get_vocab_size()
    return Sampler(pairs, tokens, starts, vocabulary=size, size=recipe.batch, seed=recipe.seed, parts=parts), tokenizer


def main() -> None:
    """Read the command line, train and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="folder that rag.training.data wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder that rag.training.tokenizer wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="at most ten minutes")
    parser.add_argument("--all", action="store_true", help="train on the held-out sentences too")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given = asdict(QUICK if options.quick else Recipe())
    for item in options.set:
        name, value = item.split("=")
        given[name] = type(given[name])(float(value))
    recipe = Recipe(**given)
    torch.manual_seed(recipe.seed)
    parts = (0, 1) if options.all else (0,)
    sampler, tokenizer = open_sampler(options.pairs, options.tokenizer / "tokenizer.json", recipe, parts=parts)
    table = train(sampler, tokenizer.get_vocab_size(), recipe, checkpoint=options.pairs / "checkpoint.npy")
    table.rows[tokenizer.token_to_id(MARK)] = 0.0
    save_model(table.rows.numpy(), tokenizer, options.out)
    describe(options.out, asdict(recipe), sampler.pairs.meta)


if __name__ == "__main__":
    main()
