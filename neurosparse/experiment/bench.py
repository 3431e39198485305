"""One process at work: it builds the network of a graph once, and runs the trials of its arms."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, Spikes
from neurosparse.experiment.design import Arm, Design
from neurosparse.experiment.interventions import (
    Inject,
    Stimulate,
    Window,
    cut_by,
    silenced_by,
)
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import PoissonSource
from neurosparse.stimuli import StepCurrent
from neurosparse.store.atomic import new_folder
from neurosparse.typing import Array, Bool, Float32, Int32, Int64

NEURONS = "neurons"
# spikes of one trial kept for a raster
MOST_SPIKES = 200_000


class Source(NamedTuple):
    """Neurons that get Poisson spikes in a window."""

    neurons: Int32
    rate: float
    weight: float
    window: Window
    receptor: str | None


class Current(NamedTuple):
    """A current into some neurons in a window."""

    neurons: Int32
    amplitude: float
    window: Window


class Silenced(NamedTuple):
    """Neurons that fire no spikes in a window."""

    neurons: Int32
    window: Window


class Task(NamedTuple):
    """What an arm does, as arrays: sets would carry the connectome to every process."""

    name: str
    sources: tuple[Source, ...] = ()
    currents: tuple[Current, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    cuts: tuple[tuple[Bool, Bool], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it runs in the network of the intact arm."""
        return not (self.sources or self.currents or self.cuts)


class Job(NamedTuple):
    """All that a process must know, beside the graphs, which it maps."""

    n: int
    model: Any
    drive: tuple[Source, ...]
    tasks: tuple[Task, ...]
    readouts: tuple[Int32, ...]
    synapse: tuple[float, str | None]
    times: tuple[float, float, float]
    seeds: tuple[int, ...]


class Outcome(NamedTuple):
    """What the trials of one arm on one graph gave.

    Attributes:
        rates: of the read-outs in Hz `[trials, readouts]`.
        counts: spikes of each neuron, all trials together `[n]`.
        step, neuron: spikes of the first trial, as many as are kept.
    """

    rates: Float32
    counts: Int64
    step: Int64
    neuron: Int32


def job_of(design: Design) -> Job:
    """What processes are told of a design."""
    seeds = [np.random.SeedSequence([design.seed, t]) for t in range(design.trials)]
    return Job(
        design.connectome.n,
        design.model,
        tuple(source for part in design.drive for source in _sources(part)),
        tuple(_task(arm) for arm in design.arms),
        tuple(neurons.indices for neurons in design.sets.values()),
        (design.delay, design.receptor),
        (design.dt, design.warmup, design.duration),
        # whole numbers that every platform takes as a seed
        tuple(int(seed.generate_state(1, np.uint32)[0] >> 1) for seed in seeds),
    )


def _sources(part: Stimulate) -> list[Source]:
    each = (part.neurons.indices, part.rate, part.weight)
    return [Source(*each, window, part.receptor) for window in part.windows]


def _task(arm: Arm) -> Task:
    sources: list[Source] = []
    currents: list[Current] = []
    silenced: list[Silenced] = []
    cuts: list[tuple[Bool, Bool]] = []
    for part in arm.parts:
        neurons = silenced_by(part)
        cut = cut_by(part)
        if isinstance(part, Stimulate):
            sources += _sources(part)
        elif isinstance(part, Inject):
            window = Window(part.start, part.stop)
            currents.append(Current(part.neurons.indices, part.amplitude, window))
        elif neurons is not None:
            window = Window(part.start, part.stop)  # type: ignore[union-attr]
            silenced.append(Silenced(neurons, window))
        elif cut is not None:
            cuts.append(cut)
    return Task(arm.name, tuple(sources), tuple(currents), tuple(silenced), tuple(cuts))


def put_graph(folder: Path, wiring: Connectivity) -> None:
    """Write a graph so that processes can map it, whole or not at all."""
    with new_folder(folder) as new:
        np.save(new / "indptr.npy", wiring.indptr)
        np.save(new / "indices.npy", wiring.indices)
        np.save(new / "weight.npy", wiring.weights_array())


def map_graph(folder: Path) -> Connectivity:
    """A graph that lies in memory once, however many processes map it."""
    parts = [
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        for name in ("indptr", "indices", "weight")
    ]
    return Connectivity(parts[0], parts[1], len(parts[0]) - 1, weight=parts[2])


class Bench:
    """Runs arms one after the other; the network stays as long as only silences differ.

    Args:
        job: the experiment.
        folder: of the graphs, by number.
    """

    def __init__(self, job: Job, folder: Path) -> None:
        self.job = job
        self.folder = folder
        self._stands: tuple[int, int] | None = None
        self._wiring: tuple[int, Connectivity] | None = None
        self._simulator: Simulator
        self._start: Any = None

    def run(self, graph: int, arm: int) -> Outcome:
        """Simulate every trial of an arm on a graph."""
        task = self.job.tasks[arm]
        self._set_up(graph, 0 if task.plain else arm)
        rates = np.empty((len(self.job.seeds), len(self.job.readouts)), np.float32)
        total = np.zeros(self.job.n, np.int64)
        dt, warmup, duration = self.job.times
        step = np.zeros(0, np.int64)
        neuron = np.zeros(0, np.int32)
        for trial, seed in enumerate(self.job.seeds):
            self._trial(task.silenced, seed)
            record = self._simulator.spikes(NEURONS)
            counted = record.i[record.step >= round(warmup / dt)]
            counts = np.bincount(counted, minlength=self.job.n)
            seconds = (duration - warmup) / 1000
            rates[trial] = [counts[part].mean() / seconds for part in self.job.readouts]
            total += counts
            if trial == 0:
                step = record.step[:MOST_SPIKES]
                neuron = record.i[:MOST_SPIKES]
        return Outcome(rates, total, step, neuron)

    def _trial(self, silenced: Sequence[Silenced], seed: int) -> None:
        simulator = self._simulator
        duration = self.job.times[2]
        simulator.go_back(self._start, seed=seed)
        ends = {min(time, duration) for part in silenced for time in part.window}
        for time in sorted({*ends, 0.0, duration}):
            if time > simulator.time:
                simulator.run(time - simulator.time)
            for part in silenced:
                if part.window.stop == time:
                    simulator.release(NEURONS, part.neurons)
            for part in silenced:
                # who is in several sets is silent as long as one of them is
                if part.window.start <= time < part.window.stop:
                    simulator.silence(NEURONS, part.neurons)

    def _set_up(self, graph: int, arm: int) -> None:
        if self._stands == (graph, arm):
            return
        if self._wiring is None or self._wiring[0] != graph:
            self._wiring = graph, map_graph(self.folder / f"graph-{graph}")
        network = self._network(self._wiring[1], self.job.tasks[arm])
        record = [Spikes(NEURONS)]
        self._simulator = Simulator(network, dt=self.job.times[0], record=record)
        self._start = self._simulator.snapshot()
        self._stands = graph, arm

    def _network(self, wiring: Connectivity, task: Task) -> Network:
        n = self.job.n
        delay, receptor = self.job.synapse
        for pre, post in task.cuts:
            cut = post[wiring.indices] & np.repeat(pre, wiring.out_degree)
            wiring = wiring.without(cut)
        parts: list[Any] = [
            Population(NEURONS, n, self.job.model),
            Projection(NEURONS, NEURONS, wiring, delay=delay, receptor=receptor),
        ]
        for k, source in enumerate((*self.job.drive, *task.sources)):
            parts += _driving(f"drive {k}", source, n)
        parts += [_current(current, n) for current in task.currents]
        return Network(*parts)


def _driving(name: str, source: Source, n: int) -> list[Any]:
    """A population of Poisson sources, one onto each neuron."""
    k = len(source.neurons)
    onto = Connectivity.from_edges(np.arange(k), source.neurons, n_pre=k, n_post=n)
    start, stop = source.window
    rate = float(source.rate)
    drive = Projection(
        name, NEURONS, onto, source.weight, delay=0.0, receptor=source.receptor
    )
    return [Population(name, k, PoissonSource(rate, start=start, stop=stop)), drive]


def _current(current: Current, n: int) -> StepCurrent:
    amplitude: Array = np.zeros(n)
    amplitude[current.neurons] = current.amplitude
    start, stop = current.window
    return StepCurrent(
        NEURONS, amplitude=amplitude, start=start, stop=stop if stop < math.inf else np.inf
    )
