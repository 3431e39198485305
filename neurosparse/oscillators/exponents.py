"""Phases as a map with a derivative, for `neurosparse.lyapunov.spectrum`."""

from dataclasses import dataclass

import numpy as np

from neurosparse.checks import positive
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.graphs.neighbour_sums import neighbour_sums
from neurosparse.oscillators.kuramoto import Kuramoto
from neurosparse.typing import Float64


@dataclass(frozen=True, eq=False)
class KuramotoMap:
    """One step of RK4 of a `Kuramoto`, and its exact derivative.

    Vectors obey v_i' = c Σ_j W_ij cos(θ_j - θ_i - lag)(v_j - v_i). Symmetric coupling has one
    exponent 0, of the rotation of all; where phases are locked all others are below 0.

    Args:
        system: without noise, delays, inertia and adaptation.
        dt: of a step.

    Raises:
        ValueError: a system with noise, delays, inertia or adaptation.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.lyapunov import spectrum
    >>> pair = Kuramoto(Connectivity.from_dense([[0, 0.5], [0.5, 0]]), [0.25, -0.25])
    >>> run = spectrum(KuramotoMap(pair), [0.0, 0.0], 400, transient=600, rng=0)
    >>> bool(abs(run.exponents[0]) < 1e-3)
    True
    """

    system: Kuramoto
    dt: float = 0.05

    def __post_init__(self) -> None:
        if not isinstance(self.system, Kuramoto):
            raise bad_type("system", self.system, "Kuramoto(...)")
        positive("dt", self.dt)
        parts = {
            "noise": self.system.noise,
            "inertia": self.system.inertia,
            "adaptation": self.system.adaptation,
            "delays": self.system.delayed,
        }
        for name, part in parts.items():
            if part:
                raise bad_argument("system", Said(f"one with {name}"), "phases alone")

    def step(self, state: Float64, t: int) -> Float64:
        """Advance states `[..., n]` by dt."""
        if state.ndim > 1:
            return np.array([self.step(one, t) for one in state])
        return self._stages(state, None)[0]

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Apply the derivative of a step to vectors `[k, n]`."""
        return self._stages(state, vectors)[1]

    def _stages(self, state: Float64, vectors: Float64 | None) -> tuple[Float64, Float64]:
        """The four stages, of the state and of vectors along it."""
        dt = self.dt
        sums = np.zeros_like(state)
        moved = np.zeros_like(state if vectors is None else vectors)
        at, along = state, vectors
        for weight, ahead in ((1.0, 0.5), (2.0, 0.5), (2.0, 1.0), (1.0, 0.0)):
            slope = self.system.flow(at)
            sums += weight * slope
            if vectors is not None and along is not None:
                change = self._tangent(at, along)
                moved += weight * change
                along = vectors + ahead * dt * change
            at = state + ahead * dt * slope
        rest = np.zeros_like(moved) if vectors is None else vectors
        return state + dt / 6.0 * sums, rest + dt / 6.0 * moved

    def _tangent(self, theta: Float64, vectors: Float64) -> Float64:
        pulls = self.system.pulls
        cos, sin = np.cos(theta), np.sin(theta)
        # of the vectors, and of ones for what is taken off each
        lines = np.concatenate([vectors, np.ones((1, len(theta)))])
        waves = np.concatenate([lines * cos, lines * sin]).T
        y = neighbour_sums(
            pulls.indptr, pulls.pre, pulls.weights, np.ascontiguousarray(waves)
        )
        c, s = np.cos(theta + self.system.lag), np.sin(theta + self.system.lag)
        k = len(lines)
        together = y[:, :k].T * c + y[:, k:].T * s
        return np.asarray(self.system.coupling * (together[:-1] - vectors * together[-1]))
