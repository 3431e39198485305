"""Run a plan chunk by chunk, one nogil call of the time loop per thread."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.plan import Plan
from neurosparse.engine.program import PHASES
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.engine.units import FOREVER
from neurosparse.kernels.base.machine.control import (
    AHEAD,
    APART,
    ORIGIN,
    REACHED,
    STOP_AT,
    STOPS,
)

MOST_AHEAD = (
    4  # steps between threads: each takes memory, and more of them save no more time
)
AIM_SECONDS = 0.2  # a chunk of about this length keeps Ctrl-C and progress prompt


def steps_ahead(plan: Plan) -> int:
    """By how many steps a thread may be ahead of what it knows of the others.

    What it reads of theirs is a delay old; but for the shortest of all delays, rows are fetched a
    step before they are needed.
    """
    if plan.shown:
        return 0
    delays = []
    for group in plan.groups.values():
        for block, _, _ in group.log_blocks:
            words = getattr(block, "words", None)
            if hasattr(words, "n_logs"):
                delays.append(_latest(words))
    least = min(delays, default=1)
    return max(least - 1, 1) if least else 0


def _latest(words: Any) -> int:
    """How many steps ago the latest spikes were fired that an operation looks at."""
    from neurosparse.kernels.spikes.coincidence.cpu import CoincidenceWords
    from neurosparse.kernels.spikes.deliver.cpu import DeliverWords
    from neurosparse.kernels.spikes.deliver.shares import ShareWords
    from neurosparse.kernels.spikes.event_update.cpu import DeliverEventsWords
    from neurosparse.kernels.spikes.spike_timing.cpu import LearnWords

    if isinstance(words, DeliverWords | ShareWords | DeliverEventsWords):
        return int(words.delays.min())
    if isinstance(words, LearnWords | CoincidenceWords):
        return int(words.delay)
    return 0  # those of this step


class Runner:
    """Threads that stand ready to run chunks of one plan's time loop, and what their phases
    cost.
    """

    def __init__(self, plan: Plan, n_threads: int) -> None:
        from neurosparse.kernels.base.machine.loop import run_steps

        self._run_steps = run_steps
        self.n_threads = n_threads
        self._begin_threads()
        self.cycles: NDArray[np.int64] = np.zeros((n_threads, 32), dtype=np.int64)
        self.seconds = 0.0
        self.chunk = 256
        self.load(plan)

    def _begin_threads(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=max(self.n_threads - 1, 1))
        self._process = os.getpid()

    def load(self, plan: Plan) -> None:
        """Take a newly assembled program."""
        self.plan = plan
        self.table = plan.program.table()
        self.ahead = 0
        if self.n_threads > 1 and plan.ranks.size == 1:
            self.ahead = min(steps_ahead(plan), MOST_AHEAD)
            for group in plan.groups.values():
                if group.log.reserve(self.ahead + 2):
                    group.retell()
        self.learning = [s for s in plan.synapses.values() if s.plastic is not None]

    def go(self, first: int, last: int) -> int:
        """Run steps first..last-1 or until a log is full; returns the first step not run."""
        self.make_ready(first)
        last = min(last, first + min(self.chunk, LONGEST_CHUNK))
        begun = time.perf_counter()
        others = range(1, self.n_threads)
        waiting = [self._pool.submit(self._one, first, last, k) for k in others]
        reached = self._one(first, last, 0)
        for other in waiting:
            other.result()
        taken = time.perf_counter() - begun
        self.seconds += taken
        # twice as long or half as long at most, towards what takes AIM_SECONDS
        fitting = int((reached - first) * AIM_SECONDS / max(taken, 1e-6))
        self.chunk = min(max(fitting, self.chunk // 2, 16), self.chunk * 2, LONGEST_CHUNK)
        return reached

    def make_ready(self, first: int) -> None:
        """Set what threads share for a chunk from step `first` on."""
        if self.n_threads > 1 and self._process != os.getpid():
            # threads do not come along with a fork
            self._begin_threads()
        control = self.plan.control
        control[AHEAD] = self.ahead
        if self.n_threads > 1:
            # none but those at work: this is done for every chunk
            own = slice(REACHED, REACHED + APART * self.n_threads)
            control[own][::APART] = first
            control[own][STOPS::APART] = FOREVER
        control[STOP_AT] = FOREVER
        control[ORIGIN] = first - self.plan.history
        for synapses in self.learning:
            synapses.begin()

    def _one(self, first: int, last: int, thread: int) -> int:
        program = self.plan.program
        reached = self._run_steps(
            self.table,
            program.n_before,
            first,
            last,
            thread,
            self.n_threads,
            self.plan.control,
            self.cycles[thread],
            0,
            len(self.table),
        )
        return int(reached)

    def phase_seconds(self) -> dict[str, float]:
        """Wall seconds of the compiled loop, shared out by the cycles each phase took."""
        counted = self.cycles[:, : len(PHASES)].sum(axis=0)
        total = max(int(counted.sum()), 1)
        return {
            name: self.seconds * int(c) / total
            for name, c in zip(PHASES, counted, strict=True)
        }

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False)
