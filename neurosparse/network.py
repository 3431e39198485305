"""A network as a declaration: populations, projections between them, stimuli onto them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from neurosparse.checks import keep_fields, kept, refuse_units
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.neurons import NeuronModel, PoissonSource, SpikeSource, Value
from neurosparse.neurons.accepted import check_state, check_weights
from neurosparse.neurons.base import asks_gradient, check_length
from neurosparse.neurons.contract import check_contract
from neurosparse.plasticity import SpikeTimingRule
from neurosparse.plasticity.base import check_timing_rule
from neurosparse.typing import Float64
from neurosparse.wiring import Wiring
from neurosparse.wiring.values import Draw

__all__ = [
    "Mode",
    "Network",
    "Population",
    "Projection",
    "Stimulus",
]


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


Mode = Literal["auto", "clock", "event"]
LARGEST = 2**31 - 1  # neurons of a population: their numbers are int32


@dataclass(frozen=True, eq=False)
class Population:
    """A named group of `n` neurons of one model.

    Args:
        name: without '/' and leading '.'.
        n: how many neurons.
        model: a neuron model (any `NeuronModel`, yours too) or a source.
        initial: overrides the model's starting state, a number or an array `[n]` by state variable.
        mode: when neurons are advanced: "clock" at every step, "event" only when something can
            happen to them (models that integrate exactly), "auto" lets measured activity decide.
        positions: where they are, `[n, dimensions]`.

    Raises:
        ValueError: a size, a name, a mode or a state variable that cannot be meant.

    >>> from neurosparse.neurons import LIF
    >>> Population("E", 100, LIF()).n
    100
    """

    name: str
    n: int
    model: NeuronModel | PoissonSource | SpikeSource
    initial: Mapping[str, Value] = field(default_factory=dict)
    mode: Mode = "auto"
    positions: Float64 | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            remedy = "write Population('E', 800, LIF())"
            raise bad_type("Population.name", self.name, "a name", remedy)
        if not self.name or "/" in self.name or self.name.startswith("."):
            raise bad_argument(
                "Population.name", self.name, "a name without '/' or a leading '.'"
            )
        number = isinstance(self.n, int | float | np.number) and not isinstance(self.n, bool)
        if not number or not (1 <= self.n <= LARGEST and float(self.n).is_integer()):
            expected = f"a whole number of neurons from 1 to {LARGEST}"
            large = number and LARGEST < self.n < np.inf
            received = Said(f"{self.n:g} for {self.name!r}") if large else self.n
            raise bad_argument("Population.n", received, expected)
        # NumPy's whole numbers too, which a GPU kernel does not take
        object.__setattr__(self, "n", int(self.n))
        if self.mode not in ("auto", "clock", "event"):
            raise unknown_name("Population.mode", self.mode, ("auto", "clock", "event"))
        where = f"Population({self.name!r})"
        known_parts = any(
            hasattr(self.model, part) for part in ("receptors", "State", "update")
        )
        if isinstance(self.model, type) or not known_parts:
            raise bad_type(f"{where}.model", self.model, "a neuron model, as LIF()")
        if not isinstance(self.model, PoissonSource | SpikeSource):
            check_contract(f"{where}.model", self.model)
        if not isinstance(self.initial, Mapping):
            raise bad_type(f"{where}.initial", self.initial, "a dict, as {'v': -60.0}")
        keep_fields(self, "model")
        for key, value in self.initial.items():
            refuse_units(f"{where}.initial[{key!r}]", value)
        initial = {key: kept(value) for key, value in self.initial.items()}
        object.__setattr__(self, "initial", initial)
        known = getattr(getattr(self.model, "State", None), "_fields", ())
        for key, value in self.initial.items():
            if key not in known:
                raise unknown_name(f"{where}.initial", key, known)
            check_length(f"{where}.initial[{key!r}]", value, self.n)
            check_state(f"{where}.initial[{key!r}]", key, value, self.model)
        if self.positions is not None and np.shape(self.positions)[:1] != (self.n,):
            expected = f"an array [{self.n}, dimensions]"
            raise bad_argument("Population.positions", self.positions, expected)


@dataclass(frozen=True, eq=False)
class Projection:
    """Synapses from population `pre` to population `post`.

    Args:
        pre: the name of a population.
        post: the name of a population.
        wiring: a `Connectivity`, or a rule: anything with `build(n_pre, n_post, rng)`.
        weight: replaces the wiring's weights: one number, an array `[nnz]` in CSR order, or a draw.
        delay: replaces its delays, in ms: one number or an array `[nnz]`, multiples of dt, or a
            draw, which is rounded to steps. A delay of 0 acts in the next update.
        receptor: what the synapses act on; None takes the model's first.
        plasticity: changes the weights as spikes arrive.
        label: a name in the place of 'pre->post'.

    A draw is `Normal`, `LogNormal` or `Uniform` of `neurosparse.wiring`, or any function of
    (nnz, rng). It draws from the simulation's seed: the same seed, the same numbers.

    Raises:
        ValueError: a negative or infinite weight or delay.

    >>> from neurosparse.wiring import Bernoulli, Uniform
    >>> Projection("E", "I", Bernoulli(0.1), weight=0.5, delay=Uniform(1, 5)).name
    'E->I'
    """

    pre: str
    post: str
    wiring: Wiring | Connectivity
    weight: Value | Draw | None = None
    delay: Value | Draw | None = None
    receptor: str | None = None
    plasticity: SpikeTimingRule | None = None
    label: str | None = None

    def __post_init__(self) -> None:
        for what in ("pre", "post"):
            name = getattr(self, what)
            if not isinstance(name, str):
                remedy = "write the name that Population() was given"
                raise bad_type(f"Projection.{what}", name, "the name of a population", remedy)
        if self.label is not None and not isinstance(self.label, str):
            raise bad_type("Projection.label", self.label, "a name, or None for 'pre->post'")
        keep_fields(self, "wiring")
        where = f"Projection({self.name!r})"
        _check_weight(f"{where}.weight", self.weight)
        _check_delay(f"{where}.delay", self.delay)
        rule = self.plasticity
        if rule is not None and (isinstance(rule, type) or not hasattr(rule, "on_pre")):
            raise bad_type(f"{where}.plasticity", rule, "a rule, as PairSTDP(...)")
        if rule is not None:
            check_timing_rule(f"{where}.plasticity", rule)
        # a SciPy matrix has rows too, but no delays
        laid_out = hasattr(self.wiring, "indptr") and hasattr(self.wiring, "delay_steps")
        connects = laid_out or hasattr(self.wiring, "build")
        if isinstance(self.wiring, type) or not connects:
            remedy = "write FromData(...) around a matrix, table, graph or path"
            expected = "a Connectivity or a wiring rule, as Bernoulli(0.1)"
            raise bad_type(f"{where}.wiring", self.wiring, expected, remedy)

    @property
    def name(self) -> str:
        """The label, or 'pre->post'."""
        return self.label or f"{self.pre}->{self.post}"


@runtime_checkable
class Stimulus(Protocol):
    """What reaches a population from outside, as `PoissonInput` and the currents."""

    target: str

    def check(self, population: Population) -> None:
        """Refuse a target that does not suit."""


class Network:
    """Populations, projections and stimuli, checked against each other.

    Parts come one by one or in lists.

    Raises:
        ValueError: a name that is used twice or is not there, a receptor that the target's model
            lacks, a connectivity of another shape.
        TypeError: a foreign part.

    >>> from neurosparse.neurons import LIF
    >>> net = Network(Population("E", 80, LIF()), Population("I", 20, LIF()))
    >>> net
    Network of 100 neurons: E (80 LIF), I (20 LIF); 0 projections, 0 stimuli
    """

    def __init__(self, *parts: Any) -> None:
        flat = list(_flatten(parts))
        self._populations: dict[str, Population] = {}
        self._projections: dict[str, Projection] = {}
        self._stimuli: list[Any] = []  # `Stimulus`: their own numbers differ
        for part in flat:
            self._add(part)
        if not self._populations:
            remedy = "write Network(Population('E', 800, LIF()), ...)"
            raise bad_argument("Network", Said("no population"), "one at least", remedy)
        for projection in self.projections.values():
            self._check(projection)
        for stimulus in self.stimuli:
            self.population(stimulus.target, f"{type(stimulus).__name__}.target")
            stimulus.check(self.populations[stimulus.target])

    @property
    def populations(self) -> Mapping[str, Population]:
        """The populations by name, to be read only: parts are checked when a network is made."""
        return MappingProxyType(self._populations)

    @property
    def projections(self) -> Mapping[str, Projection]:
        """The projections by name, to be read only."""
        return MappingProxyType(self._projections)

    @property
    def stimuli(self) -> tuple[Any, ...]:
        """The stimuli in the order in which they were given."""
        return tuple(self._stimuli)

    def _add(self, part: Any) -> None:
        if isinstance(part, Population):
            _once(self._populations, part, "Population")
        elif isinstance(part, Projection):
            _once(self._projections, part, "Projection")
        elif isinstance(part, Stimulus):
            self._stimuli.append(part)
        else:
            raise bad_type(
                "Network",
                part,
                "Population, Projection or Stimulus objects, or lists of them",
            )

    def _check(self, projection: Projection) -> None:
        where = f"Projection({projection.name!r})"
        pre = self.population(projection.pre, f"{where}.pre")
        post = self.population(projection.post, f"{where}.post")
        receptors = post.model.receptors
        if projection.receptor is not None and projection.receptor not in receptors:
            raise unknown_name(f"{where}.receptor", projection.receptor, receptors)
        if not receptors:
            kind = type(post.model).__name__
            expected = f"a target with receptors; {kind} has none"
            raise bad_argument(f"{where}.post", projection.post, expected)
        weight = projection.weight
        if weight is None:
            weight = getattr(projection.wiring, "weight", None)
        if weight is not None and not callable(weight):
            rule = projection.plasticity
            name = f"{projection.name}.weight"
            check_weights(name, weight, post.model, projection.receptor, rule)
        shape = getattr(projection.wiring, "shape", None)
        if shape is not None and tuple(shape) != (pre.n, post.n):
            expected = f"a connectivity of shape [{pre.n}, {post.n}] (n_pre, n_post)"
            raise bad_argument(f"{where}.wiring", Said(f"shape {tuple(shape)}"), expected)

    def population(self, name: str, asked_by: str = "population") -> Population:
        """Find a population by name; ValueError with the nearest name otherwise."""
        if name not in self.populations:
            raise unknown_name(asked_by, name, self.populations)
        return self.populations[name]

    def projection(self, name: str) -> Projection:
        """Find a projection by name; ValueError with the nearest name otherwise."""
        if name not in self.projections:
            raise unknown_name("projection", name, self.projections)
        return self.projections[name]

    @property
    def n_neurons(self) -> int:
        """Number of neurons in all populations."""
        return sum(p.n for p in self.populations.values())

    def __repr__(self) -> str:
        listed = ", ".join(
            f"{p.name} ({p.n} {type(p.model).__name__})" for p in self.populations.values()
        )
        counts = f"{len(self.projections)} projections, {len(self.stimuli)} stimuli"
        return f"Network of {self.n_neurons} neurons: {listed}; {counts}"


def _check_weight(name: str, weight: Any) -> None:
    """Refuse what is neither a draw nor finite numbers."""
    if weight is None or callable(weight):
        return
    _check_numbers(name, weight)
    if not np.isfinite(np.asarray(weight)).all():
        raise bad_argument(name, weight, "finite numbers")


def _check_delay(name: str, delay: Any) -> None:
    """Refuse what is neither a draw nor times in ms."""
    if delay is None or callable(delay):
        return
    _check_numbers(name, delay)
    delays = np.asarray(delay, dtype=np.float64)
    if not np.isfinite(delays).all() or (delays < 0).any():
        raise bad_argument(name, Said(f"{delays.min()} ms"), "0 ms or more, a multiple of dt")


def _check_numbers(name: str, value: Any) -> None:
    gradient = asks_gradient(value)
    if gradient or np.asarray(value).dtype.kind not in "iuf":
        remedy = "write .detach() after the tensor" if gradient else ""
        raise bad_type(name, value, "a number, an array [nnz] or a draw", remedy)


def _flatten(parts: Iterable[Any]) -> Iterable[Any]:
    for part in parts:
        if isinstance(part, (list, tuple)):
            yield from _flatten(part)
        else:
            yield part


def _once(known: dict[str, Any], part: Any, kind: str) -> None:
    if part.name in known:
        remedy = "give it a label of its own"
        raise bad_argument(f"{kind}.name", part.name, "a name not used before", remedy)
    known[part.name] = part
