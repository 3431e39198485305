"""A network as a declaration: populations, projections between them, stimuli onto them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.neurons import Value
from neurosparse.neurons.base import asks_gradient, floats

Mode = Literal["auto", "clock", "event"]


@dataclass(frozen=True, eq=False)
class Population:
    """A named group of `n` neurons of one model.

    `initial` overrides the model's starting state, a number or an array [n] for each state
    variable. `mode` says
    when neurons are advanced: "clock" at every step, "event" only when something can happen to them
    (models that integrate exactly), "auto" lets measured activity decide. Raises ValueError for a
    size, a name, a mode or a state variable that cannot be meant.

    >>> from neurosparse.neurons import LIF
    >>> Population("E", 100, LIF()).n
    100
    """

    name: str
    n: int
    model: Any
    initial: Mapping[str, Value] = field(default_factory=dict)
    mode: Mode = "auto"
    positions: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not isinstance(self.name, str):
            raise bad_type(
                "Population.name", self.name, "a name", "write Population('E', 800, LIF())"
            )
        if not self.name or "/" in self.name or self.name.startswith("."):
            raise bad_argument("Population.name", self.name, "a name without '/' or a leading '.'")
        if not isinstance(self.n, (int, float, np.number)) or not (
            self.n >= 1 and float(self.n).is_integer()
        ):
            raise bad_argument("Population.n", self.n, "a whole number of neurons, 1 or more")
        # NumPy's whole numbers too, which a GPU kernel does not take
        object.__setattr__(self, "n", int(self.n))
        if self.mode not in ("auto", "clock", "event"):
            raise unknown_name("Population.mode", self.mode, ("auto", "clock", "event"))
        if isinstance(self.model, type) or not hasattr(self.model, "receptors"):
            raise bad_type(
                f"Population({self.name!r}).model", self.model, "a neuron model, as LIF()"
            )
        if not isinstance(self.initial, Mapping):
            raise bad_type(
                f"Population({self.name!r}).initial", self.initial, "a dict, as {'v': -60.0}"
            )
        known = getattr(getattr(self.model, "State", None), "_fields", ())
        for key, value in self.initial.items():
            if key not in known:
                raise unknown_name(f"Population({self.name!r}).initial", key, known)
            check_length(f"Population({self.name!r}).initial[{key!r}]", value, self.n)
        if self.positions is not None and np.shape(self.positions)[:1] != (self.n,):
            raise bad_argument(
                "Population.positions", self.positions, f"an array [{self.n}, dimensions]"
            )


@dataclass(frozen=True, eq=False)
class Projection:
    """Synapses from population `pre` to population `post`.

    `wiring` is a Connectivity or a rule with `build(n_pre, n_post, rng)`. `weight` replaces the
    wiring's weights,
    `delay` (ms, a multiple of dt; one number or an array [nnz] in CSR order) its delays; delay 0
    acts in the next update. `receptor` names what the synapses act on; None takes the model's
    first. `plasticity` changes the weights as spikes arrive. Raises ValueError for a negative or
    infinite weight or delay.

    >>> from neurosparse.connectivity import Connectivity
    >>> Projection("E", "I", Connectivity.from_edges([0], [0], n_pre=1, n_post=1), delay=1.5).name
    'E->I'
    """

    pre: str
    post: str
    wiring: Any
    weight: Value | None = None
    delay: Value | None = None
    receptor: str | None = None
    plasticity: Any = None
    label: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for what in ("pre", "post"):
            if not isinstance(getattr(self, what), str):
                remedy = "write the name that Population() was given"
                raise bad_type(
                    f"Projection.{what}", getattr(self, what), "the name of a population", remedy
                )
        for what in ("weight", "delay"):
            given = getattr(self, what)
            if given is not None and (
                asks_gradient(given) or np.asarray(given).dtype.kind not in "iuf"
            ):
                remedy = "write .detach() after the tensor" if asks_gradient(given) else ""
                raise bad_type(
                    f"Projection({self.name!r}).{what}", given, "a number or an array [nnz]", remedy
                )
        if self.weight is not None and not np.isfinite(np.asarray(self.weight)).all():
            raise bad_argument(f"Projection({self.name!r}).weight", self.weight, "finite numbers")
        if self.delay is not None:
            late = np.asarray(self.delay, dtype=np.float64)
            if not np.isfinite(late).all() or (late < 0).any():
                worst = Said(f"{late.min()} ms")
                raise bad_argument(
                    f"Projection({self.name!r}).delay", worst, "0 ms or more, a multiple of dt"
                )
        if self.plasticity is not None and (
            isinstance(self.plasticity, type) or not hasattr(self.plasticity, "on_pre")
        ):
            raise bad_type(
                f"Projection({self.name!r}).plasticity", self.plasticity, "a rule, as PairSTDP(...)"
            )
        if isinstance(self.wiring, type) or not (
            hasattr(self.wiring, "build")
            or (hasattr(self.wiring, "indptr") and hasattr(self.wiring, "delay_steps"))
        ):
            remedy = "write FromData(...) around a matrix, table, graph or path"
            wants = "a Connectivity or a wiring rule, as Bernoulli(0.1)"
            raise bad_type(f"Projection({self.name!r}).wiring", self.wiring, wants, remedy)

    @property
    def name(self) -> str:
        """The label, or 'pre->post'."""
        return self.label or f"{self.pre}->{self.post}"


class Network:
    """Populations, projections and stimuli, checked against each other.

    Parts are given one by one or in lists. Raises ValueError for a name that is used twice or is
    not there, a receptor that the target's model lacks, a connectivity of another shape; TypeError
    for a foreign part.

    >>> from neurosparse.neurons import LIF
    >>> net = Network(Population("E", 80, LIF()), Population("I", 20, LIF()))
    >>> net
    Network of 100 neurons: E (80 LIF), I (20 LIF); 0 projections, 0 stimuli
    """

    def __init__(self, *parts: Any) -> None:
        flat = list(_flatten(parts))
        self.populations: dict[str, Population] = {}
        self.projections: dict[str, Projection] = {}
        self.stimuli: list[Any] = []
        for part in flat:
            self._add(part)
        for projection in self.projections.values():
            self._check(projection)
        for stimulus in self.stimuli:
            self.population(stimulus.target, f"{type(stimulus).__name__}.target")
            stimulus.check(self.populations[stimulus.target])

    def _add(self, part: Any) -> None:
        if isinstance(part, Population):
            _once(self.populations, part, "Population")
        elif isinstance(part, Projection):
            _once(self.projections, part, "Projection")
        elif hasattr(part, "target") and hasattr(part, "check"):
            self.stimuli.append(part)
        else:
            raise bad_type(
                "Network", part, "Population, Projection or Stimulus objects, or lists of them"
            )

    def _check(self, projection: Projection) -> None:
        pre = self.population(projection.pre, f"Projection({projection.name!r}).pre")
        post = self.population(projection.post, f"Projection({projection.name!r}).post")
        if projection.receptor is not None and projection.receptor not in post.model.receptors:
            what = f"Projection({projection.name!r}).receptor"
            raise unknown_name(what, projection.receptor, post.model.receptors)
        if not post.model.receptors:
            kind = type(post.model).__name__
            raise bad_argument(
                f"Projection({projection.name!r}).post",
                projection.post,
                f"a target with receptors; {kind} has none",
            )
        shape = getattr(projection.wiring, "shape", None)
        if shape is not None and tuple(shape) != (pre.n, post.n):
            wants = f"a connectivity of shape [{pre.n}, {post.n}] (n_pre, n_post)"
            raise bad_argument(
                f"Projection({projection.name!r}).wiring", Said(f"shape {tuple(shape)}"), wants
            )

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


def check_length(name: str, value: Any, n: int) -> None:
    """Refuse a value that is neither one number nor an array [n] of finite numbers."""
    array = floats(name, value)
    if array.shape not in ((), (n,)):
        raise bad_argument(name, array, f"one number or an array [{n}]")
    if not np.isfinite(array).all():
        raise bad_argument(name, array, "finite numbers")


def _flatten(parts: Iterable[Any]) -> Iterable[Any]:
    for part in parts:
        if isinstance(part, (list, tuple)):
            yield from _flatten(part)
        else:
            yield part


def _once(known: dict[str, Any], part: Any, kind: str) -> None:
    if part.name in known:
        raise bad_argument(
            f"{kind}.name", part.name, "a name not used before", "give it a label of its own"
        )
    known[part.name] = part
