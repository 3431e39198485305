"""Structural plasticity: other synapses in a projection while spikes are under way."""

from typing import Any

import numpy as np

from neurosparse.engine.plan import Plan
from neurosparse.engine.sleepers import wake_up
from neurosparse.engine.synapses import Synapses


def edit_synapses(plan: Plan, made: Synapses, now: int, done: int, drop: Any, pre: Any, post: Any, weight: Any) -> None:
    """Replace the synapses of one projection; `done` steps of the last chunk still stand in the logs.

    A target in event mode goes over to the clock for good: what waits for its neurons then needs no waking.
    """
    target = plan.groups[made.projection.post]
    old = made.connectivity()
    weights = made.weight if made.weight.size > 1 else None
    new = old.edit(drop, pre, post, weight=made.weight[0] if weight is None and weights is None else weight)
    if target.event is not None:
        wake_up(target, now)
    target.sleepy = False
    if made.ring is None and made.delay > 0:
        _set_aside(plan, made, now, done)
    changed = new.connectivity
    kind = made.indices.dtype if made.bits is None else np.dtype(np.uint16 if made.n_post <= 65_536 else np.uint32)
    weight_now = np.ascontiguousarray(np.atleast_1d(changed.weight), dtype=np.float32)
    if made.plastic is not None and weight_now.size != changed.nnz:
        weight_now = np.full(changed.nnz, weight_now[0], dtype=np.float32)
    late = changed.delay if made.ring is not None else made.delay
    made.replace(changed.indptr, changed.indices.astype(kind), weight_now.copy(), late, target)
    made.epoch = now
    if made.plastic is not None:
        made.plastic.index(made.indptr, made.indices)


def _set_aside(plan: Plan, made: Synapses, now: int, done: int) -> None:
    """Put what the spikes under way will deliver through the old synapses into a ring of its own."""
    from neurosparse.kernels.deliver.cpu import deliver_rows

    source, target = plan.groups[made.projection.pre], plan.groups[made.projection.post]
    if made.pending is None:
        made.pending = np.zeros((made.delay + 1, target.n_alloc), dtype=target.rows.dtype)
    old = made.connectivity()
    ago, index = source.log.in_flight(done)
    weight = np.atleast_1d(np.asarray(made.weight, dtype=np.float32))
    for back in range(1, made.delay + 1):
        step = now - back
        if step < max(made.epoch, 0):
            continue
        line = made.pending[(step + made.delay) % len(made.pending)]
        fired = index[ago == -back]
        deliver_rows(fired, old.indptr[:-1], old.indptr[1:], 1, old.indices.view(np.uint32), weight, line)
