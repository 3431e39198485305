"""Structural plasticity: other synapses in a projection while spikes are under way."""

from typing import Any

import numpy as np

from neurosparse.connectivity import Edit
from neurosparse.engine.plan import Plan
from neurosparse.engine.sleepers import wake_up
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.accepted import check_weights
from neurosparse.neurons.base import floats


def plan_edit(
    plan: Plan, synapses: Synapses, drop: Any, pre: Any, post: Any, weight: Any, delay: Any
) -> Edit:
    """Work out what a checked edit would make of a projection; `delay` in ms, nothing changes."""
    dt = plan.dt
    if weight is not None:
        weight = floats("weight", weight)
    if weight is None and synapses.weight.size == 1:
        weight = synapses.weight[0]
    ring = synapses.ring
    delays = None if delay is None else steps("delay", delay, dt)
    if (
        delays is not None
        and ring is None
        and not (np.asarray(delays) == synapses.delay).all()
    ):
        actual = Said(f"{np.max(delay):g} ms")
        expected = f"the one delay of all synapses, {synapses.delay * dt:g} ms"
        raise bad_argument(
            "delay",
            actual,
            expected,
            "give the projection an array of delays to let synapses differ",
        )
    if delays is not None and ring is not None and np.max(delays, initial=0) >= len(ring):
        longest = (len(ring) - 1) * dt
        actual = Said(f"{np.max(delay):g} ms")
        expected = f"at most {longest:g} ms, the longest delay the ring was built for"
        raise bad_argument(
            "delay",
            actual,
            expected,
            "let one synapse of the projection have the longest delay to come",
        )
    if weight is not None:
        _check_accepted(plan, synapses, weight)
    return synapses.connectivity().edit(
        drop, pre, post, weight=weight, delay_steps=delays if ring is not None else None
    )


def _check_accepted(plan: Plan, synapses: Synapses, weight: Any) -> None:
    """Refuse weights that the target or the rule would have refused when it was built."""
    p = synapses.projection
    check_weights("weight", weight, plan.groups[p.post].model, p.receptor, p.plasticity)


def edit_synapses(plan: Plan, synapses: Synapses, now: int, done: int, new: Edit) -> None:
    """Replace the synapses of one projection; `done` steps of the last chunk still stand in the
    logs.

    A target in event mode goes over to the clock for good: what waits for its neurons then needs no
    waking.
    """
    target = plan.groups[synapses.projection.post]
    if target.event is not None:
        wake_up(target, now)
    target.sleepy = False
    if synapses.ring is None and synapses.delay > 0:
        _set_aside(plan, synapses, now, done, new)
    changed = new.connectivity
    kind = _index_type(synapses)
    weight_now = np.ascontiguousarray(np.atleast_1d(changed.weight), dtype=np.float32)
    if synapses.plastic is not None and weight_now.size != changed.nnz:
        weight_now = np.full(changed.nnz, weight_now[0], dtype=np.float32)
    delays = changed.delay_steps if synapses.ring is not None else synapses.delay
    indices = changed.indices.astype(kind)
    synapses.replace(changed.indptr, indices, weight_now.copy(), delays, target)
    synapses.order = None  # rows of other synapses than those of the declaration
    since = now - synapses.epoch
    synapses.epoch = now
    if synapses.plastic is not None:
        synapses.plastic.carry(new, since)
        synapses.plastic.index(synapses.indptr, synapses.indices)


def put_weights(plan: Plan, synapses: Synapses, now: int, weight: Any) -> bool:
    """Give each synapse its weight [nnz]; tells whether the program must be assembled anew.

    Where all shared one weight the rows are laid out with weights of their own. Weights act when a
    spike arrives; only spikes that wait in a ring of delays have theirs from when they left.
    """
    with np.errstate(over="ignore"):
        weights = floats("weight", weight).astype(np.float32)
    if weights.shape not in ((), (synapses.nnz,)):
        expected = f"one number or an array [{synapses.nnz}], one for each synapse"
        raise bad_argument("weight", weights, expected)
    _check_accepted(plan, synapses, weights)
    # until the first change the weights may be an array that belongs to someone else
    owned = synapses.reweighted or synapses.edited or synapses.plastic is not None
    synapses.reweighted = True
    if weights.size == synapses.weight.size or weights.ndim == 0:
        synapses.weight = synapses.weight if owned else synapses.weight.copy()
        synapses.weight[:] = weights
        return not owned
    target = plan.groups[synapses.projection.post]
    whole = synapses.connectivity()
    if target.event is not None:
        wake_up(target, now)
    target.sleepy = False
    indices = whole.indices.astype(_index_type(synapses))
    synapses.replace(synapses.indptr, indices, weights.copy(), synapses.delay, target)
    return True


def _index_type(synapses: Synapses) -> Any:
    if synapses.bits is None:
        return synapses.indices.dtype
    return np.dtype(np.uint16 if synapses.n_post <= 65_536 else np.uint32)


def _set_aside(plan: Plan, synapses: Synapses, now: int, done: int, new: Edit) -> None:
    """Put what the spikes under way will deliver through the old synapses into a ring of its own.

    Where synapses learn this is for the dropped ones only: those that stay deliver and learn as
    their spikes arrive.
    """
    from neurosparse.kernels.spikes.deliver.cpu import deliver_rows

    source = plan.groups[synapses.projection.pre]
    target = plan.groups[synapses.projection.post]
    dropped = new.moved < 0
    ages = None
    if synapses.plastic is not None:
        if not dropped.any():
            return
        ages = synapses.plastic.ages(synapses.nnz, now - synapses.epoch)
    if synapses.pending is None:
        synapses.pending = np.zeros(
            (synapses.delay + 1, target.n_alloc), dtype=target.rows.dtype
        )
    old = synapses.connectivity()
    ago, index = source.log.in_flight(done)
    weight = np.atleast_1d(np.asarray(synapses.weight, dtype=np.float32))
    for back in range(1, synapses.delay + 1):
        step = now - back
        if ages is not None:
            weight = np.where(dropped & (ages >= back), synapses.weight, np.float32(0))
        elif step < max(synapses.epoch, 0):
            continue
        line = synapses.pending[(step + synapses.delay) % len(synapses.pending)]
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
