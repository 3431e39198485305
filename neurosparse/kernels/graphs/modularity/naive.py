"""Every partition there is: the law."""

from collections.abc import Iterator

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.graphs.modularity.values import Partition
from neurosparse.typing import Float32, Float64, Int32, Int64


def partition(
    indptr: Int64, neighbours: Int32, weight: Float32, seed: int, resolution: float
) -> Partition:
    """Evaluate Q for all partitions of at most ten neurons; the first best wins."""
    n = len(indptr) - 1
    if n > 10:
        raise bad_argument(
            "indptr", Said(f"{n} neurons"), "at most 10", "use backend='cpu'"
        )
    table = np.zeros((n, n))
    np.add.at(table, (np.repeat(np.arange(n), np.diff(indptr)), neighbours), weight)
    best = Partition(np.arange(n), modularity(table, np.arange(n), resolution))
    for labels in _partitions(n):
        q = modularity(table, labels, resolution)
        if q > best.modularity + 1e-12:
            best = Partition(labels, q)
    return best


def modularity(table: Float64, labels: Int64, resolution: float) -> float:
    """Q of a symmetric table `[n, n]` under labels `[n]`; 0 without edges."""
    total = table.sum()
    if total == 0:
        return 0.0
    strength = table.sum(axis=1)
    same = labels[:, None] == labels[None, :]
    return float(
        (same * (table - resolution * np.outer(strength, strength) / total)).sum() / total
    )


def _partitions(n: int) -> Iterator[Int64]:
    def grow(head: list[int]) -> Iterator[list[int]]:
        if len(head) == n:
            yield head
            return
        for label in range(max(head, default=-1) + 2):
            yield from grow([*head, label])

    yield from (np.array(labels, np.int64) for labels in grow([]))
