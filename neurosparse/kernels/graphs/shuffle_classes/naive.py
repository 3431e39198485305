"""Trades between sets, class by class: the law."""

from collections import defaultdict
from itertools import pairwise

import numpy as np

from neurosparse.kernels.graphs.shuffle_classes.values import Classes, Labelled
from neurosparse.typing import Int64


def shuffle_classes(
    indptr: Int64, edges: Labelled, classes: Classes, rounds: int, seed: int, loops: bool
) -> Labelled:
    """Pool what one row has and the other has not, by class; shuffle, deal out."""
    rng = np.random.default_rng(seed)
    n = len(indptr) - 1
    target = edges.target.tolist()
    label = edges.label.tolist()
    rows = [
        dict(zip(target[low:high], label[low:high], strict=True))
        for low, high in pairwise(indptr)
    ]
    group = classes.row_group
    for _ in range(rounds):
        order = rng.permutation(n)
        for member in np.unique(group):
            ranks = order[group[order] == member].tolist()
            for a, b in zip(ranks[0::2], ranks[1::2], strict=False):
                _trade(rows[a], rows[b], a, b, classes, loops, rng)
    pairs = [pair for row in rows for pair in sorted(row.items())]
    table = np.array(pairs, np.int32).reshape(-1, 2)
    return Labelled(table[:, 0].copy(), table[:, 1].copy())


def _trade(  # type: ignore[no-untyped-def]
    row_a, row_b, a, b, classes: Classes, loops: bool, rng: np.random.Generator
) -> None:
    pools: dict[tuple[int, ...], list[tuple[int, int]]] = defaultdict(list)
    owed: dict[tuple[int, ...], int] = defaultdict(int)
    for row, other in ((row_a, row_b), (row_b, row_a)):
        for v in [v for v in row if v not in other and (loops or v not in (a, b))]:
            label = row.pop(v)
            ends = np.array([a, b]), np.array([v, v])
            kind = (label, int(classes.target_group[v]), *classes.bins(*ends).tolist())
            pools[kind].append((v, label))
            owed[kind] += row is row_a
    for kind, pool in pools.items():
        mixed = [pool[k] for k in rng.permutation(len(pool))]
        row_a.update(mixed[: owed[kind]])
        row_b.update(mixed[owed[kind] :])
