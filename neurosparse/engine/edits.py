"""Structural plasticity: other synapses in a projection while spikes are under way."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Edit
from neurosparse.engine.draws import LONGEST_DELAY
from neurosparse.engine.plan import Plan, lengthen_logs
from neurosparse.engine.sleepers import wake_up
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.base import floats


def plan_edit(
    plan: Plan, synapses: Synapses, drop: Any, pre: Any, post: Any, weight: Any, delay: Any
) -> Edit:
    """Work out what a checked edit would make of a projection; `delay` in ms, nothing changes."""
    dt = plan.dt
    if weight is not None:
        weight = floats("weight", weight)
    if weight is None and synapses.alike:
        weight = synapses.weight[0]
    delays = None if delay is None else steps("delay", delay, dt)
    if (
        delays is None
        and not synapses.nnz
        and hasattr(synapses.projection.plasticity, "Synapse")
    ):
        # laid out as if they differed, whether they do or not
        delays = np.full(np.shape(pre), synapses.longest)
    if (
        delays is not None
        and not synapses.mixed
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
    if delays is not None:
        if np.ndim(delays) > 1:
            raise bad_argument("delay", delay, "one number, or one for each new synapse")
        _check_longest(plan, synapses, int(np.max(delays, initial=0)))
    if weight is not None:
        _check_accepted(plan, synapses, weight)
    return plan.ranks.whole(synapses).edit(
        drop, pre, post, weight=weight, delay_steps=delays if synapses.mixed else None
    )


def _check_longest(plan: Plan, synapses: Synapses, longest: int) -> None:
    """Refuse delays for which there is no room, nor can be: traces and values of the steps before
    are gone.
    """
    carries = synapses.projection.transmits is not None
    tires = synapses.short is not None
    keeps = synapses.plastic is not None or tires or carries or plan.plain
    most = synapses.longest if keeps else LONGEST_DELAY
    if longest <= most:
        return
    actual = Said(f"{longest * plan.dt:g} ms")
    if not keeps:
        raise bad_argument("delay", actual, f"at most {most * plan.dt:g} ms")
    expected = (
        f"at most {most * plan.dt:g} ms, the longest delay that the projection began with"
    )
    why = "a GPU runs it" if plan.plain else "its synapses have a state"
    why = "its synapses carry values of the steps before" if carries else why
    remedy = "let one synapse of the projection have the longest delay to come"
    raise bad_argument("delay", actual, f"{expected}, since {why}", remedy)


def _lengthen(plan: Plan, synapses: Synapses, longest: int, now: int) -> None:
    """Make room for delays up to `longest` steps: in the logs of all, and in the ring."""
    if longest <= synapses.longest:
        return
    synapses.longest = longest
    lengthen_logs(plan, longest)
    if synapses.ring is not None:
        synapses.ring.lengthen(longest, now)


def _check_accepted(plan: Plan, synapses: Synapses, weight: Any) -> None:
    """Refuse weights that the target or the rule would have refused when it was built."""
    p = synapses.projection
    p.check_weights("weight", weight, plan.groups[p.post].model)


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
    whole = new.connectivity
    new = plan.ranks.own_edit(synapses, new)
    changed = new.connectivity
    if synapses.plastic is not None:
        synapses.plastic.catch_up(synapses.weight, now)
        _set_aside(plan, synapses, now, done, new.moved < 0)
        synapses.plastic.carry(new, now - synapses.epoch, now, synapses.places())
    else:
        _set_aside(plan, synapses, now, done)
    kind = _index_type(synapses)
    weight_now = np.ascontiguousarray(np.atleast_1d(changed.weight), dtype=np.float32)
    if synapses.plastic is not None and weight_now.size != changed.nnz:
        weight_now = np.full(changed.nnz, weight_now[0], dtype=np.float32)
    delays = synapses.delay
    if synapses.mixed:
        each = np.broadcast_to(changed.delay_steps, changed.nnz)
        longest = int(np.max(whole.delay_steps, initial=0)) if whole.nnz else 0
        _lengthen(plan, synapses, longest, now)
        kind_of_delay = np.uint8 if synapses.longest < 256 else np.uint16
        delays = np.ascontiguousarray(each, dtype=kind_of_delay)
    indices = changed.indices.astype(kind)
    synapses.n_all = whole.nnz
    differ = bool(np.ndim(whole.weight)) and whole.nnz > 1
    synapses.differs = plan.ranks.size > 1 and (differ or synapses.plastic is not None)
    synapses.replace(changed.indptr, indices, weight_now.copy(), delays, target)
    synapses.order = None  # rows of other synapses than those of the declaration
    synapses.epoch = now


def put_weights(plan: Plan, synapses: Synapses, now: int, done: int, weight: Any) -> bool:
    """Give each synapse its weight [nnz]; tells whether the program must be assembled anew.

    Where all shared one weight the rows are laid out with weights of their own. Weights act when a
    spike arrives; spikes under way through synapses that differ in delay, and do not learn, have
    theirs from when they left.
    """
    with np.errstate(over="ignore"):
        weights = floats("weight", weight).astype(np.float32)
    if weights.shape not in ((), (synapses.nnz_all,)):
        expected = f"one number or an array [{synapses.nnz_all}], one for each synapse"
        raise bad_argument("weight", weights, expected)
    _check_accepted(plan, synapses, weights)
    if synapses.plastic is not None:
        synapses.plastic.catch_up(synapses.weight, now)
    target = plan.groups[synapses.projection.post]
    kept_back = synapses.mixed and synapses.plastic is None and synapses.ring is None
    if kept_back:
        _set_aside(plan, synapses, now, done)
        synapses.epoch = now
    # until the first change the weights may be an array that belongs to someone else
    owned = synapses.reweighted or synapses.edited or synapses.plastic is not None
    synapses.reweighted = True
    grows = weights.ndim > 0 and synapses.alike and synapses.nnz_all != 1
    weights = plan.ranks.own(synapses, weights)
    if target.event is not None and (grows or kept_back):
        wake_up(target, now)
    if not grows:
        synapses.weight = synapses.weight if owned else synapses.weight.copy()
        synapses.put_weights(weights)
        # values may be carried by copies that were laid out together
        carries = synapses.projection.transmits is not None
        return not owned or kept_back or carries
    whole = synapses.connectivity()
    synapses.differs = plan.ranks.size > 1
    target.sleepy = False
    indices = whole.indices.astype(_index_type(synapses))
    synapses.replace(synapses.indptr, indices, weights.copy(), synapses.delay, target)
    return True


def _index_type(synapses: Synapses) -> Any:
    if synapses.bits is None:
        return synapses.indices.dtype
    return np.dtype(np.uint16 if synapses.n_post <= 65_536 else np.uint32)


def _set_aside(
    plan: Plan,
    synapses: Synapses,
    now: int,
    done: int,
    only: NDArray[np.bool_] | None = None,
) -> None:
    """Put what the spikes under way will deliver through the synapses, all or `only` some, into the
    ring of their target.

    Where synapses learn these are the dropped ones: those that stay deliver and learn as their
    spikes arrive. Spikes for which the projection has a ring wait in it already.
    """
    longest = int(np.max(synapses.delays, initial=0))
    carries = synapses.projection.transmits is not None  # nothing is under way
    if (
        carries
        or synapses.ring is not None
        or not longest
        or (only is not None and not only.any())
    ):
        return
    target = plan.groups[synapses.projection.post]
    ring = plan.rings.of(target, synapses.projection.receptor, longest, now)
    old = synapses.connectivity()
    delay = np.broadcast_to(old.delay_steps, old.nnz)
    weight = np.broadcast_to(old.weight, old.nnz).astype(target.rows.dtype)
    learning = synapses.plastic
    ages = None if learning is None else learning.ages(old.nnz, now - synapses.epoch)
    ago, index = plan.groups[synapses.projection.pre].log.in_flight(done)
    fired = {back: index[ago == -back] for back in range(longest, 0, -1)}
    shares = {back: np.ones(len(each), np.float32) for back, each in fired.items()}
    if synapses.short is not None:
        shares = {back: synapses.short.of(each, now - back) for back, each in fired.items()}
    for back in range(longest, 0, -1):
        if ages is None and now - back < synapses.epoch:
            continue
        for i, share in zip(fired[back], shares[back], strict=True):
            row = np.arange(old.indptr[i], old.indptr[i + 1])
            row = row[delay[row] >= back]
            if only is not None and ages is not None:
                row = row[only[row] & (ages[row] >= back)]
            for steps_left in np.unique(delay[row] - back):
                leaving = row[delay[row] - back == steps_left]
                line = ring.line(now + int(steps_left))
                np.add.at(line, old.indices[leaving], weight[leaving] * share)
