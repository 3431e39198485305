"""Distributions of time constants and thresholds: small objects that draw `[n]` numbers.

The log-normal one is `neurosparse.wiring.LogNormal`: the same class draws weights and times.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from neurosparse.checks import positive
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Float64

# floats of any width: LogNormal of wiring draws float32
Draw = Callable[[int, np.random.Generator], Array]
Values = float | Sequence[float] | Float64 | Draw


@dataclass(frozen=True)
class Gamma:
    """Gamma distribution with this mean; shape 1 is exponential, a large shape nearly one value.

    Source: Perez-Nieves et al. 2021, doi:10.1038/s41467-021-26022-3, who found shape 3 useful.

    >>> drawn = Gamma(mean=20.0, shape=3.0)(10_000, np.random.default_rng(0))
    >>> bool(abs(drawn.mean() - 20) < 0.5), bool(abs(drawn.std() - 20 / 3**0.5) < 0.5)
    (True, True)
    """

    mean: float = 20.0
    shape: float = 3.0

    def __post_init__(self) -> None:
        positive("mean", self.mean)
        positive("shape", self.shape)

    def __call__(self, n: int, rng: np.random.Generator) -> Float64:
        """Draw n numbers, `[n]`."""
        return rng.gamma(self.shape, self.mean / self.shape, n)


@dataclass(frozen=True)
class Clipped:
    """Another distribution, cut to [low, high].

    >>> Clipped(Gamma(20.0), 5.0, 8.0)(1000, np.random.default_rng(0)).max()
    np.float64(8.0)
    """

    draw: Draw
    low: float
    high: float = math.inf

    def __call__(self, n: int, rng: np.random.Generator) -> Array:
        """Draw n numbers, `[n]`."""
        return np.clip(self.draw(n, rng), self.low, self.high)


@dataclass(frozen=True)
class Clusters:
    """Neurons in consecutive clusters, each with its own distribution: the clustered HRSNN.

    Args:
        draws: one distribution a cluster.
        shares: share of the neurons in each; None for equal ones.

    Raises:
        ValueError: no cluster, or shares that are not one for each and sum to 1.

    >>> two = Clusters((Gamma(5.0, 1e6), Gamma(50.0, 1e6)), (0.25, 0.75))
    >>> two(4, np.random.default_rng(0)).round().tolist(), two.sizes(4)
    ([5.0, 50.0, 50.0, 50.0], [1, 3])
    """

    draws: tuple[Draw, ...]
    shares: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        shares = self._shares
        whole = shares and min(shares) >= 0 and math.isclose(sum(shares), 1)
        if not whole or len(shares) != len(self.draws):
            expected = f"{len(self.draws)} shares (at least one) that sum to 1"
            raise bad_argument("shares", self.shares, expected)

    @property
    def _shares(self) -> tuple[float, ...]:
        if self.shares is not None:
            return self.shares
        count = len(self.draws)
        return tuple(1 / count for _ in range(count))

    def sizes(self, n: int) -> list[int]:
        """Neurons in each cluster."""
        edges = np.rint(np.cumsum([0.0, *self._shares]) * n).astype(int)
        return [int(k) for k in np.diff(edges)]

    def __call__(self, n: int, rng: np.random.Generator) -> Array:
        """Draw n numbers, `[n]`, cluster after cluster."""
        parts = [draw(k, rng) for draw, k in zip(self.draws, self.sizes(n), strict=True)]
        return np.concatenate(parts)


def drawn(
    name: str, values: Values, n: int, rng: np.random.Generator, *, least: float = 0.0
) -> Float64:
    """Turn a number, `[n]` numbers or a distribution into `[n]` numbers above `least`.

    Raises:
        ValueError: another number of them, or one that is not above `least` (NaN included).

    >>> drawn("tau", 5.0, 2, np.random.default_rng(0)).tolist()
    [5.0, 5.0]
    """
    numbers = values(n, rng) if callable(values) else values
    try:
        array = np.asarray(numbers, np.float64)
    except (TypeError, ValueError):
        # a shape that is refused below
        array = np.empty((0, 0))
    if array.shape not in ((), (n,)):
        expected = f"one number, [{n}] of them, or a distribution such as Gamma(20.0)"
        raise bad_argument(name, numbers, expected)
    if not (array > least).all():
        worst = float(np.nanmin(array)) if not np.isnan(array).all() else math.nan
        remedy = "Clipped(…, low) cuts a distribution" if callable(values) else ""
        raise bad_argument(name, Said(f"{worst:g}"), f"numbers above {least:g}", remedy)
    return np.array(np.broadcast_to(array, (n,)))
