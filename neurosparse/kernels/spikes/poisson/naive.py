"""The law, neuron by neuron."""

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.base.philox import philox4x32

SECOND = 1 << 31  # stream of the lower halves


def words(seed: int, stream: int, step: int, n: int) -> NDArray[np.uint32]:
    """Return the random words [n] of one step."""
    i = np.arange(n)
    counters = np.empty((n, 4), dtype=np.uint32)
    counters[:, 0] = i // 64 * 16 + i % 16
    counters[:, 1] = step & 0xFFFFFFFF
    counters[:, 2] = step >> 32
    counters[:, 3] = stream
    key = np.array([seed & 0xFFFFFFFF, seed >> 32], dtype=np.uint32)
    drawn: NDArray[np.uint32] = philox4x32(counters, key, backend="naive")[i, i % 64 // 16]
    return drawn


def _halves(seed: int, stream: int, step: int, n: int) -> NDArray[np.uint32]:
    i = np.arange(n)
    counters = np.empty((n, 4), dtype=np.uint32)
    counters[:, 0] = i // 64 * 8 + i % 16 // 2
    counters[:, 1] = step & 0xFFFFFFFF
    counters[:, 2] = step >> 32
    counters[:, 3] = stream
    key = np.array([seed & 0xFFFFFFFF, seed >> 32], dtype=np.uint32)
    drawn: NDArray[np.uint32] = philox4x32(counters, key, backend="naive")[i, i % 64 // 16]
    return drawn >> (16 * (i % 2)).astype(np.uint32) & np.uint32(0xFFFF)


def input_words(seed: int, stream: int, step: int, n: int) -> NDArray[np.uint32]:
    """Return the random words [n] of one step of an input, put together from two halves."""
    return _halves(seed, stream, step, n) << np.uint32(16) | _halves(
        seed, stream + SECOND, step, n
    )


def poisson_counts(
    seed: int, stream: int, step: int, n: int, thresholds: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Return how many events each of n neurons gets."""
    drawn = input_words(seed, stream, step, n)
    return np.array(
        [sum(int(u) > int(edge) for edge in thresholds) for u in drawn], dtype=np.int64
    )
