"""What the machine itself allows: random scatter-add of weighted events, measured in the same
run.
"""

import time

import numpy as np
from numba import njit


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _scatter(indices, weight, rows, target):  # type: ignore[no-untyped-def]
    """Add the weights of the named rows to their targets."""
    for row in rows:
        place, add = indices[row], weight[row]
        for k in range(len(place)):
            target[place[k]] += add[k]


def scatter_events_per_second(
    targets: int = 12_500, fan_out: int = 1_000, seconds: float = 0.5
) -> float:
    """Events a second that one thread can add to `targets` float32 values, rows of uint32 index and
    weight.

    The rows, as many as there are targets, are walked in random order; the best of the passes
    counts.
    """
    rng = np.random.default_rng(0)
    indices = np.sort(rng.integers(0, targets, (targets, fan_out), np.uint32), axis=1)
    weight = rng.random(indices.shape, np.float32)
    target = np.zeros(targets, np.float32)
    order = rng.permutation(targets)
    _scatter(indices, weight, order[:1], target)
    best = float("inf")
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds or best == float("inf"):
        start = time.perf_counter()
        _scatter(indices, weight, order, target)
        best = min(best, time.perf_counter() - start)
    return float(indices.size / best)


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _multiply(values, passes):  # type: ignore[no-untyped-def]
    """Arithmetic on 8 KiB: no memory but the first cache."""
    for _ in range(passes):
        for k in range(values.size):
            values[k] = values[k] * 0.999 + 0.001


def second_core(passes: int = 200_000, repeats: int = 7) -> float:
    """How many times the work of one thread two threads do that share nothing: 2 on two cores of
    their own.

    Virtual processors are often two faces of one core, and then no program gains much from the
    second.
    """
    import threading

    own = [np.ones(1024), np.ones(1024)]
    _multiply(own[0], 1)

    def wall(arrays: list[np.ndarray]) -> float:
        threads = [
            threading.Thread(target=_multiply, args=(array, passes)) for array in arrays
        ]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    one = sorted(wall(own[:1]) for _ in range(repeats))[repeats // 2]
    two = sorted(wall(own) for _ in range(repeats))[repeats // 2]
    return 2 * one / two
