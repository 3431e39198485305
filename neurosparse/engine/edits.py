"""Structural plasticity: other synapses in a projection while spikes are under way."""

from typing import Any

import numpy as np

from neurosparse.connectivity import Edit
from neurosparse.engine.plan import Plan
from neurosparse.engine.sleepers import wake_up
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.base import floats


def plan_edit(
    made: Synapses, dt: float, drop: Any, pre: Any, post: Any, weight: Any, delay: Any
) -> Edit:
    """Check an edit and work out what the projection would be, changing nothing yet; `delay` in
    ms.
    """
    if weight is None and made.weight.size == 1:
        weight = made.weight[0]
    late = None if delay is None else steps("delay", delay, dt)
    if late is not None and made.ring is None and not (np.asarray(late) == made.delay).all():
        got = Said(f"{np.max(delay):g} ms")
        wants = f"the one delay of all synapses, {made.delay * dt:g} ms"
        raise bad_argument(
            "delay", got, wants, "give the projection an array of delays to let synapses differ"
        )
    if late is not None and made.ring is not None and np.max(late, initial=0) >= len(made.ring):
        longest = (len(made.ring) - 1) * dt
        got = Said(f"{np.max(delay):g} ms")
        wants = f"at most {longest:g} ms, the longest delay the ring was built for"
        raise bad_argument(
            "delay", got, wants, "let one synapse of the projection have the longest delay to come"
        )
    return made.connectivity().edit(
        drop, pre, post, weight=weight, delay_steps=late if made.ring is not None else None
    )


def edit_synapses(plan: Plan, made: Synapses, now: int, done: int, new: Edit) -> None:
    """Replace the synapses of one projection; `done` steps of the last chunk still stand in the
    logs.

    A target in event mode goes over to the clock for good: what waits for its neurons then needs no
    waking.
    """
    target = plan.groups[made.projection.post]
    if target.event is not None:
        wake_up(target, now)
    target.sleepy = False
    if made.ring is None and made.delay > 0:
        _set_aside(plan, made, now, done, new)
    changed = new.connectivity
    kind = _index_type(made)
    weight_now = np.ascontiguousarray(np.atleast_1d(changed.weight), dtype=np.float32)
    if made.plastic is not None and weight_now.size != changed.nnz:
        weight_now = np.full(changed.nnz, weight_now[0], dtype=np.float32)
    late = changed.delay_steps if made.ring is not None else made.delay
    made.replace(changed.indptr, changed.indices.astype(kind), weight_now.copy(), late, target)
    made.order = None  # rows of other synapses than those that were given
    since = now - made.epoch
    made.epoch = now
    if made.plastic is not None:
        made.plastic.carry(new, since)
        made.plastic.index(made.indptr, made.indices)


def put_weights(plan: Plan, made: Synapses, now: int, weight: Any) -> bool:
    """Give each synapse its weight [nnz]; tells whether the program must be assembled anew.

    Where all shared one weight the rows are laid out with weights of their own. Weights act when a
    spike arrives; only spikes that wait in a ring of delays have theirs from when they left.
    """
    with np.errstate(over="ignore"):
        given = floats("weight", weight).astype(np.float32)
    if given.shape not in ((), (made.nnz,)):
        raise bad_argument(
            "weight", given, f"one number or an array [{made.nnz}], one for each synapse"
        )
    if not np.isfinite(given).all():
        raise bad_argument(
            "weight",
            Said(f"{given[~np.isfinite(given)].ravel()[0]}"),
            "finite numbers within float32",
        )
    # until the first change the weights may be an array that belongs to someone else
    own = made.reweighted or made.edited or made.plastic is not None
    made.reweighted = True
    if given.size == made.weight.size or given.ndim == 0:
        made.weight = made.weight if own else made.weight.copy()
        made.weight[:] = given
        return not own
    target = plan.groups[made.projection.post]
    whole = made.connectivity()
    if target.event is not None:
        wake_up(target, now)
    target.sleepy = False
    made.replace(
        made.indptr, whole.indices.astype(_index_type(made)), given.copy(), made.delay, target
    )
    return True


def _index_type(made: Synapses) -> Any:
    if made.bits is None:
        return made.indices.dtype
    return np.dtype(np.uint16 if made.n_post <= 65_536 else np.uint32)


def _set_aside(plan: Plan, made: Synapses, now: int, done: int, new: Edit) -> None:
    """Put what the spikes under way will deliver through the old synapses into a ring of its own.

    Where synapses learn this is for the dropped ones only: those that stay deliver and learn as
    their spikes arrive.
    """
    from neurosparse.kernels.spikes.deliver.cpu import deliver_rows

    source = plan.groups[made.projection.pre]
    target = plan.groups[made.projection.post]
    dropped = new.moved < 0
    ages = None
    if made.plastic is not None:
        if not dropped.any():
            return
        ages = made.plastic.ages(made.nnz, now - made.epoch)
    if made.pending is None:
        made.pending = np.zeros((made.delay + 1, target.n_alloc), dtype=target.rows.dtype)
    old = made.connectivity()
    ago, index = source.log.in_flight(done)
    weight = np.atleast_1d(np.asarray(made.weight, dtype=np.float32))
    for back in range(1, made.delay + 1):
        step = now - back
        if ages is not None:
            weight = np.where(dropped & (ages >= back), made.weight, np.float32(0))
        elif step < max(made.epoch, 0):
            continue
        line = made.pending[(step + made.delay) % len(made.pending)]
        fired = index[ago == -back]
        deliver_rows(
            fired,
            fired.size,
            old.indptr[:-1],
            old.indptr[1:],
            1,
            old.indices.view(np.uint32),
            weight,
            line,
        )
