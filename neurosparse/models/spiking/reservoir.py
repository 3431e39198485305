"""A population as a reservoir: only a ridge regression on its filtered spikes is learnt."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.checks import not_negative, positive
from neurosparse.errors import Said, bad_argument
from neurosparse.models.spiking.hrsnn import HRSNN, NetworkState
from neurosparse.typing import Float64


def filtered_spikes(spikes: Any, tau: float, dt: float = 1.0, start: Any = None) -> Float64:
    """Low-pass filter spikes z: r_t = k r_(t-1) + (1 - k) z_t, k = e^(-dt/tau).

    Args:
        spikes: `[time, ..., n]`.
        tau: time constant in ms.
        dt: step in ms.
        start: r before the first step, `[..., n]`; None for 0.

    Returns:
        r, `[time, ..., n]`.

    Raises:
        ValueError: tau is not above 0.

    >>> filtered_spikes(np.array([[1.0], [0.0]]), tau=1 / np.log(2)).ravel().tolist()
    [0.5, 0.25]
    """
    from scipy.signal import lfilter

    positive("tau", tau, "ms")
    keep = np.exp(-dt / tau)
    z = np.asarray(spikes, np.float64)
    before = np.zeros(z.shape[1:]) if start is None else np.asarray(start, np.float64)
    return np.asarray(
        lfilter([1 - keep], [1.0, -keep], z, axis=0, zi=keep * before[None])[0]
    )


@dataclass(frozen=True)
class RidgeReadout:
    """A linear readout by ridge regression: weights `[n + 1, n_out]`, the last row the offset.

    >>> x = np.arange(6.0)[:, None]
    >>> RidgeReadout.fit(x, 2 * x + 1, penalty=1e-9)(x).round(4).ravel().tolist()
    [1.0, 3.0, 5.0, 7.0, 9.0, 11.0]
    """

    weights: Float64

    @classmethod
    def fit(cls, features: Any, targets: Any, penalty: float = 1e-3) -> "RidgeReadout":
        """Minimise |X W - Y|² + penalty N |W|² (not the offset), X `[N, n]`, Y `[N, n_out]`.

        Raises:
            ValueError: lengths that differ, a negative penalty, or numbers that are not finite.
        """
        x = np.asarray(features, np.float64)
        y = np.asarray(targets, np.float64)
        if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not len(x):
            shapes = Said(f"shapes {x.shape}, {y.shape}")
            raise bad_argument("targets", shapes, "[N, n] and [N, n_out], N above 0")
        not_negative("penalty", penalty)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise bad_argument("features", Said("NaN or infinite values"), "finite numbers")
        middle = x.mean(0)
        level = y.mean(0)
        centred = x - middle
        moments = centred.T @ centred + penalty * len(x) * np.eye(x.shape[1])
        slopes = np.linalg.lstsq(moments, centred.T @ (y - level), rcond=None)[0]
        return cls(np.vstack([slopes, level - middle @ slopes]))

    def __call__(self, features: Any) -> Float64:
        """Predict `[..., n_out]` from `[..., n]`."""
        return np.asarray(
            np.asarray(features, np.float64) @ self.weights[:-1] + self.weights[-1]
        )


@torch.no_grad()
def reservoir_states(
    model: HRSNN, x: Tensor, tau: float, state: NetworkState | None = None
) -> Float64:
    """Run a network without learning and give its filtered spikes.

    Args:
        model: the network.
        x: inputs, `[time, batch, in_features]`.
        tau: time constant of the filter in ms.
        state: to go on from; None for rest.

    Returns:
        `[time, batch, hidden_size]`.

    >>> reservoir_states(HRSNN(2, 20, 1, rng=0), torch.ones(7, 3, 2), tau=20.0).shape
    (7, 3, 20)
    """
    return filtered_spikes(model.run(x, state).spikes.numpy(), tau, model.cell.dt)
