"""Run a plan chunk by chunk, one nogil call of the time loop per thread."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.plan import Plan
from neurosparse.engine.program import PHASES
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.engine.units import FOREVER
from neurosparse.kernels.base.machine.control import ARRIVED, GENERATION, ORIGIN, STOP_AT

AIM_SECONDS = 0.2  # a chunk of about this length keeps Ctrl-C and progress prompt


class Runner:
    """Threads that stand ready to run chunks of one plan's time loop, and what their phases
    cost.
    """

    def __init__(self, plan: Plan, n_threads: int) -> None:
        from neurosparse.kernels.base.machine.loop import run_steps

        self._run_steps = run_steps
        self.n_threads = n_threads
        self._begin_threads()
        self.cycles: NDArray[np.int64] = np.zeros((n_threads, 16), dtype=np.int64)
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
        control[ARRIVED] = 0
        control[GENERATION] = 0
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
