"""Advance a plan chunk by chunk: run, hand over what was recorded, switch modes."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from neurosparse.console import Interruptible, Progress
from neurosparse.engine import changes, checkpoint
from neurosparse.engine.backends import (
    Backend,
    check_layout,
    keep_the_clock,
    make_runner,
)
from neurosparse.engine.finite import LOOK_EVERY, check_finite, steps_between_looks
from neurosparse.engine.modes import ModeChooser
from neurosparse.engine.plan import Plan, assemble
from neurosparse.engine.populations import NEVER
from neurosparse.engine.recorders import Recorders
from neurosparse.engine.rewards import ask_about_rewards
from neurosparse.engine.sleepers import reach
from neurosparse.engine.spike_log import Drained
from neurosparse.engine.tallies import count
from neurosparse.errors import Said, bad_argument
from neurosparse.recording import RunStore

FLUSH_SECONDS = 0.2


class Stepper:
    """A plan under way: at step `now`, with the spikes of the `done` steps of the last chunk still
    in the logs.
    """

    def __init__(
        self,
        plan: Plan,
        recorders: Recorders,
        backend: Backend,
        threads: int,
        store: RunStore | None,
    ) -> None:
        self.plan = plan
        self.recorders = recorders
        self.backend = backend
        self.store = store
        self.now = 0
        self.done = 0
        self.looked = 0  # the step up to which all states were found finite
        self.unrewarded: set[str] = set()  # projections that wait for a reward
        # callbacks may change the simulation, or run it: they are of the same thread
        self._turn = threading.RLock()
        self.write_program()
        self.runner = make_runner(backend, plan, threads, recorders.states)
        self.modes = ModeChooser(plan)

    def write_program(self) -> None:
        """Write the program of the CPU as the plan is now; a GPU reads the plan itself."""
        if self.backend != "cpu":
            return
        assemble(self.plan)
        self.recorders.add_operations()

    def reload(self) -> None:
        """Run the plan as it is now from here on."""
        self.write_program()
        self.runner.load(self.plan)

    def run(
        self, end: int, stops: list[tuple[int, Any]], progress: Progress, simulator: Any
    ) -> None:
        """Run until `end`; call each function of `stops` with the simulator at multiples of its
        period.

        Raises:
            FloatingPointError: a state is no longer finite; what was recorded is kept.
            ValueError: the end is further than steps can be counted; nothing has run then.
            RuntimeError: another thread runs this simulation, or another process writes its store.
        """
        begun = self.now
        self.check_end(end)
        try:
            with self.alone(), Interruptible() as interrupt:
                if self.store is not None:
                    self.store.claim()
                while self.now < end:
                    due = [(self.now // period + 1) * period for period, _ in stops]
                    failure = self.chunk(min([end, *due]))
                    self._look(self.now >= end)
                    for period, function in stops:
                        if self.now % period == 0:
                            function(simulator)
                    if getattr(simulator, "_closed", False):
                        return  # by a callback
                    progress.show(self.now - begun)
                    failure, signal = self.plan.ranks.heed(failure, interrupt.number)
                    if failure is not None:
                        raise failure
                    if signal:
                        time = self.now * self.plan.dt
                        if self.store is not None:
                            self.store.flush()
                        words = f"stopped at {time:g} ms; everything until then is kept"
                        raise interrupt.reason(words, signal)
                if self.store is not None:
                    self.store.keep_up()
                ask_about_rewards(self.plan, self.now, self.unrewarded)
        finally:
            progress.close()

    def _look(self, last: bool) -> None:
        """Look for states that are not finite, now and then and at the `last` step."""
        since = self.now - self.looked
        if since < LOOK_EVERY and not last:
            return
        if last or since >= steps_between_looks(self.plan):
            check_finite(self.plan, self.looked, self.now)
            self.looked = self.now

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other threads out while the body runs.

        Raises:
            RuntimeError: one is in.
        """
        self._enter()
        try:
            yield
        finally:
            self._turn.release()

    def _enter(self) -> None:
        """Take the turn, or say that another thread has it."""
        if not self._turn.acquire(blocking=False):
            raise RuntimeError(
                "this Simulator is already running in another thread; "
                "wait for it, or give each thread a Simulator of its own"
            )

    def ask_about_rewards(self) -> None:
        """Warn at the end of synapses that waited for dopamine in vain, unless that was done."""
        ask_about_rewards(self.plan, self.now, self.unrewarded, waits=0.0)

    def refuse_others(self) -> None:
        """Refuse to be changed by another thread while one runs, as `alone` does."""
        self._enter()
        self._turn.release()

    def check_end(self, end: int) -> None:
        """Refuse to run where the steps of neurons, which are int32, would come to their end.

        Raises:
            ValueError: naming the longest time.
        """
        # a neuron that fires in the last step writes down when it is ready again
        pauses = [int(group.refractory.max()) for group in self.plan.groups.values()]
        last = NEVER - 1 - max(pauses, default=0)
        if end > last:
            dt = self.plan.dt
            remedy = (
                "save what was recorded, and go on in a new Simulator that begins with the states "
                "of this one: Population(initial={'v': simulation.state(name, 'v')}), "
                "Projection(weight=simulation.weights(name))"
            )
            expected = f"at most {last} steps from the start of a run, {last * dt:g} ms"
            raise bad_argument("duration", Said(f"an end at step {end}"), expected, remedy)

    def chunk(self, end: int) -> OSError | None:
        """Run until `end` or an earlier stop, then hand over what was recorded; returns what went
        wrong in that.
        """
        first = self.now
        for group in self.plan.groups.values():
            if group.log.turn(self.done):
                group.retell()
        self.done = 0
        last = min(end, self.modes.next_stop(first), self.recorders.next_stop(first))
        last = min(last, first + self.recorders.longest_chunk)
        for group in self.plan.groups.values():
            if group.event is not None:
                reach(group, self.plan.dt, last)
        self.now = self.runner.go(first, last)
        self.done = self.now - first
        drained = Drained(self.plan.groups, self.done, first)
        self.modes.count(drained)
        count(self.plan.tallies, first, self.done, drained)
        failure = self.recorders.take(first, self.done, drained)
        try:
            if self.store is not None:
                self.store.keep_up(at_most_every=FLUSH_SECONDS)
        except OSError as error:
            failure = failure or error
        if self.modes.decide(self.now):
            self.reload()
        return failure

    def collect(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arrays and attributes of a checkpoint."""
        arrays = checkpoint.collect(self.plan, self.now, self.done)
        arrays |= {f"record/{k}": np.asarray(a) for k, a in self.recorders.state().items()}
        arrays |= self.recorders.followed()
        arrays |= changes.changed_arrays(self.plan)
        attributes = {
            "step": self.now,
            "seed": self.plan.seed,
            "dt": self.plan.dt,
            "events": dict(self.modes.events),
            "version": checkpoint.VERSION,
            "rings": checkpoint.ringed(self.plan),
            "stimuli": checkpoint.stimuli_of(self.plan),
        }
        return arrays, attributes

    def put_back(
        self, arrays: dict[str, Any], attributes: dict[str, Any], seed: int | None
    ) -> None:
        """Go to the point that `collect` gave, with another seed if there is one.

        Raises:
            ValueError: it is of another recording or layout; nothing has changed then.
        """
        checkpoint.check_version(attributes)
        check_layout(self.plan, attributes["rings"])
        checkpoint.check(self.plan, arrays, attributes.get("stimuli"))
        prefix = "record/"
        records = {
            k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)
        }
        self.recorders.restore(records)
        self.recorders.follow_again(arrays)
        self.now = int(attributes["step"])
        self.looked = self.now
        self.done = 0
        self.plan.seed = int(attributes["seed"] if seed is None else seed)
        changes.put_back(self.plan, arrays)
        self.write_program()
        checkpoint.put_back(self.plan, arrays, self.now)
        keep_the_clock(self.backend, self.plan, self.now)
        events = attributes["events"]
        self.modes.events = {k: float(events.get(k, 0.0)) for k in self.modes.events}
        self.reload()
