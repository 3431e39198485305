"""Parameters, states and inputs that change between two steps, in place where that can be."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.couplings import show_again
from neurosparse.engine.drives import stimulus_words
from neurosparse.engine.plan import Plan
from neurosparse.engine.populations import Group, coefficient_rows, refractory_row
from neurosparse.engine.sleepers import (
    forward,
    forward_all,
    stay_asleep,
    wake_up,
    why_not_with,
)
from neurosparse.engine.sources import rate_words, spike_words
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.network import Population
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.neurons.accepted import check_state
from neurosparse.neurons.base import check_length, floats, stored
from neurosparse.stimuli import PoissonInput

Arrays = dict[str, NDArray[Any]]
PREFIX = "changed/"
# what a stimulus or a source is, but not what it does, stays: targets, bins, windows
MAY_CHANGE: dict[type, tuple[str, ...]] = {
    PoissonInput: ("rate", "weight"),
    PoissonSource: ("rate",),
    SpikeSource: ("times", "indices"),
}
WAVEFORM = ("amplitude", "frequency", "phase", "tau")


def keys_of(plan: Plan, part: Any) -> list[str]:
    """Find a population by its name, or a stimulus among those of the network: a key a target."""
    if isinstance(part, str):
        return [f"population/{plan.network.population(part).name}"]
    return [f"stimulus/{k}" for k in plan.network.places_of(part)]


def set_parameters(
    plan: Plan, keys: list[str], values: Mapping[str, Any], now: int
) -> bool:
    """Give parts other values; tells whether the program must be written anew.

    Raises:
        ValueError: a field that may not change, values that its constructor, its target or the
            mode of its population does not accept, spikes in the past; nothing has changed then.
    """
    parts = {}
    for key in keys:
        old = _part(plan, key)
        known = _changeable(old)
        for field in values:
            if field not in known:
                _refuse_name_of_stimulus(plan, key, field)
                raise unknown_name(f"{type(old).__name__}: field", field, known)
        part = replace(old, **values)
        parts[key] = part
        if key.startswith("stimulus/"):
            part.check(plan.groups[part.target].population)
    must_reload = False
    for key, part in parts.items():
        must_reload |= _install(plan, key, part, now)
        plan.changed.setdefault(key, {}).update({k: getattr(part, k) for k in values})
    return must_reload


def _part(plan: Plan, key: str) -> Any:
    """The model of a population or the stimulus as it is now."""
    kind, _, name = key.partition("/")
    return plan.groups[name].model if kind == "population" else plan.stimuli[int(name)]


def _changeable(part: Any) -> tuple[str, ...]:
    """Names of the fields that may change."""
    kind: Any = type(part)
    return _may_change(kind)


@cache
def _may_change(kind: Any) -> tuple[str, ...]:
    if kind in MAY_CHANGE:
        return MAY_CHANGE[kind]
    names = tuple(field.name for field in fields(kind))
    return tuple(k for k in names if k in WAVEFORM) if "target" in names else names


def _install(plan: Plan, key: str, part: Any, now: int) -> bool:
    """Put a part in the place of the one there; tells whether the program must be written anew."""
    kind, _, name = key.partition("/")
    if kind == "stimulus":
        _install_stimulus(plan, int(name), part)
        return False
    group = plan.groups[name]
    # a copy with another model, whose checks were done when it was declared
    population = object.__new__(Population)
    population.__dict__.update(group.population.__dict__, model=part)
    if not isinstance(part, PoissonSource | SpikeSource):
        return _install_neurons(plan, group, population, now)
    if isinstance(part, PoissonSource):
        words = rate_words(group, part, plan.dt)
    else:
        words = spike_words(group, part, plan.dt)
        _refuse_past(name, words["steps"], now, plan.dt)
    group.population = population
    if group.block is not None:
        group.block.put(**words)
    return False


def _refuse_past(name: str, steps: NDArray[np.int64], now: int, dt: float) -> None:
    first = int(steps.min(initial=now))
    if first < now:
        raise bad_argument(
            f"{name}.times",
            Said(f"{first * dt:g} ms"),
            f"times from now on, {now * dt:g} ms",
        )


def _install_stimulus(plan: Plan, k: int, stimulus: Any) -> None:
    group = plan.groups[stimulus.target]
    words = stimulus_words(group, stimulus, plan.dt)
    plan.stimuli[k] = stimulus
    if plan.stimulus_blocks:
        plan.stimulus_blocks[k].put(**words)


def _install_neurons(plan: Plan, group: Group, population: Population, now: int) -> bool:
    """Write coefficients anew, in their place where no other parameters differ between neurons."""
    real = group.rows.dtype.type
    moved = group.resting is not None
    each, rows = coefficient_rows(population, plan.dt, group.n_alloc, real, moved)
    refractory = group.refractory
    if getattr(population.model, "t_ref", None) is not group.model.t_ref:
        refractory = refractory_row(population, plan.dt, group.n_alloc)
    reason = "it never sleeps"
    if group.may_sleep:
        model: Any = population.model
        p = None if each else model.Coefficients(*rows[:, 0].tolist())
        reason = why_not_with(model, bool(each), rows.dtype, [], plan.dt, p)
    if reason and population.mode == "event":
        actual = Said(
            f"parameters with which {population.name} cannot be in event mode: {reason}"
        )
        raise bad_argument("values", actual, "others", "or declare mode='auto'")
    asleep = group.event is not None
    if asleep and reason:
        wake_up(group, now)
    if asleep and not reason:
        # with the coefficients that held until now
        forward_all(group, now)
    same = each == group.each and refractory.shape == group.refractory.shape
    # what currents are multiplied by stands in their words
    same_gain = not moved or np.array_equal(_gain(group.model), _gain(population.model))
    group.population = population
    group.sleepy = group.may_sleep and not reason
    if same:
        group.coefficients[:] = rows
        group.refractory[:] = refractory
        if group.crowd is not None:
            group.crowd.tell()
    else:
        group.each = each
        group.coefficients = rows
        group.refractory = refractory
    if group.resting is not None and same:
        group.resting[:] = group.driven_row()
    elif moved:
        group.resting = group.driven_row().copy()
    if group.event is not None:
        stay_asleep(group, plan.dt, now)
    return not (same and same_gain) or (asleep and bool(reason))


def _gain(model: Any) -> Any:
    """What currents are multiplied by."""
    return getattr(model, model.drive[1]) if model.drive[1] else 1.0


def _refuse_name_of_stimulus(plan: Plan, key: str, field: str) -> None:
    """Refuse the name of a population where a stimulus onto it is meant."""
    name = key.removeprefix("population/")
    for stimulus in plan.network.stimuli:
        if stimulus.target == name and field in _changeable(stimulus):
            kind = type(stimulus).__name__
            expected = f"the {kind} itself, as a population has no {field!r}"
            remedy = f"keep it when you declare the network: drive = {kind}(...)"
            raise bad_argument("part", name, expected, remedy)


def set_state(
    plan: Plan, name: str, variable: str, value: Any, neurons: Any, now: int
) -> None:
    """Give a state variable of some neurons, None for all, another value.

    Raises:
        ValueError: an unknown variable, numbers of another length or that the model or the
            precision does not take, neurons out of range; nothing has changed then.
    """
    group = plan.groups[name]
    known = getattr(getattr(group.model, "State", None), "_fields", ())
    if variable not in known:
        raise unknown_name("variable", variable, known)
    chosen = choose("neurons", neurons, group.n)
    label = f"{name}.{variable}"
    values = floats(label, value)
    check_length(label, values, chosen.size)
    check_state(label, variable, values, group.model)
    kept = stored(label, values, group.rows.dtype)
    if group.event is not None:
        forward(group, chosen, now)
    group.row(variable)[chosen] = kept
    show_again(plan.shown, group, variable, chosen, now)


def choose(name: str, neurons: Any, n: int) -> NDArray[np.int64]:
    """Neuron numbers from numbers, a mask [n] or a slice; None is all.

    >>> choose("neurons", slice(2), 5).tolist(), choose("neurons", 3, 5).tolist()
    ([0, 1], [3])
    """
    if neurons is None or isinstance(neurons, slice):
        return np.arange(n)[slice(None) if neurons is None else neurons]
    numbers = np.atleast_1d(np.asarray(neurons))
    if numbers.dtype == bool and numbers.shape == (n,):
        return np.flatnonzero(numbers)
    if (numbers.size and numbers.dtype.kind not in "iu") or numbers.ndim != 1:
        raise bad_argument(name, neurons, f"neuron numbers, a mask [{n}] or a slice")
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < n):
        span = Said(f"{numbers.min()} to {numbers.max()}")
        raise bad_argument(name, span, f"neurons 0 to {n - 1}")
    return numbers.astype(np.int64)


def changed_arrays(plan: Plan) -> Arrays:
    """What was changed, as arrays of a checkpoint."""
    return {
        f"{PREFIX}{key}/{field}": np.asarray(value)
        for key, values in plan.changed.items()
        for field, value in values.items()
    }


def put_back(plan: Plan, arrays: Arrays) -> None:
    """Make every part what it was at a checkpoint: as declared, but for what it says."""
    written: dict[str, dict[str, Any]] = {}
    for path in arrays:
        if path.startswith(PREFIX):
            key, _, field = path.removeprefix(PREFIX).rpartition("/")
            value = arrays[path]
            written.setdefault(key, {})[field] = value if value.ndim else value.item()
    for key in dict.fromkeys([*plan.changed, *written]):
        kind, _, name = key.partition("/")
        declared: Any = (
            plan.network.populations[name].model
            if kind == "population"
            else plan.network.stimuli[int(name)]
        )
        # states come afterwards
        if kind == "population":
            plan.groups[name].event = None
        part = replace(declared, **written.get(key, {}))
        _install(plan, key, part, 0)
    plan.changed = written
