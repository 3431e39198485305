"""Edits of a frozen connectivity: O(nnz), rows stay sorted, and every synapse can be followed."""

from typing import Any

import numpy as np

from neurosparse.connectivity import _check
from neurosparse.connectivity._build import Parts
from neurosparse.connectivity._stored import Stored
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base import csr
from neurosparse.typing import Bool, Int64


def edit(
    old: Stored, drop: Any, pre: Any, post: Any, weight: Any, delay_steps: Any
) -> tuple[Parts, Int64, Int64]:
    """Drop the synapses at positions `drop`, then add edges `[k]`; see `Connectivity.edit`.

    Returns:
        The edited parts; new position of each old synapse, or -1; of each new edge.
    """
    dropped = np.zeros(old.nnz, np.bool_)
    dropped[_check.at_positions("drop", drop, old.nnz)] = True
    pre = _check.indices("pre", pre, old.n_pre)
    post = _check.indices("post", post, old.n_post)
    if len(pre) != len(post):
        raise bad_argument(
            "post", Said(f"{len(post)} numbers"), f"as many as pre has: {len(pre)}"
        )
    order = csr.sort_edges(pre, post, old.n_pre, old.n_post)
    parts = csr.edit(old.indptr, old.indices, dropped, pre[order], post[order])
    indptr, indices, moved, placed = parts
    added = np.empty(len(order), np.int64)
    added[order] = placed
    places = moved[~dropped]
    weight = _default("weight", weight, old.weight, ~dropped, len(pre))
    delay_steps = _default("delay_steps", delay_steps, old.delay_steps, ~dropped, len(pre))
    weights = _merged(_check.weight, old.weight, weight, ~dropped, places, added)
    delays = _merged(
        _check.delay_steps, old.delay_steps, delay_steps, ~dropped, places, added
    )
    return Parts(indptr, indices, old.n_post, weights, delays, None), moved, added


def _default(name: str, value: Any, old: Any, kept: Bool, n_new: int) -> Any:
    """What new synapses get when nothing was said: what all others share that are kept."""
    if value is not None:
        return value
    if np.ndim(old) == 0:
        return old
    others = old[kept] if kept.any() else old
    if not n_new:
        return 0
    if not len(others) or others.min() != others.max():
        received = Said(f"no {name.removesuffix('_steps')} for {n_new} new synapses")
        raise bad_argument(name, received, "one number or one each, as the others differ")
    return others[0]


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
