"""Distributions of natural frequencies: where they lock, and how much order they then have."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neurosparse.checks import generator, keep_numbers, not_negative, positive, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument, bad_type
from neurosparse.typing import Float64, Seed

# at most so many oscillators have their coupling's spectrum computed in full
FULL = 200


class Frequencies(Protocol):
    """A symmetric distribution of natural frequencies."""

    @property
    def critical_coupling(self) -> float:
        """Coupling K of all to all, K/N each, above which order grows: K_c = 2 / (π g(0))."""
        ...

    def at(self, share: Float64) -> Float64:
        """The frequency below which so many lie, for shares in (0, 1)."""
        ...

    def order(self, coupling: float) -> float:
        """Order r of infinitely many oscillators, all joined by K/N."""
        ...


class _Family:
    """What all distributions do alike."""

    centre: float

    def at(self, share: Float64) -> Float64:
        raise NotImplementedError

    def quantiles(self, n: int) -> Float64:
        """n frequencies without chance, at the shares (i + 1/2)/n.

        >>> UniformFrequencies(1.0).quantiles(4).tolist()
        [-0.75, -0.25, 0.25, 0.75]
        """
        count = whole_number("n", n, 1)
        return self.at((np.arange(count) + 0.5) / count)

    def draw(self, n: int, rng: Seed = None) -> Float64:
        """Draw n frequencies.

        >>> bool(abs(GaussianFrequencies(2.0).draw(4000, rng=0).std() - 2.0) < 0.1)
        True
        """
        share = generator(rng).random(whole_number("n", n, 0))
        # a share of 0 lies infinitely far out
        return self.at(np.maximum(share, np.finfo(float).tiny))


def _self_consistent(
    coupling: float, locked: Callable[[float], float], least: float
) -> float:
    """The r above `least` with 1 = K ∫ cos²θ g(K r sin θ) dθ; 0 where there is none."""
    from scipy import optimize

    def excess(r: float) -> float:
        return 1.0 - coupling * locked(coupling * r)

    if excess(least) >= 0:
        return 0.0
    return float(optimize.brentq(excess, least, 1.0, xtol=1e-12))


@dataclass(frozen=True)
class LorentzianFrequencies(_Family):
    """Density g(ω) = (Δ/π) / (Δ² + (ω - centre)²).

    Args:
        width: half of the width at half height, Δ, in radians per unit of time.
        centre: mean frequency.

    >>> frequencies = LorentzianFrequencies(1.0)
    >>> frequencies.critical_coupling, round(frequencies.order(4.0), 6)
    (2.0, 0.707107)
    """

    width: float
    centre: float = 0.0

    def __post_init__(self) -> None:
        keep_numbers(self)
        positive("width", self.width)

    @property
    def critical_coupling(self) -> float:
        """K_c = 2 Δ."""
        return 2.0 * self.width

    def at(self, share: Float64) -> Float64:
        """The frequency below which so many lie."""
        return np.asarray(self.centre + self.width * np.tan(np.pi * (share - 0.5)))

    def order(self, coupling: float) -> float:
        """r = √(1 - K_c/K) (Kuramoto 1975)."""
        ratio = self.critical_coupling / positive("coupling", coupling)
        return math.sqrt(max(1.0 - ratio, 0.0))


@dataclass(frozen=True)
class GaussianFrequencies(_Family):
    """A normal density.

    Args:
        sd: standard deviation, in radians per unit of time.
        centre: mean frequency.

    >>> frequencies = GaussianFrequencies(1.0)
    >>> round(frequencies.critical_coupling, 6), round(frequencies.order(2.0), 6)
    (1.595769, 0.715174)
    """

    sd: float
    centre: float = 0.0

    def __post_init__(self) -> None:
        keep_numbers(self)
        positive("sd", self.sd)

    @property
    def critical_coupling(self) -> float:
        """K_c = √(8/π) sd."""
        return math.sqrt(8.0 / math.pi) * self.sd

    def at(self, share: Float64) -> Float64:
        """The frequency below which so many lie."""
        from scipy import special

        return np.asarray(self.centre + self.sd * special.ndtri(share))

    def order(self, coupling: float) -> float:
        """r of 1 = K ∫ cos²θ g(K r sin θ) dθ, by quadrature."""
        return _self_consistent(positive("coupling", coupling), self._locked, 1e-6)

    def _locked(self, pull: float) -> float:
        from scipy import integrate

        def part(angle: float) -> float:
            away = pull * math.sin(angle) / self.sd
            return math.cos(angle) ** 2 * math.exp(-0.5 * away * away)

        whole = integrate.quad(part, -math.pi / 2, math.pi / 2)[0]
        return float(whole) / (self.sd * math.sqrt(2.0 * math.pi))


@dataclass(frozen=True)
class UniformFrequencies(_Family):
    """A flat density on [centre - width, centre + width]; order jumps to π/4 at K_c.

    Args:
        width: half of the span, in radians per unit of time.
        centre: mean frequency.

    >>> frequencies = UniformFrequencies(1.0)
    >>> round(frequencies.critical_coupling, 5), round(frequencies.order(1.5), 6)
    (1.27324, 0.89861)
    """

    width: float
    centre: float = 0.0

    def __post_init__(self) -> None:
        keep_numbers(self)
        positive("width", self.width)

    @property
    def critical_coupling(self) -> float:
        """K_c = 4 width / π."""
        return 4.0 * self.width / math.pi

    def at(self, share: Float64) -> Float64:
        """The frequency below which so many lie."""
        return np.asarray(self.centre + self.width * (2.0 * share - 1.0))

    def order(self, coupling: float) -> float:
        """The larger r of 1 = K ∫ cos²θ g(K r sin θ) dθ; 0 below K_c."""
        strength = positive("coupling", coupling)
        # below this r some drift, and the two sides agree there at K_c alone
        return _self_consistent(strength, self._locked, min(self.width / strength, 1.0))

    def _locked(self, pull: float) -> float:
        edge = math.asin(min(1.0, self.width / pull))
        return (edge + math.sin(edge) * math.cos(edge)) / (2.0 * self.width)


def critical_coupling(frequencies: Frequencies, connectivity: Connectivity) -> float:
    """Coupling c above which order grows on a wiring, c = K_c / λ_max(W).

    Exact for all to all; an approximation for others, good where degrees are large. Source: J. G.
    Restrepo, E. Ott, B. R. Hunt, Phys. Rev. E 71 (2005), doi:10.1103/PhysRevE.71.036151.

    Raises:
        ValueError: no synapses, or none that pull together.

    >>> everyone = Connectivity.from_dense(np.full((50, 50), 1 / 50))
    >>> round(critical_coupling(LorentzianFrequencies(1.0), everyone), 6)
    2.0
    """
    if not hasattr(frequencies, "critical_coupling"):
        remedy = "write LorentzianFrequencies(width)"
        raise bad_type("frequencies", frequencies, "a distribution of frequencies", remedy)
    if not isinstance(connectivity, Connectivity):
        raise bad_type("connectivity", connectivity, "a Connectivity")
    from scipy import sparse
    from scipy.sparse import linalg

    n = connectivity.n_pre
    matrix = sparse.csr_array(
        (
            connectivity.weights_array().astype(np.float64),
            connectivity.indices,
            connectivity.indptr,
        ),
        shape=connectivity.shape,
    )
    if n <= FULL:
        values = np.linalg.eigvals(matrix.toarray())
    else:
        start = np.ones(n)
        values = linalg.eigs(matrix, 1, which="LR", v0=start)[0]
    largest = float(np.max(values.real)) if len(values) else 0.0
    if largest <= 1e-12:
        wants = "synapses whose largest eigenvalue is above 0"
        raise bad_argument("connectivity", connectivity, wants)
    return not_negative("K_c", frequencies.critical_coupling) / largest
