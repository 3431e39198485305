"""Some steps on a GPU: what changes goes there, the steps run without a word to the host, all of it
comes back.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.engine.learning import Learning
from neurosparse.engine.populations import Group
from neurosparse.engine.synapses import Synapses
from neurosparse.kernels.base.machine.gpu import blank, capture
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput

WORTH_CAPTURING = 8  # steps


class Chunk:
    """One run of some steps: what changes, on the device."""

    def __init__(self, runner: Any, first: int, last: int) -> None:
        self.runner = runner
        self.plan = runner.plan
        self.first = first
        self.last = last
        groups = self.plan.groups
        history = self.plan.history
        up = runner.up
        device = runner.device
        self.rows = {k: up(g.rows) for k, g in groups.items()}
        self.ready = {k: up(g.ready) for k, g in groups.items()}
        self.logs = {k: blank(runner.capacity, np.int32, device) for k in groups}
        ends = np.zeros((len(groups), history + last - first + 3), dtype=np.int64)
        for row, (name, group) in zip(ends, groups.items(), strict=True):
            kept = group.log.ends[0, : history + 1]
            row[: history + 1] = kept
            row[history + 1] = kept[-1]
            self.logs[name][: kept[-1]] = up(group.log.index[0, : kept[-1]])[
                : runner.capacity
            ]
        self.needed_before = int(ends.max(initial=0))
        self.ends = up(ends)
        self.now = up(np.array([first, history]))
        self.origin = up(np.array([first]))
        fixed = runner.loaded.scales if runner.how.deterministic else {}
        self.sums = {key: blank(groups[key[0]].n_alloc, np.int64, device) for key in fixed}
        for name, synapses, learning in self._learning():
            rows = runner.loaded.rows[name]
            rows.weights = up(synapses.weight)
            rows.x = up(learning.x[0])
            rows.y = up(learning.y)
            eligibility = learning.eligibility
            rows.changed = rows.weights if eligibility is None else up(eligibility)
        self.noise = {name: up(x) for name, x in self.plan.drives.items()}
        self.rings = {key: up(ring.values) for key, ring in self.plan.rings.items()}
        self.lines = [blank(s.out.shape, s.out.dtype, device) for s in runner.states]
        self.chosen = [up(s.chosen) for s in runner.states]

    def _learning(self) -> list[tuple[str, Synapses, Learning]]:
        synapses = self.plan.synapses.items()
        return [(name, s, s.plastic) for name, s in synapses if s.plastic is not None]

    def run(self) -> int:
        """Run all steps; returns how many spikes the fullest log was to take."""
        if self.needed_before > self.runner.capacity:
            return self.needed_before
        steps = self.last - self.first
        # the first step compiles the kernels, which cannot be done while recording what is launched
        self._step()
        captured = self.runner.device == "cuda" and steps > WORTH_CAPTURING
        launch = capture(self._step) if captured else self._step
        for _ in range(steps - 1):
            launch()
        return int(self.ends[:, : self.plan.history + steps + 1].max())

    def _step(self) -> None:
        from neurosparse.kernels.spikes.deliver.gpu import drain, settle, tick
        from neurosparse.kernels.spikes.record.gpu import record

        plan = self.plan
        self._currents()
        for place, name in enumerate(plan.groups):
            self._update(place, name)
        for state, chosen, out in zip(
            self.runner.states, self.chosen, self.lines, strict=True
        ):
            row = self._row(state.group.population.name, state.variable)
            record(row, chosen, out, state.every, self.origin, self.now)
        self._poisson()
        for name, synapses in plan.synapses.items():
            self._deliver(name, synapses)
        for key, sums in self.sums.items():
            settle(sums, self._row(*key), 1.0 / self.runner.loaded.scales[key])
        for (name, variable), ring in self.rings.items():
            drain(ring, self._row(name, variable), self.plan.groups[name].n, self.now)
        tick(self.ends, self.now)

    def _deliver(self, name: str, synapses: Synapses) -> None:
        from neurosparse.kernels.spikes.deliver.gpu import deliver
        from neurosparse.kernels.spikes.spike_timing.gpu import plastic_step

        post = synapses.projection.post
        key = (post, self.runner.receptor(synapses))
        rows = self.runner.loaded.rows[name]
        scale = self.runner.loaded.scales[key]
        target = self.sums[key] if self.sums else self._row(*key)
        arrived = self._log(synapses.projection.pre)
        # the interpreter runs one program after the other
        programs = self.runner.how.programs or (1 if self.runner.device == "cpu" else None)
        tail: Any = (rows, target, scale, programs, synapses.epoch)
        if synapses.plastic is None:
            deliver(*arrived, *tail)
        else:
            rule = type(synapses.plastic.rule)
            plastic_step(rule, arrived, self._log(post), synapses.delay, *tail)

    def _log(self, population: str) -> tuple[Any, Any, Any]:
        """The spike log of a population, as kernels read it."""
        place = list(self.plan.groups).index(population)
        return self.logs[population], self.ends[place], self.now

    def _row(self, population: str, variable: str) -> Any:
        fields = self.plan.groups[population].model.State._fields
        return self.rows[population][fields.index(variable)]

    def _update(self, place: int, name: str) -> None:
        from neurosparse.kernels.spikes.neuron_update.gpu import BLOCK, population_kernel
        from neurosparse.kernels.spikes.poisson.gpu import listed_source, poisson_source

        group = self.plan.groups[name]
        loaded = self.runner.loaded
        tail: Any = (self.logs[name], self.ends[place], self.now)
        match group.model:
            case PoissonSource():
                table, width, active = loaded.tables[name]
                poisson_source(
                    group.n, table, width, active, (self.plan.seed, place), *tail
                )
            case SpikeSource():
                listed_source(*loaded.tables[name], *tail)
            case model:
                log, ends, now = tail
                coefficients = loaded.coefficients[name]
                pauses = loaded.refractory[name]
                fields = model.Coefficients._fields
                kind: Any = type(model)
                population_kernel(kind)[(-(-group.n // BLOCK),)](
                    self.rows[name],
                    group.n_alloc,
                    group.n,
                    coefficients,
                    coefficients.shape[1],
                    self.ready[name],
                    pauses,
                    log,
                    len(log),
                    ends,
                    now,
                    EACH=sum(1 << fields.index(k) for k in group.each),
                    PAUSES=int(len(pauses) > 1),
                    BLOCK=BLOCK,
                )

    def _currents(self) -> None:
        from neurosparse.kernels.spikes.current.gpu import add_current

        begun: set[str] = set()
        for k, stimulus in enumerate(self.plan.stimuli):
            if isinstance(stimulus, PoissonInput):
                continue
            name = stimulus.target
            group = self.plan.groups[name]
            base, gain, amplitude, shape = self.runner.loaded.tables[k]
            model = group.model
            row = model.Coefficients._fields.index(model.drive[0])
            drive = self.runner.loaded.coefficients[name][row]
            noise = (
                self.noise.get(f"stimulus/{k}/x", base),
                self.plan.seed,
                STREAM_OF_STIMULI + k,
            )
            add_current(
                drive,
                base,
                group.n,
                gain,
                amplitude,
                shape,
                stimulus.kind,
                name not in begun,
                noise,
                self.now,
            )
            begun.add(name)

    def _poisson(self) -> None:
        from neurosparse.kernels.spikes.poisson.gpu import poisson_input

        for k, stimulus in enumerate(self.plan.stimuli):
            if not isinstance(stimulus, PoissonInput):
                continue
            target = str(stimulus.target)  # a network holds one stimulus a target
            group = self.plan.groups[target]
            receptors = group.model.receptors
            receptor = receptors[stimulus.receptor or next(iter(receptors))]
            row = self._row(target, receptor)
            table, width, active, weight = self.runner.loaded.tables[k]
            stream = (self.plan.seed, STREAM_OF_STIMULI + k)
            poisson_input(row, group.n, table, width, active, weight, stream, self.now)

    def hand_back(self) -> None:
        """Copy state, spikes and recorded lines to the plan's arrays; spikes of a step in ascending
        order.
        """
        ends = self.ends.cpu().numpy()
        slots = self.plan.history + self.last - self.first + 1
        for row, (name, group) in zip(ends, self.plan.groups.items(), strict=True):
            group.rows[:] = self.rows[name].cpu().numpy()
            group.ready[:] = self.ready[name].cpu().numpy()
            _fill(group, row[:slots], self.logs[name][: row[slots - 1]].cpu().numpy())
        for name, x in self.noise.items():
            self.plan.drives[name][:] = x.cpu().numpy()
        for key, ring in self.rings.items():
            self.plan.rings[key].values[:] = ring.cpu().numpy()
        for name, synapses, learning in self._learning():
            rows = self.runner.loaded.rows[name]
            synapses.weight[:] = rows.weights.cpu().numpy()
            learning.x[0] = rows.x.cpu().numpy()
            learning.y[:] = rows.y.cpu().numpy()
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
