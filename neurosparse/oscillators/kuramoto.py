"""Phases that pull at each other along synapses."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import finite, keep_numbers, not_negative
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.graphs.neighbour_sums import delayed_sums, neighbour_sums
from neurosparse.quantities import real_numbers
from neurosparse.typing import Float64, Int32, Int64


class Pulls(NamedTuple):
    """Synapses by postsynaptic neuron, with what each weighs `[nnz]` and its delay in steps."""

    indptr: Int64
    pre: Int32
    post: Int32
    weights: Float64
    delay: Int64


@dataclass(frozen=True)
class Adaptation:
    """Synapses that follow the phases they join, w' = -rate (w + sin(θ_post - θ_pre + shift)).

    Source: R. Berner et al., Phys. Rep. 1030 (2023), doi:10.1016/j.physrep.2023.06.003.

    Args:
        rate: of the change, per unit of time; slow beside the oscillators.
        shift: -π/2 strengthens what is in phase (Hebbian), +π/2 weakens it.
    """

    rate: float
    shift: float = -np.pi / 2

    def __post_init__(self) -> None:
        keep_numbers(self)
        not_negative("rate", self.rate)
        finite("shift", self.shift)


@dataclass(frozen=True, eq=False)
class Kuramoto:
    """θ_i' = ω_i + c Σ_j W_ij sin(θ_j - θ_i - lag), with an inertia m θ_i'' + θ_i' = … if any.

    One product with the sparse W a step: c Im(e^{-i(θ_i + lag)} Σ_j W_ij e^{iθ_j}). Delays of the
    synapses are in steps of the run. Sources: Y. Kuramoto, Lect. Notes Phys. 39 (1975),
    doi:10.1007/BFb0013365; H. Sakaguchi, Y. Kuramoto, Prog. Theor. Phys. 76 (1986),
    doi:10.1143/PTP.76.576.

    Args:
        connectivity: who pulls at whom, `[n, n]`; weights are K/N for the all-to-all of books.
        omega: natural frequencies `[n]`, or one for all, in radians per unit of time.
        coupling: c, times every weight.
        lag: in radians.
        inertia: m, in units of time; 0 for phases that turn at once.
        noise: D of white noise, so that an alone phase spreads by √(2 D t).
        adaptation: how synapses change; None where they stay.

    Raises:
        TypeError: no `Connectivity`.
        ValueError: sizes that do not fit, or numbers that are not finite.

    >>> pair = Connectivity.from_dense([[0, 0.5], [0.5, 0]])
    >>> system = Kuramoto(pair, omega=[0.25, -0.25])
    >>> system.flow(np.array([0.0, 0.5])).round(4).tolist()
    [0.4897, -0.4897]
    """

    connectivity: Connectivity
    omega: Any
    coupling: float = 1.0
    lag: float = 0.0
    inertia: float = 0.0
    noise: float = 0.0
    adaptation: Adaptation | None = None

    def __post_init__(self) -> None:
        n = joined(self.connectivity)
        keep_numbers(self, "omega")
        for name in ("coupling", "lag"):
            finite(name, getattr(self, name))
        for name in ("inertia", "noise"):
            not_negative(name, getattr(self, name))
        object.__setattr__(self, "omega", frequencies_of(self.omega, n))
        if not isinstance(self.adaptation, Adaptation | None):
            raise bad_type("adaptation", self.adaptation, "Adaptation(rate) or None")
        if self.adaptation is not None and self.delayed:
            fault = Said("synapses that adapt and have delays")
            raise bad_argument("connectivity", fault, "delays of 0, or no adaptation")

    @property
    def n(self) -> int:
        """Oscillators."""
        return self.connectivity.n_pre

    @property
    def width(self) -> int:
        """Numbers that stand for one oscillator in a record: its phase."""
        return 1

    @property
    def size(self) -> int:
        """Numbers of the state: phases, speeds where there is inertia, weights that adapt."""
        speeds = self.n if self.inertia else 0
        return self.n + speeds + (self.connectivity.nnz if self.adaptation else 0)

    @property
    def delayed(self) -> bool:
        """Whether some synapse has a delay."""
        return bool(np.any(self.connectivity.delay_steps_array()))

    @cached_property
    def pulls(self) -> Pulls:
        """Synapses by postsynaptic neuron."""
        return pulls_of(self.connectivity)

    def first(self, start: Any, rng: np.random.Generator) -> Float64:
        """The state that begins with these phases, or with random ones."""
        theta = rng.uniform(0.0, 2 * np.pi, self.n) if start is None else start
        phases = frequencies_of(theta, self.n, "start")
        parts = [phases]
        if self.inertia:
            parts.append(np.array(self.omega))
        if self.adaptation:
            parts.append(self.pulls.weights)
        return np.concatenate(parts)

    def waves(self, state: Float64) -> Float64:
        """Cosine and sine of each phase `[n, 2]`."""
        theta = state[: self.n]
        return np.stack([np.cos(theta), np.sin(theta)], axis=1)

    def shown(self, state: Float64) -> Float64:
        """What a record keeps: the phases, not wrapped."""
        return state[: self.n].copy()

    def flow(
        self, state: Float64, past: Float64 | None = None, now: int = 0, threads: int = 1
    ) -> Float64:
        """The derivative of the state; `past` `[slots, n, 2]` holds waves where delays are."""
        n = self.n
        waves = self.waves(state)
        indptr, pre, post, weights, delay = self.pulls
        if self.adaptation:
            weights = state[state.size - len(weights) :]
        if past is None:
            y = neighbour_sums(indptr, pre, weights, waves, threads=threads)
        else:
            y = delayed_sums(indptr, pre, weights, delay, past, now, threads=threads)
        cos, sin = np.cos(self.lag), np.sin(self.lag)
        c = waves[:, 0] * cos - waves[:, 1] * sin
        s = waves[:, 1] * cos + waves[:, 0] * sin
        drive = self.omega + self.coupling * (y[:, 1] * c - y[:, 0] * s)
        out = np.empty_like(state)
        if self.inertia:
            speeds = state[n : 2 * n]
            out[:n] = speeds
            out[n : 2 * n] = (drive - speeds) / self.inertia
        else:
            out[:n] = drive
        if self.adaptation:
            theta = state[:n]
            angle = theta[post] - theta[pre] + self.adaptation.shift
            out[out.size - len(weights) :] = -self.adaptation.rate * (
                weights + np.sin(angle)
            )
        return out

    def kick(self, state: Float64, dt: float, rng: np.random.Generator) -> None:
        """Add the noise of one step in place: to phases, or to speeds where there is inertia."""
        n = self.n
        size = np.sqrt(2.0 * self.noise * dt)
        if self.inertia:
            state[n : 2 * n] += size / self.inertia * rng.standard_normal(n)
        else:
            state[:n] += size * rng.standard_normal(n)

    def settle(self, state: Float64) -> None:
        """Nothing: phases lie on no surface."""

    def learned(self, state: Float64) -> Connectivity:
        """The connectivity with the weights of a state, where they adapt.

        >>> pair = Connectivity.from_dense([[0, 0.5], [0.5, 0]])
        >>> system = Kuramoto(pair, 0.0, adaptation=Adaptation(0.1))
        >>> system.learned(system.first([0, 0], np.random.default_rng(0))) == pair
        True
        """
        if not self.adaptation:
            return self.connectivity
        nnz = self.connectivity.nnz
        weights = np.empty(nnz, np.float32)
        weights[self.connectivity.by_post().positions] = state[len(state) - nnz :]
        return self.connectivity.with_weight(weights)


def joined(connectivity: Any) -> int:
    """The size of a recurrent connectivity.

    Raises:
        TypeError: no `Connectivity`.
        ValueError: it leads from some oscillators to others.
    """
    if not isinstance(connectivity, Connectivity):
        remedy = "Connectivity.from_dense makes one of a matrix [n_pre, n_post]"
        raise bad_type("connectivity", connectivity, "a Connectivity", remedy)
    if connectivity.n_pre != connectivity.n_post:
        wants = "as many oscillators before synapses as behind"
        raise bad_argument("connectivity", connectivity, wants)
    return connectivity.n_pre


def frequencies_of(values: Any, n: int, name: str = "omega") -> Float64:
    """Take over n finite numbers, or one for all."""
    expected = f"{n} numbers, or one for all"
    if isinstance(values, bool | np.bool_):
        raise bad_type(name, values, expected)
    array = real_numbers(name, values, expected)
    if array.ndim and array.shape != (n,):
        fault = Said(f"an array of shape {list(array.shape)}")
        raise bad_argument(name, fault, expected)
    if not np.isfinite(array).all():
        raise bad_argument(name, Said("NaN or infinity"), "finite numbers")
    full = np.broadcast_to(array, (n,)).copy()
    full.flags.writeable = False
    return full


def pulls_of(connectivity: Connectivity) -> Pulls:
    """Lay synapses out by postsynaptic neuron, weights in float64."""
    view = connectivity.by_post()
    weights = connectivity.weights_array().astype(np.float64)[view.positions]
    delay = connectivity.delay_steps_array().astype(np.int64)[view.positions]
    counts = np.diff(view.indptr)
    post = np.repeat(np.arange(connectivity.n_post, dtype=np.int32), counts)
    return Pulls(view.indptr, view.pre_indices, post, weights, delay)
