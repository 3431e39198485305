"""Which dendritic threshold is enough: the error over populations, activities and segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from neurosparse.sdr.theory.matching import false_positive

CELLS = (1000, 5000, 9000, 13000, 17000)
ACTIVE_SHARES = (0.005, 0.01, 0.015, 0.02, 0.025, 0.03)
SYNAPSES = (20, 25, 30, 35, 40, 45, 50)


class ThresholdRow(NamedTuple):
    """False positives of one threshold over the grid."""

    theta: int
    median: float
    mean: float


def threshold_sweep(
    thetas: Iterable[int],
    cells: Sequence[int] = CELLS,
    active_shares: Sequence[float] = ACTIVE_SHARES,
    synapses: Sequence[int] = SYNAPSES,
) -> list[ThresholdRow]:
    """Median and mean of `false_positive` over all combinations, one row a threshold.

    The default grid is that of Ahmad & Hawkins (2016): 210 combinations. The median error falls
    below 1e-9 between θ = 9 and 10, where NMDA spikes are measured to begin.

    Args:
        thetas: thresholds to try.
        cells: sizes of the population.
        active_shares: shares of active cells.
        synapses: of a segment.

    >>> row = threshold_sweep([9])[0]
    >>> f"{row.median:.8e} {row.mean:.8e}"
    '1.35351425e-09 6.18067326e-07'
    """
    grid = [(n, round(f * n), s) for n, f, s in product(cells, active_shares, synapses)]
    rows = []
    for theta in thetas:
        errors = [false_positive(n, a, s, theta) for n, a, s in grid]
        rows.append(ThresholdRow(theta, float(np.median(errors)), float(np.mean(errors))))
    return rows
