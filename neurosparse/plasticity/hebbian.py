"""Hebbian rules for populations of rates: Oja's and the BCM rule on the synapses themselves."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.hebbian import add_products
from neurosparse.neurons.base import floats
from neurosparse.typing import Float32, Float64


@dataclass(frozen=True)
class Oja:
    """Oja's rule: each target's weights come to the first principal component of its inputs, at
    length 1.

    W[j, i] += rate (x_i y_j - y_j^2 W[j, i]),   the mean over samples where there are several.

    Raises:
        ValueError: a rate that is not above 0, activity of another shape.

    Source: Oja 1982, doi:10.1007/BF00275687.

    >>> c = Connectivity.from_dense([[1.0], [0.0]]).with_edges([1], [0], weight=0.0)
    >>> Oja(0.5)(c, x=[1.0, 1.0], y=[1.0]).weight.tolist()
    [1.0, 0.5]
    """

    rate: float

    def __post_init__(self) -> None:
        checks.positive("Oja.rate", self.rate)

    def __call__(
        self, connectivity: Connectivity, x: ArrayLike, y: ArrayLike, backend: str = "cpu"
    ) -> Connectivity:
        """Learn from activity x before and y behind the synapses, `[n]` or `[samples, n]`."""
        inputs, outputs = _activity(connectivity, x, y)
        decay = (outputs * outputs).mean(axis=0)
        return _learned(connectivity, inputs, outputs, decay, self.rate, backend)


class BCMStep(NamedTuple):
    """What one step of the BCM rule gives: the synapses and the sliding threshold `[n_post]`."""

    connectivity: Connectivity
    threshold: Float64


@dataclass(frozen=True)
class BCM:
    """The rule of Bienenstock, Cooper and Munro: a sliding threshold parts growth from decay.

    W[j, i] += rate x_i y_j (y_j - theta_j),   the mean over samples;
    theta_j += (y_j^2 - theta_j) share,        for each sample in turn.

    `share` is how much of the threshold one sample replaces; it must move faster than the weights.

    Raises:
        ValueError: parameters and activity that cannot be meant.

    Sources: Bienenstock, Cooper & Munro 1982, doi:10.1523/JNEUROSCI.02-01-00032.1982; Intrator &
    Cooper 1992, doi:10.1016/S0893-6080(05)80003-6.

    >>> synapse = Connectivity.from_dense([[1.0]])
    >>> step = BCM(rate=0.5, share=0.5)(synapse, x=[2.0], y=[2.0], threshold=[1.0])
    >>> step.connectivity.weight.tolist(), step.threshold.tolist()
    ([3.0], [2.5])
    """

    rate: float
    share: float = 0.1

    def __post_init__(self) -> None:
        checks.positive("BCM.rate", self.rate)
        if not 0 < checks.finite("BCM.share", self.share) <= 1:
            raise bad_argument("BCM.share", self.share, "a number above 0, at most 1")

    def __call__(
        self,
        connectivity: Connectivity,
        x: ArrayLike,
        y: ArrayLike,
        threshold: ArrayLike,
        backend: str = "cpu",
    ) -> BCMStep:
        """Learn from activity x before and y behind, as Oja; threshold `[n_post]`."""
        inputs, outputs = _activity(connectivity, x, y)
        theta = floats("threshold", threshold).copy()
        if not np.isfinite(theta).all():
            raise bad_argument("threshold", threshold, "finite numbers")
        if theta.shape != (connectivity.n_post,):
            raise bad_argument(
                "threshold", theta, f"an array [{connectivity.n_post}], one for each target"
            )
        above = (outputs * (outputs - theta)).astype(np.float32)
        learned = _learned(
            connectivity, inputs, above, np.zeros(theta.size), self.rate, backend
        )
        for sample in outputs.astype(np.float64):
            theta += (sample * sample - theta) * self.share
        return BCMStep(learned, theta)


def _learned(
    old: Connectivity, x: Float32, y: Float32, decay: Any, rate: float, backend: str
) -> Connectivity:
    weight = old.weights_array().copy()
    add_products(
        old.indptr,
        old.indices,
        weight,
        x,
        y,
        np.asarray(decay, np.float32),
        rate,
        backend=backend,
    )
    return old.with_weight(weight)


def _activity(
    connectivity: Connectivity, x: ArrayLike, y: ArrayLike
) -> tuple[Float32, Float32]:
    """Both as float32 [samples, n]."""
    if not isinstance(connectivity, Connectivity):
        raise bad_type("connectivity", connectivity, "a Connectivity")
    inputs = _samples("x", x, connectivity.n_pre)
    outputs = _samples("y", y, connectivity.n_post)
    if len(inputs) != len(outputs):
        expected = f"as many samples as x has: {len(inputs)}"
        raise bad_argument("y", Said(f"{len(outputs)} samples"), expected)
    return inputs, outputs


def _samples(name: str, values: ArrayLike, n: int) -> Float32:
    """Activity as float32 [samples, n]."""
    with np.errstate(over="ignore"):
        rates = np.atleast_2d(floats(name, values).astype(np.float32))
    if rates.ndim != 2 or rates.shape[1] != n or not len(rates):
        expected = f"activity [{n}] or [samples, {n}]"
        raise bad_argument(name, Said(f"shape {np.shape(values)}"), expected)
    if not np.isfinite(rates).all():
        raise bad_argument(name, Said("a value that is not finite"), "finite activity")
    return rates
