"""Neurons that are kept from firing, and points in memory to which a simulation goes back."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.engine.populations import NEVER, Group
from neurosparse.engine.sleepers import forward
from neurosparse.errors import bad_argument
from neurosparse.typing import Array, Int64


class Snapshot(NamedTuple):
    """A simulation at one step, in memory: what a checkpoint holds in a file.

    Attributes:
        arrays: states, spikes under way, weights that learn, by name.
        attributes: step, seed, stimuli.
    """

    arrays: dict[str, Array]
    attributes: dict[str, Any]


def silence(group: Group, neurons: Int64, now: int) -> None:
    """Let no neuron of these fire from step `now` until it is released: it is refractory for good.

    Raises:
        ValueError: a source, whose neurons have no refractoriness.
    """
    _refuse_source(group)
    if group.event is not None:
        # whoever is refractory moves in every step: a leap is for those who are not
        forward(group, neurons, now)
    group.ready[neurons] = NEVER


def release(group: Group, neurons: Int64, now: int) -> None:
    """Let those of the neurons that were silenced fire again from step `now`."""
    _refuse_source(group)
    group.ready[neurons[group.ready[neurons] == NEVER]] = now


def _refuse_source(group: Group) -> None:
    if not hasattr(group.model, "State"):
        remedy = "set the rate of a source to 0, or give it no spikes"
        expected = "a population of neurons with a state"
        raise bad_argument("population", group.population.name, expected, remedy)


def copied(arrays: dict[str, Any]) -> dict[str, Array]:
    """Arrays of which nothing that goes on changes the contents."""
    return {name: np.array(array) for name, array in arrays.items()}
