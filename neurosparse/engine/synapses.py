"""Projections as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.learning import Learning
from neurosparse.engine.populations import Group
from neurosparse.engine.slices import padded, row_segments
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base.machine.memory import cleared
from neurosparse.kernels.spikes.coincidence import bit_rows
from neurosparse.network import Projection

DENSE_ENOUGH = 0.04  # of all pairs; from there on counting bits beats walking rows
SMALLEST_MATRIX = 4096  # synapses
PIECE = 1 << 22  # synapses converted at a time
LONGEST_DELAY = 65_535  # steps; a ring of that many slots for each target


@dataclass
class Synapses:
    """One projection's arrays: rows with 16-bit indices where the target is small enough.

    `weight` is float32 [nnz] or [1]; `delay` is the one delay in steps, or an array [nnz] with a
    ring
    [n_slots, n_post] to wait in. `order` is where the edges of the wiring stand in the rows, as it
    was given.
    """

    projection: Projection
    indptr: NDArray[np.int64]
    indices: NDArray[Any]
    weight: NDArray[np.float32]
    delay: Any
    n_post: int
    segments: NDArray[np.int64]
    stride: int
    ring: NDArray[Any] | None = None
    bits: NDArray[np.uint64] | None = None
    plastic: Any = None
    pending: NDArray[Any] | None = None
    edited: bool = False
    reweighted: bool = False
    epoch: int = 0
    order: NDArray[Any] | None = None

    @property
    def nnz(self) -> int:
        """Number of synapses."""
        return int(self.indptr[-1])

    @property
    def n_pre(self) -> int:
        """Number of presynaptic neurons."""
        return len(self.indptr) - 1

    @property
    def row_words(self) -> int:
        """Words of a row of the bit matrix."""
        return padded(self.n_post) // 64

    @property
    def history(self) -> int:
        """How many steps back this projection reads spikes."""
        return 0 if self.ring is not None else int(np.max(self.delay, initial=0))

    def connectivity(self) -> Connectivity:
        """The synapses as they are now, as a Connectivity."""
        weight = (
            float(self.weight[0]) if self.weight.size == 1 and self.nnz != 1 else self.weight.copy()
        )
        indices = self.indices if self.bits is None else self._unpacked()
        return Connectivity(
            self.indptr, indices.astype(np.int32), self.n_post, weight, self.delay, self.order
        )

    def _unpacked(self) -> NDArray[Any]:
        return np.concatenate([*self.index_parts(), np.zeros(0, np.int32)])

    def ends(self, positions: NDArray[np.int64]) -> dict[str, NDArray[np.int32]]:
        """The neurons that the synapses at `positions` join, in CSR order, as a record of weights
        holds them.
        """
        indices = self.indices if self.bits is None else self._unpacked()
        pre = np.searchsorted(self.indptr, positions, side="right") - 1
        return {"pre": pre.astype(np.int32), "post": indices[positions].astype(np.int32)}

    def _holds(self, indptr: NDArray[Any], indices: NDArray[Any]) -> bool:
        """Whether these are the synapses that are here."""
        return np.array_equal(indptr, self.indptr) and np.array_equal(indices, self._unpacked())

    def index_parts(self) -> Iterator[NDArray[np.int32]]:
        """Postsynaptic neurons in CSR order, piece by piece, whatever the layout."""
        if self.bits is None:
            for first in range(0, self.nnz, PIECE):
                yield self.indices[first : first + PIECE].astype(np.int32)
            return
        bits = self.bits[: self.n_pre * self.row_words].reshape(self.n_pre, -1)
        for row in bits:
            yield np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little")).astype(
                np.int32
            )

    def trace_arrays(self) -> dict[str, NDArray[Any]]:
        """The traces of a plasticity rule, for a checkpoint."""
        return (
            {}
            if self.plastic is None
            else {f"trace_{k}": a for k, a in self.plastic.arrays().items()}
        )

    def put_back(self, arrays: dict[str, NDArray[Any]], post: Group) -> None:
        """Take the synapses and their state from a checkpoint."""
        if "indptr" in arrays:
            delay = arrays["delay"]
            late = int(delay) if delay.ndim == 0 else delay
            if self.order is not None and not self._holds(arrays["indptr"], arrays["indices"]):
                self.order = None
            self.replace(arrays["indptr"], arrays["indices"], arrays["weight"], late, post)
            self.epoch = int(arrays["epoch"])
            post.sleepy = False
            if self.plastic is not None:
                self.plastic.index(self.indptr, self.indices)
        elif "weight" in arrays:
            self.weight = arrays["weight"].copy()
            self.reweighted = self.plastic is None
        if self.ring is not None:
            self.ring[:, : self.n_post] = arrays["ring"]
        self.pending = None
        if "pending" in arrays:
            self.pending = np.zeros((len(arrays["pending"]), post.n_alloc), dtype=post.rows.dtype)
            self.pending[:, : self.n_post] = arrays["pending"]
        if self.plastic is not None:
            self.plastic.put_back({k[6:]: a for k, a in arrays.items() if k.startswith("trace_")})

    def replace(self, indptr: Any, indices: Any, weight: Any, delay: Any, post: Group) -> None:
        """Put other synapses in the place of these; rings keep what is under way."""
        self.indptr = indptr
        self.indices = indices
        self.weight = weight
        self.delay = delay
        self.segments, self.stride = row_segments(indptr, indices, post.bounds)
        self.bits, self.edited = None, True

    @property
    def nbytes(self) -> int:
        """Bytes held for this projection, ring included."""
        arrays = [self.indptr, self.indices, self.weight, self.ring, self.bits, self.pending]
        own = [] if self.segments is self.indptr else [self.segments]
        late = [self.delay] if isinstance(self.delay, np.ndarray) else []
        learning = 0 if self.plastic is None else self.plastic.nbytes
        return sum(a.nbytes for a in arrays + own + late if a is not None) + learning


def wire(projection: Projection, n_pre: int, n_post: int, rng: np.random.Generator) -> Connectivity:
    """Build or take the projection's connectivity; a wiring rule is asked for its (n_pre,
    n_post).
    """
    wiring = projection.wiring
    built = wiring.build(n_pre, n_post, rng) if hasattr(wiring, "build") else wiring
    if tuple(built.shape) != (n_pre, n_post):
        wants = f"a connectivity of shape [{n_pre}, {n_post}]"
        raise bad_argument(f"{projection.name}.wiring", Said(f"shape {tuple(built.shape)}"), wants)
    return built  # type: ignore[no-any-return]


def delay_steps(projection: Projection, built: Connectivity, dt: float) -> NDArray[Any]:
    """The delay of a projection in steps, one or one for each synapse."""
    given = (
        built.delay_steps
        if projection.delay is None
        else steps(f"{projection.name}.delay", projection.delay, dt)
    )
    late = np.asarray(given)
    if late.max(initial=0) > LONGEST_DELAY:
        raise bad_argument(
            f"{projection.name}.delay",
            Said(f"{late.max()} steps"),
            f"at most {LONGEST_DELAY} steps",
        )
    return late


def build_synapses(
    projection: Projection, built: Connectivity, post: Group, dt: float, plain: bool = False
) -> Synapses:
    """Lay out a projection for the engine: narrow indices, weights, delays in steps, a ring if they
    differ.
    """
    weight = built.weight if projection.weight is None else projection.weight
    weights = _one_or_each(f"{projection.name}.weight", weight, built.nnz, np.float32)
    late = _one_or_each(
        f"{projection.name}.delay", delay_steps(projection, built, dt), built.nnz, np.int64
    )
    narrow: type = np.uint16 if post.n <= 65_536 else np.uint32
    indices = (
        built.indices.astype(np.uint16) if narrow is np.uint16 else built.indices.view(np.uint32)
    )
    segments, stride = row_segments(built.indptr, indices, post.bounds)
    made = Synapses(
        projection,
        built.indptr,
        indices,
        weights,
        0,
        post.n,
        segments,
        stride,
        order=built.edge_order,
    )
    if not late.size or late.min() == late.max():
        made.delay = int(late[0]) if late.size else 0
    else:
        made.delay = late.astype(np.uint8 if late.max() < 256 else np.uint16)
        if not plain:
            made.ring = cleared((int(late.max()) + 1, post.n_alloc), post.rows.dtype)
    if projection.plasticity is not None:
        _make_plastic(made, post, dt)
    if not plain and not post.sleepy and packs(made, projection):
        made.bits = bit_rows(made.indptr, made.indices, made.row_words)
        made.indices = made.indices[:0]
        made.segments = made.indptr
        made.stride = 1
    return made


def _make_plastic(made: Synapses, post: Group, dt: float) -> None:
    if made.ring is not None:
        got = Said("delays that differ between synapses")
        raise bad_argument(
            f"{made.projection.name}.delay",
            got,
            "one delay for all synapses of a plastic projection",
        )
    if made.weight.size != made.nnz:
        made.weight = np.full(made.nnz, made.weight[0], dtype=np.float32)
    else:
        made.weight = made.weight.copy()
    rule = made.projection.plasticity
    _check_bounds(made, rule)
    for name, tau in (vars(rule) | vars(getattr(rule, "fit", rule))).items():
        if name.startswith("tau") and np.min(tau) < dt:
            where = f"{made.projection.name}.plasticity.{name}"
            raise bad_argument(
                where, Said(f"{tau:g} ms"), f"at least dt = {dt} ms", "choose a smaller dt"
            )
    made.plastic = Learning(made.projection.plasticity, made.n_pre, post, dt)
    made.plastic.index(made.indptr, made.indices)


def _check_bounds(made: Synapses, rule: Any) -> None:
    """Refuse weights that the first spike would throw onto a bound of the rule: another sign,
    another unit.
    """
    low = getattr(rule, "w_min", -np.inf)
    high = getattr(rule, "w_max", np.inf)
    outside = np.flatnonzero((made.weight < np.float32(low)) | (made.weight > np.float32(high)))
    if outside.size:
        name = f"{made.projection.name}.weight"
        got = Said(f"{made.weight[outside[0]]:g} at position {outside[0]}")
        wants = f"weights from {low:g} to {high:g}, the bounds of its {type(rule).__name__}"
        raise bad_argument(
            name, got, wants, "begin within them, or give the rule other w_min and w_max"
        )


def packs(made: Synapses, projection: Projection) -> bool:
    """Whether a bit matrix is the better layout: one weight, one delay, no synapse twice, dense
    enough.
    """
    fixed = made.weight.size == 1 and made.ring is None and projection.plasticity is None
    if (
        not fixed
        or made.nnz < DENSE_ENOUGH * made.n_pre * made.n_post
        or made.nnz < SMALLEST_MATRIX
    ):
        return False
    inside = np.ones(made.nnz, dtype=bool)
    inside[made.indptr[:-1][np.diff(made.indptr) > 0]] = False
    return not (np.diff(made.indices, prepend=made.indices[:1])[inside] == 0).any()


def _one_or_each(name: str, value: Any, nnz: int, dtype: type) -> NDArray[Any]:
    array = np.atleast_1d(np.asarray(value))
    if array.shape not in ((1,), (nnz,)):
        raise bad_argument(name, array, f"one number or an array [{nnz}], one for each synapse")
    with np.errstate(over="ignore"):
        stored: NDArray[Any] = np.ascontiguousarray(array, dtype=dtype)
    if dtype is np.float32 and not np.isfinite(stored).all():
        raise bad_argument(
            name, Said(f"{array[~np.isfinite(stored)][0]:g}"), "finite numbers within float32"
        )
    return stored
