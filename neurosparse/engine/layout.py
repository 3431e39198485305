"""Lay out projections: rows, bit matrices, rings, synapses that learn."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.draws import LONGEST_DELAY, delay_steps, weights_of
from neurosparse.engine.learning import Learning
from neurosparse.engine.parts import LONG_PART, count_delays
from neurosparse.engine.populations import Group
from neurosparse.engine.ranks import ALONE, Alone
from neurosparse.engine.rings import Rings
from neurosparse.engine.short_term import ShortTerm
from neurosparse.engine.synapses import Synapses
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.spikes.coincidence import bit_rows
from neurosparse.network import Projection

DENSE_ENOUGH = 0.04  # of all pairs; from there on counting bits beats walking rows
SMALLEST_MATRIX = 4096  # synapses
FEW_DELAYS = 16  # of a projection, so few that rows are cut by delay however short they are


def one_delay(delays: NDArray[Any]) -> bool:
    """Whether all synapses, if there are any, share one delay.

    >>> one_delay(np.array([3, 3])), one_delay(np.array([3, 4])), one_delay(np.array([]))
    (True, False, True)
    """
    return not delays.size or bool(delays.min() == delays.max())


def _one_delay_everywhere(delays: NDArray[Any], ranks: Alone) -> bool:
    """Whether all synapses on all ranks share one delay."""
    if ranks.size == 1:
        return one_delay(delays)
    most = ranks.most(int(delays.max(initial=0)))
    least = -ranks.most(-int(delays.min()) if delays.size else -LONGEST_DELAY)
    return least >= most


def make_synapses(
    projection: Projection,
    connectivity: Connectivity,
    post: Group,
    dt: float,
    plain: bool = False,
    ranks: Alone = ALONE,
) -> Synapses:
    """Take a projection over in CSR order: narrow indices, weights, delays in steps."""
    nnz = connectivity.nnz
    weight: Any = weights_of(projection, connectivity)
    weight = _one_or_each(f"{projection.name}.weight", weight, nnz, np.float32)
    projection.check_weights(f"{projection.name}.weight", weight, post.model)
    delays = delay_steps(projection, connectivity, dt)
    narrow = delays.dtype.type if delays.dtype.kind == "u" else np.int64
    delays = _one_or_each(f"{projection.name}.delay", delays, nnz, narrow)
    if post.n <= 65_536:
        indices: NDArray[Any] = connectivity.indices.astype(np.uint16)
    else:
        indices = connectivity.indices.view(np.uint32)
    synapses = Synapses(
        projection,
        connectivity.indptr,
        indices,
        weight,
        0,
        post.n,
        connectivity.indptr,
        1,
        order=connectivity.edge_order,
        ranks=ranks,
        n_all=int(ranks.total(nnz)),
    )
    # each declared for itself, however many are here
    synapses.differs = ranks.size > 1 and bool(np.ndim(connectivity.weight))
    longest = ranks.most(int(delays.max(initial=0)))
    synapses.longest = longest
    # synapses that keep more than a weight are walked as those that differ in delay
    own = hasattr(projection.plasticity, "Synapse")
    if _one_delay_everywhere(delays if nnz else delays[:0], ranks) and not own:
        synapses.delay = longest
    else:
        kind = np.uint8 if longest < 256 else np.uint16
        synapses.delay = np.broadcast_to(delays, nnz).astype(kind)
    if projection.plasticity is not None:
        _make_plastic(synapses, post, dt, plain)
    if projection.short_term is not None:
        _make_short(synapses, post, dt)
    return synapses


def lay_out(
    synapses: Synapses, post: Group, rings: Rings, plain: bool = False, apart: bool = False
) -> None:
    """Choose how synapses lie in memory; where delays differ a ring, or rows cut by delay as always
    for those that came `apart` from others with spikes under way.
    """
    projection = synapses.projection
    if projection.transmits is not None:
        synapses.lay_out(post, cut=False)
        return
    cut = synapses.mixed and not plain and (apart or _cuts(synapses, post))
    synapses.lay_out(post, cut)
    if synapses.mixed and not plain and not cut:
        synapses.ring = rings.of(post, projection.receptor, synapses.longest)
    if not plain and not post.sleepy and packs(synapses, projection):
        indices = synapses.indices
        if synapses.ranks.size > 1:
            synapses.columns = (int(post.bounds[0]), int(post.bounds[-1]))
            if not synapses.row_words:
                return  # all of its targets are elsewhere
            indices = indices - indices.dtype.type(post.bounds[0])
        synapses.bits = bit_rows(synapses.indptr, indices, synapses.row_words)
        synapses.indices = synapses.indices[:0]
        synapses.segments = synapses.indptr
        synapses.stride = 1


def waits_for_others(synapses: Synapses, post: Group) -> bool:
    """Whether a projection may be walked together with others: its synapses have no state, its
    target keeps the clock, and it is no bit matrix.
    """
    carries = synapses.projection.transmits is not None
    states = (synapses.plastic, synapses.short)
    fixed = states == (None, None) and not post.sleepy and not carries
    return fixed and synapses.nnz_all > 0 and not packs(synapses, synapses.projection)


def _cuts(synapses: Synapses, post: Group) -> bool:
    """Whether rows are cut by delay: where parts are long or delays few, and always where synapses
    have a state or their target may sleep.
    """
    states = (synapses.plastic, synapses.short)
    if states != (None, None) or post.sleepy:
        return True
    ranks = synapses.ranks
    n_delays = count_delays(synapses.delay, synapses.longest, ranks)
    n_rows = np.count_nonzero(ranks.total(np.diff(synapses.indptr)))
    least = LONG_PART * n_rows * n_delays
    return n_delays <= FEW_DELAYS or bool(synapses.nnz_all >= least)


def _make_plastic(synapses: Synapses, post: Group, dt: float, plain: bool) -> None:
    name = synapses.projection.name
    if synapses.mixed and plain:
        actual = Said(f"'gpu' to learn in {name!r}, whose synapses differ in delay")
        expected = "one delay for all synapses of a projection that learns"
        raise bad_argument("backend", actual, expected, "or backend='cpu'")
    synapses.differs = synapses.ranks.size > 1
    if synapses.weight.size != synapses.nnz:
        synapses.weight = np.full(synapses.nnz, synapses.weight[0], dtype=np.float32)
    else:
        synapses.weight = synapses.weight.copy()
    rule = synapses.projection.plasticity
    for part in getattr(rule, "rules", (rule,)):
        times = vars(part) | vars(getattr(part, "fit", part))
        _check_times(f"{name}.plasticity", times, dt)
    longest = synapses.longest if synapses.mixed else None
    synapses.plastic = Learning(rule, synapses.n_pre, post, dt, longest, plain)


def _make_short(synapses: Synapses, post: Group, dt: float) -> None:
    rule = synapses.projection.short_term
    # 0 is none at all, where a rule takes it
    times = {k: v for k, v in vars(rule).items() if np.any(v)}
    _check_times(f"{synapses.projection.name}.short_term", times, dt)
    n_threads = len(post.bounds) - 1
    synapses.short = ShortTerm(rule, synapses.n_pre, n_threads, dt, synapses.longest)


def _check_times(where: str, parameters: dict[str, Any], dt: float) -> None:
    """Refuse time constants below a step."""
    for field, tau in parameters.items():
        if field.startswith("tau") and np.min(tau) < dt:
            actual = Said(f"{tau:g} ms")
            remedy = "choose a smaller dt"
            raise bad_argument(f"{where}.{field}", actual, f"at least dt = {dt} ms", remedy)


def packs(synapses: Synapses, projection: Projection) -> bool:
    """Whether a bit matrix is the better layout: one weight, one delay, no synapse twice, dense
    enough.
    """
    states = (projection.plasticity, projection.short_term)
    fixed = synapses.alike and not synapses.mixed and states == (None, None)
    fewest = max(DENSE_ENOUGH * synapses.n_pre * synapses.n_post, SMALLEST_MATRIX)
    if not fixed or synapses.nnz_all < fewest:
        return False
    # positions whose neighbour before them lies in the same row
    inside = np.ones(synapses.nnz, dtype=bool)
    inside[synapses.indptr[:-1][np.diff(synapses.indptr) > 0]] = False
    again = np.diff(synapses.indices, prepend=synapses.indices[:1])[inside] == 0
    return not synapses.ranks.any(again.any())


def _one_or_each(name: str, value: Any, nnz: int, dtype: type) -> NDArray[Any]:
    array = np.atleast_1d(np.asarray(value))
    if array.shape not in ((1,), (nnz,)):
        raise bad_argument(
            name, array, f"one number or an array [{nnz}], one for each synapse"
        )
    with np.errstate(over="ignore"):
        stored: NDArray[Any] = np.ascontiguousarray(array, dtype=dtype)
    # NaN is the least and the largest of its numbers
    ends = [stored.min(initial=0), stored.max(initial=0)]
    if dtype is np.float32 and not np.isfinite(ends).all():
        raise bad_argument(
            name,
            Said(f"{array[~np.isfinite(stored)][0]:g}"),
            "finite numbers within float32",
        )
    return stored
