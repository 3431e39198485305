"""What comes out of the operation, and what four neurons may look like."""

from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np

from neurosparse.typing import Float64, Int64

# pairs of four neurons, in the order of their codes
PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))


class Counts(NamedTuple):
    """How often each numbered four occurs `[4096]`, and the variance of the estimate `[4096]`."""

    number: Float64
    variance: Float64


def hamiltonian_paths() -> Int64:
    """Paths through all four neurons of each numbered four, directions aside `[4096]`."""
    number = np.arange(4096)
    joined = [(number >> 2 * k) & 3 > 0 for k in range(6)]
    paths = np.zeros(4096, np.int64)
    for order in permutations(range(4)):
        if order[0] < order[3]:
            steps = pairwise(order)
            pairs = [PAIRS.index((min(step), max(step))) for step in steps]
            paths += joined[pairs[0]] & joined[pairs[1]] & joined[pairs[2]]
    return paths


def stars() -> Int64:
    """Whether each numbered four is a star and no more, 0 or 1 `[4096]`."""
    number = np.arange(4096)
    joined = np.array([(number >> 2 * k) & 3 > 0 for k in range(6)])
    star = np.zeros(4096, bool)
    for centre in range(4):
        rays = np.array([centre in pair for pair in PAIRS])
        star |= (joined == rays[:, None]).all(axis=0)
    return star.astype(np.int64)
