"""What to record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from neurosparse.checks import keep_fields, positive, text
from neurosparse.engine.units import whole_steps
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.network import Network
from neurosparse.plasticity.base import variables_of
from neurosparse.typing import Array, Int64

_POPULATION = "the name of a population"
_PROJECTION = "the name of a projection"


@dataclass(frozen=True)
class Spikes:
    """Record every spike of a population.

    >>> Spikes("E").population
    'E'
    """

    population: str

    def __post_init__(self) -> None:
        text("Spikes.population", self.population, _POPULATION)


@dataclass(frozen=True)
class Rates:
    """Record how many neurons of a population fire in bins of `bin` ms.

    >>> Rates("E", bin=5.0).bin
    5.0
    """

    population: str
    bin: float = 1.0

    def __post_init__(self) -> None:
        text("Rates.population", self.population, _POPULATION)
        positive("Rates.bin", self.bin, "ms")


@dataclass(frozen=True, eq=False)
class States:
    """Record a state variable of chosen neurons (None: all) every `every` ms (None: every step).

    The value of step s is the one after the update and reset of step s; columns stand in the order
    of `indices`.

    >>> States("E", "v", indices=[0, 7], every=1.0).variable
    'v'
    """

    population: str
    variable: str
    indices: Sequence[int] | Int64 | None = None
    every: float | None = None

    def __post_init__(self) -> None:
        keep_fields(self)
        text("States.population", self.population, _POPULATION)
        text("States.variable", self.variable, "a state variable, as 'v'")
        if self.every is not None:
            positive("States.every", self.every, "ms")


@dataclass(frozen=True, eq=False)
class Weights:
    """Record the weights of a projection at `positions` in CSR order (None: all) every `every` ms.

    The synapses that stand at `positions` when the simulation begins are followed through every
    rewiring; the weight of one that was removed is NaN from then on. The record's `along` names
    their `pre` and `post` neurons.

    >>> Weights("E->E", every=1000.0).every
    1000.0
    """

    projection: str
    every: float
    positions: Sequence[int] | Int64 | None = None

    def __post_init__(self) -> None:
        keep_fields(self)
        text("Weights.projection", self.projection, _PROJECTION)
        positive("Weights.every", self.every, "ms")


@dataclass(frozen=True, eq=False)
class SynapseStates:
    """Record a variable of the synapses of a projection that learns, every `every` ms.

    The variable is one that the rule keeps for each synapse, as the eligibility of `DopamineSTDP`
    or the calcium of `GraupnerBrunel`. Which synapses, and what becomes of them as they are
    rewired, is as `Weights` has it.

    >>> SynapseStates("E->E", "eligibility", every=10.0).variable
    'eligibility'
    """

    projection: str
    variable: str
    every: float
    positions: Sequence[int] | Int64 | None = None

    def __post_init__(self) -> None:
        keep_fields(self)
        text("SynapseStates.projection", self.projection, _PROJECTION)
        text("SynapseStates.variable", self.variable, "a variable, as 'eligibility'")
        positive("SynapseStates.every", self.every, "ms")


@dataclass(frozen=True, eq=False)
class Traces:
    """Record a trace of a projection that learns, of chosen neurons (None: all), every `every` ms.

    `side` is "pre" or "post": whose traces. A presynaptic trace is as synapses see it after their
    one delay; where they may differ in delay, or keep more than a weight, as the neuron has it.
    Like weights, traces are those between two steps: a row of time t holds
    what the spikes before t left.

    >>> Traces("E->E", "pre", "recent", every=1.0).side
    'pre'
    """

    projection: str
    side: Literal["pre", "post"]
    variable: str
    every: float
    indices: Sequence[int] | Int64 | None = None

    def __post_init__(self) -> None:
        keep_fields(self)
        text("Traces.projection", self.projection, _PROJECTION)
        text("Traces.variable", self.variable, "a trace, as 'recent'")
        positive("Traces.every", self.every, "ms")
        if self.side not in ("pre", "post"):
            raise unknown_name("Traces.side", self.side, ("pre", "post"))


Request = Spikes | Rates | States | Weights | SynapseStates | Traces


def requests_of(record: Any, network: Network, dt: float) -> list[Request]:
    """The requests that a simulator is given; None asks for all spikes."""
    if record is None:
        return [Spikes(name) for name in network.populations]
    if not isinstance(record, (list, tuple)):
        raise bad_type(
            "record",
            record,
            "a list of Spikes, Rates, States, Weights, SynapseStates and Traces",
            "write record=[...]",
        )
    check_requests(network, record, dt)
    return list(record)


def check_requests(network: Network, requests: Sequence[Request], dt: float) -> None:
    """Refuse requests for what is not there, before anything is built."""
    for k, request in enumerate(requests):
        if not isinstance(request, get_args(Request)):
            names = "Spikes, Rates, States, Weights, SynapseStates or Traces"
            raise bad_type("record", request, f"{names} objects")
        if isinstance(request, Weights | SynapseStates | Traces):
            _check_learned(network, request, dt)
            continue
        if isinstance(request, (Spikes, Rates)) and any(
            type(r) is type(request) and r.population == request.population
            for r in requests[:k]
        ):
            raise bad_argument(
                "record",
                request,
                f"every request once: one {type(request).__name__} a population",
            )
        population = network.population(
            request.population, f"{type(request).__name__}.population"
        )
        if isinstance(request, States):
            if request.every is not None:
                whole_steps("States.every", request.every, dt)
            fields = getattr(getattr(population.model, "State", None), "_fields", ())
            if request.variable not in fields:
                raise unknown_name("States.variable", request.variable, fields)
            _check_neurons("States.indices", request.indices, population.n)
        if isinstance(request, Rates):
            whole_steps("Rates.bin", request.bin, dt)


def _check_learned(
    network: Network, request: Weights | SynapseStates | Traces, dt: float
) -> None:
    """Refuse requests for what no synapse and no rule has."""
    kind = type(request).__name__
    projection = network.projection(request.projection)
    whole_steps(f"{kind}.every", request.every, dt)
    if not isinstance(request, Traces):
        _check_numbers(f"{kind}.positions", request.positions)
    if isinstance(request, Weights):
        return
    rule: Any = projection.plasticity
    if rule is None:
        expected = "a projection with plasticity=, as PairSTDP(...)"
        raise bad_argument(f"{kind}.projection", request.projection, expected)
    if isinstance(request, SynapseStates):
        names = variables_of(rule)
    else:
        names = (rule.Pre if request.side == "pre" else rule.Post)._fields
    if request.variable not in names:
        raise unknown_name(f"{kind}.variable", request.variable, names)
    if isinstance(request, Traces):
        end = projection.pre if request.side == "pre" else projection.post
        _check_neurons("Traces.indices", request.indices, network.populations[end].n)


def _check_neurons(name: str, indices: Any, n: int) -> None:
    chosen = _check_numbers(name, indices)
    if chosen.size and (chosen.min() < 0 or chosen.max() >= n):
        actual = Said(f"{chosen.min()} .. {chosen.max()}")
        raise bad_argument(name, actual, f"neuron numbers from 0 to {n - 1}")


def _check_numbers(name: str, value: Any) -> Array:
    """Refuse what is no flat array of whole numbers, each once, a mask above all; None is none at
    all.
    """
    numbers = np.asarray([] if value is None else value)
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise bad_argument(
            name,
            value,
            "a flat array of whole numbers",
            "write np.flatnonzero(mask) for a mask",
        )
    if len(np.unique(numbers)) != len(numbers):
        raise bad_argument(name, value, "every number once")
    return numbers
