"""A population as a reservoir: what it says is filtered spikes, and only a ridge regression on them
is learnt.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from neurosparse.errors import Said, bad_argument
from neurosparse.models.spiking.hrsnn import HRSNN, NetworkState

Float64 = NDArray[np.float64]


def filtered(spikes: Any, tau: float, dt: float = 1.0, start: Any = None) -> Float64:
    """Low-pass filter spikes `[time, ..., n]`: r_t = k r_(t-1) + (1 - k) z_t, k = e^(-dt/tau).

    >>> filtered(np.array([[1.0], [0.0]]), tau=1 / np.log(2)).ravel().tolist()
    [0.5, 0.25]
    """
    from scipy.signal import lfilter

    if not tau > 0:
        raise bad_argument("tau", tau, "a time in ms above 0")
    keep = np.exp(-dt / tau)
    z = np.asarray(spikes, np.float64)
    begin = (
        np.zeros((1, *z.shape[1:])) if start is None else keep * np.asarray(start, np.float64)[None]
    )
    return np.asarray(lfilter([1 - keep], [1.0, -keep], z, axis=0, zi=begin)[0])


@dataclass(frozen=True)
class Ridge:
    """A linear readout by ridge regression: weights `[n + 1, n_out]`, the last row the offset.

    >>> x = np.arange(6.0)[:, None]
    >>> Ridge.fit(x, 2 * x + 1, penalty=1e-9)(x).round(4).ravel().tolist()
    [1.0, 3.0, 5.0, 7.0, 9.0, 11.0]
    """

    weights: Float64

    @classmethod
    def fit(cls, features: Any, targets: Any, penalty: float = 1e-3) -> "Ridge":
        """Minimise |X W - Y|² + penalty N |W|² (not the offset), X `[N, n]`, Y `[N, n_out]`.

        Raises:
            ValueError: lengths that differ, a negative penalty, or numbers that are not finite.
        """
        x, y = (np.asarray(part, np.float64) for part in (features, targets))
        if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not len(x):
            raise bad_argument(
                "targets", Said(f"shapes {x.shape}, {y.shape}"), "[N, n] and [N, n_out], N above 0"
            )
        if not penalty >= 0:
            raise bad_argument("penalty", penalty, "0 or more")
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise bad_argument("features", Said("NaN or infinite values"), "finite numbers")
        middle, level = x.mean(0), y.mean(0)
        centred = x - middle
        moments = centred.T @ centred + penalty * len(x) * np.eye(x.shape[1])
        slopes = np.linalg.lstsq(moments, centred.T @ (y - level), rcond=None)[0]
        return cls(np.vstack([slopes, level - middle @ slopes]))

    def __call__(self, features: Any) -> Float64:
        """Predict `[..., n_out]` from `[..., n]`."""
        return np.asarray(np.asarray(features, np.float64) @ self.weights[:-1] + self.weights[-1])


@torch.no_grad()
def states(model: HRSNN, x: Tensor, tau: float, state: NetworkState | None = None) -> Float64:
    """Run a network without learning and give its filtered spikes `[time, batch, n]`.

    >>> states(HRSNN(2, 20, 1, rng=0), torch.ones(7, 3, 2), tau=20.0).shape
    (7, 3, 20)
    """
    return filtered(model.run(x, state).spikes.numpy(), tau, model.cell.dt)
