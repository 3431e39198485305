"""States and learned weights that are no longer finite: found between chunks and named."""

import numpy as np

from neurosparse.engine.parts import in_rows
from neurosparse.engine.plan import Plan
from neurosparse.engine.synapses import Synapses
from neurosparse.neurons.accepted import conductances

LOOK_EVERY = 1000  # steps
SLEEPING_STATES = 20  # a look a step for each so many states: some 10 ns of its 2 us


def steps_between_looks(plan: Plan) -> int:
    """Steps from one look at all states to the next; fewer looks where steps are cheap.

    In event mode a step costs what wakes up, but a look costs what is there.
    """
    sleeping = [
        group.rows.size for group in plan.groups.values() if group.event is not None
    ]
    return max(LOOK_EVERY, sum(sleeping) // SLEEPING_STATES)


def check_finite(plan: Plan, since: int, now: int) -> None:
    """Stop a run in which a state variable or a learned weight became NaN or infinite.

    One sum a population and a plastic projection tells whether anything is wrong; only then each
    number is looked at.

    Raises:
        FloatingPointError: names the population, the first neuron, its variable and the steps; or
            the projection, the first synapse and the rule, for negative conductances too.
    """
    # first what a rule made, which makes states so
    for name, synapses in plan.synapses.items():
        if synapses.plastic is not None:
            _check_learned(name, synapses, since, now)
            _check_conductances(plan, name, synapses)
    for name, group in plan.groups.items():
        states = group.rows[:, : group.n]
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(states.sum()):
                continue
        wrong = ~np.isfinite(states)
        if not wrong.any():
            continue  # a sum of large numbers
        neuron = int(np.flatnonzero(wrong.any(axis=0))[0])
        row = int(np.flatnonzero(wrong[:, neuron])[0])
        variable = group.model.State._fields[row]
        others = int(wrong.any(axis=0).sum()) - 1
        raise FloatingPointError(
            f"{name}: {variable} of neuron {neuron} became {states[row, neuron]:g} in a step from "
            f"{since} to {now - 1} ({others} more neurons are not finite); "
            "choose a smaller dt, weaker input or precision='float64'"
        )


def _check_learned(name: str, synapses: Synapses, since: int, now: int) -> None:
    """Stop where a rule made weights, or what becomes weights, that are not finite."""
    assert synapses.plastic is not None
    rule = type(synapses.plastic.rule).__name__
    for what, values in (
        ("weight", synapses.weight),
        ("eligibility", synapses.plastic.eligibility),
    ):
        if values is None:
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(values.sum()):
                continue
        # where they stand in rows
        at = synapses.places()
        values = values if at is None else in_rows(values, at)
        wrong = np.flatnonzero(~np.isfinite(values))
        if wrong.size:
            raise FloatingPointError(
                f"{name}: {what} of synapse {wrong[0]} became {values[wrong[0]]:g} in a step from "
                f"{since} to {now - 1} ({wrong.size - 1} more are not finite); look at its {rule}"
            )


def _check_conductances(plan: Plan, name: str, synapses: Synapses) -> None:
    """Stop where a rule without a bound, or a hand, made conductances negative."""
    projection = synapses.projection
    model = plan.groups[projection.post].model
    receptor = projection.receptor or next(iter(model.receptors))
    if receptor not in conductances(model) or synapses.weight.min(initial=0.0) >= 0:
        return
    weight = synapses.weights()
    synapse = int(np.flatnonzero(weight < 0)[0])
    raise FloatingPointError(
        f"{name}: weight of synapse {synapse} became {weight[synapse]:g}, but "
        f"{receptor!r} of {type(model).__name__} takes conductances, 0 or more"
    )
