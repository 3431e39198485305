"""Some steps on a GPU: what changes goes there, the steps run without a word to the host, all of it
comes back.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.engine.populations import Group
from neurosparse.engine.synapses import Synapses
from neurosparse.kernels.base.machine.gpu import blank, capture
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput

if TYPE_CHECKING:
    from neurosparse.engine.device import DeviceRunner

WORTH_CAPTURING = 8  # steps


class Chunk:
    """One run of some steps: what changes, on the device."""

    def __init__(self, runner: "DeviceRunner", first: int, last: int) -> None:
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
            self.logs[name][: kept[-1]] = up(group.log.index[0, : kept[-1]])[: runner.capacity]
        self.needed_before = int(ends.max(initial=0))
        self.ends = up(ends)
        self.now, self.origin = up(np.array([first, history])), up(np.array([first]))
        fixed = runner.made.scales if runner.how.deterministic else {}
        self.sums = {key: blank(groups[key[0]].n_alloc, np.int64, device) for key in fixed}
        for name, made in self._learning():
            rows = runner.made.rows[name]
            rows.weights, rows.x, rows.y = (
                up(made.weight),
                up(made.plastic.x[0]),
                up(made.plastic.y),
            )
            waits = made.plastic.eligibility
            rows.changed = rows.weights if waits is None else up(waits)
        self.noise = {name: up(x) for name, x in self.plan.drives.items()}
        waiting = {name: made.pending for name, made in self.plan.synapses.items()}
        self.pending = {name: up(ring) for name, ring in waiting.items() if ring is not None}
        self.lines = [blank(s.out.shape, s.out.dtype, device) for s in runner.states]
        self.chosen = [up(s.chosen) for s in runner.states]

    def _learning(self) -> list[tuple[str, Synapses]]:
        return [
            (name, made) for name, made in self.plan.synapses.items() if made.plastic is not None
        ]

    def run(self) -> int:
        """Run all steps; returns how many spikes the fullest log was to take."""
        if self.needed_before > self.runner.capacity:
            return self.needed_before
        steps = self.last - self.first
        # the first step compiles the kernels, which cannot be done while recording what is launched
        self._step()
        launch = (
            capture(self._step)
            if self.runner.device == "cuda" and steps > WORTH_CAPTURING
            else self._step
        )
        for _ in range(steps - 1):
            launch()
        return int(self.ends[:, : self.plan.history + steps + 1].max())

    def _step(self) -> None:
        from neurosparse.kernels.spikes.deliver.gpu import deliver, drain, settle, tick
        from neurosparse.kernels.spikes.record.gpu import record
        from neurosparse.kernels.spikes.spike_timing.gpu import plastic_step

        plan = self.plan
        made = self.runner.made
        self._currents()
        for place, name in enumerate(plan.groups):
            self._update(place, name)
        for state, chosen, out in zip(self.runner.states, self.chosen, self.lines, strict=True):
            row = self._row(state.group.population.name, state.variable)
            record(row, chosen, out, state.every, self.origin, self.now)
        self._poisson()
        where = {name: k for k, name in enumerate(plan.groups)}
        # the interpreter runs one program after the other
        programs = self.runner.how.programs or (1 if self.runner.device == "cpu" else None)
        for name, synapses in plan.synapses.items():
            pre = synapses.projection.pre
            post = synapses.projection.post
            key = (post, self.runner.receptor(synapses))
            rows = made.rows[name]
            target = self.sums[key] if self.sums else self._row(*key)
            scale = made.scales[key]
            arrived, fired = ((self.logs[k], self.ends[where[k]], self.now) for k in (pre, post))
            if synapses.plastic is None:
                deliver(*arrived, rows, target, scale, programs, synapses.epoch)
            else:
                rule = type(synapses.plastic.rule)
                plastic_step(
                    rule,
                    arrived,
                    fired,
                    synapses.delay,
                    rows,
                    target,
                    scale,
                    programs,
                    synapses.epoch,
                )
            if name in self.pending:
                drain(self.pending[name], self._row(*key), plan.groups[post].n, self.now)
        for key, sums in self.sums.items():
            settle(sums, self._row(*key), 1.0 / made.scales[key])
        tick(self.ends, self.now)

    def _row(self, population: str, variable: str) -> Any:
        fields = self.plan.groups[population].population.model.State._fields
        return self.rows[population][fields.index(variable)]

    def _update(self, place: int, name: str) -> None:
        from neurosparse.kernels.spikes.neuron_update.gpu import BLOCK, population_kernel
        from neurosparse.kernels.spikes.poisson.gpu import listed_source, poisson_source

        group = self.plan.groups[name]
        made = self.runner.made
        tail: Any = (self.logs[name], self.ends[place], self.now)
        match group.population.model:
            case PoissonSource():
                table, width, active = made.tables[name]
                poisson_source(group.n, table, width, active, (self.plan.seed, place), *tail)
            case SpikeSource():
                listed_source(*made.tables[name], *tail)
            case model:
                coefficients = made.coefficients[name]
                pauses = made.refractory[name]
                fields = model.Coefficients._fields
                kind: Any = type(model)
                population_kernel(kind)[(-(-group.n // BLOCK),)](
                    self.rows[name], group.n_alloc, group.n, coefficients, coefficients.shape[1], self.ready[name],
                    pauses, tail[0], len(tail[0]), tail[1], tail[2],
                    EACH=sum(1 << fields.index(k) for k in group.each), PAUSES=int(len(pauses) > 1), BLOCK=BLOCK,
                )  # fmt: skip

    def _currents(self) -> None:
        from neurosparse.kernels.spikes.current.gpu import add_current

        begun: set[str] = set()
        for k, given in enumerate(self.plan.network.stimuli):
            if isinstance(given, PoissonInput):
                continue
            group = self.plan.groups[given.target]
            (base, gain, amplitude, shape) = self.runner.made.tables[k]
            model = group.population.model
            drive = self.runner.made.coefficients[given.target][
                model.Coefficients._fields.index(model.drive[0])
            ]
            noise = (self.noise.get(f"stimulus/{k}/x", base), self.plan.seed, STREAM_OF_STIMULI + k)
            first = given.target not in begun
            begun.add(given.target)
            add_current(
                drive, base, group.n, gain, amplitude, shape, given.kind, first, noise, self.now
            )

    def _poisson(self) -> None:
        from neurosparse.kernels.spikes.poisson.gpu import poisson_input

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
        """Copy state, spikes and recorded lines to the plan's arrays; spikes of a step in ascending
        order.
        """
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
            rows = self.runner.made.rows[name]
            learning = made.plastic
            made.weight[:], learning.x[0], learning.y[:] = (
                a.cpu().numpy() for a in (rows.weights, rows.x, rows.y)
            )
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
