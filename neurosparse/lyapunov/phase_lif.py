"""Inhibitory LIF networks without a time grid, and their exact exponents."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.spikes.phase_lif import Orbit, phase_lif
from neurosparse.lyapunov._spectrum import LyapunovSpectrum, averages
from neurosparse.lyapunov.rate import square
from neurosparse.typing import Float64, Seed


@dataclass(frozen=True)
class PhaseLif:
    """Constantly driven LIF neurons with inhibitory pulses, simulated exactly from spike to spike.

    Phases run from 0 (reset) to 1 (threshold). A spike takes φ <- -ω ln(exp(-φ/ω) + c w), w the
    synapse's weight. Source: R. Engelken, SparseProp (2023), arXiv:2312.17216.

    Args:
        connectivity: recurrent synapses, weights ≥ 0 (strength of inhibition), no delays.
        omega: ω, membrane time constant over free period.
        c: strength of weight 1.
        period: time of the free period, in the unit whose inverse the exponents get; 1 counts in
            periods.

    Raises:
        ValueError: excitatory weights, or constants that are not positive.

    >>> pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2)
    >>> net = PhaseLif.balanced(pair, j0=1.0, rate=0.01, tau=10.0, k=1)
    >>> round(net.omega, 4)
    0.417
    """

    connectivity: Connectivity
    omega: float
    c: float
    period: float = 1.0

    def __post_init__(self) -> None:
        weights = square(self.connectivity).weights_array()
        if weights.size and not (weights.min() >= 0 and np.isfinite(weights).all()):
            received = Said(f"{weights.min():g}")
            remedy = "spikes that make others spike at once have no phase form here"
            raise bad_argument(
                "connectivity.weight", received, "inhibition, 0 or more", remedy
            )
        for name in ("omega", "c", "period"):
            if not getattr(self, name) > 0:
                raise bad_argument(name, getattr(self, name), "a number above 0")

    @classmethod
    def balanced(
        cls, connectivity: Connectivity, j0: float, rate: float, tau: float, k: float
    ) -> Self:
        """Choose the constants of a balanced network.

        I = tau √k j0 rate, ω = 1 / ln(1 + 1/I), c = j0 / (√k (1 + I)); one free period is tau / ω.

        Args:
            connectivity: of weight 1.
            j0: coupling.
            rate: of each neuron, per unit of time.
            tau: membrane time constant.
            k: synapses onto each neuron.
        """
        current = tau * np.sqrt(k) * j0 * rate
        omega = 1.0 / np.log1p(1.0 / current)
        c = j0 / np.sqrt(k) / (1.0 + current)
        return cls(connectivity, float(omega), float(c), float(tau / omega))

    def run(self, phases: Any, spikes: int, tangents: Float64 | None = None) -> Orbit:
        """Run from `phases [n]` until so many spikes have happened; times are in free periods.

        Args:
            phases: where each neuron starts, `[n]`.
            spikes: number of spikes.
            tangents: vectors `[n, k]` that are carried along; none when None.

        Raises:
            ValueError: phases above 1 or of another shape.
        """
        start = np.asarray(phases, np.float64)
        c = self.connectivity
        if start.shape != (c.n_pre,) or not np.all(start <= 1.0):
            raise bad_argument("phases", phases, f"{c.n_pre} phases, at most 1")
        strength = self.c * c.weights_array().astype(np.float64)
        q = np.empty((c.n_pre, 0)) if tangents is None else tangents
        spikes = whole_number("spikes", spikes)
        return phase_lif(c.indptr, c.indices, strength, self.omega, start, q, spikes)


def event_spectrum(
    net: PhaseLif,
    phases: Any,
    spikes: int,
    *,
    k: int | None = None,
    every: int | None = None,
    transient: int = 0,
    rng: Seed = None,
) -> LyapunovSpectrum:
    """Estimate the k largest exponents of a spiking network from the exact Jacobian of every spike.

    Rows of each Jacobian sum to 1, so that a common shift of all phases is neutral and **one
    exponent is 0**, the largest where the rest of the network forgets its past; look at the second.
    All others negative is "stable chaos": infinitesimal differences die out though one spike more
    or less may change the pattern for good.

    Sources: M. Monteforte, F. Wolf, Phys. Rev. Lett. 105 (2010),
    doi:10.1103/PhysRevLett.105.268104; phase form as in `PhaseLif`.

    Args:
        net: the network.
        phases: `[n]`, where to start.
        spikes: to average over.
        k: number of exponents; all n without it.
        every: spikes between two orthonormalisations; n without it.
        transient: spikes before the average; a tenth of `spikes` more settles the orthonormal
            system.
        rng: seed or generator of the first vectors.

    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    >>> net = PhaseLif(ring, omega=1.0, c=0.2)
    >>> found = event_spectrum(net, [0.1, 0.5, 0.8], 3000, transient=999, rng=0)
    >>> found.exponents.round(3) + 0.0
    array([ 0.   , -0.315, -0.315])
    """
    n = net.connectivity.n_pre
    k = n if k is None else k
    every = n if every is None else whole_number("every", every, 1)
    if not 1 <= k <= n:
        raise bad_argument("k", k, f"1..{n}, the number of neurons")
    state = net.run(phases, whole_number("transient", transient)).phases
    vectors = np.linalg.qr(np.random.default_rng(rng).standard_normal((n, k)))[0]
    averaged = -(-whole_number("spikes", spikes, 1) // every)
    settling = -(-averaged // 10)
    growth = np.empty((settling + averaged, k))
    durations = np.empty(settling + averaged)
    for block in range(settling + averaged):
        orbit = net.run(state, every, vectors)
        state = orbit.phases
        durations[block] = orbit.times[-1]
        vectors, r = np.linalg.qr(orbit.tangents)
        growth[block] = np.log(np.abs(np.diagonal(r)))
    times = np.cumsum(durations[settling:]) * net.period
    return averages(growth[settling:], times, vectors.T)


def event_separation_rate(
    net: PhaseLif,
    phases: Any,
    spikes: int,
    *,
    size: float = 1e-9,
    transient: int = 0,
    rng: Seed = None,
) -> float:
    """Mean rate at which two exact trajectories part while they spike in the same order.

    The common shift of all phases is taken out, so the answer belongs to the second exponent; over
    few spikes it is a local rate, not the asymptotic one.

    Args:
        net: the network.
        phases: `[n]`, where the first trajectory starts.
        spikes: to average over.
        size: distance of the second trajectory at the start.
        transient: spikes before.
        rng: seed or generator of the direction.

    Returns:
        The rate, negative where the trajectories approach each other.

    Raises:
        ValueError: the order of spikes differs; the distance was not infinitesimal.

    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    >>> net = PhaseLif(ring, omega=1.0, c=0.2)
    >>> event_separation_rate(net, [0.1, 0.5, 0.8], 30, rng=0) < 0
    True
    """
    if not size > 0:
        raise bad_argument("size", size, "a distance above 0")
    start = net.run(phases, whole_number("transient", transient)).phases
    gap = np.random.default_rng(rng).standard_normal(len(start))
    gap -= gap.mean()
    near = np.minimum(start + size * gap / np.linalg.norm(gap), 1.0)
    first = net.run(start, whole_number("spikes", spikes, 1))
    second = net.run(near, spikes)
    if not np.array_equal(first.neurons, second.neurons):
        expected = "a distance that leaves the order of spikes as it is"
        raise bad_argument("size", size, expected, "make it smaller")
    # the last spikes fall at two times: both are compared at one, phases grow by 1 in a unit
    lag = first.times[-1] - second.times[-1]
    ahead = second.phases + lag - first.phases
    before = near - start - (near - start).mean()
    parted = np.linalg.norm(ahead - ahead.mean()) / np.linalg.norm(before)
    return float(np.log(parted) / (first.times[-1] * net.period))
