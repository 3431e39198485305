"""Hebbian rules for populations of rates: Oja's and the BCM rule on the synapses themselves."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.hebbian import add_products

Rates = NDArray[np.float32]


@dataclass(frozen=True)
class Oja:
    """Oja's rule: each target's weights come to the first principal component of its inputs, at
    length 1.

    W[j, i] += rate (x_i y_j - y_j^2 W[j, i]), the mean over samples where there are several. Raises
    ValueError for a rate that is not above 0 and activity of another shape. Source: Oja 1982,
    doi:10.1007/BF00275687.

    >>> c = Connectivity.from_dense([[1.0], [0.0]]).with_edges([1], [0], weight=0.0)
    >>> Oja(0.5)(c, x=[1.0, 1.0], y=[1.0]).weight.tolist()
    [1.0, 0.5]
    """

    rate: float

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _check_rate("Oja.rate", self.rate)

    def __call__(
        self, connectivity: Connectivity, x: ArrayLike, y: ArrayLike, backend: str = "cpu"
    ) -> Connectivity:
        """Learn from presynaptic activity x and postsynaptic y, [n] or [samples, n]."""
        inputs, outputs = _activity(connectivity, x, y)
        decay = (outputs * outputs).mean(axis=0)
        return _learned(connectivity, inputs, outputs, decay, self.rate, backend)


class BCMStep(NamedTuple):
    """What one application of the BCM rule gives: the synapses and the sliding threshold [n_post]."""

    connectivity: Connectivity
    threshold: NDArray[np.float64]


@dataclass(frozen=True)
class BCM:
    """The rule of Bienenstock, Cooper and Munro: activity above a sliding threshold strengthens, below it weakens.

    W[j, i] += rate x_i y_j (y_j - theta_j), the mean over samples; then theta_j += (y_j^2 -
    theta_j) share for each sample in turn. `share` is how much of the threshold one sample
    replaces; it must move faster than the weights.
    Raises ValueError for parameters and activity that cannot be meant. Source: Bienenstock, Cooper
    & Munro 1982, doi:10.1523/JNEUROSCI.02-01-00032.1982; Intrator & Cooper 1992,
    doi:10.1016/S0893-6080(05)80003-6.

    >>> step = BCM(rate=0.5, share=0.5)(Connectivity.from_dense([[1.0]]), x=[2.0], y=[2.0], threshold=[1.0])
    >>> step.connectivity.weight.tolist(), step.threshold.tolist()
    ([3.0], [2.5])
    """

    rate: float
    share: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _check_rate("BCM.rate", self.rate)
        if not 0 < self.share <= 1:
            raise bad_argument("BCM.share", self.share, "a number above 0, at most 1")

    def __call__(
        self,
        connectivity: Connectivity,
        x: ArrayLike,
        y: ArrayLike,
        threshold: ArrayLike,
        backend: str = "cpu",
    ) -> BCMStep:
        """Learn from presynaptic activity x and postsynaptic y, [n] or [samples, n]; threshold [n_post]."""
        inputs, outputs = _activity(connectivity, x, y)
        theta = np.array(threshold, dtype=np.float64)
        if theta.shape != (connectivity.n_post,):
            raise bad_argument(
                "threshold", theta, f"an array [{connectivity.n_post}], one for each target"
            )
        above = (outputs * (outputs - theta)).astype(np.float32)
        learned = _learned(connectivity, inputs, above, np.zeros(theta.size), self.rate, backend)
        for sample in outputs.astype(np.float64):
            theta += (sample * sample - theta) * self.share
        return BCMStep(learned, theta)


def _learned(
    old: Connectivity, x: Rates, y: Rates, decay: Any, rate: float, backend: str
) -> Connectivity:
    weight = old.weights_array().copy()
    add_products(
        old.indptr, old.indices, weight, x, y, np.asarray(decay, np.float32), rate, backend=backend
    )
    return old.with_weight(weight)


def _check_rate(name: str, rate: float) -> None:
    if not (np.isfinite(rate) and rate > 0):
        raise bad_argument(name, rate, "a learning rate above 0")


def _activity(connectivity: Connectivity, x: ArrayLike, y: ArrayLike) -> tuple[Rates, Rates]:
    """Both as float32 [samples, n]."""
    made = []
    for name, given, n in (("x", x, connectivity.n_pre), ("y", y, connectivity.n_post)):
        rates = np.atleast_2d(np.asarray(given, dtype=np.float32))
        if rates.ndim != 2 or rates.shape[1] != n or not len(rates):
            raise bad_argument(
                name, Said(f"shape {np.shape(given)}"), f"activity [{n}] or [samples, {n}]"
            )
        if not np.isfinite(rates).all():
            raise bad_argument(name, Said("a value that is not finite"), "finite activity")
        made.append(rates)
    if len(made[0]) != len(made[1]):
        raise bad_argument(
            "y", Said(f"{len(made[1])} samples"), f"as many samples as x has: {len(made[0])}"
        )
    return made[0], made[1]
