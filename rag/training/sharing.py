"""Which pieces have one row of the table together: a word within others, and words of nearly one meaning."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from rag.training.pairs import Ints
from rag.training.tokenizer import MARK

_LEAST_LETTERS, _LEAST_SEMITIC = 4, 3
_GROUPS, _AROUND = 256, 12
_BLOCK = 4096
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shared:
    """The row of each piece, and what its length is beside the row's."""

    row: Ints
    length: Floats


def same_words(pieces: list[str]) -> Ints:
    """Return a row for each piece; a word within another has the row of the word alone where both are pieces."""
    number = {piece: place for place, piece in enumerate(pieces)}
    owner = np.arange(len(pieces))
    for place, piece in enumerate(pieces):
        whole = number.get(MARK + piece)
        least = _LEAST_SEMITIC if "\u0590" <= piece[:1] <= "\u06ff" else _LEAST_LETTERS
        if whole is not None and len(piece) >= least:
            owner[place] = whole
    _, row = np.unique(owner, return_inverse=True)
    return np.asarray(row, dtype=np.int64)


def share_rows(rows: torch.Tensor, weight: torch.Tensor, *, size: int) -> tuple[torch.Tensor, Ints]:
    """Return `size` directions and which of them each row takes.

    Rows of great weight and rows that stand alone lead, the others join the nearest leader, and each leader moves
    to the weighted mean of its followers. k-means from the heaviest rows alone leaves rare words among strangers.
    """
    unit = functional.normalize(rows)
    centres = unit if size >= len(rows) else unit[_leaders(unit, weight, size)]
    nearest = _nearest(unit, centres)
    sums = torch.zeros_like(centres).index_add_(0, nearest, unit * weight[:, None])
    empty = sums.norm(dim=1) == 0
    centres = torch.where(empty[:, None], centres, functional.normalize(sums))
    return centres, _nearest(unit, centres).numpy()


def _leaders(unit: torch.Tensor, weight: torch.Tensor, size: int) -> torch.Tensor:
    """Return the numbers of the rows that lead: of each block, the heaviest first, those farthest from leaders.

    Nearly all of the first block lead, and a falling share of the others.
    """
    order = torch.argsort(weight, descending=True)
    blocks = [order[first : first + _BLOCK] for first in range(0, len(order), _BLOCK)]
    shares = (1.0 - 1.4 * torch.linspace(0.0, 1.0, len(blocks))).clamp_min(0.12)
    shares *= torch.tensor([len(block) for block in blocks])
    wanted = (shares.cumsum(0) * (size / float(shares.sum()))).round().long().clamp_max(size)
    chosen = torch.zeros(size, dtype=torch.int64)
    leading = torch.zeros(size, unit.shape[1])
    count = 0
    for block, end in zip(blocks, wanted.tolist(), strict=True):
        among = unit[block]
        close = (among @ leading[:count].T).amax(dim=1) if count else torch.zeros(len(block))
        new = torch.argsort(close)[: min(end - count, len(block))]
        chosen[count : count + len(new)] = block[new]
        leading[count : count + len(new)] = among[new]
        count += len(new)
    return chosen[:count]


def _nearest(unit: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """Return the nearest centre of each row, among those of the groups of centres that lie about the row.

    All centres against all rows would take many minutes.
    """
    count = max(1, min(_GROUPS, len(centres) // 64))
    groups = centres[torch.randperm(len(centres), generator=torch.Generator().manual_seed(5))[:count]].clone()
    for _ in range(4):
        owner = (centres @ groups.T).argmax(dim=1)
        groups = functional.normalize(groups.zero_().index_add_(0, owner, centres))
    owner, wanted = (centres @ groups.T).argmax(dim=1), (unit @ groups.T).argmax(dim=1)
    around = (groups @ groups.T).topk(min(_AROUND, count), dim=1).indices
    nearest = torch.zeros(len(unit), dtype=torch.int64)
    for group in range(count):
        rows = torch.nonzero(wanted == group).flatten()
        among = torch.nonzero(torch.isin(owner, around[group])).flatten()
        if len(rows) and len(among):
            nearest[rows] = among[(unit[rows] @ centres[among].T).argmax(dim=1)]
    return nearest
