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
from rag.training.deals import add_deal_words
from rag.training.inherit import inherited_rows
from rag.training.pairs import Ints, Pairs, open_pairs, open_tokens
from rag.training.saving import save_model
from rag.training.score import score
from rag.training.sharing import Shared, same_words
from rag.training.start import even_out, indexed_rows, random_rows, rarity, taught_rows
from rag.training.stepping import Table, shared_table, start_from, step
from rag.training.tokenizer import MARK

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of one stage of training; it ends after `steps` or `minutes`, whichever comes first."""

    dimension: int = 384
    batch: int = 2048
    minutes: float = 30.0
    steps: int = 11_000
    rate: float = 0.05
    last_rate: float = 0.03
    warmup: int = 100
    scale: float = 25.0
    start: float = 4.0
    indexed: int = 1
    taught: float = 1.0
    drop: float = 0.1
    words: float = 0.25
    passages: float = 0.2
    bags: float = 0.0
    seed: int = 1


# After the first stage sentences are nearly told apart; words and passages still teach something. The third lets
# every word be what a question is about.
LAST_POWER = 0.25  # of a piece's rarity, when the rows' lengths are evened out at the end
ROWS = 83_000  # of the saved table: at 384 numbers a row 32 MB
_ADDED, _RARELY = 0.7, 1000  # the weight of added numbers; uses of a piece that is no frequent one
FIRST = Recipe()
SECOND = Recipe(
    minutes=40.0, steps=25_000, rate=0.03, last_rate=0.0, drop=0.15, words=0.3, passages=0.25, bags=0.05, seed=11
)
THIRD = replace(SECOND, minutes=20.0, steps=12_000, rate=0.02, words=0.22, passages=0.15, bags=0.38, seed=21)
QUICK = (
    Recipe(minutes=3.0, steps=1_500),
    replace(SECOND, minutes=4.0, steps=2_500),
    replace(THIRD, minutes=1.5, steps=1_000),
)


def new_table(sampler: Sampler, recipe: Recipe) -> Table:
    """Return the first rows, the longer the rarer their piece, and an empty state.

    Names and rare words, which training hardly reaches, then already count as much as they should.
    """
    if recipe.indexed:
        rows = indexed_rows(sampler, recipe.dimension, recipe.seed)
        taught = taught_rows(sampler, recipe.dimension) if recipe.taught else None
        if taught is not None:
            rows = functional.normalize(rows + recipe.taught * taught)
    else:
        rows = random_rows(sampler.counts, recipe.dimension, recipe.seed)
    rows *= torch.from_numpy(recipe.start * rarity(sampler.counts)).float()[:, None]
    return start_from(rows)


def grown_table(sampler: Sampler, recipe: Recipe, folder: Path, *, pieces: list[str], row: Ints) -> Table:
    """Return a table that continues the model in `folder`, with more numbers a row if the recipe has more.

    The added numbers start as those of a new table, and count for `_ADDED` of the old ones.
    """
    direction, length = inherited_rows(folder, sampler, pieces, row)
    middling = length[(length > 0) & (torch.from_numpy(sampler.counts) < _RARELY)]
    length = torch.where(length > 0, length, middling.median())
    added = recipe.dimension - direction.shape[1]
    if added > 0:
        new = functional.normalize(new_table(sampler, replace(recipe, dimension=added)).rows)
        direction = functional.normalize(torch.cat([direction, _ADDED * new], dim=1))
    return start_from(direction * length[:, None])


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
            loss = step(table, batch, rate=rate, scale=recipe.scale)
            losses[batch.kind] = loss + 0.98 * (losses.get(batch.kind, loss) - loss)
            number += 1
            if number == 20 or number % 200 == 0:
                shown = " ".join(f"{kind} {value:.3f}" for kind, value in sorted(losses.items()))
                log.info("step %d, %.0f %%, %.1f min: %s", number, 100 * done, spent * recipe.minutes, shown)
            if checkpoint is not None and number % 1000 == 0:
                np.save(checkpoint, table.rows.numpy())
    log.info("%d steps in %.1f minutes", number, (time.monotonic() - begin) / 60)
    return table


def open_sampler(pairs_folder: Path, tokenizer_folder: Path, recipe: Recipe) -> tuple[Sampler, Tokenizer, Ints]:
    """Open the packed texts, cut them once into pieces, and return also which row of the table each piece has.

    The lone word mark is left out; its row stays zero.
    """
    pairs = open_pairs(pairs_folder)
    tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    row = same_words(pieces_of(tokenizer))
    fine = _open_rows(pairs, tokenizer_folder / "tokenizer.json", row)
    sampler = Sampler(pairs, *fine, vocabulary=int(row.max()) + 1, size=recipe.batch, seed=recipe.seed)
    coarse_path = tokenizer_folder / "coarse.json"
    if coarse_path.exists():
        coarse = Tokenizer.from_file(str(coarse_path))
        number = np.array([tokenizer.token_to_id(piece) for piece in pieces_of(coarse)])
        sampler.coarse = _open_rows(pairs, coarse_path, row[number])
        seen = np.bincount(sampler.coarse[0], minlength=len(sampler.counts))
        sampler.counts = np.maximum(sampler.counts, seen // 4)
    return sampler, tokenizer, row


def save_table(table: Table, tokenizer: Tokenizer, out: Path, *, row: Ints) -> None:
    """Write a trained table as a model folder; `row` is the number in the sampler of each piece."""
    shared = table.shared or Shared(np.arange(len(table.rows)), np.ones(len(table.rows), dtype=np.float32))
    length = shared.length[row]
    length[tokenizer.token_to_id(MARK)] = 0.0
    save_model(table.rows.numpy(), tokenizer, out, shared=Shared(shared.row[row], length))


def pieces_of(tokenizer: Tokenizer) -> list[str]:
    """Return the pieces in the order of their numbers."""
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def _open_rows(pairs: Pairs, path: Path, row: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
    tokenizer = Tokenizer.from_file(str(path))
    key = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    lone_mark = tokenizer.token_to_id(MARK)
    tokens, starts = open_tokens(pairs, tokenizer, key=key, without=-1 if lone_mark is None else lone_mark)
    return row.astype(np.int32)[tokens], starts


def run(
    sampler: Sampler,
    stages: tuple[Recipe, ...],
    *,
    table: Table | None = None,
    size: int = ROWS,
    folder: Path | None = None,
) -> Table:
    """Train the stages one after the other, from `table` where given, and return a table of at most `size` rows.

    Lengths are evened out after the first of three stages and before the last. In the last, words of nearly one
    meaning share a row. `folder`, if given, gets the rows every thousand steps (`checkpoint.npy`).
    """
    table = table or new_table(sampler, stages[0])
    checkpoint = None if folder is None else folder / "checkpoint.npy"
    for number, recipe in enumerate(stages[:-1]):
        if number:
            table = start_from(even_out(table.rows, sampler.counts))
        table = train(sampler, recipe, table=table, checkpoint=checkpoint)
    table = shared_table(even_out(table.rows, sampler.counts, power=LAST_POWER), sampler.counts, size=size)
    return train(sampler, stages[-1], table=table, checkpoint=checkpoint)


def main() -> None:
    """Read the command line, train and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="folder that rag.training.data wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder that rag.training.tokenizer wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--eval", type=Path, help="unpacked development sets, for the scores in the model card")
    parser.add_argument("--quick", action="store_true", help="at most ten minutes")
    parser.add_argument("--start", type=Path, help="continue the model of this folder, without the first stage")
    parser.add_argument("--rows", type=int, default=ROWS, help="that the pieces share in the end")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change every stage")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    stages: tuple[Recipe, ...] = QUICK if options.quick else (FIRST, SECOND, THIRD)
    for item in options.set:
        name, value = item.split("=")
        kind = type(getattr(FIRST, name))
        stages = tuple(replace(stage, **{name: kind(float(value))}) for stage in stages)
    sampler, tokenizer, row = open_sampler(options.pairs, options.tokenizer, stages[0])
    table = new_table(sampler, stages[0])
    if options.start is not None:
        table = grown_table(sampler, stages[0], options.start, pieces=pieces_of(tokenizer), row=row)
        stages = stages[1:]
    scores = {}
    for name in ("before", "after"):
        if name == "after":
            table = run(sampler, stages, table=table, size=options.rows, folder=options.pairs)
        save_table(table, tokenizer, options.out, row=row)
        added = add_deal_words(options.out)
        scores[name] = score(StaticEmbedder(options.out), evaluation=options.eval, pairs=options.pairs)
    recipe = {"dimension": stages[0].dimension, "stages": [asdict(stage) for stage in stages]}
    recipe |= {"rows": len(table.rows), "pieces": len(row) + added, "deal words": added}
    describe(options.out, recipe, sampler.pairs.meta, scores=scores)


if __name__ == "__main__":
    main()
