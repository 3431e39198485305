"""Edits of a frozen connectivity: O(nnz), rows stay sorted, and every synapse can be followed."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurosparse.connectivity import _check
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base import csr
from neurosparse.typing import Bool, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity._connectivity import Connectivity


class Edit(NamedTuple):
    """An edited connectivity and where its synapses came from.

    `moved[nnz_before]` is the new position of each old synapse, -1 where it was dropped;
    `added[k]` the position of each new edge, in the order the caller gave them.
    """

    connectivity: "Connectivity"
    moved: Int64
    added: Int64

    def carry(self, values: Any, new: Any = 0) -> Any:
        """Carry an array `[nnz_before]` over to the new synapses; new ones start at `new`.

        >>> from neurosparse.connectivity import Connectivity
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


def edit(
    old: "Connectivity", drop: Any, pre: Any, post: Any, weight: Any, delay_steps: Any
) -> Edit:
    """Drop the synapses at positions `drop`, then add edges `[k]`; see `Connectivity.edit`."""
    dropped = np.zeros(old.nnz, np.bool_)
    dropped[_check.at_positions("positions", drop, old.nnz)] = True
    pre = _check.indices("pre", pre, old.n_pre)
    post = _check.indices("post", post, old.n_post)
    if len(pre) != len(post):
        raise bad_argument("post", Said(f"{len(post)} numbers"), f"as many as pre has: {len(pre)}")
    order = csr.sort_edges(pre, post, old.n_pre, old.n_post)
    parts = csr.edit(old.indptr, old.indices, dropped, pre[order], post[order])
    indptr, indices, moved, placed = parts
    added = np.empty(len(order), np.int64)
    added[order] = placed
    places = moved[~dropped]
    weight = _default(weight, old.weight, 1.0)
    delay_steps = _default(delay_steps, old.delay_steps, 0)
    weights = _merged(_check.weight, old.weight, weight, ~dropped, places, added)
    delays = _merged(_check.delay_steps, old.delay_steps, delay_steps, ~dropped, places, added)
    return Edit(old._trusted(indptr, indices, old.n_post, weights, delays), moved, added)


def _default(value: Any, old: Any, otherwise: Any) -> Any:
    """What a new synapse gets when nothing was said: the common value if there is one."""
    if value is not None:
        return value
    return old if np.ndim(old) == 0 else otherwise


def _merged(check: Any, old: Any, new: Any, kept: Bool, places: Int64, added: Int64) -> Any:
    """Old values at their new places, new ones added; one scalar stays one while all agree."""
    new = check(new, len(added))
    if np.ndim(old) == 0 and (not len(added) or (np.ndim(new) == 0 and new == old)):
        return old
    kind = np.float32 if check is _check.weight else np.uint16
    merged = np.empty(len(places) + len(added), kind)
    merged[places] = old if np.ndim(old) == 0 else old[kept]
    merged[added] = new
    return check(merged, len(merged))
