"""Run a plan on a GPU: chunks of steps without a word to the host, spikes and state handed back at
the end of each.

The plan's arrays on the host stay the truth between chunks, so recording, checkpoints and `state`
are those of the CPU. A chunk whose spikes did not fit into the logs is run again with larger ones,
from the untouched host arrays.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.engine.device_chunk import Chunk
from neurosparse.engine.device_rows import largest, plastic_of, rows_of, scale_of
from neurosparse.engine.drives import current_arrays, gain_of, poisson_table
from neurosparse.engine.plan import Plan
from neurosparse.engine.populations import Group
from neurosparse.engine.sources import (
    FOREVER_BIN,
    sort_spikes,
    source_table,
    starts_of,
)
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base.machine.gpu import find_device, guard_memory, upload
from neurosparse.network import Network
from neurosparse.neurons import PoissonSource
from neurosparse.stimuli import PoissonInput
from neurosparse.typing import Array

MOST_PROGRAMS = 65_535  # the second axis of a grid


@dataclass(frozen=True)
class OnDevice:
    """How to run on the GPU: `deterministic` sums are the same bits in every run, else atomic
    floats, faster.

    `chunk` steps run between two exchanges with the host: long ones, since each begins with copies
    and a recording. `programs` share the spikes of a projection and delay; None is what suits a
    large card.

    Raises:
        ValueError: a number out of range.

    >>> OnDevice().deterministic
    True
    """

    deterministic: bool = True
    chunk: int = 2048
    programs: int | None = None

    def __post_init__(self) -> None:
        whole_number("OnDevice.chunk", self.chunk, 1, LONGEST_CHUNK)
        if self.programs is not None:
            whole_number("OnDevice.programs", self.programs, 1, MOST_PROGRAMS)


def check_device(network: Network, threads: int) -> None:
    """Refuse, all at once, what the GPU cannot run yet."""
    populations = list(network.populations.values())
    refused = [f"{p.name}: mode 'event'" for p in populations if p.mode == "event"]
    brief = [p.name for p in network.projections.values() if p.short_term is not None]
    refused += [f"{name}: short_term" for name in brief]
    for p in network.projections.values():
        if hasattr(p.plasticity, "Synapse") or hasattr(p.plasticity, "rules"):
            rule = type(p.plasticity).__name__.partition("_")[0]
            refused.append(f"{p.name}: {rule}")
    refused += [f"{p.name}: noise" for p in populations if getattr(p.model, "noise", ())]
    carriers = [p.name for p in network.projections.values() if p.transmits is not None]
    refused += [f"{name}: transmits" for name in carriers]
    if threads != 1:
        refused.append(f"threads={threads}")
    if refused:
        actual = Said("'gpu' with " + ", ".join(refused))
        raise bad_argument("backend", actual, "a network without these", "use 'cpu'")


@dataclass
class Loaded:
    """What does not change while steps run, on the device."""

    coefficients: dict[str, Any] = field(default_factory=dict)
    refractory: dict[str, Any] = field(default_factory=dict)
    tables: dict[Any, Any] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    scales: dict[tuple[str, str], float] = field(default_factory=dict)


class DeviceRunner:
    """Runs chunks of one plan on a GPU; has the methods of `Runner`."""

    def __init__(self, plan: Plan, states: list[Any], how: OnDevice) -> None:
        self.device = find_device()
        self.how = how
        self.states = states
        self.seconds = 0.0
        self.capacity = 1 << 16
        self.load(plan)

    def load(self, plan: Plan) -> None:
        """Copy what does not change to the device.

        Raises:
            MemoryError: it is too much; nothing has been copied then.
        """
        self.plan = plan
        # what was there before an edit makes room first
        loaded = Loaded()
        self.loaded = loaded
        guard_memory(self.device, self._bytes())
        for name, group in plan.groups.items():
            loaded.coefficients[name] = self.up(group.coefficients)
            loaded.refractory[name] = self.up(group.refractory)
        for name, synapses in plan.synapses.items():
            lay_out = rows_of if synapses.plastic is None else plastic_of
            loaded.rows[name] = lay_out(synapses, self.up)
            key = (synapses.projection.post, self.receptor(synapses))
            most = largest(synapses)
            loaded.scales[key] = min(loaded.scales.get(key, np.inf), scale_of(most))
        self._tables(loaded)

    def _bytes(self) -> int:
        """What a plan and its longest chunk take on the device, recorded states left out."""
        groups = self.plan.groups.values()
        synapses = self.plan.synapses.values()
        log = 4 * self.capacity + 8 * (self.plan.history + self.how.chunk)
        size = sum(
            g.rows.nbytes + g.coefficients.nbytes + g.ready.nbytes + 8 * g.n_alloc + log
            for g in groups
        )
        learning = sum(s.nbytes for s in synapses if s.plastic is not None)
        return int(size + learning + sum(8 * s.nnz for s in synapses))

    def go(self, first: int, last: int) -> int:
        """Run steps first..last-1, at most a chunk of them; returns the first step not run."""
        last = min(last, first + self.how.chunk)
        begun = time.perf_counter()
        chunk = Chunk(self, first, last)
        while (needed := chunk.run()) > self.capacity:
            self.capacity = 2 * needed
            chunk = Chunk(self, first, last)
        chunk.hand_back()
        self.seconds += time.perf_counter() - begun
        return last

    def phase_seconds(self) -> dict[str, float]:
        """Wall seconds of all chunks, transfers included; a GPU does not tell its phases apart."""
        return {"device": self.seconds}

    def close(self) -> None:
        """Let the device's memory go."""
        self.loaded = Loaded()

    def up(self, array: Array) -> Any:
        """Copy an array to the device."""
        return upload(array, self.device)

    def receptor(self, synapses: Synapses) -> str:
        """The state variable that a projection adds to."""
        receptors = self.plan.groups[synapses.projection.post].model.receptors
        name = synapses.projection.receptor
        return str(receptors[name] if name is not None else next(iter(receptors.values())))

    def _tables(self, loaded: Loaded) -> None:
        for name, group in self.plan.groups.items():
            if not hasattr(group.model, "State"):
                loaded.tables[name] = self._source(name, group)
        for k, stimulus in enumerate(self.plan.stimuli):
            group = self.plan.groups[stimulus.target]
            if isinstance(stimulus, PoissonInput):
                loaded.tables[k] = self._poisson(stimulus, group)
            else:
                current = current_arrays(group, stimulus, self.plan.dt)
                numbers = (group.resting, gain_of(group), *current)
                loaded.tables[k] = tuple(self.up(np.asarray(a)) for a in numbers)

    def _source(self, name: str, group: Group) -> tuple[Any, ...]:
        """What the kernels of a source read."""
        dt = self.plan.dt
        model = group.model
        if isinstance(model, PoissonSource):
            table, width = source_table(group, model, dt)
            return self.up(table), width, _active(name, model, dt)
        when = steps(f"{name}.times", model.times, dt)
        indices, when, _ = sort_spikes(group, when, model.indices)
        starts, first = starts_of(name, when)
        return self.up(indices), self.up(starts), first

    def _poisson(self, stimulus: PoissonInput, group: Group) -> tuple[Any, ...]:
        """What the kernel of a Poisson input reads."""
        dt = self.plan.dt
        width = FOREVER_BIN
        if stimulus.bin is not None:
            width = steps("PoissonInput.bin", stimulus.bin, dt)
        weight = np.atleast_1d(np.asarray(stimulus.weight, dtype=group.rows.dtype))
        table = self.up(poisson_table(group, stimulus, dt))
        return table, width, _active("PoissonInput", stimulus, dt), self.up(weight)


def _active(name: str, source: Any, dt: float) -> tuple[int, int]:
    """The steps from which and to which a source is active."""
    start = steps(f"{name}.start", source.start, dt)
    stop = steps(f"{name}.stop", source.stop, dt)
    return int(start), int(stop)
