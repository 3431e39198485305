"""Run a plan on a GPU: chunks of steps without a word to the host, spikes and state handed back at the end of each.

The plan's arrays on the host stay the truth between chunks, so recording, checkpoints and `state` are those of the
CPU. A chunk whose spikes did not fit into the logs is run again with larger ones, from the untouched host arrays.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.drives import STREAM_OF_STIMULI, current_arrays, gain_of, poisson_table
from neurosparse.engine.plan import Plan
from neurosparse.engine.populations import FOREVER_BIN, Group, sort_spikes, source_table
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.machine.gpu import blank, capture, find_device, guard_memory, upload
from neurosparse.network import Network
from neurosparse.neurons.sources import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring.copies import Copies

WORTH_CAPTURING = 8  # steps
HEADROOM = 40  # bits of a fixed-point weight's size; sums of 2^22 of the largest weight still fit into 63


@dataclass(frozen=True)
class OnDevice:
    """How to add on the GPU: `deterministic` sums are the same bits in every run, else atomic floats, faster.

    >>> OnDevice().deterministic
    True
    """

    deterministic: bool = True
    chunk: int = 256
    programs: int | None = None


def check_device(network: Network, threads: int) -> None:
    """Refuse, all at once, what the GPU cannot run yet."""
    found = [f"{p.name}: mode 'event'" for p in network.populations.values() if p.mode == "event"]
    if threads != 1:
        found.append(f"threads={threads}")
    if found:
        raise bad_argument("backend", Said("'gpu' with " + ", ".join(found)), "a network without these", "use 'cpu'")


@dataclass
class Rows:
    """A projection as the delivery kernel reads it: synapses of a row sorted by delay, once for all copies."""

    segments: Any
    delays: Any
    indices: Any
    weights: Any
    n_pre: int
    n_post: int
    each: bool
    per_copy: int = 0


@dataclass
class Plastic:
    """A projection as the learning kernels read it; weights, what changes and traces are copies of one chunk."""

    segments: Any
    indices: Any
    columns: Any
    of: Any
    places: Any
    coefficients: Any
    x_factors: Any
    y_factors: Any
    weights: Any = None
    changed: Any = None
    x: Any = None
    y: Any = None


@dataclass
class _Loaded:
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
        self.how, self.states = how, states
        self.seconds, self.capacity = 0.0, 1 << 16
        self.load(plan)

    def load(self, plan: Plan) -> None:
        """Copy what does not change to the device. Raises MemoryError, before anything is copied, if it is too much."""
        self.plan = plan
        size = sum(g.rows.nbytes + g.coefficients.nbytes + g.ready.nbytes for g in plan.groups.values())
        learning = sum(s.nbytes for s in plan.synapses.values() if s.plastic is not None)
        guard_memory(self.device, size + learning + sum(8 * s.nnz for s in plan.synapses.values()))
        made = _Loaded()
        for name, group in plan.groups.items():
            made.coefficients[name] = self.up(group.coefficients)
            made.refractory[name] = self.up(group.refractory)
        for name, synapses in plan.synapses.items():
            made.rows[name] = self._rows(synapses) if synapses.plastic is None else self._plastic(synapses)
            key = (synapses.projection.post, self.receptor(synapses))
            largest = _largest(synapses)
            made.scales[key] = min(made.scales.get(key, np.inf), _scale(largest))
        self._tables(made)
        self.made = made

    def go(self, first: int, last: int) -> int:
        """Run steps first..last-1, at most a chunk of them; returns the first step not run."""
        last = min(last, first + min(self.how.chunk, LONGEST_CHUNK))
        begun = time.perf_counter()
        chunk = _Chunk(self, first, last)
        while (needed := chunk.run()) > self.capacity:
            self.capacity = 2 * needed
            chunk = _Chunk(self, first, last)
        chunk.hand_back()
        self.seconds += time.perf_counter() - begun
        return last

    def phase_seconds(self) -> dict[str, float]:
        """Wall seconds of all chunks, transfers included; a GPU does not tell its phases apart."""
        return {"device": self.seconds}

    def close(self) -> None:
        """Let the device's memory go."""
        self.made = _Loaded()

    def up(self, array: NDArray[Any]) -> Any:
        """Copy an array to the device."""
        return upload(array, self.device)

    def receptor(self, made: Synapses) -> str:
        """The state variable that a projection adds to."""
        receptors = self.plan.groups[made.projection.post].population.model.receptors
        name = made.projection.receptor
        return str(receptors[name] if name is not None else next(iter(receptors.values())))

    def _rows(self, made: Synapses) -> Rows:
        """Sort the synapses of each row by delay; one segment for each delay that occurs."""
        wiring = made.projection.wiring
        copies = wiring.copies if isinstance(wiring, Copies) and not made.edited else 1
        n_pre, nnz = made.n_pre // copies, made.nnz // copies
        indptr, indices = made.indptr[: n_pre + 1], made.indices[:nnz].astype(np.int32)
        weights, per_copy = _shared(made.weight.reshape(copies if made.weight.size > 1 else 1, -1))
        if not isinstance(made.delay, np.ndarray):
            delays, segments = np.array([made.delay]), indptr
        else:
            delays, which = np.unique(made.delay[:nnz], return_inverse=True)
            key = np.repeat(np.arange(n_pre), np.diff(indptr)) * len(delays) + which
            order = np.argsort(key, kind="stable")
            indices, weights = indices[order], weights[:, order] if weights.shape[1] > 1 else weights
            counts = np.bincount(key, minlength=n_pre * len(delays))
            segments = np.concatenate([[0], np.cumsum(counts)])
        whole = (segments.astype(np.int64), delays.astype(np.int64), indices, weights.astype(np.float32).ravel())
        lists = [self.up(a) for a in whole]
        each = weights.shape[1] > 1
        return Rows(lists[0], lists[1], lists[2], lists[3], n_pre, made.n_post // copies, each, per_copy)

    def _plastic(self, made: Synapses) -> Plastic:
        """Rows and columns of a projection that learns; what changes is copied for each chunk."""
        learning = made.plastic
        n_x = len(learning.rule.Pre._fields)
        fixed = (made.indptr, made.indices.astype(np.int32), learning.columns, learning.of, learning.places)
        numbers = (learning.coefficients[:, 0], learning.factors[:n_x], learning.factors[n_x:])
        return Plastic(*(self.up(a) for a in (*fixed, *numbers)))

    def _tables(self, made: _Loaded) -> None:
        plan = self.plan
        for name, group in plan.groups.items():
            model = group.population.model
            if isinstance(model, PoissonSource):
                table, width = source_table(group, model, plan.dt)
                made.tables[name] = (self.up(table), width, _active(name, model, plan.dt))
            elif isinstance(model, SpikeSource):
                given, starts, first = sort_spikes(group, steps(f"{name}.times", model.times, plan.dt), model.indices)
                made.tables[name] = (self.up(given), self.up(starts[0]), first)
        for k, given in enumerate(plan.network.stimuli):
            group = plan.groups[given.target]
            if not isinstance(given, PoissonInput):
                numbers = (group.resting, gain_of(group), *current_arrays(group, given, plan.dt))
                made.tables[k] = tuple(self.up(np.asarray(a)) for a in numbers)
                continue
            width = FOREVER_BIN if given.bin is None else steps("PoissonInput.bin", given.bin, plan.dt)
            weight = np.atleast_1d(np.asarray(given.weight, dtype=group.rows.dtype))
            table = poisson_table(group, given, plan.dt)
            made.tables[k] = (self.up(table), width, _active("PoissonInput", given, plan.dt), self.up(weight))


def _active(name: str, given: Any, dt: float) -> tuple[int, int]:
    return int(steps(f"{name}.start", given.start, dt)), int(steps(f"{name}.stop", given.stop, dt))


def _shared(weights: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Weights [copies, nnz] without what is the same in all copies, or along each, and the step between copies."""
    if weights.size and (weights == weights[:1]).all():
        return weights[:1], 0
    if weights.size and (weights == weights[:, :1]).all():
        return weights[:, :1], 1
    return weights, weights.shape[1]


def _largest(made: Synapses) -> float:
    """The largest weight that a projection has, or may learn where its rule has an end."""
    most = float(np.abs(made.weight).max(initial=0.0))
    end = getattr(made.projection.plasticity, "w_max", 0.0)
    return max(most, float(end)) if np.isfinite(end) else most


def _scale(largest: float) -> float:
    """The power of two that weights are multiplied by to become integers."""
    return 2.0 ** (HEADROOM - int(np.ceil(np.log2(largest)))) if largest > 0 else 1.0


class _Chunk:
    """One run of some steps: what changes, on the device."""

    def __init__(self, runner: DeviceRunner, first: int, last: int) -> None:
        self.runner, self.plan, self.first, self.last = runner, runner.plan, first, last
        groups, history, up, device = self.plan.groups, self.plan.history, runner.up, runner.device
        self.rows = {k: up(g.rows) for k, g in groups.items()}
        self.ready = {k: up(g.ready) for k, g in groups.items()}
        self.logs = {k: blank(runner.capacity, np.int32, device) for k in groups}
        ends = np.zeros((len(groups), history + last - first + 3), dtype=np.int64)
        for row, (name, group) in zip(ends, groups.items(), strict=True):
            kept = group.log.ends[0, : history + 1]
            row[: history + 1], row[history + 1] = kept, kept[-1]
            self.logs[name][: kept[-1]] = up(group.log.index[0, : kept[-1]])[: runner.capacity]
        self.needed_before = int(ends.max(initial=0))
        self.ends = up(ends)
        self.now, self.origin = up(np.array([first, history])), up(np.array([first]))
        fixed = runner.made.scales if runner.how.deterministic else {}
        self.sums = {key: blank(groups[key[0]].n_alloc, np.int64, device) for key in fixed}
        for name, made in self._learning():
            rows = runner.made.rows[name]
            rows.weights, rows.x, rows.y = up(made.weight), up(made.plastic.x[0]), up(made.plastic.y)
            waits = made.plastic.eligibility
            rows.changed = rows.weights if waits is None else up(waits)
        self.noise = {name: up(x) for name, x in self.plan.drives.items()}
        waiting = {name: made.pending for name, made in self.plan.synapses.items()}
        self.pending = {name: up(ring) for name, ring in waiting.items() if ring is not None}
        self.lines = [blank(s.out.shape, s.out.dtype, device) for s in runner.states]
        self.chosen = [up(s.chosen) for s in runner.states]

    def _learning(self) -> list[tuple[str, Synapses]]:
        return [(name, made) for name, made in self.plan.synapses.items() if made.plastic is not None]

    def run(self) -> int:
        """Run all steps; returns how many spikes the fullest log was to take."""
        if self.needed_before > self.runner.capacity:
            return self.needed_before
        steps = self.last - self.first
        # the first step compiles the kernels, which cannot be done while recording what is launched
        self._step()
        launch = capture(self._step) if self.runner.device == "cuda" and steps > WORTH_CAPTURING else self._step
        for _ in range(steps - 1):
            launch()
        return int(self.ends[:, : self.plan.history + steps + 1].max())

    def _step(self) -> None:
        from neurosparse.kernels.deliver.gpu import PROGRAMS, deliver, drain, settle, tick
        from neurosparse.kernels.record.gpu import record
        from neurosparse.kernels.spike_timing.gpu import plastic_step

        plan, made = self.plan, self.runner.made
        self._currents()
        for place, name in enumerate(plan.groups):
            self._update(place, name)
        for state, chosen, out in zip(self.runner.states, self.chosen, self.lines, strict=True):
            row = self._row(state.group.population.name, state.variable)
            record(row, chosen, out, state.every, self.origin, self.now)
        self._poisson()
        where = {name: k for k, name in enumerate(plan.groups)}
        for name, synapses in plan.synapses.items():
            pre, post = synapses.projection.pre, synapses.projection.post
            key, rows = (post, self.runner.receptor(synapses)), made.rows[name]
            target, scale = self.sums[key] if self.sums else self._row(*key), made.scales[key]
            programs = self.runner.how.programs or PROGRAMS
            arrived, fired = ((self.logs[k], self.ends[where[k]], self.now) for k in (pre, post))
            if synapses.plastic is None:
                deliver(*arrived, rows, target, scale, programs, synapses.epoch)
            else:
                rule = type(synapses.plastic.rule)
                plastic_step(rule, arrived, fired, synapses.delay, rows, target, scale, programs, synapses.epoch)
            if name in self.pending:
                drain(self.pending[name], self._row(*key), plan.groups[post].n, self.now)
        for key, sums in self.sums.items():
            settle(sums, self._row(*key), 1.0 / made.scales[key])
        tick(self.ends, self.now)

    def _row(self, population: str, variable: str) -> Any:
        fields = self.plan.groups[population].population.model.State._fields
        return self.rows[population][fields.index(variable)]

    def _update(self, place: int, name: str) -> None:
        from neurosparse.kernels.neuron_update.gpu import BLOCK, population_kernel
        from neurosparse.kernels.poisson.gpu import listed_source, poisson_source

        group, made = self.plan.groups[name], self.runner.made
        tail: Any = (self.logs[name], self.ends[place], self.now)
        match group.population.model:
            case PoissonSource():
                table, width, active = made.tables[name]
                poisson_source(group.n, table, width, active, (self.plan.seed, place), *tail)
            case SpikeSource():
                listed_source(*made.tables[name], *tail)
            case model:
                coefficients, pauses = made.coefficients[name], made.refractory[name]
                fields = model.Coefficients._fields
                kind: Any = type(model)
                population_kernel(kind)[(-(-group.n // BLOCK),)](
                    self.rows[name], group.n_alloc, group.n, coefficients, coefficients.shape[1], self.ready[name],
                    pauses, tail[0], len(tail[0]), tail[1], tail[2],
                    EACH=sum(1 << fields.index(k) for k in group.each), PAUSES=int(len(pauses) > 1), BLOCK=BLOCK,
                )  # fmt: skip

    def _currents(self) -> None:
        from neurosparse.kernels.current.gpu import add_current

        begun: set[str] = set()
        for k, given in enumerate(self.plan.network.stimuli):
            if isinstance(given, PoissonInput):
                continue
            group, (base, gain, amplitude, shape) = self.plan.groups[given.target], self.runner.made.tables[k]
            model = group.population.model
            drive = self.runner.made.coefficients[given.target][model.Coefficients._fields.index(model.drive[0])]
            noise = (self.noise.get(f"stimulus/{k}/x", base), self.plan.seed, STREAM_OF_STIMULI + k)
            first = given.target not in begun
            begun.add(given.target)
            add_current(drive, base, group.n, gain, amplitude, shape, given.kind, first, noise, self.now)

    def _poisson(self) -> None:
        from neurosparse.kernels.poisson.gpu import poisson_input

        for k, given in enumerate(self.plan.network.stimuli):
            if not isinstance(given, PoissonInput):
                continue
            group = self.plan.groups[given.target]
            receptors = group.population.model.receptors
            row = self._row(given.target, receptors[given.receptor or next(iter(receptors))])
            table, width, active, weight = self.runner.made.tables[k]
            stream = (self.plan.seed, STREAM_OF_STIMULI + k)
            poisson_input(row, group.n, table, width, active, weight, stream, self.now)

    def hand_back(self) -> None:
        """Copy state, spikes and recorded lines to the plan's arrays; spikes of a step in ascending order."""
        ends = self.ends.cpu().numpy()
        slots = self.plan.history + self.last - self.first + 1
        for own, (name, group) in zip(ends, self.plan.groups.items(), strict=True):
            group.rows[:] = self.rows[name].cpu().numpy()
            group.ready[:] = self.ready[name].cpu().numpy()
            _fill(group, own[:slots], self.logs[name][: own[slots - 1]].cpu().numpy())
        for name, x in self.noise.items():
            self.plan.drives[name][:] = x.cpu().numpy()
        for name, ring in self.pending.items():
            self.plan.synapses[name].pending[:] = ring.cpu().numpy()  # type: ignore[index]
        for name, made in self._learning():
            rows, learning = self.runner.made.rows[name], made.plastic
            made.weight[:], learning.x[0], learning.y[:] = (a.cpu().numpy() for a in (rows.weights, rows.x, rows.y))
            if learning.eligibility is not None:
                learning.eligibility[:] = rows.changed.cpu().numpy()
        for state, lines in zip(self.runner.states, self.lines, strict=True):
            state.out[:] = lines.cpu().numpy()


def _fill(group: Group, ends: NDArray[np.int64], index: NDArray[np.int32]) -> None:
    """Put spikes into the host's log, sorted within each step."""
    order = np.lexsort((index, np.repeat(np.arange(len(ends) - 1), np.diff(ends))))
    log = group.log
    if len(index) > log.capacity:
        log.index = np.zeros((1, 2 * len(index)), dtype=np.int32)
    log.index[0, : len(index)] = index[order]
    log.ends[0, : len(ends)] = ends
