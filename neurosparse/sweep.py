"""One network several times side by side, each copy with parameters of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from neurosparse import checks
from neurosparse._faces import finding
from neurosparse.errors import bad_argument, unknown_name
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource
from neurosparse.recording import SpikeRecord
from neurosparse.typing import Array, Float32
from neurosparse.wiring import Copies
from neurosparse.wiring.values import Draw, Rows, drawn

__all__ = [
    "Sweep",
]


__getattr__ = finding(__name__)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


class Sweep:
    """Copies of a network in one: `network` is simulated as any other, results come back copy by
    copy.

    Copies share their synapses (on the GPU also in memory) and differ in the noise they get; copy 0
    gets the noise that the network would get alone. Neuron i of copy k of a population of n is
    number k n + i.

    Args:
        network: what is copied.
        vary: one value a copy by parameter: "E.tau_mem" of the model of population E, "E->I.weight"
            of a projection, "stimuli[0].rate" of a stimulus.
        copies: how many, where nothing varies.

    Raises:
        ValueError: an unknown parameter, a number of values that differs.

    >>> from neurosparse.neurons import LIF
    >>> from neurosparse.wiring import OneToOne
    >>> neurons = Population("E", 3, LIF(v_rest=-45.0))
    >>> net = Network(neurons, Projection("E", "E", OneToOne(), weight=0.1))
    >>> sweep = Sweep(net, {"E.tau_mem": [10.0, 20.0]})
    >>> sweep.copies, sweep.network
    (2, Network of 6 neurons: E (6 LIF); 1 projection, 0 stimuli)
    >>> from neurosparse.engine import Simulator
    >>> sim = Simulator(sweep.network, dt=0.1)
    >>> _ = sim.run(100.0)
    >>> [len(record) > 0 for record in sweep.spikes(sim, "E")], sweep.state(sim, "E", "v").shape
    ([True, True], (2, 3))
    """

    def __init__(
        self,
        network: Network,
        vary: Mapping[str, ArrayLike] | None = None,
        copies: int | None = None,
    ):
        self.base = network
        self.vary = {name: np.asarray(values) for name, values in (vary or {}).items()}
        self.copies = self._count(copies)
        owners = self._owners()
        self.network = Network(
            *(self._population(p, owners) for p in network.populations.values()),
            *(self._projection(p, owners) for p in network.projections.values()),
            *(self._stimulus(k, s, owners) for k, s in enumerate(network.stimuli)),
        )

    def spikes(self, sim: Any, population: str) -> list[SpikeRecord]:
        """The spikes of each copy, neurons numbered as in the network alone."""
        whole = sim.spikes(population)
        n = self.base.population(population).n
        of = whole.i // n
        step = whole.step
        return [
            SpikeRecord(
                step[of == k],
                (whole.i[of == k] % n).astype(np.int32),
                dt=whole.dt,
                n=n,
                name=population,
            )
            for k in range(self.copies)
        ]

    def state(self, sim: Any, population: str, variable: str) -> Array:
        """A state variable `[copies, n]`."""
        return np.asarray(sim.state(population, variable)).reshape(self.copies, -1)

    def weights(self, sim: Any, projection: str) -> Float32:
        """The weights of a projection `[copies, nnz]`."""
        synapses = sim.connectivity(projection)
        weights = np.broadcast_to(np.asarray(synapses.weight, np.float32), synapses.nnz)
        return weights.reshape(self.copies, -1)

    def _count(self, copies: int | None) -> int:
        if copies is None and not self.vary:
            expected = "a number of copies, or `vary` with a value for each"
            raise bad_argument("copies", None, expected)
        longest = max((values.size for values in self.vary.values()), default=0)
        number = checks.whole_number("copies", longest if copies is None else copies, 1)
        for name, values in self.vary.items():
            if values.shape != (number,):
                expected = f"an array [{number}], one number for each copy"
                raise bad_argument(f"vary[{name!r}]", values, expected)
        return number

    def _owners(self) -> dict[str, dict[str, Array]]:
        """What varies, by the name of the part that has it."""
        parts: dict[str, Any] = {name: p.model for name, p in self.base.populations.items()}
        parts |= dict(self.base.projections) | {
            f"stimuli[{k}]": s for k, s in enumerate(self.base.stimuli)
        }
        owners: dict[str, dict[str, Array]] = {}
        for key, values in self.vary.items():
            owner, _, parameter = key.rpartition(".")
            if owner not in parts:
                raise unknown_name(f"vary[{key!r}]", owner, parts)
            known = (
                ["weight"]
                if isinstance(parts[owner], Projection)
                else _numbers(parts[owner])
            )
            if parameter not in known:
                raise unknown_name(f"vary[{key!r}]", parameter, known)
            owners.setdefault(owner, {})[parameter] = values
        return owners

    def _population(
        self, p: Population, owners: Mapping[str, Mapping[str, Array]]
    ) -> Population:
        repeated = {name: self._repeat(value, p.n) for name, value in p.initial.items()}
        places = None if p.positions is None else np.tile(p.positions, (self.copies, 1))
        model = self._model(p, owners.get(p.name, {}))
        return replace(
            p, n=p.n * self.copies, model=model, initial=repeated, positions=places
        )

    def _model(self, p: Population, varied: Mapping[str, Array]) -> Any:
        if isinstance(p.model, SpikeSource):
            offset = np.repeat(np.arange(self.copies) * p.n, len(p.model.times))
            return SpikeSource(
                np.tile(p.model.times, self.copies),
                np.tile(p.model.indices, self.copies) + offset,
            )
        return self._spread(p.model, p.n, varied)

    def _projection(
        self, p: Projection, owners: Mapping[str, Mapping[str, Array]]
    ) -> Projection:
        varied = owners.get(p.name, {}).get("weight")
        wiring = Copies(p.wiring, self.copies, varied)
        weight = self._each(p.weight) if varied is None else None
        return replace(p, wiring=wiring, weight=weight, delay=self._each(p.delay))

    def _stimulus(
        self, k: int, stimulus: Any, owners: Mapping[str, Mapping[str, Array]]
    ) -> Any:
        n = self.base.populations[stimulus.target].n
        return self._spread(stimulus, n, owners.get(f"stimuli[{k}]", {}))

    def _spread(self, part: Any, n: int, varied: Mapping[str, Array]) -> Any:
        """A model or stimulus for all copies: arrays [n] or [n_bins, n] repeated, varied spread."""
        new = {name: np.repeat(values, n) for name, values in varied.items()}
        for field in fields(part) if is_dataclass(part) else ():
            value = getattr(part, field.name)
            profile = field.name == "rate" and getattr(part, "bin", None) is not None
            if (
                field.name not in new
                and isinstance(value, (np.ndarray, list, tuple))
                and not (profile and np.ndim(value) == 1)
            ):
                new[field.name] = self._repeat(value, n)
        return replace(part, **new) if new else part

    def _repeat(self, value: Any, n: int) -> Any:
        """An array [..., n] once for each copy; one number stays."""
        array = np.asarray(value)
        return np.tile(array, self.copies) if array.ndim and array.shape[-1] == n else value

    def _each(self, value: Any) -> Any:
        """An array [nnz] or a draw once for each copy; one number stays."""
        if callable(value):
            return _Repeated(value, self.copies)
        return (
            np.tile(value, self.copies) if np.ndim(value) and np.size(value) > 1 else value
        )


@dataclass(frozen=True)
class _Repeated:
    """A draw for the synapses of one copy, given to all: the numbers that the network has alone."""

    draw: Draw
    copies: int

    def __call__(self, n: int, rng: np.random.Generator) -> Array:
        return np.tile(self.draw(n // self.copies, rng), self.copies)

    def of_rows(self, rows: Rows, rng: np.random.Generator, stream: int) -> Array:
        """Draw for the rows of the first copy."""
        n = len(rows[0]) // self.copies
        one = (rows[0][: n + 1], rows[1][: rows[0][n]])
        return np.tile(drawn(self.draw, one, rng, stream)(0, len(one[1])), self.copies)


def _numbers(part: Any) -> list[str]:
    """Names of the parameters of a model or stimulus that may differ between neurons."""
    named = [field.name for field in fields(part)] if is_dataclass(part) else []
    number = int | float | np.ndarray | np.number
    numbers = [name for name in named if isinstance(getattr(part, name), number)]
    if not hasattr(part, "State"):
        # times and waveforms are common to all neurons, and a profile of rates has bins in the
        # place of copies
        common = {"rate"} if getattr(part, "bin", None) is not None else set()
        numbers = [
            name for name in numbers if name in {"rate", "weight", "amplitude"} - common
        ]
    return numbers
