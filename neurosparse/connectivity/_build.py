"""From edges to compressed rows: sort, then treat edges between the same two neurons."""

from typing import Any, Literal, NamedTuple

import numpy as np

from neurosparse.checks import unchangeable
from neurosparse.connectivity._check import Delay, Weight, frozen
from neurosparse.connectivity._check import weight as check_weight
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base import csr
from neurosparse.typing import Int32, Int64, Signed

Duplicates = Literal["refuse", "sum", "keep"]


class Parts(NamedTuple):
    """The stored parts of a `Connectivity`, checked."""

    indptr: Int64
    indices: Int32
    n_post: int
    weight: Weight
    delay_steps: Delay
    edge_order: Signed | None


def check_duplicates(duplicates: str) -> None:
    """Refuse a choice that is none."""
    if duplicates not in ("refuse", "sum", "keep"):
        raise bad_argument("duplicates", duplicates, "'refuse', 'sum' or 'keep'")


def pointers_of(pre: Int32, n_pre: int) -> Int64:
    """Row pointers `[n_pre + 1]` of presynaptic numbers `[m]`."""
    indptr = np.zeros(n_pre + 1, np.int64)
    np.cumsum(csr.count(pre, n_pre), out=indptr[1:])
    return indptr


def from_edges(
    pre: Int32,
    post: Int32,
    n_pre: int,
    n_post: int,
    weight: Weight,
    delay_steps: Delay,
    duplicates: Duplicates,
) -> Parts:
    """Sort checked edges `[m]` into rows.

    The caller's order is remembered unless it is that of the rows.
    """
    check_duplicates(duplicates)
    if len(pre) >= 2**31:
        remedy = (
            "build the rows in pieces and join them with Connectivity(indptr, indices, …)"
        )
        expected = "fewer than 2^31 edges to sort at once"
        raise bad_argument("pre", Said(f"{len(pre)} edges"), expected, remedy)
    indptr = pointers_of(pre, n_pre)
    order: Int64 | None = None
    if np.any(pre[1:] < pre[:-1]) or csr.state(indptr, post, n_post)[0] != csr.SORTED:
        order = csr.sort_edges(pre, post, n_pre, n_post)
        pre = pre[order]
        post = frozen(post[order])
        weight = _taken(weight, order)
        delay_steps = _taken(delay_steps, order)
    repeated = csr.state(indptr, post, n_post)[2]
    if repeated and duplicates == "refuse":
        raise _refused(pre, post, repeated)
    if repeated and duplicates == "sum":
        return _summed(pre, post, n_pre, n_post, weight, delay_steps, order)
    weight = _kept(weight)
    delay_steps = _kept(delay_steps)
    edge_order = None if order is None else inverse(order)
    return Parts(indptr, unchangeable(post), n_post, weight, delay_steps, edge_order)


def inverse(order: Signed) -> Signed:
    """Undo a permutation `[n]`; int32 where that holds it."""
    kind = np.int32 if len(order) < 2**31 else np.int64
    undone: Signed = np.empty(len(order), kind)
    undone[order] = np.arange(len(order), dtype=kind)
    return undone


def _kept(values: Any) -> Any:
    """What the caller cannot change: values of edges that came sorted are still theirs."""
    return values if np.ndim(values) == 0 else unchangeable(values)


def _taken(values: Any, order: Int64) -> Any:
    return values if np.ndim(values) == 0 else frozen(values[order])


def _refused(pre: Int32, post: Int32, repeated: int) -> ValueError:
    at = int(np.flatnonzero((pre[1:] == pre[:-1]) & (post[1:] == post[:-1]))[0])
    received = Said(f"{repeated} repeated edges, the first from {pre[at]} to {post[at]}")
    remedy = (
        "pass duplicates='sum' to add their weights "
        "or duplicates='keep' to hold them as several synapses"
    )
    return bad_argument("edges", received, "each pair of neurons at most once", remedy)


def _summed(
    pre: Int32,
    post: Int32,
    n_pre: int,
    n_post: int,
    weight: Weight,
    delay_steps: Delay,
    order: Int64 | None,
) -> Parts:
    """Add the weights of equal edges, in float64.

    The caller's order becomes that of first appearance.
    """
    first = np.r_[True, (pre[1:] != pre[:-1]) | (post[1:] != post[:-1])]
    start = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    if not isinstance(delay_steps, int):
        if np.any(delay_steps != delay_steps[start][group]):
            received = Said("different delays on edges to be summed")
            raise bad_argument(
                "delay_steps", received, "one delay a pair", "pass duplicates='keep'"
            )
        delay_steps = frozen(delay_steps[start])
    each = np.broadcast_to(np.asarray(weight, np.float64), len(pre))
    total = check_weight(np.bincount(group, each, len(start)), len(start))
    place = start if order is None else order[start]  # where each pair first stood
    edge_order = (
        None if np.all(place[1:] > place[:-1]) else np.argsort(place, kind="stable")
    )
    indptr = pointers_of(pre[start], n_pre)
    return Parts(indptr, post[start], n_post, total, delay_steps, edge_order)
