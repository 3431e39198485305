"""What a simulator simulates, how far it is and what that took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neurosparse.console import aligned
from neurosparse.engine.plan import Plan
from neurosparse.engine.populations import Group
from neurosparse.engine.synapses import Synapses
from neurosparse.neurons import PoissonSource, SpikeSource


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
    """

    name: str
    synapses: int
    layout: str
    nbytes: int


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
    >>> synapses = [ProjectionSummary("E->E", 640, "rows", 5120)]
    >>> timing = {"seconds": {"build": 0.1}, "phases": {"update": 0.25, "deliver": 0.5}}
    >>> print(Summary(100.0, 0.1, "cpu", 1, tuple(parts), tuple(synapses), **timing))
    100 ms in steps of 0.1 ms, seed 1, on the cpu
    population  neurons  model  mode   spikes
    E           80       LIF    clock  1,234
    projection  synapses  layout  MiB
    E->E        640       rows    0.0
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
                "-" if p.spikes is None else f"{p.spikes:,}",
            )
            for p in self.populations
        ]
        projections = [
            (p.name, f"{p.synapses:,}", p.layout, f"{p.nbytes / 2**20:.1f}")
            for p in self.projections
        ]
        spent = [f"{s:.2f} s {name}" for name, s in (self.seconds | self.phases).items()]
        return "\n".join(
            [
                f"{first}, on the {self.backend}",
                *aligned(("population", "neurons", "model", "mode", "spikes"), populations),
                *aligned(("projection", "synapses", "layout", "MiB"), projections),
                ", ".join(spent),
            ]
        )


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
    return Summary(
        populations=populations,
        projections=tuple(_projection(synapses) for synapses in plan.synapses.values()),
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


def _projection(synapses: Synapses) -> ProjectionSummary:
    name = synapses.projection.name
    return ProjectionSummary(name, synapses.nnz, synapses.layout, synapses.nbytes)
