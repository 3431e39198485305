"""A table of frequencies for each pair: the law."""

import numpy as np

from neurosparse.typing import Float64, UInt8


def transfer_entropy(symbols: UInt8, levels: int, lag: int, threads: int) -> Float64:
    """Divide frequencies, take logarithms, add up."""
    n, time = symbols.shape
    result = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            triples = symbols[i, lag:], symbols[i, : time - lag], symbols[j, : time - lag]
            p = np.zeros((levels, levels, levels))
            np.add.at(p, triples, 1 / max(time - lag, 1))
            for y, x, z in np.argwhere(p > 0):
                both = p[y, x, z] / p[:, x, z].sum()
                alone = p[y, x].sum() / p[:, x].sum()
                result[i, j] += p[y, x, z] * np.log(both / alone)
    return result
