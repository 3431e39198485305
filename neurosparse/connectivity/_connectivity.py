"""`Connectivity`: who connects to whom, how strongly, how late."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self, cast

import numpy as np

from neurosparse.connectivity import _check, _edit
from neurosparse.connectivity._check import frozen
from neurosparse.connectivity._exchange import Exchange
from neurosparse.connectivity._sources import Sources
from neurosparse.errors import bad_argument
from neurosparse.kernels.base import csr
from neurosparse.typing import Float32, Int32, Int64, Signed


class ByPost(NamedTuple):
    """Synapses seen from the postsynaptic side.

    Those of neuron j stand at `indptr[j]:indptr[j + 1]`. `pre_indices` `[nnz]` ascends within each
    j; `positions` `[nnz]` says where each synapse stands in the rows.
    """

    indptr: Int64
    pre_indices: Int32
    positions: Signed


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Connectivity(Sources, Exchange):
    """Who connects to whom: frozen compressed rows by presynaptic neuron.

    The synapses of presynaptic neuron i are `indices[indptr[i]:indptr[i + 1]]`, ascending. Formulas
    write W[post, pre]; rows here, and matrices in and out, are `[n_pre, n_post]`, because events
    travel along rows. Nothing changes it: arrays that somebody could still write to are copied,
    those that are read-only down to their memory are shared.

    Args:
        indptr: row pointers, int64 `[n_pre + 1]`.
        indices: postsynaptic neurons, int32 `[nnz]`, ascending in each row; a pair may repeat.
        n_post: number of postsynaptic neurons.
        weight: float32 `[nnz]`, or one number for all, in the unit of the neuron model.
        delay_steps: uint8 or uint16 `[nnz]`, or one int for all, in whole simulation steps; 0 acts
            in the next update.
        edge_order: where the caller's e-th edge stands in the rows `[nnz]`; None when in that very
            order. What is derived from a connectivity is in its own order and has None.

    Raises:
        ValueError: sizes that disagree, indices out of range or unsorted, weights that are not
            finite, delays that are negative or fractional.

    >>> c = Connectivity(indptr=[0, 2, 3], indices=[0, 2, 1], n_post=3, weight=0.5, delay_steps=15)
    >>> c
    Connectivity(2 -> 3 neurons, 3 synapses, density 50 %, weight 0.5, delay 15 steps, 36 B)
    >>> c.in_degree.tolist(), c.out_degree.tolist()
    ([1, 1, 1], [2, 1])
    """

    @cached_property
    def _by_post(self) -> ByPost:
        indptr, pre, positions = csr.transpose(self.indptr, self.indices, self.n_post)
        short = positions.astype(np.int32) if self.nnz < 2**31 else positions
        return ByPost(frozen(indptr), frozen(pre), frozen(short))

    def by_post(self) -> ByPost:
        """Return the view by postsynaptic neuron, built once in O(nnz) and kept, 8 bytes a synapse.

        >>> view = Connectivity.from_dense([[0, 1], [1, 1]]).by_post()
        >>> view.indptr.tolist(), view.pre_indices.tolist(), view.positions.tolist()
        ([0, 1, 3], [1, 0, 1], [1, 0, 2])
        """
        return self._by_post

    def transpose(self) -> Self:
        """Return the connectivity with every synapse reversed; twice gives this one again.

        >>> Connectivity.from_dense([[0, 1, 2]]).transpose().to_dense().tolist()
        [[0.0], [1.0], [2.0]]
        """
        indptr, pre, positions = csr.transpose(self.indptr, self.indices, self.n_post)
        return self._trusted(indptr, pre, self.n_pre, *self._taken(positions))

    def select(self, pre: Any = None, post: Any = None) -> Self:
        """Cut out populations and count their neurons anew, in the order in which they were named.

        Args:
            pre, post: a slice, a mask, neuron numbers without repetition, or None for all.

        >>> part = Connectivity.from_dense([[1, 2], [3, 4]]).select(pre=[1], post=[1, 0])
        >>> part.to_dense().tolist()
        [[4.0, 3.0]]
        """
        rows = _check.neurons("pre", pre, self.n_pre)
        columns = _check.neurons("post", post, self.n_post)
        renamed = np.full(self.n_post, -1, np.int32)
        renamed[columns] = np.arange(len(columns), dtype=np.int32)
        indptr, indices, positions = csr.select(self.indptr, self.indices, rows, renamed)
        if np.any(columns[1:] < columns[:-1]):
            of_row = np.repeat(np.arange(len(rows), dtype=np.int32), np.diff(indptr))
            order = csr.sort_edges(of_row, indices, len(rows), len(columns))
            indices = indices[order]
            positions = positions[order]
        return self._trusted(indptr, indices, len(columns), *self._taken(positions))

    def _taken(self, positions: Int64) -> tuple[Any, Any]:
        """Weights and delays of the synapses at these positions; a common number stays one."""

        def part(values: Any) -> Any:
            return values if np.ndim(values) == 0 else np.asarray(values)[positions]

        return part(self.weight), part(self.delay_steps)

    def block(self, pre: slice = slice(None), post: slice = slice(None)) -> "Block":
        """View the synapses between two contiguous populations without copying them.

        >>> Connectivity.from_dense([[1, 2], [3, 4]]).block(post=slice(1, 2)).positions.tolist()
        [1, 3]
        """
        rows = _bounds("pre", pre, self.n_pre)
        columns = _bounds("post", post, self.n_post)
        indptr = self.indptr[rows[0] : rows[1] + 1]
        start, stop = csr.column_range(indptr, self.indices, *columns)
        return Block(self, rows, columns, start, stop)

    def edit(
        self,
        drop: Any = (),
        pre: Any = (),
        post: Any = (),
        weight: Any = None,
        delay_steps: Any = None,
    ) -> "Edit":
        """Drop synapses and add edges in one pass, O(nnz + k), and tell where every synapse went.

        A pair that exists already gets a further synapse behind it.

        Args:
            drop: positions in the rows, or a mask `[nnz]`.
            pre, post: new edges `[k]`.
            weight, delay_steps: of the new edges, one number or `[k]`; without them what all
                others that are kept have.

        Raises:
            ValueError: positions or neurons out of range; no weight or delay for new edges where
                those of the others differ.

        >>> edit = Connectivity.from_dense([[1, 1, 0]]).edit(drop=[0], pre=[0], post=[2])
        >>> edit.connectivity.indices.tolist(), edit.moved.tolist(), edit.added.tolist()
        ([1, 2], [-1, 0], [1])
        """
        parts, moved, added = _edit.edit(self, drop, pre, post, weight, delay_steps)
        return Edit(self._trusted(*parts), moved, added)

    def without(self, positions: Any) -> Self:
        """Return the connectivity without the synapses at these positions (or under this mask).

        >>> Connectivity.from_dense([[1, 2, 3]]).without([1]).to_dense().tolist()
        [[1.0, 0.0, 3.0]]
        """
        drop = _check.at_positions("positions", positions, self.nnz)
        return cast(Self, self.edit(drop).connectivity)

    def with_edges(
        self, pre: Any, post: Any, weight: Any = None, delay_steps: Any = None
    ) -> Self:
        """Return the connectivity with further edges `[k]`; arguments as in `edit`.

        >>> Connectivity.from_dense([[1, 0, 3]]).with_edges([0], [1], weight=2).to_dense().tolist()
        [[1.0, 2.0, 3.0]]
        """
        return cast(Self, self.edit((), pre, post, weight, delay_steps).connectivity)


@dataclass(frozen=True, eq=False)
class Block:
    """Synapses from neurons `pre[0]..pre[1]-1` to neurons `post[0]..post[1]-1` of a connectivity.

    In row i they are one contiguous piece, positions `start[i]` up to `stop[i]` of the parent.

    >>> block = Connectivity.from_dense([[1, 2], [3, 4]]).block(slice(1, 2), slice(0, 2))
    >>> block.weights_array().tolist(), block.positions.tolist()
    ([3.0, 4.0], [2, 3])
    """

    parent: Connectivity
    pre: tuple[int, int]
    post: tuple[int, int]
    start: Int64
    stop: Int64

    @property
    def shape(self) -> tuple[int, int]:
        """(presynaptic, postsynaptic) neurons of the block."""
        return self.pre[1] - self.pre[0], self.post[1] - self.post[0]

    @property
    def nnz(self) -> int:
        """Synapses within the block."""
        return int(np.sum(self.stop - self.start))

    @property
    def positions(self) -> Int64:
        """Their positions in the parent, `[nnz]`, ascending."""
        length = self.stop - self.start
        begin = np.cumsum(length) - length
        return np.asarray(np.arange(length.sum()) + np.repeat(self.start - begin, length))

    def edges(self) -> tuple[Int32, Int32]:
        """(pre, post) counted from the corner of the block."""
        pre = np.repeat(np.arange(self.shape[0], dtype=np.int32), self.stop - self.start)
        return pre, self.parent.indices[self.positions] - np.int32(self.post[0])

    def weights_array(self) -> Float32:
        """Their weights, `[nnz]`."""
        return self.parent.weights_array()[self.positions]

    def to_connectivity(self) -> Connectivity:
        """Copy the block into a connectivity by itself."""
        return self.parent.select(slice(*self.pre), slice(*self.post))


class Edit(NamedTuple):
    """An edited connectivity and where its synapses came from.

    `moved[nnz_before]` is the new position of each old synapse, -1 where it was dropped;
    `added[k]` the position of each new edge, in the order the caller gave them.
    """

    connectivity: Connectivity
    moved: Int64
    added: Int64

    def carry(self, values: Any, new: Any = 0) -> Any:
        """Carry an array `[nnz_before]` over to the new synapses; new ones start at `new`.

        >>> edit = Connectivity.from_dense([[1, 1]]).edit(drop=[0])
        >>> edit.carry(np.array([5.0, 7.0]))
        array([7.])
        """
        values = np.asarray(values)
        out = np.empty((self.connectivity.nnz, *values.shape[1:]), values.dtype)
        kept = self.moved >= 0
        out[self.moved[kept]] = values[kept]
        out[self.added] = new
        return out


def _bounds(name: str, chosen: slice, n: int) -> tuple[int, int]:
    if not isinstance(chosen, slice) or chosen.step not in (None, 1):
        raise bad_argument(
            name, chosen, "a slice without a step", "use select() for other choices"
        )
    low, high, _ = chosen.indices(n)
    return low, max(low, high)
