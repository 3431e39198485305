"""A network as a declaration, its parts checked against each other."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.network.population import Population
from neurosparse.network.projection import Projection
from neurosparse.network.transmission import check_target
from neurosparse.wiring import Between


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
        self._declared: list[tuple[Any, range]] = []
        for part in flat:
            self._add(part)
        if not self._populations:
            remedy = "write Network(Population('E', 800, LIF()), ...)"
            raise bad_argument("Network", Said("no population"), "one at least", remedy)
        for projection in self.projections.values():
            self._check(projection)
            self._place(projection)
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
            self._add_stimulus(part)
        else:
            raise bad_type(
                "Network",
                part,
                "Population, Projection or Stimulus objects, or lists of them",
            )

    def _add_stimulus(self, stimulus: Any) -> None:
        """Add a stimulus, or one for each of its targets."""
        one = isinstance(stimulus.target, str) or not is_dataclass(stimulus)
        targets = [stimulus.target] if one else stimulus.target
        places = range(len(self._stimuli), len(self._stimuli) + len(targets))
        self._declared.append((stimulus, places))
        if one:
            self._stimuli.append(stimulus)
        else:
            self._stimuli += [replace(stimulus, target=name) for name in targets]

    def places_of(self, stimulus: Any) -> range:
        """Where a stimulus stands among `stimuli`: one place for each of its targets.

        Raises:
            TypeError: it is no stimulus of this network.
        """
        for declared, places in self._declared:
            if declared is stimulus:
                return places
        for place, each in enumerate(self._stimuli):
            if each is stimulus:
                return range(place, place + 1)
        expected = "the name of a population, or one of the stimuli of this network"
        remedy = "keep it when you declare the network: drive = PoissonInput(...)"
        raise bad_type("part", stimulus, expected, remedy)

    def _check(self, projection: Projection) -> None:
        where = f"Projection({projection.name!r})"
        pre = self.population(projection.pre, f"{where}.pre")
        post = self.population(projection.post, f"{where}.post")
        receptors = post.model.receptors
        if projection.receptor is not None and projection.receptor not in receptors:
            raise unknown_name(f"{where}.receptor", projection.receptor, receptors)
        if projection.transmits is not None:
            projection.transmits.check_ends(where, pre.model, post.model)
            for end in projection.moved_ends:
                check_target(where, projection.receptor, self.populations[end].model)
        elif not receptors:
            kind = type(post.model).__name__
            expected = f"a target with receptors; {kind} has none"
            raise bad_argument(f"{where}.post", projection.post, expected)
        if isinstance(projection.wiring, Between):
            projection.wiring.check(pre.n, post.n, where)
        weight = projection.weight
        if weight is None:
            weight = getattr(projection.wiring, "weight", None)
        if weight is not None and not callable(weight):
            projection.check_weights(f"{projection.name}.weight", weight, post.model)
        shape = getattr(projection.wiring, "shape", None)
        if shape is not None and tuple(shape) != (pre.n, post.n):
            expected = f"a connectivity of shape [{pre.n}, {post.n}] (n_pre, n_post)"
            raise bad_argument(f"{where}.wiring", Said(f"shape {tuple(shape)}"), expected)

    def _place(self, projection: Projection) -> None:
        """Tell a wiring that asks for positions where the neurons are."""
        if not hasattr(projection.wiring, "placed"):
            return
        ends = (self.populations[name] for name in (projection.pre, projection.post))
        try:
            wiring = projection.wiring.placed(*(end.positions for end in ends))
        except ValueError as error:
            raise ValueError(f"Projection({projection.name!r}).wiring: {error}") from error
        self._projections[projection.name] = replace(projection, wiring=wiring)

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

    def to_toml(self) -> str:
        """Write all that was declared as TOML, which `from_toml` reads back as the same.

        Every parameter is in it. With a table `[simulation]` besides, `neurosparse run` runs it.

        Raises:
            TypeError: an object that no table can name, such as a model of your own or a function.
            ValueError: a wiring diagram of too many synapses.

        >>> from neurosparse.neurons import PoissonSource
        >>> print(Network(Population("noise", 3, PoissonSource(rate=8.0))).to_toml())
        [[population]]
        name = "noise"
        n = 3
        <BLANKLINE>
        [population.model]
        kind = "PoissonSource"
        rate = 8.0
        start = 0.0
        stop = inf
        <BLANKLINE>
        """
        import tomli_w

        from neurosparse.network.tables.writing import tables_of

        stimuli = [stimulus for stimulus, _ in self._declared]
        ends = self.populations.values(), self.projections.values()
        return tomli_w.dumps(tables_of(*ends, stimuli))

    @classmethod
    def from_toml(cls, text: str) -> "Network":
        r"""Read a network from TOML: tables `[[population]]`, `[[projection]]`, `[[stimulus]]`.

        What a run needs besides (`title`, `[simulation]`, `[[record]]`) may be there and is
        passed over.

        Raises:
            ValueError: no TOML, or a table that cannot be meant, named with its key.

        >>> table = "name = 'E'\nn = 4\nmodel = { kind = 'LIF', tau_mem = 10.0 }"
        >>> Network.from_toml(f"[[population]]\n{table}")
        Network of 4 neurons: E (4 LIF); 0 projections, 0 stimuli
        """
        from neurosparse.network.tables.reading import read_tables

        return cls(read_tables(text))

    def __repr__(self) -> str:
        listed = ", ".join(
            f"{p.name} ({p.n} {type(p.model).__name__})" for p in self.populations.values()
        )
        parts = _counted(len(self.projections), "projection", "projections")
        counts = f"{parts}, {_counted(len(self.stimuli), 'stimulus', 'stimuli')}"
        return f"Network of {self.n_neurons} neurons: {listed}; {counts}"


def _counted(n: int, one: str, several: str) -> str:
    return f"{n} {one if n == 1 else several}"


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
