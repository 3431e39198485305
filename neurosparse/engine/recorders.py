"""The recorders that drain the time loop into sinks."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from neurosparse.engine.buffers import FollowedTraces, FollowedWeights, StateBuffer
from neurosparse.engine.parts import in_rows
from neurosparse.engine.plan import Plan, whole_synapses
from neurosparse.engine.requests import (
    Rates,
    Request,
    Spikes,
    States,
    SynapseStates,
    Traces,
    Weights,
)
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.recording import (
    MemoryRates,
    MemorySpikes,
    MemoryStates,
    MemoryWeights,
    RateRecord,
    RunStore,
    SpikeRecord,
    StateRecord,
)
from neurosparse.recording.run import refuse_stored
from neurosparse.typing import Float32, Int64

NEVER = 2**62  # steps
# what a request gives; a Weights request one of the state of its synapses
Record = SpikeRecord | RateRecord | StateRecord


class Recorders:
    """The sinks of one simulation, in memory or in a run store."""

    def __init__(
        self,
        requests: Sequence[Request],
        plan: Plan,
        store: RunStore | None,
        elsewhere: bool = False,
    ) -> None:
        self.plan, self.store = plan, store
        self.elsewhere = elsewhere  # another rank writes down what is recorded
        self.spikes: dict[str, Any] = {}
        self.rates: dict[str, Any] = {}
        self.states: list[StateBuffer] = []
        self.weights: list[FollowedWeights] = []
        self.traces: list[FollowedTraces] = []
        self._sinks_of = [(request, self._open(request)) for request in requests]

    def record(self, request: Request) -> Record:
        """The record of a request: that very one, or the only one that is like it."""
        self._refuse_elsewhere()
        sinks = [sink for known, sink in self._sinks_of if known is request]
        sinks = sinks or [sink for known, sink in self._sinks_of if _alike(known, request)]
        if not sinks:
            raise bad_argument("request", request, "one of the requests given as record=")
        if len(sinks) > 1:
            raise bad_argument("request", request, "the very object given as record=")
        record: Record = sinks[0].record()
        return record

    def spikes_of(self, population: str) -> SpikeRecord:
        """The spikes of a population, if they are recorded."""
        if population not in self.spikes:
            expected = "a population whose spikes are recorded"
            remedy = f"give record=[Spikes({population!r})]"
            raise bad_argument("population", population, expected, remedy)
        self._refuse_elsewhere()
        record: SpikeRecord = self.spikes[population].record()
        return record

    def _refuse_elsewhere(self) -> None:
        if self.elsewhere:
            actual = Said(
                f"a question to rank {self.plan.ranks.rank}, but rank 0 writes it"
            )
            remedy = "or open_run(path) when the simulator is closed"
            raise bad_argument("store", actual, "the record read on rank 0", remedy)

    def _open(self, request: Request) -> Any:
        """Make the sink of a request."""
        match request:
            case Spikes(name):
                self.spikes[name] = self._open_spikes(name)
                return self.spikes[name]
            case Rates(name):
                self.rates[name] = self._open_rates(request)
                return self.rates[name]
            case States():
                self.states.append(self._open_state(request))
                return self.states[-1].sink
            case Weights() | SynapseStates():
                self.weights.append(self._open_weights(request))
                return self.weights[-1].sink
            case Traces():
                self.traces.append(self._open_traces(request))
                return self.traces[-1].sink

    def _open_spikes(self, population: str) -> Any:
        n = self.plan.groups[population].n
        if self.store:
            return self.store.spikes(population, n)
        return MemorySpikes(dt=self.plan.dt, n=n, name=population)

    def _open_rates(self, request: Rates) -> Any:
        n = self.plan.groups[request.population].n
        every = steps("Rates.bin", request.bin, self.plan.dt)
        if self.store:
            return self.store.rates(request.population, n=n, every=every)
        return MemoryRates(dt=self.plan.dt, name=request.population, n=n, every=every)

    def _open_state(self, request: States) -> StateBuffer:
        group = self.plan.groups[request.population]
        indices = _all_or_chosen(request.indices, group.n)
        every = (
            1
            if request.every is None
            else steps("States.every", request.every, self.plan.dt)
        )
        about: dict[str, Any] = {"every": every, "dtype": group.rows.dtype.name}
        if self.store:
            sink: Any = self.store.states(
                request.population, request.variable, indices, **about
            )
        else:
            about |= {"dt": self.plan.dt, "name": request.population}
            sink = MemoryStates(request.variable, indices, **about)
        return StateBuffer(group, request.variable, indices, every, sink)

    def _open_weights(self, request: Weights | SynapseStates) -> FollowedWeights:
        self.plan.bundles.forget(self.plan.synapses, request.projection)
        synapses = self.plan.synapses[request.projection]
        dt = self.plan.dt
        chosen = _all_or_chosen(request.positions, synapses.nnz_all)
        if chosen.size and (chosen.min() < 0 or chosen.max() >= synapses.nnz_all):
            actual = Said(f"{chosen.min()} .. {chosen.max()}")
            expected = f"positions of synapses from 0 to {synapses.nnz_all - 1}"
            name = f"{type(request).__name__}.positions"
            raise bad_argument(name, actual, expected)
        every = steps(f"{type(request).__name__}.every", request.every, dt)
        about: dict[str, Any] = {
            "every": every,
            "first_step": every,
            "along": self.plan.ranks.ends(synapses, chosen),
        }
        name = request.projection
        variable = getattr(request, "variable", "weight")
        if self.store and variable != "weight":
            sink: Any = self.store.synapses(name, variable, chosen, **about)
        elif self.store:
            sink = self.store.weights(name, chosen, **about)
        else:
            sink = MemoryWeights(chosen, dt=dt, name=name, variable=variable, **about)
        return FollowedWeights(name, every, chosen, sink, variable)

    def _open_traces(self, request: Traces) -> FollowedTraces:
        projection = self.plan.network.projection(request.projection)
        rule: Any = projection.plasticity
        names, end = (rule.Pre, projection.pre)
        if request.side == "post":
            names, end = (rule.Post, projection.post)
        chosen = _all_or_chosen(request.indices, self.plan.groups[end].n)
        every = steps("Traces.every", request.every, self.plan.dt)
        about: dict[str, Any] = {"every": every, "first_step": every}
        variable, name = request.variable, request.projection
        if self.store:
            sink: Any = self.store.traces(name, request.side, variable, chosen, **about)
        else:
            sink = MemoryStates(variable, chosen, dt=self.plan.dt, name=name, **about)
        row = names._fields.index(variable)
        return FollowedTraces(name, request.side, row, every, chosen, sink)

    def add_operations(self) -> None:
        """Append the operations that copy state variables to a freshly assembled program."""
        for buffer in self.states:
            buffer.add(self.plan.program, self.plan.control, self.plan.history)

    @property
    def longest_chunk(self) -> int:
        """Steps after which some buffer would be full."""
        if not self.states:
            return LONGEST_CHUNK
        return min([LONGEST_CHUNK, *((b.lines - 1) * b.every for b in self.states)])

    def next_stop(self, now: int) -> int:
        """The next step at whose beginning weights or traces are recorded."""
        periods = [followed.every for followed in self.weights]
        periods += [traced.every for traced in self.traces]
        if not periods:
            return NEVER
        return min([NEVER, *((now // every + 1) * every for every in periods)])

    def take(self, first: int, done: int, drained: dict[str, Any]) -> OSError | None:
        """Hand over what a chunk of `done` steps from `first` left behind, to every sink.

        Returns the first error of writing, whose numbers the sink keeps and writes when it can.
        """
        failure: OSError | None = None
        for sink, *values in self._due(first, done, drained):
            try:
                if not self.elsewhere:
                    sink.append(*values)
            except OSError as error:
                failure = failure or error
        return failure

    def _due(
        self, first: int, done: int, drained: dict[str, Any]
    ) -> Iterator[tuple[Any, ...]]:
        """Each sink with what it is to take."""
        for name, sink in self.spikes.items():
            yield sink, *drained[name]
        for name, sink in self.rates.items():
            yield sink, first, np.bincount(drained[name][0] - first, minlength=done)
        for buffer in self.states:
            lines = buffer.lines_of(first, done)
            if lines.size:
                own = buffer.out[: lines.size, slice(*buffer.cuts[[0, -1]])]
                yield buffer.sink, lines, buffer.as_asked(self.plan.ranks.joined(own))
        now = first + done
        for followed in self.weights:
            if now % followed.every == 0:
                each = self.synapses_of(followed.projection, followed.variable, now)
                yield followed.sink, np.array([now]), followed.values(each)[None]
        for traced in self.traces:
            if now % traced.every == 0:
                learning: Any = self.plan.synapses[traced.projection].plastic
                traces = learning.traces(now)[0 if traced.side == "pre" else 1]
                if traced.side == "post":
                    post = self.plan.network.projection(traced.projection).post
                    n = self.plan.groups[post].n
                    traces = self.plan.ranks.neurons(post, traces[:, :n])
                yield traced.sink, np.array([now]), traces[traced.row, traced.indices][None]

    def weights_of(self, name: str, now: int) -> Float32:
        """The weights of a projection at step `now` [nnz]."""
        return self.synapses_of(name, "weight", now)

    def synapses_of(self, name: str, variable: str, now: int) -> Float32:
        """What the synapses of a projection keep at step `now` [nnz]: the weight, or a variable."""
        synapses = whole_synapses(self.plan, name)
        learning = synapses.plastic
        if learning is None or (variable == "weight" and not learning.moves):
            if synapses.alike:
                return np.broadcast_to(synapses.weights(), (synapses.nnz_all,))
            return self.plan.ranks.synaptic(synapses, synapses.weights())
        synapses.settle()
        each = in_rows(
            learning.variables(synapses.weight, now)[variable], synapses.places()
        )
        return self.plan.ranks.synaptic(synapses, each)

    def follow(self, projection: str, moved: Int64) -> None:
        """Go along with an edit: `moved` [nnz before] is where each synapse went, -1 where it was
        removed.
        """
        for followed in self.weights:
            if followed.projection == projection:
                followed.move(moved)

    def followed(self) -> dict[str, Int64]:
        """Where the synapses that are recorded stand now, for a checkpoint."""
        return {f"followed/{k}": followed.where for k, followed in enumerate(self.weights)}

    def follow_again(self, arrays: dict[str, Any]) -> None:
        """Take from a checkpoint where the recorded synapses stand."""
        for k, followed in enumerate(self.weights):
            followed.where = np.array(arrays.get(f"followed/{k}", followed.where))

    def state(self) -> dict[str, Any]:
        """What a checkpoint must hold of the sinks."""
        if self.store is not None:
            return self.store.state()
        return {
            f"{key}/{name}": a
            for key, sink in self._sinks().items()
            for name, a in sink.state().items()
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Bring every sink back to the point of a checkpoint; ValueError, and no change, if one
        recorded otherwise.
        """
        if self.elsewhere:
            return
        if self.store is not None:
            self.store.restore(state)
            return
        refuse_stored(state, in_memory=bool(self._sinks()))
        parts = {
            key: {k[len(key) + 1 :]: a for k, a in state.items() if k.startswith(f"{key}/")}
            for key in self._sinks()
        }
        for verb in ("check", "restore"):
            for key, sink in self._sinks().items():
                getattr(sink, verb)(parts[key])

    def _sinks(self) -> dict[str, Any]:
        sinks = {f"spikes/{k}": sink for k, sink in self.spikes.items()}
        sinks |= {f"rates/{k}": sink for k, sink in self.rates.items()}
        sinks |= {f"states/{k}": buffer.sink for k, buffer in enumerate(self.states)}
        sinks |= {f"weights/{k}": w.sink for k, w in enumerate(self.weights)}
        return sinks | {f"traces/{k}": t.sink for k, t in enumerate(self.traces)}


def _all_or_chosen(chosen: Any, n: int) -> Int64:
    """The numbers that were asked for, 0..n-1 for None."""
    return np.arange(n) if chosen is None else np.asarray(chosen, np.int64)


def _alike(known: Request, request: Any) -> bool:
    """Whether two requests ask for the same population or projection, and variable or bin."""
    match known:
        case States(population, variable):
            if not isinstance(request, States):
                return False
            return (population, variable) == (request.population, request.variable)
        case Weights(projection):
            return isinstance(request, Weights) and projection == request.projection
        case SynapseStates(projection, variable):
            if not isinstance(request, SynapseStates):
                return False
            return (projection, variable) == (request.projection, request.variable)
        case Traces(projection, side, variable):
            names = ("projection", "side", "variable")
            each = [getattr(request, name, None) for name in names]
            return isinstance(request, Traces) and each == [projection, side, variable]
    return bool(known == request)
