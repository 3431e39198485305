"""What each rank had to do, and how long it took."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.console import aligned
from neurosparse.errors import bad_type


@dataclass(frozen=True)
class RankReport:
    """One rank: what it owns, seconds of computing and of exchange (waiting for others is in it).

    Args:
        neurons: that it owns.
        synapses: onto them.
        megabytes: of these.
        computing: seconds.
        exchange: seconds.
        windows: exchanges so far.
        sent: bytes in an exchange, in the mean.
    """

    neurons: int
    synapses: int
    megabytes: float
    computing: float
    exchange: float
    windows: int
    sent: float


@dataclass(frozen=True)
class RanksReport:
    """All ranks; printed, a table and a sentence on who was waited for."""

    ranks: tuple[RankReport, ...]

    def __repr__(self) -> str:
        head = (
            "rank",
            "neurons",
            "synapses",
            "MB",
            "computing s",
            "exchange s",
            "B a window",
        )
        lines = [
            (
                str(k),
                f"{r.neurons:,}",
                f"{r.synapses:,}",
                f"{r.megabytes:.1f}",
                f"{r.computing:.2f}",
                f"{r.exchange:.2f}",
                f"{r.sent:.0f}",
            )
            for k, r in enumerate(self.ranks)
        ]
        return "\n".join([*aligned(head, lines), self.sentence()])

    def sentence(self) -> str:
        """Who was the slowest, and why if that can be told."""
        computing = np.array([r.computing for r in self.ranks])
        slowest = int(computing.argmax())
        mean = max(float(computing.mean()), 1e-9)
        words = (
            f"rank {slowest} computed longest, {computing[slowest] / mean:.2f} of the mean"
        )
        for name in ("synapses", "neurons"):
            share = np.array([getattr(r, name) for r in self.ranks], np.float64)
            if share[slowest] > 1.1 * max(share.mean(), 1.0):
                times = share[slowest] / share.mean()
                return f"{words}: it has {times:.2f} of the mean {name}"
        waits = sum(r.exchange for r in self.ranks) / len(self.ranks)
        if waits > mean:
            return f"{words}; more time went into exchange: fewer ranks would do"
        return words


def rank_report(simulator: Any) -> RanksReport:
    """What each rank of a simulation had to do; all ranks call it, and all get it.

    >>> from neurosparse import LIF, Network, Population, Simulator
    >>> from neurosparse.distributed import rank_report, rehearse
    >>> def work(ranks):
    ...     sim = Simulator(Network(Population("E", 100, LIF())), backend=ranks)
    ...     sim.run(1.0)
    ...     return rank_report(sim)
    >>> [r.neurons for r in rehearse(2, work)[0].ranks]
    [64, 36]
    """
    if not hasattr(simulator, "plan"):
        raise bad_type("simulator", simulator, "a Simulator")
    plan = simulator.plan
    ranks = plan.ranks
    own = [min(g.n, int(g.bounds[-1])) - int(g.bounds[0]) for g in plan.groups.values()]
    bundles = sum(bundle.nbytes for bundle in plan.bundles.live())
    synapses = plan.synapses.values()
    seconds = getattr(
        ranks, "seconds", {"computing": simulator.runner.seconds, "exchange": 0}
    )
    counts = getattr(ranks, "counts", {"windows": 0, "words": 0})
    numbers = [
        sum(max(n, 0) for n in own),
        sum(s.nnz for s in synapses),
        (bundles + sum(s.nbytes for s in synapses)) / 1e6,
        *seconds.values(),
        counts["windows"],
        4 * counts["words"] / max(counts["windows"], 1),
    ]
    with ranks.together("report"):
        every = ranks.joined(np.array(numbers, np.float64)[:, None])
    return RanksReport(
        tuple(
            RankReport(int(n), int(nnz), megabytes, computing, exchange, int(windows), sent)
            for n, nnz, megabytes, computing, exchange, windows, sent in every.T.tolist()
        )
    )
