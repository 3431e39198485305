"""Populations in event mode: who is awake, and the table of leaps."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.kernels.spikes.event_update import LONGEST_LEAP

# synaptic events a step and neuron below which to sleep, above which to keep the clock: between
# them both modes take about as long (benchmarks/engine_modes.py)
QUIET = 0.06
BUSY = 0.08
FEW_LEAPS = 64  # that are calculated at once, a multiple of what vectors hold


@dataclass
class Sleepers:
    """What event mode keeps beside a group's state. Of the table as many lines hold as a neuron
    that was brought forward at step `since` may need.
    """

    table: NDArray[np.float64]
    valid: NDArray[np.int32]
    awake: NDArray[np.uint8]
    listed: NDArray[np.int32]
    counts: NDArray[np.int64]
    held: int = LONGEST_LEAP
    since: int = 0

    @property
    def nbytes(self) -> int:
        """Bytes beside the state."""
        return sum(
            a.nbytes for a in (self.table, self.valid, self.awake, self.listed, self.counts)
        )


def why_not(group: Group, sources: list[Any], dt: float) -> str:
    """Say why a population cannot be in event mode, or nothing if it can; `sources` are the stimuli
    and projections onto it.
    """
    return why_not_with(group.model, group.per_neuron, group.rows.dtype, sources, dt)


def why_not_with(
    model: Any, differ: bool, real: Any, sources: list[Any], dt: float, p: Any = None
) -> str:
    """The same of a model whose coefficients may `differ` between neurons; p if they are known."""
    if not hasattr(model, "may_fire"):
        return f"{type(model).__name__} gives no `may_fire`"
    if any(getattr(source, "transmits", None) for source in sources):
        return "it has synapses that carry values in every step"
    if any(hasattr(source, "target") for source in sources):
        return "it has stimuli of its own (drive it by a source population)"
    if differ:
        return "parameters differ between neurons"
    if real != np.float64:
        return "state is not float64"
    if model.may_fire(model.initial(), model.coefficients(dt) if p is None else p):
        return "left alone, its neurons could fire from their initial state"
    return ""


def can_sleep(group: Group, sources: list[Any], dt: float) -> bool:
    """Decide the mode in which a population starts; ValueError if event mode was asked for and
    cannot be.
    """
    mode = group.population.mode
    if mode == "clock" or not hasattr(group.model, "State"):
        return False
    reason = why_not(group, sources, dt)
    if reason and mode == "event":
        actual = Said(f"'event' for {group.population.name}, but {reason}")
        raise bad_argument(
            "Population.mode", actual, "'auto' or 'clock' for this population"
        )
    return not reason


def fall_asleep(group: Group, dt: float, now: int) -> Sleepers:
    """Begin event mode at step `now`: all neurons are awake and up to date."""
    table = np.empty((LONGEST_LEAP, len(group.model.Coefficients._fields)))
    _fill(table, group.model, dt, 0, LONGEST_LEAP)
    n = group.n_alloc
    # a cache line for each thread, which counts in its first column
    counts = np.zeros((len(group.bounds) - 1, 8), dtype=np.int64)
    counts[:, 0] = _awake_at_first(group)
    awake = np.zeros(n, dtype=np.uint8)
    awake[: group.n] = 1
    valid = np.full(n, now - 1, np.int32)
    return Sleepers(table, valid, awake, np.arange(n, dtype=np.int32), counts)


def wake_up(group: Group, now: int) -> None:
    """End event mode at step `now`: bring every neuron forward."""
    forward_all(group, now)
    group.event = None


def forward_all(group: Group, now: int) -> None:
    """Bring every neuron forward to step `now`, whoever sleeps on."""
    from neurosparse.kernels.spikes.event_update.loops import forward_function

    asleep: Sleepers = group.event
    forward_function(type(group.model))(
        group.rows, asleep.table, asleep.valid, np.int32(now - 1)
    )


def forward(group: Group, neurons: NDArray[np.int64], now: int) -> None:
    """Bring some neurons forward to step `now`; from there on they are awake."""
    from neurosparse.kernels.spikes.event_update.loops import forward_function

    asleep: Sleepers = group.event
    rows = np.ascontiguousarray(group.rows[:, neurons])
    valid = asleep.valid[neurons]
    forward_function(type(group.model))(rows, asleep.table, valid, np.int32(now - 1))
    group.rows[:, neurons] = rows
    asleep.valid[neurons] = now - 1
    woken = np.unique(neurons[asleep.awake[neurons] == 0])
    asleep.awake[woken] = 1
    for k, low in enumerate(np.searchsorted(woken, group.bounds[:-1])):
        high = np.searchsorted(woken, group.bounds[k + 1])
        end = group.bounds[k] + asleep.counts[k, 0]
        asleep.listed[end : end + high - low] = woken[low:high]
        asleep.counts[k, 0] += high - low


def stay_asleep(group: Group, dt: float, now: int) -> None:
    """Go on in event mode with other parameters: all neurons, brought forward, are awake."""
    asleep: Sleepers = group.event
    asleep.held = FEW_LEAPS
    asleep.since = now
    _fill(asleep.table, group.model, dt, 0, FEW_LEAPS)
    asleep.valid[:] = now - 1
    asleep.awake[: group.n] = 1
    asleep.listed[:] = np.arange(group.n_alloc)
    asleep.counts[:, 0] = _awake_at_first(group)


def reach(group: Group, dt: float, end: int) -> None:
    """Hold the coefficients of all leaps before step `end`: after parameters were set these are
    few.
    """
    asleep: Sleepers = group.event
    longest = min(end - asleep.since, LONGEST_LEAP)
    if longest > asleep.held:
        most = min(max(-(-longest // FEW_LEAPS) * FEW_LEAPS, 2 * asleep.held), LONGEST_LEAP)
        _fill(asleep.table, group.model, dt, asleep.held, most)
        asleep.held = most


def _fill(table: NDArray[np.float64], model: Any, dt: float, first: int, last: int) -> None:
    """Write the coefficients of leaps of first + 1 to `last` steps, a line each."""
    values = model.coefficients(dt * np.arange(first + 1, last + 1))
    for column, value in zip(table[first:last].T, values, strict=True):
        column[:] = value


def _awake_at_first(group: Group) -> list[int]:
    """How many neurons each thread has: all are awake."""
    ends = [min(end, group.n) for end in group.bounds.tolist()]
    return [max(high - low, 0) for low, high in pairwise(ends)]


def peek(group: Group, variable: str, neurons: NDArray[np.int64], now: int) -> NDArray[Any]:
    """What a state variable of some neurons is at step `now`, leaving sleepers as they are."""
    known = getattr(getattr(group.model, "State", None), "_fields", ())
    if variable not in known:
        raise unknown_name("variable", variable, known)
    if group.event is None:
        return group.row(variable)[neurons]
    from neurosparse.kernels.spikes.event_update.loops import forward_function

    asleep: Sleepers = group.event
    rows = np.ascontiguousarray(group.rows[:, neurons])
    valid = asleep.valid[neurons]
    forward_function(type(group.model))(rows, asleep.table, valid, np.int32(now - 1))
    row: NDArray[Any] = rows[known.index(variable)]
    return row


def state_words(group: Group) -> dict[str, Any]:
    """The words that describe sleepers' state to an operation, by name."""
    asleep: Sleepers = group.event
    return {
        "rows": group.rows,
        "n_state": len(group.rows),
        "n_alloc": group.n_alloc,
        "table": asleep.table,
        "n_coefficients": asleep.table.shape[1],
        "valid": asleep.valid,
    }


def event_words(group: Group) -> dict[str, Any]:
    """The words of the state, and those of who is awake."""
    asleep: Sleepers = group.event
    return state_words(group) | {
        "awake": asleep.awake,
        "bounds": group.bounds,
        "listed": asleep.listed,
        "counts": asleep.counts,
    }


def add_sleepers(program: Program, group: Group, control: Any) -> None:
    """Append the operation that advances those who are awake."""
    from neurosparse.kernels.spikes.event_update.cpu import (
        UpdateEventsWords,
        event_operation,
        update_events,
    )

    words = UpdateEventsWords(
        **event_words(group),
        ready=group.ready,
        refractory=group.refractory,
        n_refractory=group.refractory.size,
        **group.log.words(),
        control=control,
    )
    compiled = event_operation(type(group.model), update_events)
    group.watch(program.add(compiled, words, "update", group.population.name, before=True))
