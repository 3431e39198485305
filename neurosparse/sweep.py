"""One network several times side by side, each copy with parameters of its own."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosparse.errors import bad_argument, unknown_name
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource
from neurosparse.recording import SpikeRecord
from neurosparse.wiring import Copies


class Sweep:
    """Copies of a network in one: `network` is simulated as any other, results come back copy by
    copy.

    `vary` gives a parameter one value for each copy: "E.tau_mem" of the model of population E,
    "E->I.weight" of a projection, "stimuli[0].rate" of a stimulus. Copies share their synapses (on
    the GPU also in memory) and differ in the noise they get; copy 0 gets the noise that the network
    would get alone. Neuron i of copy k of a population of n is number k n + i. Raises ValueError
    for an unknown parameter and for a number of values that differs.

    >>> from neurosparse.neurons import LIF
    >>> net = Network(Population("E", 3, LIF(v_rest=-45.0)), Projection("E", "E", Copies(_ring(), 1), weight=0.1))
    >>> sweep = Sweep(net, {"E.tau_mem": [10.0, 20.0]})
    >>> sweep.copies, sweep.network
    (2, Network of 6 neurons: E (6 LIF); 1 projections, 0 stimuli)
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
        self.base, self.vary = (
            network,
            {name: np.asarray(values) for name, values in (vary or {}).items()},
        )
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

    def state(self, sim: Any, population: str, variable: str) -> NDArray[Any]:
        """A state variable `[copies, n]`."""
        return np.asarray(sim.state(population, variable)).reshape(self.copies, -1)

    def weights(self, sim: Any, projection: str) -> NDArray[np.float32]:
        """The weights of a projection `[copies, nnz]`."""
        made = sim.connectivity(projection)
        return np.broadcast_to(np.asarray(made.weight, np.float32), made.nnz).reshape(
            self.copies, -1
        )

    def _count(self, copies: int | None) -> int:
        if copies is None and not self.vary:
            raise bad_argument(
                "copies", None, "a number of copies, or `vary` with a value for each"
            )
        most = copies if copies is not None else max(values.size for values in self.vary.values())
        if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
            raise bad_argument("copies", most, "a whole number, 1 or more")
        for name, values in self.vary.items():
            if values.shape != (most,):
                raise bad_argument(
                    f"vary[{name!r}]", values, f"an array [{most}], one number for each copy"
                )
        return int(most)

    def _owners(self) -> dict[str, dict[str, NDArray[Any]]]:
        """What varies, by the name of the part that has it."""
        parts: dict[str, Any] = {name: p.model for name, p in self.base.populations.items()}
        parts |= dict(self.base.projections) | {
            f"stimuli[{k}]": s for k, s in enumerate(self.base.stimuli)
        }
        found: dict[str, dict[str, NDArray[Any]]] = {}
        for key, values in self.vary.items():
            owner, _, parameter = key.rpartition(".")
            if owner not in parts:
                raise unknown_name(f"vary[{key!r}]", owner, parts)
            known = ["weight"] if isinstance(parts[owner], Projection) else _numbers(parts[owner])
            if parameter not in known:
                raise unknown_name(f"vary[{key!r}]", parameter, known)
            found.setdefault(owner, {})[parameter] = values
        return found

    def _population(
        self, p: Population, owners: Mapping[str, Mapping[str, NDArray[Any]]]
    ) -> Population:
        repeated = {name: self._repeat(value, p.n) for name, value in p.initial.items()}
        places = None if p.positions is None else np.tile(p.positions, (self.copies, 1))
        model = self._model(p, owners.get(p.name, {}))
        return replace(p, n=p.n * self.copies, model=model, initial=repeated, positions=places)

    def _model(self, p: Population, own: Mapping[str, NDArray[Any]]) -> Any:
        if isinstance(p.model, SpikeSource):
            offset = np.repeat(np.arange(self.copies) * p.n, len(p.model.times))
            return SpikeSource(
                np.tile(p.model.times, self.copies), np.tile(p.model.indices, self.copies) + offset
            )
        return self._spread(p.model, p.n, own)

    def _projection(
        self, p: Projection, owners: Mapping[str, Mapping[str, NDArray[Any]]]
    ) -> Projection:
        own = owners.get(p.name, {}).get("weight")
        weight, delay = (None if v is None else self._each(v) for v in (p.weight, p.delay))
        return replace(
            p,
            wiring=Copies(p.wiring, self.copies, own),
            weight=weight if own is None else None,
            delay=delay,
        )

    def _stimulus(
        self, k: int, stimulus: Any, owners: Mapping[str, Mapping[str, NDArray[Any]]]
    ) -> Any:
        n = self.base.populations[stimulus.target].n
        return self._spread(stimulus, n, owners.get(f"stimuli[{k}]", {}))

    def _spread(self, part: Any, n: int, own: Mapping[str, NDArray[Any]]) -> Any:
        """A model or stimulus for all copies: arrays [n] or [n_bins, n] repeated, varied numbers spread."""
        new = {name: np.repeat(values, n) for name, values in own.items()}
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
        """An array [nnz] once for each copy; one number stays."""
        return np.tile(value, self.copies) if np.ndim(value) and np.size(value) > 1 else value


def _numbers(part: Any) -> list[str]:
    """Names of the parameters of a model or stimulus that may differ between neurons."""
    named = [field.name for field in fields(part)] if is_dataclass(part) else []
    found = [
        name
        for name in named
        if isinstance(getattr(part, name), (int, float, np.ndarray, np.number))
    ]
    if not hasattr(part, "State"):
        # times and waveforms are common to all neurons, and a profile of rates has bins in the
        # place of copies
        common = {"rate"} if getattr(part, "bin", None) is not None else set()
        found = [name for name in found if name in {"rate", "weight", "amplitude"} - common]
    return found


def _ring() -> Any:
    """Three neurons in a ring, for the example above."""
    from neurosparse.connectivity import Connectivity

    return Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
