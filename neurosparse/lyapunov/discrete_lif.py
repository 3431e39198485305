"""LIF neurons on a time grid, with the surrogate derivative that training uses."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.lyapunov.rate import square, through
from neurosparse.lyapunov.system import Float


@dataclass(frozen=True)
class DiscreteLif:
    """Leaky integrate-and-fire on a grid, reset by subtraction, synapses with or without a current
    of their own.

        s_t = 1[v_t > θ],  i_{t+1} = α i_t + W s_t + x_t,  v_{t+1} = β v_t + i_{t+1} - θ s_t

    With `alpha` None the current does not last (α = 0) and the state is v `[n]`, otherwise `(v, i)
    [2 n]`. `push` applies the *surrogate* Jacobian β I + (W - θ I) diag(σ'(v - θ)), fast sigmoid σ'
    = 1 / (1 + slope |v - θ|)²: exponents from it depend on `slope` and are named surrogate
    exponents.

    Args:
        connectivity: recurrent weights without delays.
        beta: decay of the membrane in one step, a number or `[n]`.
        threshold: θ, a number or `[n]`.
        drive: x, `[steps, n]` (repeated when it ends) or `[n]`.
        slope: of the surrogate.
        alpha: decay of the synaptic current in one step, a number or `[n]`, or None.
        dt: time of one step.

    Raises:
        ValueError: arrays that do not fit, or decays outside [0, 1].

    >>> net = DiscreteLif(Connectivity.from_dense([[0, 0.5], [0, 0]]), beta=0.5, drive=[0.25, 0.0])
    >>> net.step(np.array([2.0, 1.0]), 0)
    array([0.25, 1.  ])
    """

    connectivity: Connectivity
    beta: Any = 0.9
    threshold: Any = 1.0
    drive: Any = 0.0
    slope: float = 5.0
    alpha: Any = None
    dt: float = 1.0
    _input: Float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        n = square(self.connectivity).n_pre
        for name in ("beta", "alpha"):
            decay = getattr(self, name)
            if decay is not None and not (
                np.all(np.asarray(decay) >= 0) and np.all(np.asarray(decay) <= 1)
            ):
                raise bad_argument(
                    name, decay, "decays within one step, in [0, 1]", "exp(-dt / tau)"
                )
        for name in ("beta", "threshold", "alpha"):
            if np.shape(getattr(self, name)) not in ((), (n,)):
                raise bad_argument(
                    name, getattr(self, name), f"one number, or one for each of {n} neurons"
                )
        drive = np.asarray(self.drive, np.float64)
        if drive.ndim > 2 or drive.shape[-1:] not in ((), (n,)) or drive.shape[:1] == (0,):
            raise bad_argument("drive", drive, f"shape [steps, {n}] or [{n}]")
        if not np.isfinite(drive).all():
            raise bad_argument("drive", Said("numbers that are not finite"), "finite input")
        object.__setattr__(self, "_input", np.broadcast_to(np.atleast_2d(drive), (max(len(drive), 1), n))
                           if drive.ndim == 2 else np.broadcast_to(drive, (1, n)))  # fmt: skip

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.connectivity.n_pre

    @property
    def width(self) -> int:
        """Length of the state: n, or 2 n with synaptic currents."""
        return self.n if self.alpha is None else 2 * self.n

    def spikes(self, state: Float) -> Float:
        """Who is above threshold `[..., n]`, as 0 and 1."""
        return np.asarray((state[..., : self.n] > self.threshold).astype(np.float64))

    def step(self, state: Float, t: int) -> Float:
        """Advance states `[..., width]` by one step."""
        v = state[..., : self.n]
        spikes = self.spikes(state)
        current = through(self.connectivity, spikes) + self._input[t % len(self._input)]
        if self.alpha is not None:
            current = current + self.alpha * state[..., self.n :]
        after = self.beta * v + current - self.threshold * spikes
        return after if self.alpha is None else np.concatenate([after, current], axis=-1)

    def push(self, state: Float, vectors: Float, t: int) -> Float:
        """Apply the surrogate derivative at `state [width]` to vectors `[k, width]`."""
        dv = vectors[:, : self.n]
        sure = dv / (1.0 + self.slope * np.abs(state[: self.n] - self.threshold)) ** 2
        current = through(self.connectivity, sure)
        if self.alpha is not None:
            current = current + self.alpha * vectors[:, self.n :]
        after = self.beta * dv + current - self.threshold * sure
        return np.asarray(
            after if self.alpha is None else np.concatenate([after, current], axis=-1)
        )

    def run(self, state: Float, steps: int) -> tuple[Float, Float]:
        """Run so many steps; return the spikes `[steps, n]` (of the states before each step) and the last state."""
        spikes = np.empty((steps, self.n))
        for t in range(steps):
            spikes[t] = self.spikes(state)
            state = self.step(state, t)
        return spikes, state
