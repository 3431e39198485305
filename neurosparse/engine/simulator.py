"""`Simulator`: run a network, look at it, go on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.plan import Plan, assemble, build
from neurosparse.engine.run import Runner
from neurosparse.engine.units import check_dt, steps
from neurosparse.errors import bad_argument, unknown_name
from neurosparse.network import Network

PRECISIONS = {"float64": np.float64, "float32": np.float32}


class Simulator:
    """placeholder"""

    def __init__(
        self,
        network: Network,
        dt: float = 0.1,
        seed: int = 0,
        threads: int = 1,
        precision: str = "float64",
    ) -> None:
        check_dt(dt)
        if precision not in PRECISIONS:
            raise unknown_name("precision", precision, PRECISIONS)
        if not (isinstance(seed, (int, np.integer)) and 0 <= seed < 2**63):
            raise bad_argument("seed", seed, "a whole number from 0 to 2^63 - 1")
        if not (isinstance(threads, int) and 1 <= threads <= 256):
            raise bad_argument("threads", threads, "1 or more threads")
        self.network, self.dt, self.seed, self.threads = network, float(dt), int(seed), threads
        self.now = 0
        self.plan: Plan = build(network, self.dt, self.seed, threads, PRECISIONS[precision])
        assemble(self.plan)
        self.runner = Runner(self.plan, threads)
        self._spikes: dict[str, list[Any]] = {name: [] for name in network.populations}

    def run(self, duration: float) -> None:
        """Run for `duration` ms."""
        end = self.now + steps("duration", duration, self.dt)
        while self.now < end:
            reached = self.runner.go(self.now, end)
            done = reached - self.now
            for name, group in self.plan.groups.items():
                self._spikes[name].append(group.log.drain(done, self.now))
                if group.log.turn(done):
                    group.retell()
            self.now = reached

    def spikes(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Spikes (step, index) of a population so far."""
        parts = self._spikes[name]
        return (
            np.concatenate([p[0] for p in parts] or [np.zeros(0, np.int64)]),
            np.concatenate([p[1] for p in parts] or [np.zeros(0, np.int32)]),
        )
