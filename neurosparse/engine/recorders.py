"""What to record, and the recorders that drain the time loop into sinks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.plan import Plan
from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.engine.units import steps, whole_steps
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.network import Network
from neurosparse.recording import MemoryRates, MemorySpikes, MemoryStates, MemoryWeights, RunStore
from neurosparse.recording.run import refuse_stored

BUFFER_BYTES = 2**24


@dataclass(frozen=True)
class Spikes:
    """Record every spike of a population.

    >>> Spikes("E").population
    'E'
    """

    population: str


@dataclass(frozen=True)
class Rates:
    """Record how many neurons of a population fire in bins of `bin` ms.

    >>> Rates("E", bin=5.0).bin
    5.0
    """

    population: str
    bin: float = 1.0


@dataclass(frozen=True, eq=False)
class States:
    """Record a state variable of chosen neurons (None: all) every `every` ms (None: every step).

    The value of step s is the one after the update and reset of step s; columns stand in the order
    of `indices`.

    >>> States("E", "v", indices=[0, 7], every=1.0).variable
    'v'
    """

    population: str
    variable: str
    indices: Sequence[int] | NDArray[np.int64] | None = None
    every: float | None = None


@dataclass(frozen=True, eq=False)
class Weights:
    """Record the weights of a projection at `positions` in CSR order (None: all) every `every` ms.

    The synapses that stand at `positions` when the simulation begins are followed through every
    rewiring; the weight of one that was removed is NaN from then on. The record's `along` names
    their `pre` and `post` neurons.

    >>> Weights("E->E", every=1000.0).every
    1000.0
    """

    projection: str
    every: float
    positions: Sequence[int] | NDArray[np.int64] | None = None


Request = Spikes | Rates | States | Weights


def check_requests(network: Network, requests: Sequence[Request], dt: float) -> None:
    """Refuse requests for what is not there, before anything is built."""
    for k, request in enumerate(requests):
        if not isinstance(request, (Spikes, Rates, States, Weights)):
            raise bad_type("record", request, "Spikes, Rates, States or Weights objects")
        if isinstance(request, Weights):
            network.projection(request.projection)
            whole_steps("Weights.every", request.every, dt)
            _check_numbers("Weights.positions", request.positions)
            continue
        if isinstance(request, (Spikes, Rates)) and any(
            type(r) is type(request) and r.population == request.population for r in requests[:k]
        ):
            raise bad_argument(
                "record", request, f"every request once: one {type(request).__name__} a population"
            )
        population = network.population(request.population, f"{type(request).__name__}.population")
        if isinstance(request, States):
            if request.every is not None:
                whole_steps("States.every", request.every, dt)
            fields = getattr(getattr(population.model, "State", None), "_fields", ())
            if request.variable not in fields:
                raise unknown_name("States.variable", request.variable, fields)
            chosen = _check_numbers("States.indices", request.indices)
            if chosen.size and (chosen.min() < 0 or chosen.max() >= population.n):
                got = Said(f"{chosen.min()} .. {chosen.max()}")
                raise bad_argument(
                    "States.indices", got, f"neuron numbers from 0 to {population.n - 1}"
                )
        if isinstance(request, Rates):
            whole_steps("Rates.bin", request.bin, dt)


def _check_numbers(name: str, given: Any) -> NDArray[Any]:
    """Refuse what is no flat array of whole numbers, each once, a mask above all; None is none at all."""
    numbers = np.asarray([] if given is None else given)
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise bad_argument(
            name, given, "a flat array of whole numbers", "write np.flatnonzero(mask) for a mask"
        )
    if len(np.unique(numbers)) != len(numbers):
        raise bad_argument(name, given, "every number once")
    return numbers


class Recorders:
    """The sinks of one simulation, in memory or in a run store."""

    def __init__(self, requests: Sequence[Request], plan: Plan, store: RunStore | None) -> None:
        self.plan, self.store = plan, store
        self.spikes: dict[str, Any] = {}
        self.rates: dict[str, Any] = {}
        self.states: list[_StateBuffer] = []
        self.weights: list[_Followed] = []
        self._asked: list[tuple[Request, Any]] = []
        for request in requests:
            self._asked.append((request, self._open(request)))

    def record(self, request: Any) -> Any:
        """The record of a request: that very one, or the only one that is like it."""
        found = [sink for given, sink in self._asked if given is request]
        found = found or [sink for given, sink in self._asked if _alike(given, request)]
        if len(found) != 1:
            wants = (
                "one of the requests given as record="
                if not found
                else "the very object given as record="
            )
            raise bad_argument("request", request, wants)
        return found[0].record()

    def _open(self, request: Request) -> Any:
        """Make the sink of a request."""
        dt = self.plan.dt
        make = self.store
        match request:
            case Spikes(name):
                n = self.plan.groups[name].n
                self.spikes[name] = (
                    make.spikes(name, n) if make else MemorySpikes(dt=dt, n=n, name=name)
                )
                return self.spikes[name]
            case Rates(name, width):
                n = self.plan.groups[name].n
                every = steps("Rates.bin", width, dt)
                given = {"n": n, "every": every}
                self.rates[name] = (
                    make.rates(name, **given) if make else MemoryRates(dt=dt, name=name, **given)
                )
                return self.rates[name]
            case States():
                self.states.append(self._open_state(request))
                return self.states[-1].sink
            case Weights():
                self.weights.append(self._open_weights(request))
                return self.weights[-1].sink

    def _open_state(self, request: States) -> "_StateBuffer":
        group = self.plan.groups[request.population]
        asked = (
            np.arange(group.n) if request.indices is None else np.asarray(request.indices, np.int64)
        )
        every = 1 if request.every is None else steps("States.every", request.every, self.plan.dt)
        kind = group.rows.dtype.name
        if self.store:
            sink: Any = self.store.states(
                request.population, request.variable, asked, every=every, dtype=kind
            )
        else:
            about: dict[str, Any] = {
                "dt": self.plan.dt,
                "every": every,
                "dtype": kind,
                "name": request.population,
            }
            sink = MemoryStates(request.variable, asked, **about)
        return _StateBuffer(group, request.variable, asked, every, sink)

    def _open_weights(self, request: Weights) -> "_Followed":
        made = self.plan.synapses[request.projection]
        dt = self.plan.dt
        chosen = (
            np.arange(made.nnz)
            if request.positions is None
            else np.asarray(request.positions, np.int64)
        )
        if chosen.size and (chosen.min() < 0 or chosen.max() >= made.nnz):
            got = Said(f"{chosen.min()} .. {chosen.max()}")
            raise bad_argument(
                "Weights.positions", got, f"positions of synapses from 0 to {made.nnz - 1}"
            )
        every = steps("Weights.every", request.every, dt)
        given: dict[str, Any] = {"every": every, "first_step": every, "along": made.ends(chosen)}
        if self.store:
            sink: Any = self.store.weights(request.projection, chosen, **given)
        else:
            sink = MemoryWeights(chosen, dt=dt, name=request.projection, **given)
        return _Followed(request.projection, every, chosen, sink)

    def add_operations(self) -> None:
        """Append the operations that copy state variables to a freshly assembled program."""
        for buffer in self.states:
            buffer.add(self.plan.program, self.plan.control, self.plan.history)

    @property
    def longest_chunk(self) -> int:
        """Steps after which some buffer would be full."""
        return min([LONGEST_CHUNK, *((b.lines - 1) * b.every for b in self.states)])

    def next_stop(self, now: int) -> int:
        """The next step at whose beginning weights are recorded."""
        return min([2**62, *((now // one.every + 1) * one.every for one in self.weights)])

    def take(self, first: int, done: int, drained: dict[str, Any]) -> OSError | None:
        """Hand over what a chunk of `done` steps from `first` left behind, to every sink.

        Returns the first error of writing, whose numbers the sink keeps and writes when it can.
        """
        failed: OSError | None = None
        for sink, *given in self._due(first, done, drained):
            try:
                sink.append(*given)
            except OSError as error:
                failed = failed or error
        return failed

    def _due(self, first: int, done: int, drained: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Each sink with what it is to take."""
        for name, sink in self.spikes.items():
            yield sink, *drained[name]
        for name, sink in self.rates.items():
            yield sink, first, np.bincount(drained[name][0] - first, minlength=done)
        for buffer in self.states:
            lines = buffer.lines_of(first, done)
            if lines.size:
                yield buffer.sink, lines, buffer.as_asked(lines.size)
        for one in self.weights:
            if (first + done) % one.every == 0:
                yield (
                    one.sink,
                    np.array([first + done]),
                    one.values(self.weights_of(one.projection))[None],
                )

    def weights_of(self, name: str) -> NDArray[np.float32]:
        """The weights of a projection as they are now [nnz]."""
        made = self.plan.synapses[name]
        return np.broadcast_to(made.weight, (made.nnz,)) if made.weight.size == 1 else made.weight

    def follow(self, projection: str, moved: NDArray[np.int64]) -> None:
        """Go along with an edit: `moved` [nnz before] is where each synapse went, -1 where it was
        removed.
        """
        for one in self.weights:
            if one.projection == projection:
                there = one.where >= 0
                one.where = np.where(
                    there, moved[np.where(there, one.where, 0)] if moved.size else -1, -1
                )

    def followed(self) -> dict[str, NDArray[np.int64]]:
        """Where the synapses that are recorded stand now, for a checkpoint."""
        return {f"followed/{k}": one.where for k, one in enumerate(self.weights)}

    def follow_again(self, arrays: dict[str, Any]) -> None:
        """Take from a checkpoint where the recorded synapses stand."""
        for k, one in enumerate(self.weights):
            one.where = np.array(arrays.get(f"followed/{k}", one.where))

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
        if self.store is not None:
            self.store.restore(state)
            return
        refuse_stored(state, wanted=bool(self._sinks()))
        parts = {
            key: {k[len(key) + 1 :]: a for k, a in state.items() if k.startswith(f"{key}/")}
            for key in self._sinks()
        }
        for verb in ("check", "restore"):
            for key, sink in self._sinks().items():
                getattr(sink, verb)(parts[key])

    def _sinks(self) -> dict[str, Any]:
        named = {f"spikes/{k}": v for k, v in self.spikes.items()}
        named |= {f"rates/{k}": v for k, v in self.rates.items()}
        named |= {f"states/{k}": b.sink for k, b in enumerate(self.states)}
        return named | {f"weights/{k}": one.sink for k, one in enumerate(self.weights)}


def _alike(given: Request, request: Any) -> bool:
    """Whether two requests ask for the same population or projection, and variable or bin."""
    match given:
        case States(population, variable):
            return isinstance(request, States) and (population, variable) == (
                request.population,
                request.variable,
            )
        case Weights(projection):
            return isinstance(request, Weights) and projection == request.projection
    return bool(given == request)


@dataclass
class _Followed:
    """Recorded synapses of one projection: `where` they stand now in CSR order, -1 once removed."""

    projection: str
    every: int
    where: NDArray[np.int64]
    sink: Any

    def values(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Their weights, NaN for those removed."""
        found = np.full(len(self.where), np.nan, dtype=np.float32)
        there = self.where >= 0
        found[there] = weights[self.where[there]]
        return found


class _StateBuffer:
    """Lines of one state variable that the time loop fills and a sink empties."""

    def __init__(
        self, group: Group, variable: str, asked: NDArray[np.int64], every: int, sink: Any
    ) -> None:
        # a thread copies what lies in its slice, so the loop wants ascending numbers; `place` leads
        # back to those asked
        chosen = np.sort(asked)
        self.place = None if np.array_equal(chosen, asked) else np.searchsorted(chosen, asked)
        self.group = group
        self.variable = variable
        self.chosen = chosen
        self.every = every
        self.sink = sink
        self.lines = max(2, min(LONGEST_CHUNK, BUFFER_BYTES // max(8 * chosen.size, 1)))
        self.cuts = np.searchsorted(chosen, group.bounds)
        self.out = np.zeros((self.lines, chosen.size), dtype=group.rows.dtype)

    def add(self, program: Program, control: NDArray[np.int64], history: int) -> None:
        from neurosparse.kernels.base.machine.operation import operation
        from neurosparse.kernels.spikes.record.cpu import record_state

        row = self.group.row(self.variable)
        words = [
            row,
            self.group.n_alloc,
            self.chosen,
            self.chosen.size,
            self.cuts,
            self.out,
            self.every,
            control,
            history,
        ]
        if self.group.event is None:
            compiled = operation(record_state, row.dtype.name, REAL=row.dtype.type)
        else:
            compiled, words = self._asleep(words)
        program.add(compiled, words, "record", before=True)

    def _asleep(self, words: list[Any]) -> tuple[Any, list[Any]]:
        from neurosparse.kernels.spikes.event_update.cpu import event_operation, record_events

        model = self.group.population.model
        asleep = self.group.event
        words = [
            self.group.rows,
            *words[1:],
            len(self.group.rows),
            asleep.table,
            asleep.table.shape[1],
            asleep.valid,
        ]
        return event_operation(type(model), record_events), [
            *words,
            model.State._fields.index(self.variable),
        ]

    def as_asked(self, lines: int) -> NDArray[Any]:
        """The first lines, columns in the order of the request."""
        return self.out[:lines] if self.place is None else self.out[:lines, self.place]

    def lines_of(self, first: int, done: int) -> NDArray[np.int64]:
        """The steps whose lines the chunk filled."""
        return np.arange(-(-first // self.every), -(-(first + done) // self.every)) * self.every
