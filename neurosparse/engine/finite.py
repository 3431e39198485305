"""States that are no longer finite: found between chunks, named, and the run stops."""

import numpy as np

from neurosparse.engine.plan import Plan

LOOK_EVERY = 1000  # steps


def check_finite(plan: Plan, since: int, now: int) -> None:
    """Stop a run in which a state variable became NaN or infinite between two steps.

    One sum a population tells whether anything is wrong; only then each number is looked at.

    Raises:
        FloatingPointError: names the population, the first neuron, its variable and the steps.
    """
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
