"""LIF neurons on a time grid, with the surrogate derivative that training uses."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.lyapunov.rate import square, through
from neurosparse.typing import Float64


@dataclass(frozen=True)
class DiscreteLif:
    """Leaky integrate-and-fire neurons on a time grid, reset by subtraction.

        s_t = 1[v_t > θ],  i_{t+1} = α i_t + W s_t + x_t,  v_{t+1} = β v_t + i_{t+1} - θ s_t

    With `alpha` None the synaptic current does not last (α = 0) and the state is v `[n]`, otherwise
    (v, i) `[2 n]`. `push` applies the *surrogate* Jacobian β I + (W - θ I) diag(σ'(v - θ)) with the
    fast sigmoid σ' = 1 / (1 + slope |v - θ|)²: exponents from it depend on `slope`, and are named
    surrogate exponents.

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
    _input: Float64 = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        n = square(self.connectivity).n_pre
        for name in ("beta", "alpha"):
            decay = getattr(self, name)
            # NaN is no decay either
            if decay is not None and not np.all(
                (np.asarray(decay) >= 0) & (np.asarray(decay) <= 1)
            ):
                expected = "decays within one step, in [0, 1]"
                raise bad_argument(name, decay, expected, "exp(-dt / tau)")
        for name in ("beta", "threshold", "alpha"):
            value = getattr(self, name)
            if np.shape(value) not in ((), (n,)):
                raise bad_argument(
                    name, value, f"one number, or one for each of {n} neurons"
                )
        drive = np.asarray(self.drive, np.float64)
        if drive.ndim > 2 or drive.shape[-1:] not in ((), (n,)) or drive.shape[:1] == (0,):
            raise bad_argument("drive", drive, f"shape [steps, {n}] or [{n}]")
        if not np.isfinite(drive).all():
            raise bad_argument("drive", Said("numbers that are not finite"), "finite input")
        steps = len(drive) if drive.ndim == 2 else 1
        object.__setattr__(self, "_input", np.broadcast_to(drive, (steps, n)))

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.connectivity.n_pre

    @property
    def width(self) -> int:
        """Length of the state: n, or 2 n with synaptic currents."""
        return self.n if self.alpha is None else 2 * self.n

    def spikes(self, state: Float64) -> Float64:
        """Who is above threshold `[..., n]`, as 0 and 1."""
        return np.asarray((state[..., : self.n] > self.threshold).astype(np.float64))

    def step(self, state: Float64, t: int) -> Float64:
        """Advance states `[..., width]` by one step."""
        v = state[..., : self.n]
        spikes = self.spikes(state)
        current = through(self.connectivity, spikes) + self._input[t % len(self._input)]
        if self.alpha is not None:
            current = current + self.alpha * state[..., self.n :]
        after = self.beta * v + current - self.threshold * spikes
        return after if self.alpha is None else np.concatenate([after, current], axis=-1)

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Apply the surrogate derivative at `state [width]` to vectors `[k, width]`."""
        dv = vectors[:, : self.n]
        spikes = dv / (1.0 + self.slope * np.abs(state[: self.n] - self.threshold)) ** 2
        current = through(self.connectivity, spikes)
        if self.alpha is not None:
            current = current + self.alpha * vectors[:, self.n :]
        after = self.beta * dv + current - self.threshold * spikes
        if self.alpha is None:
            return np.asarray(after)
        return np.concatenate([after, current], axis=-1)

    def run(self, state: Float64, steps: int) -> tuple[Float64, Float64]:
        """Run so many steps from `state [width]`.

        Returns:
            Spikes `[steps, n]`, of the states before each step, and the last state `[width]`.
        """
        spikes = np.empty((steps, self.n))
        for t in range(steps):
            spikes[t] = self.spikes(state)
            state = self.step(state, t)
        return spikes, state
