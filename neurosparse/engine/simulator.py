"""`Simulator`: run a network, look at it, change it, go on."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.console import Interruptible, Progress
from neurosparse.engine import backends, checkpoint
from neurosparse.engine.edits import edit_synapses, plan_edit, put_weights
from neurosparse.engine.modes import ModeChooser
from neurosparse.engine.plan import Plan, assemble, build
from neurosparse.engine.recorders import Recorders
from neurosparse.engine.requests import Request, Spikes, check_requests
from neurosparse.engine.settings import PRECISIONS, check_seed, check_settings, listed, open_store
from neurosparse.engine.tallies import count
from neurosparse.engine.units import check_dt, not_negative, steps, whole_steps
from neurosparse.errors import bad_argument, bad_type, unknown_name
from neurosparse.network import Network
from neurosparse.recording import RunStore, SpikeRecord

FLUSH_SECONDS = 10.0


@dataclass(frozen=True)
class Every:
    """Call `function(simulator)` every `period` ms of simulated time, between steps.

    >>> Every(10.0, print).period
    10.0
    """

    period: float
    function: Callable[["Simulator"], Any]


class Simulator:
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
        backend: "cpu", "gpu" (Triton; populations, Poisson input and fixed synapses), or an
            `OnDevice`.
        store: path of a Zarr group to record into instead of memory; refused if it exists, unless
            it is a
            RunStore made by you.

    Raises: ValueError or TypeError before anything is built, naming the argument and the remedy.

    >>> from neurosparse.network import Network, Population, Projection
    >>> from neurosparse.neurons import LIF
    >>> from neurosparse.neurons import SpikeSource
    >>> from neurosparse.wiring import OneToOne
    >>> net = Network(
    ...     Population("in", 2, SpikeSource(times=[1.0, 2.0], indices=[0, 1])),
    ...     Population("out", 2, LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)),
    ...     Projection("in", "out", OneToOne(), weight=2.0, delay=0.5),
    ... )
    >>> sim = Simulator(net, dt=0.1)
    >>> sim.run(5.0)
    >>> sim.spikes("out").t.tolist(), sim.spikes("out").i.tolist()
    ([1.6, 2.6], [0, 1])
    """

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
        backend: Any = "cpu",
    ) -> None:
        check_dt(dt)
        check_settings(network, seed, threads, precision)
        self.backend = backends.choose_backend(backend, network, threads)
        requests = (
            [Spikes(name) for name in network.populations] if record is None else listed(record)
        )
        check_requests(network, requests, dt)
        self.network, self.dt, self.seed, self.threads = network, float(dt), int(seed), int(threads)
        self.store = open_store(store, network, self.threads, dt=self.dt, seed=self.seed)
        self.now, self._closed = 0, False
        try:
            plain = self.backend != "cpu"
            self.plan: Plan = build(
                network, self.dt, self.seed, self.threads, PRECISIONS[precision], plain
            )
            self.recorders = Recorders(requests, self.plan, self.store)
            self._assemble()
            self.runner = backends.make_runner(
                self.backend, self.plan, self.threads, self.recorders.states
            )
        except BaseException:
            # the path is free again for a mended call
            if self.store is not None and self.store is not store:
                shutil.rmtree(self.store.path, ignore_errors=True)
            raise
        self._modes = ModeChooser(self.plan)
        self._done = 0  # steps of the last chunk, whose spikes still stand in the logs
        self._fingerprint: str | None = None

    @property
    def time(self) -> float:
        """Simulated time so far, in ms."""
        return self.now * self.dt

    def run(
        self, duration: float, *, callbacks: Sequence[Every] = (), progress: Any = False
    ) -> None:
        """Simulate `duration` ms more.

        `callbacks` are called between steps, at multiples of their periods. `progress` is True for
        a bar on the terminal, or a function of (steps done, steps in all). Ctrl-C raises
        KeyboardInterrupt at the end of a
        chunk: everything simulated until then is kept and recorded, and `run` goes on from there.
        Raises: ValueError for a duration or a period that is no multiple of dt.
        """
        end = self.now + steps("duration", not_negative("duration", duration), self.dt)
        self._run(end, _periods(callbacks, self.dt), Progress(progress, end - self.now))

    def step(self, n: int = 1) -> None:
        """Simulate `n` steps."""
        if not_negative("n", n) != int(n):
            raise bad_argument("n", n, "a whole number of steps", "use run(ms) for a duration")
        self._run(self.now + int(n), [], Progress(False, n))

    def run_until(
        self,
        condition: Callable[["Simulator"], bool],
        *,
        every: float = 10.0,
        limit: float = 60_000.0,
    ) -> bool:
        """Simulate until `condition(simulator)` holds, asked every `every` ms; False when `limit`
        ms are over.
        """
        last = self.now + steps("limit", not_negative("limit", limit), self.dt)
        period = whole_steps("every", every, self.dt)
        if not callable(condition):
            raise bad_type(
                "condition", condition, "a function of the simulator", "write lambda simulator: ..."
            )
        while not condition(self):
            if self.now >= last:
                return False
            self._run(min(self.now + period, last), [], Progress(False, period))
        return True

    def spikes(self, population: str) -> SpikeRecord:
        """The recorded spikes of a population: arrays `step`, `t` (ms) and `i`."""
        self.network.population(population)
        if population not in self.recorders.spikes:
            remedy = f"give record=[Spikes({population!r})]"
            raise bad_argument(
                "population", population, "a population whose spikes are recorded", remedy
            )
        record: SpikeRecord = self.recorders.spikes[population].record()
        return record

    def recorded(self, request: Request) -> Any:
        """The record of what was asked for with `record=[request]`."""
        return self.recorders.record(request)

    def state(self, population: str, variable: str) -> NDArray[Any]:
        """A copy of a state variable [n] as it is now."""
        group = self.plan.groups[self.network.population(population).name]
        fields = getattr(getattr(group.population.model, "State", None), "_fields", ())
        if variable not in fields:
            raise unknown_name("variable", variable, fields)
        if group.event is None:
            return group.row(variable)[: group.n].copy()
        from neurosparse.engine.sleepers import peek

        return peek(group, variable, self.now)

    def weights(self, projection: str) -> NDArray[np.float32]:
        """A copy of the weights [nnz] of a projection as they are now, in CSR order."""
        return self.recorders.weights_of(self.network.projection(projection).name).copy()

    def connectivity(self, projection: str) -> Connectivity:
        """The synapses of a projection as they are now."""
        return self.plan.synapses[self.network.projection(projection).name].connectivity()

    def set_weights(self, projection: str, weight: Any) -> None:
        """Set the weights of a projection, one number or an array [nnz] in CSR order, between
        steps.

        Raises: ValueError for another length and for weights that are not finite.
        """
        made = self.plan.synapses[self.network.projection(projection).name]
        self._pristine()
        if put_weights(self.plan, made, self.now, weight) or self.backend != "cpu":
            self._assemble()
            self.runner.load(self.plan)

    def rewire(
        self,
        projection: str,
        *,
        drop: Any = (),
        pre: Any = (),
        post: Any = (),
        weight: Any = None,
        delay: Any = None,
    ) -> None:
        """Remove the synapses at `drop` (positions in CSR order) and add pre[k] -> post[k], between
        steps.

        Spikes under way belong to the synapse through which they left: those of removed synapses
            still arrive,
        new synapses carry the spikes from the next step on. Only this projection is laid out anew.
        `delay` (ms) is for projections whose synapses differ in it, at most the longest they began
        with.
        Raises: ValueError for positions or neurons out of range, delays that do not fit and weights
            that are not
        finite, before anything changes.
        """
        made = self.plan.synapses[self.network.projection(projection).name]
        backends.check_rewiring(self.backend, made)
        new = plan_edit(made, self.dt, drop, pre, post, weight, delay)
        self._pristine()
        edit_synapses(self.plan, made, self.now, self._done, new)
        self.recorders.follow(made.projection.name, new.moved)
        self._assemble()
        self.runner.load(self.plan)

    def save(self, path: str | Path) -> None:
        """Write a checkpoint from which a run goes on to the bit: states, spikes under way, traces,
        recorders.

        It is written under a temporary name and renamed; an older checkpoint at `path` is replaced.
        """
        from neurosparse.store.checkpoint import save_checkpoint

        if self.store is not None:
            self.store.flush()
        arrays = checkpoint.collect(self.plan, self._done)
        arrays |= {
            f"record/{k}": np.asarray(a) for k, a in self.recorders.state().items()
        } | self.recorders.followed()
        events = dict(self._modes.events)
        attributes = {"step": self.now, "seed": self.seed, "dt": self.dt, "events": events}
        attributes["layout"] = backends.layout(self.backend)
        save_checkpoint(path, arrays, attributes, fingerprint=self._pristine())

    def restore(self, path: str | Path, *, seed: int | None = None) -> None:
        """Go to the point of a checkpoint of the same network; `seed` draws other random numbers
        from there.

        Raises: ValueError for a checkpoint of another network, version or recording, before
            anything changes.
        """
        from neurosparse.store.checkpoint import load_checkpoint

        check_seed(0 if seed is None else seed)
        loaded = load_checkpoint(path, expect_fingerprint=self._pristine())
        arrays, attributes = loaded.arrays, loaded.attributes
        backends.check_layout(self.backend, self.plan, attributes["layout"])
        checkpoint.check(self.plan, arrays)
        self.recorders.restore({k[7:]: a for k, a in arrays.items() if k.startswith("record/")})
        self.recorders.follow_again(arrays)
        self.now = int(attributes["step"])
        self._done = 0
        self.plan.seed = self.seed = int(attributes["seed"] if seed is None else seed)
        self._assemble()
        checkpoint.put_back(self.plan, arrays)
        backends.keep_the_clock(self.backend, self.plan, self.now)
        self._assemble()
        self._modes.events = {
            k: float(attributes["events"].get(k, 0.0)) for k in self._modes.events
        }
        self.runner.load(self.plan)

    @property
    def seconds(self) -> dict[str, float]:
        """Wall seconds by phase: build, compile, then the compiled loop shared out by processor
        cycles.
        """
        spent: dict[str, float] = self.plan.seconds | self.runner.phase_seconds()
        return spent

    def close(self) -> None:
        """Close the store and let the threads go: nothing can be simulated after that."""
        self._closed = True
        self.runner.close()
        if self.store is not None:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        self.runner.close()
        if self.store is not None:
            # after an error what there is gets flushed, and the run is not called finished
            self.store.__exit__(kind, error, trace)

    def _assemble(self) -> None:
        if self.backend != "cpu":
            return
        assemble(self.plan)
        self.recorders.add_operations()

    def _pristine(self) -> str:
        """The fingerprint of the network as it was built; taken before the first edit."""
        if self._fingerprint is None:
            self._fingerprint = checkpoint.fingerprint(self.plan)
        return self._fingerprint

    def _run(self, end: int, periods: list[tuple[int, Any]], progress: Progress) -> None:
        begun = self.now
        if self._closed:
            raise ValueError(
                "this Simulator is closed; save() before close() and restore() into a new one to go on"
            )
        try:
            with Interruptible() as interrupt:
                while self.now < end:
                    failed = self._chunk(min([end, *((self.now // k + 1) * k for k, _ in periods)]))
                    for period, function in periods:
                        if self.now % period == 0:
                            function(self)
                    progress.show(self.now - begun)
                    if failed is not None:
                        raise failed
                    if interrupt.asked:
                        raise KeyboardInterrupt(
                            f"stopped at {self.time:g} ms; everything until then is kept"
                        )
        finally:
            progress.close()

    def _chunk(self, end: int) -> OSError | None:
        """Run until `end` or an earlier stop, then hand over what was recorded; returns what went
        wrong in that.
        """
        first = self.now
        for group in self.plan.groups.values():
            if group.log.turn(self._done):
                group.retell()
        self._done = 0
        last = min(end, self._modes.next_stop(first), self.recorders.next_stop(first))
        last = min(last, first + self.recorders.longest_chunk)
        self.now = self.runner.go(first, last)
        self._done = self.now - first
        drained = {name: g.log.drain(self._done, first) for name, g in self.plan.groups.items()}
        self._modes.count(drained)
        count(self.plan.tallies, first, self._done, drained)
        failed = self.recorders.take(first, self._done, drained)
        try:
            if self.store is not None:
                self.store.flush(at_most_every=FLUSH_SECONDS)
        except OSError as error:
            failed = failed or error
        if self._modes.decide(self.now):
            self._assemble()
            self.runner.load(self.plan)
        return failed


def _periods(callbacks: Sequence[Every], dt: float) -> list[tuple[int, Any]]:
    listed_alone = isinstance(callbacks, (list, tuple)) and all(
        isinstance(c, Every) for c in callbacks
    )
    if not listed_alone or not all(callable(c.function) for c in callbacks):
        raise bad_type(
            "callbacks",
            callbacks,
            "a list of Every objects",
            "write callbacks=[Every(10.0, function)]",
        )
    return [(whole_steps("Every.period", c.period, dt), c.function) for c in callbacks]
