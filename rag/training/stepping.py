"""One step of training: the loss over a batch, its gradient written out, and Adam on the rows that it touches."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from rag.training.batches import Batch
from rag.training.sharing import Shared, share_rows


@dataclass(slots=True)
class Table:
    """The vectors and the state of their optimiser: first moment by number, second by row."""

    rows: torch.Tensor
    momentum: torch.Tensor
    square: torch.Tensor
    age: torch.Tensor
    shared: Shared | None = None  # which row a number of a batch stands for; None = the row of that number


def start_from(rows: torch.Tensor, shared: Shared | None = None) -> Table:
    """Return a table of these rows with an empty state."""
    return Table(rows, torch.zeros_like(rows), torch.zeros(len(rows)), torch.zeros(len(rows)), shared)


def shared_table(rows: torch.Tensor, counts: npt.NDArray[np.int64], *, size: int) -> Table:
    """Return a table of `size` rows that the given ones share, or of as many as there are if these are fewer.

    A piece keeps as much of its length as lies along its new row. The rows get one length, which steps suit.
    """
    weight = torch.from_numpy(np.sqrt(counts + 1.0)).float()
    length = rows.norm(dim=1)
    centres, nearest = share_rows(rows, weight, size=min(size, len(rows)))
    along = (functional.normalize(rows) * centres[torch.from_numpy(nearest)]).sum(dim=1).clamp_min(0.0)
    usual = float(length.median())
    return start_from(centres * usual, Shared(nearest, (length * along / usual).numpy()))


def add_up(
    rows: torch.Tensor, numbers: torch.Tensor, lengths: torch.Tensor, factors: torch.Tensor | None = None
) -> torch.Tensor:
    """Return the sum of each bag's rows, each times its factor; `lengths` = numbers in each bag."""
    starts = torch.cumsum(lengths, 0) - lengths
    return functional.embedding_bag(numbers, rows, starts, mode="sum", per_sample_weights=factors)


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


def step(table: Table, batch: Batch, *, rate: float, scale: float) -> float:
    """Take one step on one batch and return its loss."""
    numbers = np.concatenate([batch.left, batch.right])
    factors = None
    if table.shared is not None:
        factors = torch.from_numpy(table.shared.length[numbers])
        numbers = table.shared.row[numbers]
    touched = np.zeros(len(table.rows), dtype=np.bool_)
    touched[numbers] = True
    unique = np.flatnonzero(touched)
    place = np.empty(len(table.rows), dtype=np.int64)
    place[unique] = np.arange(len(unique))
    inverse = torch.from_numpy(place[numbers])
    lengths = torch.from_numpy(np.concatenate([batch.left_lengths, batch.right_lengths]))
    index = torch.from_numpy(unique)
    rows = table.rows.index_select(0, index)
    sums = add_up(rows, inverse, lengths, factors)
    half = len(batch.left_lengths)
    loss, pulls = loss_and_slope(sums[:half], sums[half:], batch, scale=scale)
    # The gradient of a row is the sum over the bags that hold it: the same sum, transposed.
    order = torch.argsort(inverse, stable=True)
    owner = torch.repeat_interleave(torch.arange(len(lengths)), lengths)[order]
    count = torch.bincount(inverse, minlength=len(unique))
    slope = add_up(pulls, owner, count, None if factors is None else factors[order])
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
