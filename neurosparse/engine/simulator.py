"""`Simulator`: run a network, look at it, change it, go on."""

import shutil
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from neurosparse.checks import not_negative
from neurosparse.connectivity import Connectivity
from neurosparse.console import Progress
from neurosparse.engine import backends, checkpoint, settings
from neurosparse.engine.backends import Backend
from neurosparse.engine.callbacks import Every, periods
from neurosparse.engine.changeable import Changeable
from neurosparse.engine.changes import choose
from neurosparse.engine.learning_state import LearningState
from neurosparse.engine.plan import Plan, build
from neurosparse.engine.program import Program
from neurosparse.engine.ranks import Alone
from neurosparse.engine.recorders import Record, Recorders
from neurosparse.engine.requests import Rates, Request, Spikes, States, Weights, requests_of
from neurosparse.engine.settings import PRECISIONS, check_seed, check_settings, open_store
from neurosparse.engine.sleepers import peek
from neurosparse.engine.stepping import Stepper
from neurosparse.engine.summary import Summary, summarise
from neurosparse.engine.tallies import Tally, take
from neurosparse.engine.units import check_dt, steps, whole_steps
from neurosparse.errors import bad_argument, bad_type
from neurosparse.network import Network
from neurosparse.recording import RateRecord, RunStore, SpikeRecord, StateRecord


class Simulator(Changeable):
    """Runs a network step by step inside compiled code.

    In every step: injected currents; update, threshold and reset of each population; then spikes,
    Poisson input and plasticity act, each projection with the spikes of `delay` ago, to be seen by
    the next update. Order of populations, projections and stimuli is that of the declaration. One
    seed gives the same bits for any number of threads and however a run is cut into pieces.

    Args:
        network: what to simulate.
        dt: time step in ms.
        seed: of wiring rules, Poisson processes and noise.
        threads: cores to use; each owns a slice of every population.
        precision: of the state, "float64" or "float32"; weights are float32 always. Sleeping
            populations need float64, which is the default because spikes then equal those of the
            clock and of Brian2.
        record: `Spikes`, `Rates`, `States`, `Weights`; None records all spikes.
        backend: "cpu", "gpu" (Triton), `OnDevice`, how to run on the GPU, or the `Ranks` of
            `neurosparse.distributed`: processes that share the network and all call the same.
        store: path of a Zarr group to record into instead of memory, or a RunStore made by you; a
            path is refused if something is there. One that is left open warns (ResourceWarning):
            close it, or use `with`.

    Raises:
        ValueError: before anything is built, naming the argument and the remedy.
        TypeError: likewise.

    >>> from neurosparse import LIF, Network, OneToOne, Population, Projection, SpikeSource
    >>> net = Network(
    ...     Population("in", 2, SpikeSource(times=[1.0, 2.0], indices=[0, 1])),
    ...     Population("out", 2, LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)),
    ...     Projection("in", "out", OneToOne(), weight=2.0, delay=0.5),
    ... )
    >>> sim = Simulator(net, dt=0.1)
    >>> sim.run(5.0)
    >>> sim.spikes("out").t.tolist(), sim.spikes("out").i.tolist()
    ([1.6, 2.6], [0, 1])
    >>> sim  # doctest: +ELLIPSIS
    Simulator(dt=0.1) at 5 ms of Network of 4 neurons: in ...; 1 projection, 0 stimuli
    """

    # what __del__ reads if __init__ did not come to its end
    _closed = True
    _owns_store = False

    def __init__(
        self,
        network: Network,
        dt: float = 0.1,
        seed: int = 0,
        *,
        threads: int = 1,
        precision: str = "float64",
        record: Sequence[Request] | None = None,
        store: str | Path | RunStore | None = None,
        backend: Backend = "cpu",
    ) -> None:
        check_dt(dt)
        check_settings(network, seed, threads, precision)
        ranks = backend if isinstance(backend, Alone) else Alone()
        self.backend = backends.choose_backend(backend, network, threads)
        requests = requests_of(record, network, dt)
        self.network = network
        self.dt = float(dt)
        self.seed = int(seed)
        self.threads = int(threads)
        with ranks.together("making a Simulator"):
            declared = {"dt": self.dt, "seed": self.seed, "precision": precision}
            ranks.begin(network, declared | {"record": record})
            self._build(store, requests, precision, ranks)
        self.runner = self._stepper.runner
        self._fingerprint: str | None = None
        self._closed = False

    def _build(
        self, store: Any, requests: list[Request], precision: str, ranks: Alone
    ) -> None:
        """Lay out the network, open what is recorded into."""
        elsewhere = store is not None and not ranks.leads
        parts = (None if elsewhere else store, self.network, self.threads)
        self.store = open_store(*parts, dt=self.dt, seed=self.seed)
        self._owns_store = self.store is not store
        try:
            more = (self.threads, PRECISIONS[precision], self.backend != "cpu", ranks)
            self.plan: Plan = build(self.network, self.dt, self.seed, *more)
            self.recorders = Recorders(requests, self.plan, self.store, elsewhere)
            under = (self.plan, self.recorders, self.backend, self.threads, self.store)
            self._stepper = Stepper(*under)
        except BaseException:
            # the path is free again for a mended call
            if self.store is not None and self._owns_store:
                shutil.rmtree(self.store.path, ignore_errors=True)
            raise

    def __repr__(self) -> str:
        return f"Simulator(dt={self.dt:g}) at {self.time:g} ms of {self.network!r}"

    @property
    def now(self) -> int:
        """Steps simulated so far."""
        return self._stepper.now

    @property
    def time(self) -> float:
        """Simulated time so far, in ms."""
        return self.now * self.dt

    def run(
        self, duration: float, *, callbacks: Sequence[Every] = (), progress: Any = False
    ) -> None:
        """Simulate `duration` ms more.

        `callbacks` are called between steps, at multiples of their periods. `progress` is True for
        a bar on the terminal, or a function of (steps done, steps in all). Ctrl-C and SIGTERM raise
        KeyboardInterrupt at the end of a chunk: everything until then is kept and stored.

        Raises:
            ValueError: a duration or a period is no multiple of dt, or past 2^31 - 2 steps.
            RuntimeError: another thread is running it.
        """
        end = self.now + steps("duration", not_negative("duration", duration), self.dt)
        self._run(end, periods(callbacks, self.dt), Progress(progress, end - self.now))

    def step(self, n: int = 1) -> None:
        """Simulate `n` steps."""
        if not_negative("n", n) != int(n):
            raise bad_argument(
                "n", n, "a whole number of steps", "use run(ms) for a duration"
            )
        self._run(self.now + int(n), [], Progress(False, n))

    def run_until(
        self,
        condition: Callable[["Simulator"], bool],
        *,
        every: float = 10.0,
        limit: float = 60_000.0,
    ) -> bool:
        """Simulate until `condition(simulator)` holds, asked each `every` ms, until `limit`."""
        last = self.now + steps("limit", not_negative("limit", limit), self.dt)
        period = whole_steps("every", every, self.dt)
        if not callable(condition):
            remedy = "write lambda simulator: ..."
            raise bad_type("condition", condition, "a function of the simulator", remedy)
        while not settings.one_answer("condition", condition(self)):
            if self.now >= last:
                return False
            self._run(min(self.now + period, last), [], Progress(False, period))
        return True

    def spikes(self, population: str) -> SpikeRecord:
        """The recorded spikes of a population: arrays `step`, `t` (ms) and `i`."""
        return self.recorders.spikes_of(self.network.population(population).name)

    @overload
    def recorded(self, request: Spikes) -> SpikeRecord: ...
    @overload
    def recorded(self, request: Rates) -> RateRecord: ...
    @overload
    def recorded(self, request: States | Weights) -> StateRecord: ...
    def recorded(self, request: Request) -> Record:
        """The record of what was asked for with `record=[request]`: a `SpikeRecord` for `Spikes`, a
        `RateRecord` for `Rates`, a `StateRecord` for `States` and `Weights`.

        Raises ValueError where nothing like it was asked for, or several were.
        """
        return self.recorders.record(request)

    def state(self, population: str, variable: str, neurons: Any = None) -> NDArray[Any]:
        """A copy of a state variable as it is now, of all neurons [n] or of some: numbers, a mask
        or a slice.
        """
        group = self.plan.groups[self.network.population(population).name]
        chosen = choose("neurons", neurons, group.n)
        ranks = self.plan.ranks
        if ranks.size == 1:
            return peek(group, variable, chosen, self.now)
        with ranks.together(f"state({population!r}, {variable!r})"):
            everyone = peek(group, variable, np.arange(group.n), self.now)
            return ranks.neurons(group.population.name, everyone)[chosen]

    def weights(self, projection: str) -> NDArray[np.float32]:
        """A copy of the weights [nnz] of a projection as they are now, in CSR order."""
        name = self.network.projection(projection).name
        with self.plan.ranks.together(f"weights({name!r})"):
            return self.recorders.weights_of(name, self.now).copy()

    def connectivity(self, projection: str) -> Connectivity:
        """The synapses of a projection as they are now."""
        with self.plan.ranks.together(f"connectivity({projection!r})"):
            return self.plan.ranks.whole(self._synapses(projection).seen(self.now))

    def learning(self, projection: str) -> LearningState:
        """What a plasticity rule keeps of a projection: weights, traces, eligibilities and what
        else synapses have.

        These are the arrays that the next step reads: change them in place, between steps. What
        changes by itself between events is brought forward to now, which may round otherwise than
        a run that nobody interrupts. Raises ValueError for a projection without plasticity.
        """
        return self._synapses(projection).learning_state(self.now)

    def tally(self, owner: str, population: str, *, bin_steps: int = 0) -> Tally | None:
        """The spikes of a population since `owner` last asked, counted in bins of `bin_steps` (0:
        one bin).

        The first call begins to count and gives None. What was counted is part of a checkpoint.
        """
        n = self.network.population(population).n
        return take(self.plan.tallies, owner, population, n, self.now, bin_steps)

    @property
    def program(self) -> Program:
        """The operations of a step on the CPU; printed, a line each."""
        return self.plan.program

    def summary(self) -> Summary:
        """What is simulated, spikes so far and where the time went; printed, a table."""
        state: dict[str, Any] = {"time": self.time, "dt": self.dt, "seed": self.seed}
        state |= {"backend": "cpu" if self.backend == "cpu" else "gpu"}
        state |= {"phases": self.runner.phase_seconds()}
        return summarise(self.plan, self.recorders.spikes, state)

    def save(self, path: str | Path) -> None:
        """Write a checkpoint from which a run goes on to the bit: states, spikes under way, traces,
        recorders.

        It is written under a temporary name and renamed; an older checkpoint at `path` is replaced.
        """
        from neurosparse.store.checkpoint import save_checkpoint

        with self.plan.ranks.together(f"save({str(path)!r})"):
            if self.store is not None:
                self.store.flush()
            arrays, attributes = self._stepper.collect()
            fingerprint = self._pristine()
            if self.plan.ranks.leads:
                save_checkpoint(path, arrays, attributes, fingerprint=fingerprint)

    def restore(self, path: str | Path, *, seed: int | None = None) -> None:
        """Go to the point of a checkpoint of the same network; `seed` draws other random numbers
        from there.

        Raises:
            ValueError: a checkpoint of another network, version or recording; nothing has changed
                then.
        """
        from neurosparse.store.checkpoint import load_checkpoint

        check_seed(0 if seed is None else seed)
        with self.plan.ranks.together(f"restore({str(path)!r})"):
            loaded = load_checkpoint(path, expect_fingerprint=self._pristine())
            self._stepper.put_back(loaded.arrays, loaded.attributes, seed)
            self.seed = self.plan.seed

    @property
    def seconds(self) -> dict[str, float]:
        """Wall seconds by phase: build, compile, then the compiled loop shared out by processor
        cycles.
        """
        return self.plan.seconds | self.runner.phase_seconds()

    def close(self) -> None:
        """Close the store and let the threads go: nothing can be simulated after that.

        Raises:
            RuntimeError: another thread is running it.
        """
        self.__exit__(None, None, None)

    __reduce__ = settings.refuse_copies

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._stepper.refuse_others()
            self._stepper.ask_about_rewards()
        self._closed = True
        self.runner.close()
        if self.store is not None:
            # after an error what there is gets flushed, and the run is not called finished
            self.store.__exit__(kind, error, trace)

    def __del__(self) -> None:
        if not self._closed and self._owns_store and self.store is not None:
            warnings.warn(
                f"{self!r} was left open: its run at {self.store.path} is not marked finished; "
                "write `with Simulator(...) as simulator:` or call close()",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    def _pristine(self) -> str:
        """The fingerprint of the network as it was built; taken before the first edit."""
        self._stepper.refuse_others()
        if self._fingerprint is None:
            self._fingerprint = checkpoint.fingerprint(self.plan)
        return self._fingerprint

    def _run(self, end: int, stops: list[tuple[int, Any]], progress: Progress) -> None:
        if self._closed:
            remedy = "save() before close() and restore() into a new one to go on"
            raise ValueError(f"this Simulator is closed; {remedy}")
        with self.plan.ranks.together(f"run to step {end}"):
            self._stepper.run(end, stops, progress, self)
