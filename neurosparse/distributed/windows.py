"""Run a chunk window by window: between two exchanges no spike of another rank can act.

A window ends where threads meet in its last step: own spikes are written down, those of others come
in, then they act. So spikes of the delay d allow windows of d + 1 steps, and 0 is no exception.
Operations that look at spikes in the step in which these are fired (rings, shares of short-term
plasticity) are done for a whole window at once, before anything reads what they write.
"""

import time
from typing import Any

import numpy as np

from neurosparse.engine.plan import Plan
from neurosparse.engine.run import AIM_SECONDS, Runner
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.kernels.base.machine.control import ORIGIN
from neurosparse.kernels.spikes.exchange import HEAD

LONGEST_WINDOW = 64
END = 1  # a flag: this rank wants the chunk to end


class WindowRunner(Runner):
    """Runs one rank's part of a plan."""

    def load(self, plan: Plan) -> None:
        """Take a newly assembled program, apart what is done a window at once."""
        from neurosparse.kernels.spikes.deliver.cpu import DeliverLateWords
        from neurosparse.kernels.spikes.deliver.shares import UseWords
        from neurosparse.kernels.spikes.exchange.cpu import look, pack, unpack

        super().load(plan)
        self._look = look
        self._pack = pack
        self._unpack = unpack
        words = [type(op.block.words) for op in plan.program.operations]
        early = np.array([kind in (DeliverLateWords, UseWords) for kind in words], bool)
        self.at_once = self.table[early]
        self.table = self.table[~early]
        self.ranks: Any = plan.ranks
        self.n_steps = 0
        self._at = np.zeros(self.ranks.size, np.int64)

    def go(self, first: int, last: int) -> int:
        """Run steps first..last-1, or fewer on all ranks; returns the first step not run."""
        if not self.n_steps:
            self.n_steps = min(self.ranks.window(self.plan), LONGEST_WINDOW)
            for group in self.plan.groups.values():
                group.log.room = self.n_steps + 2
            self.ranks.meeting.reserve(HEAD + self.n_steps * len(self.plan.groups))
        self.make_ready(first)
        self._make_room()
        last = min(last, first + LONGEST_CHUNK)
        begun = time.perf_counter()
        n_before = self.plan.program.n_before
        step = first
        opening = 0
        begin = first
        pieces: list[Any] = []
        while True:
            upto = min(begin + self.n_steps, last)
            pieces.append((self.table, n_before, (step, opening), (upto, n_before)))
            self._share(pieces)
            ends = self._exchange(begin, upto, time.perf_counter() - begun > AIM_SECONDS)
            pieces = []
            if len(self.at_once):
                pieces.append((self.at_once, 0, (begin, 0), (upto, len(self.at_once))))
            step = upto - 1
            opening = n_before
            begin = upto
            if ends or upto == last:
                break
        pieces.append((self.table, n_before, (step, opening), (upto, len(self.table))))
        self._share(pieces)
        self.seconds += time.perf_counter() - begun
        return upto

    def _make_room(self) -> None:
        """Let no log become full within a window, and nothing be read that has not come yet."""
        done = self.plan.history
        for group in self.plan.groups.values():
            log = group.log
            log.ends[[0, -1], done + 1 : done + self.n_steps + 3] = log.ends[
                [0, -1], done, None
            ]
            end = int(log.ends[:, done].max())
            if log.capacity < end + log.room * log.largest:
                log.grow(2 * (end + log.room * log.largest))
                group.retell()

    def _share(self, pieces: list[Any]) -> None:
        """Let all threads run pieces: a table, from a step and operation to before another."""
        begun = time.perf_counter()
        run_steps: Any = self._run_steps

        def one(thread: int) -> None:
            own = (thread, self.n_threads, self.plan.control, self.cycles[thread])
            for table, n_before, begin, end in pieces:
                run_steps(table, n_before, begin[0], end[0], *own, begin[1], end[1])

        others = [self._pool.submit(one, k) for k in range(1, self.n_threads)]
        one(0)
        for other in others:
            other.result()
        self.ranks.seconds["computing"] += time.perf_counter() - begun

    def _exchange(self, begin: int, upto: int, long: bool) -> bool:
        """Give and take the spikes of the steps begin..upto-1; whether the chunk ends here."""
        begun = time.perf_counter()
        slot = begin - int(self.plan.control[ORIGIN])
        n_steps = upto - begin
        groups = list(self.plan.groups.values())
        meeting = self.ranks.meeting
        heard = None
        while heard is None:
            message = meeting.message
            at = HEAD + n_steps * len(groups)
            counts = HEAD
            full = False
            for group in groups:
                log = group.log
                own = log.own
                parts = (log.index[own], log.ends[own])
                at = self._pack(*parts, slot, n_steps, message, counts, at)
                counts += n_steps
                end = max(log.ends[own, slot + n_steps].tolist(), default=0)
                full |= log.capacity - end < log.room * log.largest
            heard = meeting.window(upto, at, END * (long or full), self._look)
        messages, flags = heard
        self._take(messages, slot, n_steps, groups)
        counts_of = self.ranks.counts
        counts_of["windows"] += 1
        counts_of["words"] += at
        self.ranks.seconds["exchange"] += time.perf_counter() - begun
        return bool(flags)

    def _take(self, messages: Any, slot: int, n_steps: int, groups: list[Any]) -> None:
        """Append what came in to the logs."""
        counts = HEAD
        at = self._at
        at[:] = HEAD + n_steps * len(groups)
        # steps that may be looked at before the next exchange
        ahead = min(self.n_steps + 2, groups[0].log.ends.shape[1] - slot - n_steps - 1)
        for group in groups:
            log = group.log
            window = (messages, self.ranks.rank, n_steps, counts, at)
            more = self._unpack(*window, log.index, log.ends, slot, ahead)
            if more:
                log.grow(2 * more)
                group.retell()
                self._unpack(*window, log.index, log.ends, slot, ahead)
            counts += n_steps
