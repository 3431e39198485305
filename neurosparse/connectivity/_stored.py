"""What a connectivity stores, and what can be read off it directly."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self, cast

import numpy as np
import numpy.typing as npt

from neurosparse.checks import unchangeable
from neurosparse.connectivity import _check
from neurosparse.connectivity._build import Parts, inverse
from neurosparse.connectivity._check import Delay, Weight, frozen
from neurosparse.kernels.base import csr
from neurosparse.typing import Float32, Int32, Int64, Signed, Unsigned

Order = Literal["csr", "caller"]


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Stored:
    """The frozen arrays of a `Connectivity`: fields, sizes, values, equality."""

    indptr: Int64
    indices: Int32
    n_post: int
    weight: Weight
    delay_steps: Delay
    edge_order: Signed | None

    def __init__(
        self,
        indptr: npt.ArrayLike,
        indices: npt.ArrayLike,
        n_post: int,
        weight: npt.ArrayLike = 1.0,
        delay_steps: npt.ArrayLike = 0,
        edge_order: npt.ArrayLike | None = None,
    ) -> None:
        n_post = _check.size("n_post", n_post)
        columns = _check.whole("indices", indices)
        pointers = _check.pointers(indptr, len(columns))
        if columns.dtype != np.int32:
            columns = _check.indices("indices", columns, n_post)
        columns = np.ascontiguousarray(columns)
        _check.rows(pointers, columns, n_post)
        nnz = len(columns)
        weights = _check.weight(weight, nnz)
        delays = _check.delay_steps(delay_steps, nnz)
        order = None
        if edge_order is not None:
            order = _check.permutation("edge_order", edge_order, nnz)
        self._store(Parts(pointers, columns, n_post, weights, delays, order))

    def _store(self, parts: Parts) -> None:
        """Keep parts that are right; arrays that somebody may still write to are copied."""
        for name, value in parts._asdict().items():
            stored = unchangeable(value) if isinstance(value, np.ndarray) else value
            object.__setattr__(self, name, stored)

    @classmethod
    def _trusted(
        cls,
        indptr: Int64,
        indices: Int32,
        n_post: int,
        weight: Weight,
        delay_steps: Delay,
        edge_order: Signed | None = None,
    ) -> Self:
        """Make one from parts of our own that are known to be right: nothing checked or copied."""
        for part in (indptr, indices, weight, delay_steps, edge_order):
            if isinstance(part, np.ndarray):
                part.setflags(write=False)
        new = object.__new__(cls)
        new._store(Parts(indptr, indices, n_post, weight, delay_steps, edge_order))
        return new

    def __reduce__(self) -> tuple[Any, ...]:
        # a copy or an unpickled one is frozen again, and starts without what was computed
        parts = (
            self.indptr,
            self.indices,
            self.n_post,
            self.weight,
            self.delay_steps,
            self.edge_order,
        )
        return type(self)._trusted, parts

    @property
    def n_pre(self) -> int:
        """Number of presynaptic neurons (rows)."""
        return len(self.indptr) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """`(n_pre, n_post)`."""
        return self.n_pre, self.n_post

    @property
    def nnz(self) -> int:
        """Number of synapses, several between the same two neurons counted each."""
        return len(self.indices)

    @property
    def density(self) -> float:
        """nnz / (n_pre n_post); 0 where there is no place for a synapse."""
        return self.nnz / max(self.n_pre * self.n_post, 1)

    @cached_property
    def out_degree(self) -> Int64:
        """Synapses that leave each presynaptic neuron, `[n_pre]`."""
        return frozen(np.diff(self.indptr))

    @cached_property
    def in_degree(self) -> Int64:
        """Synapses that reach each postsynaptic neuron, `[n_post]`."""
        return frozen(csr.count(self.indices, self.n_post))

    @property
    def nbytes(self) -> int:
        """Bytes of everything stored, the caller's order included, computed views not."""
        parts = (self.indptr, self.indices, self.weight, self.delay_steps, self.edge_order)
        return sum(part.nbytes for part in parts if isinstance(part, np.ndarray))

    def edges(self, order: Order = "csr") -> tuple[Int32, Int32]:
        """(pre `[nnz]`, post `[nnz]`), int32, as the rows hold them or as the caller gave them."""
        pre = np.repeat(np.arange(self.n_pre, dtype=np.int32), np.diff(self.indptr))
        return self._in_order(pre, order), self._in_order(self.indices, order)

    def weights_array(self, order: Order = "csr") -> Float32:
        """The weight of each synapse, `[nnz]` float32, a common one repeated."""
        if not isinstance(self.weight, np.ndarray):
            return np.full(self.nnz, self.weight, np.float32)
        return cast(Float32, self._in_order(self.weight, order))

    def delay_steps_array(self, order: Order = "csr") -> Unsigned:
        """The delay of each synapse in steps, `[nnz]` uint8 or uint16, a common one repeated."""
        if not isinstance(self.delay_steps, int):
            return cast(Unsigned, self._in_order(self.delay_steps, order))
        return np.full(
            self.nnz, self.delay_steps, np.uint8 if self.delay_steps <= 255 else np.uint16
        )

    def _in_order(self, values: Any, order: Order) -> Any:
        """Values `[nnz]` as stored -> in the said order."""
        _check.order(order)
        return (
            values if order == "csr" or self.edge_order is None else values[self.edge_order]
        )

    def _from_order(self, values: Any, order: Order) -> Any:
        """Values `[nnz]` in the said order, or one scalar -> as stored."""
        _check.order(order)
        if order == "csr" or self.edge_order is None or np.shape(values) != (self.nnz,):
            return values
        return np.asarray(values)[inverse(self.edge_order)]

    def with_weight(self, weight: Any, order: Order = "csr") -> Self:
        """Return the same synapses with other weights.

        Args:
            weight: one number, or one a synapse `[nnz]`.
            order: that of the array: "csr" as stored, "caller" as the edges were given.

        >>> from neurosparse.connectivity import Connectivity
        >>> Connectivity.from_dense([[0, 1], [1, 0]]).with_weight([2, 3]).to_dense().tolist()
        [[0.0, 2.0], [3.0, 0.0]]
        """
        stored = _check.weight(self._from_order(weight, order), self.nnz)
        return self._with(weight=stored)

    def with_delay_steps(self, delay_steps: Any, order: Order = "csr") -> Self:
        """Return the same synapses with other delays: whole steps, one number or `[nnz]`."""
        stored = _check.delay_steps(self._from_order(delay_steps, order), self.nnz)
        return self._with(delay_steps=stored)

    def _with(self, **changed: Any) -> Self:
        """The same parts but for those named, which are checked and may be the caller's."""
        parts = {name: getattr(self, name) for name in Parts._fields}
        new = object.__new__(type(self))
        new._store(Parts(**(parts | changed)))
        return new

    def validate(self) -> None:
        """Check every stored part again.

        Raises:
            ValueError: what is wrong.
            TypeError: a part of another kind.
        """
        type(self)(
            self.indptr,
            self.indices,
            self.n_post,
            self.weight,
            self.delay_steps,
            self.edge_order,
        )

    @cached_property
    def _topology(self) -> str:
        digest = hashlib.blake2b(np.array(self.shape, np.int64).tobytes(), digest_size=16)
        digest.update(self.indptr.data)
        digest.update(self.indices.data)
        return digest.hexdigest()

    def topology_hash(self) -> str:
        """32 hexadecimal digits that say who connects to whom, whatever the weights and delays."""
        return self._topology

    def __eq__(self, other: object) -> bool:
        # how they are stored is no matter: one common number equals an array of it
        if not isinstance(other, Stored):
            return NotImplemented
        if self.shape != other.shape or self.nnz != other.nnz:
            return False
        pairs: list[tuple[Any, Any]] = [
            (self.indptr, other.indptr),
            (self.indices, other.indices),
        ]
        if self.nnz:  # a common value of no synapses says nothing
            pairs += [(self.weight, other.weight), (self.delay_steps, other.delay_steps)]
        return all(a is b or bool(np.all(np.equal(a, b))) for a, b in pairs)

    def __hash__(self) -> int:
        return hash(self._topology)

    def __repr__(self) -> str:
        kind = "" if np.ndim(self.weight) == 0 else " (float32)"
        return (
            f"Connectivity({self.n_pre:,} -> {self.n_post:,} neurons, {self.nnz:,} synapses, "
            f"density {100 * self.density:.3g} %, weight {_span(self.weight)}{kind}, "
            f"delay {_span(self.delay_steps)} steps, {_bytes(self.nbytes)})"
        )


def _span(values: Any) -> str:
    if np.ndim(values) == 0:
        return f"{values:g}"
    return f"{values.min():g} to {values.max():g}" if len(values) else "-"


def _bytes(n: float) -> str:
    for unit in ("B", "kB", "MB"):
        if n < 1000:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:.3g} GB"
