"""Unit vectors that pull at each other along synapses: Kuramoto's model in more dimensions."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neurosparse.checks import finite, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.graphs.neighbour_sums import delayed_sums, neighbour_sums
from neurosparse.oscillators.kuramoto import Pulls, joined, pulls_of
from neurosparse.quantities import real_numbers
from neurosparse.typing import Float64

# below this a vector has no direction
SHORT = 1e-12


@dataclass(frozen=True, eq=False)
class SphereOscillators:
    """x_i' = Ω_i x_i + (1 - x_i x_iᵀ)(c Σ_j W_ij x_j + s_i), unit vectors of `dims` numbers.

    In two dimensions it is `Kuramoto` with ω from Ω = [[0, -ω], [ω, 0]]. Sources: R. Olfati-Saber,
    IEEE CDC (2006), doi:10.1109/CDC.2006.376811; S. Chandra, M. Girvan, E. Ott, Phys. Rev. X 9
    (2019), doi:10.1103/PhysRevX.9.011002.

    Args:
        connectivity: who pulls at whom `[n, n]`.
        dims: numbers of a vector, 2 or more.
        rotation: antisymmetric, `[dims, dims]` for all or `[n, dims, dims]`; None rotates nothing.
        coupling: c, times every weight.
        stimulus: s `[n, dims]`, which pulls vectors to a side of their own.

    Raises:
        TypeError: no `Connectivity`.
        ValueError: sizes that do not fit, or a rotation that changes lengths.

    >>> pair = Connectivity.from_dense([[0, 1], [1, 0]])
    >>> SphereOscillators(pair, 3).flow(np.array([1.0, 0, 0, 0, 1, 0])).tolist()
    [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]
    """

    connectivity: Connectivity
    dims: int
    rotation: Any = None
    coupling: float = 1.0
    stimulus: Any = None

    def __post_init__(self) -> None:
        n = joined(self.connectivity)
        dims = whole_number("dims", self.dims, 2)
        finite("coupling", self.coupling)
        rotation = np.zeros((dims, dims)) if self.rotation is None else self.rotation
        turned = _taken("rotation", rotation, [(dims, dims), (n, dims, dims)])
        if not np.allclose(turned, -np.swapaxes(turned, -1, -2), atol=1e-9):
            fault = Said("a matrix that is not antisymmetric")
            raise bad_argument("rotation", fault, "a rotation, with Ω = -Ωᵀ")
        object.__setattr__(self, "rotation", turned)
        pushed = np.zeros((n, dims)) if self.stimulus is None else self.stimulus
        object.__setattr__(self, "stimulus", _taken("stimulus", pushed, [(n, dims)]))

    @property
    def n(self) -> int:
        """Oscillators."""
        return self.connectivity.n_pre

    @property
    def width(self) -> int:
        """Numbers that stand for one oscillator in a record."""
        return self.dims

    @property
    def size(self) -> int:
        """Numbers of the state."""
        return self.n * self.dims

    @property
    def noise(self) -> float:
        """None."""
        return 0.0

    @property
    def delayed(self) -> bool:
        """Whether some synapse has a delay."""
        return bool(np.any(self.connectivity.delay_steps_array()))

    @cached_property
    def pulls(self) -> Pulls:
        """Synapses by postsynaptic neuron."""
        return pulls_of(self.connectivity)

    def first(self, start: Any, rng: np.random.Generator) -> Float64:
        """The state that begins with these vectors, made of unit length, or with random ones."""
        shape = (self.n, self.dims)
        x = rng.standard_normal(shape) if start is None else _taken("start", start, [shape])
        state = np.array(x).ravel()
        if np.any(np.linalg.norm(x, axis=1) < SHORT):
            raise bad_argument(
                "start", Said("a vector of length 0"), "vectors with a length"
            )
        self.settle(state)
        return state

    def waves(self, state: Float64) -> Float64:
        """The vectors `[n, dims]`."""
        return state.reshape(self.n, self.dims)

    def shown(self, state: Float64) -> Float64:
        """What a record keeps: the vectors."""
        return self.waves(state).copy()

    def flow(
        self, state: Float64, past: Float64 | None = None, now: int = 0, threads: int = 1
    ) -> Float64:
        """The derivative of the state; `past` `[slots, n, dims]` holds vectors where delays are."""
        x = self.waves(state)
        indptr, pre, _, weights, delay = self.pulls
        if past is None:
            y = neighbour_sums(indptr, pre, weights, x, threads=threads)
        else:
            y = delayed_sums(indptr, pre, weights, delay, past, now, threads=threads)
        y *= self.coupling
        y += self.stimulus
        y -= np.sum(y * x, axis=1, keepdims=True) * x
        y += np.einsum("...ij,...j->...i", self.rotation, x)
        return y.ravel()

    def kick(self, state: Float64, dt: float, rng: np.random.Generator) -> None:
        """Nothing: there is no noise."""

    def settle(self, state: Float64) -> None:
        """Bring the vectors back to unit length, in place."""
        x = self.waves(state)
        x /= np.linalg.norm(x, axis=1, keepdims=True)


def _taken(name: str, values: Any, shapes: list[tuple[int, ...]]) -> Float64:
    wants = " or ".join(str(list(shape)) for shape in shapes)
    array = real_numbers(name, values, f"numbers of shape {wants}").copy()
    if array.shape not in shapes:
        raise bad_argument(name, Said(f"shape {list(array.shape)}"), f"shape {wants}")
    if not np.isfinite(array).all():
        raise bad_argument(name, Said("NaN or infinity"), "finite numbers")
    array.flags.writeable = False
    return array
