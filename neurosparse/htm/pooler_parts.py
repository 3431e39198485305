"""Parts of a spatial pooler: what is set, what learns, and how both begin."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from math import prod
from typing import NamedTuple

import numpy as np

from neurosparse import grid
from neurosparse.errors import bad_argument
from neurosparse.htm._settings import settle
from neurosparse.htm.topology import Shape, centres, neighbourhood
from neurosparse.kernels.memory.spatial_pooler import Learning, Pools, make_pools
from neurosparse.sdr._check import round_half_up
from neurosparse.typing import Array, Float32, Float64

EPSILON = 1e-6  # a permanence this close below the threshold is connected


@dataclass(frozen=True)
class PotentialPool:
    """Which inputs a column may connect to.

    Args:
        radius: of the hypercube around its centre, in input cells.
        fraction: share of those that are drawn.
        wrap: whether the space of inputs closes on itself.
    """

    radius: int = 16
    fraction: float = 0.5
    wrap: bool = True

    def __post_init__(self) -> None:
        settle(self)
        if self.radius < 0 or not 0 < self.fraction <= 1:
            pair = (self.radius, self.fraction)
            raise bad_argument("pool", pair, "radius >= 0 and 0 < fraction <= 1")


@dataclass(frozen=True)
class PoolPermanence:
    """Permanences of proximal synapses.

    Args:
        connected: from where on a synapse counts.
        increment, decrement: for synapses with active and silent inputs.
    """

    connected: float = 0.1
    increment: float = 0.1
    decrement: float = 0.01

    def __post_init__(self) -> None:
        settle(self)
        for name, value in asdict(self).items():
            if not 0 <= value <= 1:
                raise bad_argument(name, value, "a permanence from 0 to 1")


@dataclass(frozen=True)
class Boosting:
    """Help for columns that win too little: boost = exp((target − duty)·strength).

    Args:
        strength: 0 leaves boosting out.
        period: steps over which the duty is averaged.
        least_share: of the largest overlap duty, below which a column is helped.
        update_every: steps between two updates of that limit.
    """

    strength: float = 0.0
    period: int = 1000
    least_share: float = 0.001
    update_every: int = 50

    def __post_init__(self) -> None:
        settle(self)
        if (
            min(self.strength, self.least_share) < 0
            or min(self.period, self.update_every) < 1
        ):
            expected = "strength, least_share >= 0 and period, update_every >= 1"
            raise bad_argument("boosting", self, expected)


class PoolerState(NamedTuple):
    """All that learning changes."""

    permanence: Float32  # [n_synapses]
    overlap_duty: Float64  # [n_columns], share of steps with any overlap
    active_duty: Float64  # [n_columns], share of steps won
    least_duty: Float64  # [n_columns], overlap duty below which a column is helped
    boost: Float64  # [n_columns]
    iteration: int
    radius: int  # of inhibition


def duty(previous: Float64, now: Array, period: int) -> Float64:
    """Average over about `period` steps: (d·(period − 1) + x) / period.

    >>> duty(np.array([1, 0.8, 0.6, 0.4, 0.2]), np.zeros(5), 2).tolist()
    [0.5, 0.4, 0.3, 0.2, 0.1]
    """
    return np.asarray((previous * (period - 1) + now) / period)


def inhibition_radius(span: float, columns_an_input: float) -> int:
    """Columns that share inputs with a column: max(1, round((span·columns per input − 1) / 2)).

    >>> inhibition_radius(3, 4), inhibition_radius(2, 2.4), inhibition_radius(0.5, 1.2)
    (6, 2, 1)
    """
    return max(1, int(grid.floor_steps(span * columns_an_input, 2.0)))


def learning_rule(permanence: PoolPermanence, reachable: int) -> Learning:
    """Numbers of the learning rule, as the kernels take them; a tenth of `connected` is one rise.

    >>> learning_rule(PoolPermanence(), 3).reachable
    3
    """
    p = permanence
    return Learning(
        p.connected - EPSILON, p.increment, p.decrement, p.connected / 10, reachable
    )


def expected_synapses(inputs: Shape, columns: Shape, pool: PotentialPool) -> int:
    """Most potential synapses of all columns together.

    >>> expected_synapses((100,), (10,), PotentialPool(2, 1.0))
    50
    """
    near = prod(min(2 * pool.radius + 1, side) for side in inputs)
    return prod(columns) * max(1, round_half_up(pool.fraction * near))


def draw_pools(
    inputs: Shape, columns: Shape, pool: PotentialPool, rng: np.random.Generator
) -> Pools:
    """Draw round(fraction·|neighbourhood|) potential inputs for each column.

    >>> pool = PotentialPool(2, 1.0, wrap=False)
    >>> draw_pools((12,), (4,), pool, np.random.default_rng(0)).indices[:4].tolist()
    [0, 1, 2, 3]
    """
    rows = []
    for centre in centres(inputs, columns):
        near = neighbourhood(int(centre), pool.radius, inputs, pool.wrap)
        count = round_half_up(pool.fraction * near.size)
        rows.append(np.sort(rng.choice(near, count, replace=False)).astype(np.int32))
    indptr = np.concatenate([[0], np.cumsum([r.size for r in rows])]).astype(np.int64)
    return make_pools(indptr, np.concatenate(rows), prod(inputs))


def draw_permanences(n: int, connected: float, rng: np.random.Generator) -> Float32:
    """Draw first permanences: with chance one half connected, uniform on either side.

    >>> bool(0.4 < (draw_permanences(1000, 0.1, np.random.default_rng(0)) >= 0.1).mean() < 0.6)
    True
    """
    high = connected + (1 - connected) * rng.random(n)
    return np.where(rng.random(n) < 0.5, high, connected * rng.random(n)).astype(np.float32)


def warn_unreachable(pools: Pools, threshold: int) -> None:
    """Warn when a stimulus threshold is above the synapses that a column can ever have."""
    most = int(np.diff(pools.indptr).max(initial=0))
    if threshold > most:
        warnings.warn(
            f"stimulus_threshold {threshold} is above the {most} potential synapses of the "
            "largest column: no column can ever win; lower it or enlarge the pool",
            stacklevel=3,
        )
