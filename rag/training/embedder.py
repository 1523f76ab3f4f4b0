"""Train the static embedding model: one vector a piece, a text is the sum of its pieces, scaled to length 1.

`python -m rag.training.embedder --pairs DIR --tokenizer DIR --out DIR [--quick]`. The objective is the symmetric
softmax over the batch (Henderson et al. 2017; Feng et al. 2022) on translations, words of one meaning, and
passages around a sentence. Only the rows that a batch touches are read and written (row-wise Adam).
"""

import argparse
import hashlib
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from rag.embedding.static import StaticEmbedder
from rag.training.batches import Batch, Sampler
from rag.training.card import describe
from rag.training.pairs import open_pairs, open_tokens
from rag.training.saving import save_model
from rag.training.score import score
from rag.training.start import even_out, indexed_rows, random_rows, rarity
from rag.training.tokenizer import MARK

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of one stage of training; it ends after `steps` or `minutes`, whichever comes first."""

    dimension: int = 256
    batch: int = 2048
    minutes: float = 35.0
    steps: int = 11_000
    rate: float = 0.05
    last_rate: float = 0.03
    warmup: int = 100
    scale: float = 25.0
    start: float = 4.0
    indexed: int = 1
    drop: float = 0.1
    words: float = 0.25
    passages: float = 0.2
    bags: float = 0.0
    seed: int = 1


# After the first stage sentences are nearly told apart; words and passages still teach something. The third lets
# every word be what a question is about.
LAST_POWER = 0.25  # of a piece's rarity, when the rows' lengths are evened out at the end
FIRST = Recipe()
SECOND = Recipe(minutes=45.0, steps=25_000, rate=0.03, last_rate=0.0, drop=0.15, words=0.3, passages=0.35, seed=11)
THIRD = replace(SECOND, minutes=20.0, steps=9_500, rate=0.02, words=0.2, passages=0.2, bags=0.35, seed=21)
QUICK = (
    Recipe(minutes=3.0, steps=1_500),
    replace(SECOND, minutes=4.0, steps=2_500),
    replace(THIRD, minutes=1.5, steps=1_000),
)


@dataclass(slots=True)
class Table:
    """The vectors and the state of their optimiser: first moment by number, second by row."""

    rows: torch.Tensor
    momentum: torch.Tensor
    square: torch.Tensor
    age: torch.Tensor


def new_table(sampler: Sampler, recipe: Recipe) -> Table:
    """Return the first rows, the longer the rarer their piece, and an empty state.

    Names and rare words, which training hardly reaches, then already count as much as they should.
    """
    if recipe.indexed:
        rows = indexed_rows(sampler, recipe.dimension, recipe.seed)
    else:
        rows = random_rows(sampler.counts, recipe.dimension, recipe.seed)
    rows *= torch.from_numpy(recipe.start * rarity(sampler.counts)).float()[:, None]
    return start_from(rows)


def start_from(rows: torch.Tensor) -> Table:
    """Return a table of these rows with an empty state."""
    return Table(rows, torch.zeros_like(rows), torch.zeros(len(rows)), torch.zeros(len(rows)))


def add_up(rows: torch.Tensor, numbers: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Return the sum of each bag's rows; `lengths` = numbers in each bag."""
    starts = torch.cumsum(lengths, 0) - lengths
    return functional.embedding_bag(numbers, rows, starts, mode="sum")


def loss_and_slope(left: torch.Tensor, right: torch.Tensor, batch: Batch, *, scale: float
                   ) -> tuple[float, torch.Tensor]:  # fmt: skip
    """Return the symmetric softmax loss and its gradient for the sums, left above right.

    Written out, since automatic differentiation passes five times more often over the square of all pairs. Equal
    texts are no wrong answers for each other. Cosines are at most 1, so the exponents need no other shift.
    """
    sums = torch.cat([left, right])
    length = sums.norm(dim=1, keepdim=True).clamp_min_(1e-6)
    unit = sums / length
    half = len(left)
    a, b = unit[:half].bfloat16(), unit[half:].bfloat16()
    power = ((a @ b.T).float() - 1.0).mul_(scale).exp_()
    for marks in (batch.left_marks, batch.right_marks):
        first, second = equal_pairs(marks)
        power[first, second] = 0.0
    diagonal, by_row, by_column = power.diagonal().clone(), power.sum(1), power.sum(0)
    loss = (by_row.log().mean() + by_column.log().mean()) / 2 - diagonal.log().mean()
    power.mul_((1.0 / by_row)[:, None] + (1.0 / by_column)[None, :])
    power.diagonal().sub_(2.0)
    pull = power.mul_(scale / (2 * half)).bfloat16()
    slope = torch.cat([pull @ b, pull.T @ a]).float()
    slope -= unit * (unit * slope).sum(1, keepdim=True)
    return float(loss), slope / length


def equal_pairs(marks: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the places (i, j), i not j, whose marks are equal."""
    _, group, count = np.unique(marks, return_inverse=True, return_counts=True)
    places = np.flatnonzero(count[group] > 1)
    same = group[places][:, None] == group[places][None, :]
    np.fill_diagonal(same, val=False)
    first, second = np.nonzero(same)
    return torch.from_numpy(places[first]), torch.from_numpy(places[second])


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
    loss, pulls = loss_and_slope(sums[:half], sums[half:], batch, scale=recipe.scale)
    # The gradient of a row is the sum over the bags that hold it: the same sum, transposed.
    order = torch.argsort(inverse, stable=True)
    owner = torch.repeat_interleave(torch.arange(len(lengths)), lengths)[order]
    slope = add_up(pulls, owner, torch.bincount(inverse, minlength=len(unique)))
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
    kinds = ("words", "passages", "bags", "sentences")
    shares = [recipe.words, recipe.passages, recipe.bags]
    shares.append(1.0 - sum(shares))
    while True:
        yield str(rng.choice(kinds, p=shares))


def drop_tokens(batch: Batch, share: float, rng: np.random.Generator) -> Batch:
    """Leave out a share of the tokens of longer texts, so that no text hangs on one word."""
    if share == 0.0 or batch.kind in ("words", "bags"):
        return batch

    def thin(tokens: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        keep = (rng.random(len(tokens)) >= share) | np.repeat(lengths < 6, lengths)
        starts = np.cumsum(lengths) - lengths
        keep[starts] = True
        return tokens[keep], np.add.reduceat(keep.astype(np.int64), starts)

    left, right = thin(batch.left, batch.left_lengths), thin(batch.right, batch.right_lengths)
    return Batch(batch.kind, left[0], left[1], batch.left_marks, right[0], right[1], batch.right_marks)


def train(
    sampler: Sampler, recipe: Recipe, *, table: Table | None = None, checkpoint: Path | None = None
) -> Table:
    """Run one stage on a new or a given table and return it; the rate falls evenly to `last_rate`."""
    table = table or new_table(sampler, recipe)
    kinds, rng = kinds_of(recipe), np.random.default_rng(recipe.seed + 2)
    begin, losses = time.monotonic(), dict[str, float]()
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
            rate = recipe.rate + (recipe.last_rate - recipe.rate) * done
            rate *= min(1.0, (number + 1) / recipe.warmup)
            loss = step(table, batch, recipe, rate=rate)
            losses[batch.kind] = loss + 0.98 * (losses.get(batch.kind, loss) - loss)
            number += 1
            if number == 20 or number % 200 == 0:
                shown = " ".join(f"{kind} {value:.3f}" for kind, value in sorted(losses.items()))
                log.info("step %d, %.0f %%, %.1f min: %s", number, 100 * done, spent * recipe.minutes, shown)
            if checkpoint is not None and number % 1000 == 0:
                np.save(checkpoint, table.rows.numpy())
    log.info("%d steps in %.1f minutes", number, (time.monotonic() - begin) / 60)
    return table


def open_sampler(pairs_folder: Path, tokenizer_path: Path, recipe: Recipe) -> tuple[Sampler, Tokenizer]:
    """Open the packed texts, tokenize them once, and leave out the lone word mark, whose row stays zero."""
    pairs = open_pairs(pairs_folder)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    key = hashlib.sha256(tokenizer_path.read_bytes()).hexdigest()[:12]
    lone_mark = tokenizer.token_to_id(MARK)
    tokens, starts = open_tokens(pairs, tokenizer, key=key, without=-1 if lone_mark is None else lone_mark)
    size = tokenizer.get_vocab_size()
    sampler = Sampler(pairs, tokens, starts, vocabulary=size, size=recipe.batch, seed=recipe.seed)
    return sampler, tokenizer


def run(sampler: Sampler, stages: tuple[Recipe, ...], *, folder: Path | None = None) -> Table:
    """Train the stages one after the other; after the first, and at the end, the rows' lengths are evened out.

    The result is the mean of the tables after the last two stages (weight averaging, Wortsman et al. 2022).
    `folder`, if given, gets the rows every thousand steps (`checkpoint.npy`).
    """
    table = new_table(sampler, stages[0])
    checkpoint = None if folder is None else folder / "checkpoint.npy"
    for number, recipe in enumerate(stages):
        before = table.rows
        if number:
            before = even_out(table.rows, sampler.counts) if number == 1 else table.rows.clone()
            table = start_from(before.clone())
        table = train(sampler, recipe, table=table, checkpoint=checkpoint)
    if len(stages) > 1:
        table.rows = (before + table.rows) / 2
    table.rows = even_out(table.rows, sampler.counts, power=LAST_POWER)
    return table


def main() -> None:
    """Read the command line, train and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="folder that rag.training.data wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder that rag.training.tokenizer wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--eval", type=Path, help="unpacked development sets, for the scores in the model card")
    parser.add_argument("--quick", action="store_true", help="at most ten minutes")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change every stage")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    stages: tuple[Recipe, ...] = QUICK if options.quick else (FIRST, SECOND, THIRD)
    for item in options.set:
        name, value = item.split("=")
        kind = type(getattr(FIRST, name))
        stages = tuple(replace(stage, **{name: kind(float(value))}) for stage in stages)
    sampler, tokenizer = open_sampler(options.pairs, options.tokenizer / "tokenizer.json", stages[0])
    scores = {}
    for name in ("before", "after"):
        after = name == "after"
        table = run(sampler, stages, folder=options.pairs) if after else new_table(sampler, stages[0])
        table.rows[tokenizer.token_to_id(MARK)] = 0.0
        save_model(table.rows.numpy(), tokenizer, options.out)
        scores[name] = score(StaticEmbedder(options.out), evaluation=options.eval, pairs=options.pairs)
    recipe = {"dimension": stages[0].dimension, "stages": [asdict(stage) for stage in stages]}
    describe(options.out, recipe, sampler.pairs.meta, scores=scores)


if __name__ == "__main__":
    main()
