"""What a simulator simulates, how far it is and what that took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.console import aligned
from neurosparse.engine.plan import Plan
from neurosparse.engine.populations import Group
from neurosparse.engine.synapses import Synapses
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput

INPUT = PoissonInput.__name__
PROJECTION = ("projection", "synapses", "in-degree", "layout", "MiB", "events/s")


@dataclass(frozen=True)
class PopulationSummary:
    """One population: its neurons, their model, how they move ("clock", "event" or "source"), and
    their spikes so far, None where spikes are not recorded.
    """

    name: str
    n: int
    model: str
    mode: str
    spikes: int | None


@dataclass(frozen=True)
class ProjectionSummary:
    """One projection: its synapses, how they are laid out, and the bytes they take.

    The layout is "bits" (a bit matrix), "rows", "rows by delay" (cut where delays differ) or "rows,
    ring" (where few synapses of a row share one), each with ", learning" where they do; "rows
    together" are walked as one with those of other projections, and their bytes counted there.

    `in_degree` is how many synapses a neuron of the target has, in the mean. `events` are synaptic
    events in a second: those that a Poisson source is declared to cause, else the spikes so far
    times the mean out-degree; None where spikes are not recorded, or nothing has run.
    """

    name: str
    synapses: int
    layout: str
    nbytes: int
    in_degree: float = 0.0
    events: float | None = None


@dataclass(frozen=True)
class StimulusSummary:
    """One stimulus: its kind, its target, and the events in a second that it is declared to bring;
    None of a current.
    """

    kind: str
    target: str
    events: float | None


@dataclass(frozen=True)
class Summary:
    """What `Simulator.summary()` gives; printed, it is a table.

    Args:
        time: simulated so far, in ms.
        dt: time step in ms.
        backend: "cpu" or "gpu".
        seconds: wall seconds of building and compiling.
        phases: wall seconds of the time loop by phase.

    >>> parts = [PopulationSummary("E", 80, "LIF", "clock", 1234)]
    >>> synapses = [ProjectionSummary("E->E", 640, "rows", 5120, 8.0, 98720.0)]
    >>> timing = {"seconds": {"build": 0.1}, "phases": {"update": 0.25, "deliver": 0.5}}
    >>> print(Summary(100.0, 0.1, "cpu", 1, tuple(parts), tuple(synapses), **timing))
    100 ms in steps of 0.1 ms, seed 1, on the cpu
    population  neurons  model  mode   spikes
    E           80       LIF    clock  1,234
    projection  synapses  in-degree  layout  MiB  events/s
    E->E        640       8.0        rows    0.0  98,720
    0.10 s build, 0.25 s update, 0.50 s deliver
    """

    time: float
    dt: float
    backend: str
    seed: int
    populations: tuple[PopulationSummary, ...]
    projections: tuple[ProjectionSummary, ...]
    seconds: dict[str, float]
    phases: dict[str, float]
    nbytes_shared: int = 0
    stimuli: tuple[StimulusSummary, ...] = ()

    @property
    def n_neurons(self) -> int:
        """Neurons of all populations."""
        return sum(p.n for p in self.populations)

    @property
    def n_synapses(self) -> int:
        """Synapses of all projections."""
        return sum(p.synapses for p in self.projections)

    @property
    def n_spikes(self) -> int | None:
        """Recorded spikes of all populations, None where none are recorded."""
        counts = [p.spikes for p in self.populations if p.spikes is not None]
        return sum(counts) if counts else None

    @property
    def nbytes_synapses(self) -> int:
        """Bytes that all projections take, and what they share: bundles of rows, and the rings in
        which spikes wait.
        """
        return sum(p.nbytes for p in self.projections) + self.nbytes_shared

    @property
    def events(self) -> float | None:
        """Synaptic events and those of stimuli in a second, None where some are not known."""
        counts = [p.events for p in self.projections]
        counts += [s.events for s in self.stimuli if s.kind == INPUT]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    @property
    def run_seconds(self) -> float:
        """Wall seconds of the time loop."""
        return sum(self.phases.values())

    def __str__(self) -> str:
        first = f"{self.time:g} ms in steps of {self.dt:g} ms, seed {self.seed}"
        populations = [
            (
                p.name,
                f"{p.n:,}",
                p.model,
                p.mode,
                _count(p.spikes),
            )
            for p in self.populations
        ]
        projections = [
            (
                p.name,
                f"{p.synapses:,}",
                f"{p.in_degree:,.1f}",
                p.layout,
                f"{p.nbytes / 2**20:.1f}",
                _count(p.events),
            )
            for p in self.projections
        ]
        stimuli = [(s.kind, s.target, _count(s.events)) for s in self.stimuli]
        spent = [f"{s:.2f} s {name}" for name, s in (self.seconds | self.phases).items()]
        return "\n".join(
            [
                f"{first}, on the {self.backend}",
                *aligned(("population", "neurons", "model", "mode", "spikes"), populations),
                *aligned(PROJECTION, projections),
                *(aligned(("stimulus", "target", "events/s"), stimuli) if stimuli else []),
                ", ".join(spent),
            ]
        )


def _count(number: float | None) -> str:
    """A whole number, or a dash where there is none."""
    return "-" if number is None else f"{number:,.0f}"


def summarise(plan: Plan, sinks: Mapping[str, Any], state: Mapping[str, Any]) -> Summary:
    """Look at a plan and its spike recorders; see `Simulator.summary`.

    Args:
        plan: what is simulated.
        sinks: the recorder of each recorded population's spikes.
        state: time, dt, backend, seed and phases, as `Summary` names them.
    """
    populations = tuple(
        _population(group, len(sinks[name].record()) if name in sinks else None)
        for name, group in plan.groups.items()
    )
    time = state["time"]
    rates = {p.name: _rates(plan.groups[p.name], p.spikes, time) for p in populations}
    return Summary(
        populations=populations,
        projections=tuple(
            _projection(synapses, plan.groups, rates[synapses.projection.pre])
            for synapses in plan.synapses.values()
        ),
        stimuli=tuple(_stimulus(stimulus, plan.groups) for stimulus in plan.stimuli),
        seconds=dict(plan.seconds),
        nbytes_shared=sum(ring.nbytes for ring in plan.rings.values())
        + sum(bundle.nbytes for bundle in plan.bundles.live()),
        **state,
    )


def _population(group: Group, spikes: int | None) -> PopulationSummary:
    model = group.model
    mode = "clock" if group.event is None else "event"
    if isinstance(model, (PoissonSource, SpikeSource)):
        mode = "source"
    return PopulationSummary(
        group.population.name, group.n, type(model).__name__, mode, spikes
    )


def _rates(group: Group, spikes: int | None, time: float) -> Any:
    """Spikes in a second, one number in the mean or one for each neuron; None where not known."""
    if isinstance(group.model, PoissonSource):
        return _mean_rate(group.model)
    return spikes / time * 1000.0 / group.n if spikes is not None and time else None


def _mean_rate(part: Any) -> Any:
    """The rate of a source or an input, or its mean over the bins of a profile."""
    rate = np.asarray(part.rate, dtype=np.float64)
    return rate if part.bin is None else rate.mean(axis=0)


def _projection(
    synapses: Synapses, groups: Mapping[str, Group], rates: Any
) -> ProjectionSummary:
    name = synapses.projection.name
    in_degree = synapses.nnz_all / groups[synapses.projection.post].n
    events = None
    if rates is not None and synapses.projection.transmits is None:
        each = np.diff(synapses.indptr) if np.ndim(rates) else synapses.nnz_all
        events = float(np.sum(rates * each))
    about = (synapses.nnz_all, synapses.layout, synapses.nbytes)
    return ProjectionSummary(name, *about, in_degree, events)


def _stimulus(stimulus: Any, groups: Mapping[str, Group]) -> StimulusSummary:
    kind = type(stimulus).__name__
    if kind != INPUT:
        return StimulusSummary(kind, stimulus.target, None)
    rates = np.broadcast_to(_mean_rate(stimulus), groups[stimulus.target].n)
    return StimulusSummary(kind, stimulus.target, float(rates.sum()))
