"""How a retrieval goes through the memories, and what it gives."""

from dataclasses import dataclass
from typing import NamedTuple

from neurosparse.kernels.memory.entmax.rules import Support
from neurosparse.typing import Array, Float64, Int64

GROUP = 256  # queries that share one pass over the memories
SHARE = 2**22  # products of numbers that are worth waking a thread for
SCORES = 2**18  # scores of a group that are held at a time: 1 MiB in float32
LEAST_BLOCK, MOST_BLOCK = 512, 8192


class Retrieved(NamedTuple):
    """What a retrieval gives.

    Attributes:
        state: weighted means of the values, `[n, v]`.
        size: how many memories weigh, int64 `[n]`.
        potential: Ω*(z) = z·p - Ω(p) of each query, float64 `[n]`; under softmax log Σ exp z.
        support: which memories weigh how much; None unless asked for.
    """

    state: Array
    size: Int64
    potential: Float64
    support: Support | None


@dataclass(frozen=True)
class Plan:
    """Numbers of one retrieval.

    Args:
        beta: inverse temperature, above 0.
        keep_support: whether the support is handed back; it is then held whole, however large.
        threads: workers, each with its share of the memories; BLAS may bring threads of its own
            besides.
        buffer: bytes for candidates of a group. Queries whose support does not fit go through the
            memories again, a few times, instead of keeping it.
    """

    beta: float
    keep_support: bool = False
    threads: int = 1
    buffer: int = 2**26

    def most_candidates(self, n: int, n_memories: int) -> int:
        """Candidates a query may keep."""
        return n_memories if self.keep_support else max(16, self.buffer // (12 * max(n, 1)))


def blocks(lo: int, hi: int, n: int) -> list[tuple[int, int]]:
    """Cut memories lo..hi into blocks for n queries, on bounds that do not depend on lo.

    >>> blocks(0, 2000, 512)
    [(0, 512), (512, 1024), (1024, 1536), (1536, 2000)]
    """
    size = block_size(n)
    return [(first, min(first + size, hi)) for first in range(lo, hi, size)]


def block_size(n: int) -> int:
    """Memories whose scores with n queries are held at a time, a power of two.

    >>> block_size(1), block_size(100), block_size(1000)
    (8192, 2048, 512)
    """
    fits = max(1, SCORES // max(n, 1))
    return max(LEAST_BLOCK, min(MOST_BLOCK, 1 << (fits.bit_length() - 1)))


def shares(memories: Array, n: int, threads: int) -> list[int]:
    """Bounds of the workers' shares: whole blocks, so no score depends on how many there are.

    >>> import numpy as np
    >>> shares(np.empty((10_000, 16)), 100, 2)
    [0, 4096, 10000]
    >>> shares(np.empty((10_000, 16)), 1, 2)
    [0, 10000]
    """
    n_memories = len(memories)
    size = block_size(n)
    threads = max(1, min(threads, memories.size * n // SHARE))
    count = -(-n_memories // size)
    return [min(n_memories, count * k // threads * size) for k in range(threads)] + [
        n_memories
    ]
