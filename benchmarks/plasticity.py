"""What synapses with a state cost beside fixed ones: short-term plasticity, STDP, differing delays.

Run: python benchmarks/plasticity.py [--quick] [--json benchmarks/results/plasticity.json]

Every kind of projection first runs at a small size beside the engine of plain Python: its spikes
must be the same and its weights close, or no time is printed. Times are processor microseconds a
step on one thread, the least of many short runs in turns, so that a drift of the machine hits all
alike. Projections differ in nothing but what their row says.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from harness import Gate, Report, arguments

from neurosparse import (
    LIF,
    Connectivity,
    Network,
    PoissonInput,
    PoissonSource,
    Population,
    Projection,
    Simulator,
    SpikeSource,
)
from neurosparse.engine.naive import naive_outcome
from neurosparse.neurons import LIFExp
from neurosparse.plasticity import PairSTDP, TsodyksMarkram

DT = 0.1
DELAYS = 50  # where they differ: 1 to 50 steps
STEPS = 200  # of one timed run
RULE = PairSTDP(0.001, 0.0012, w_max=1.0)
BRIEF = TsodyksMarkram(use=0.4, tau_rec=300.0, tau_facil=100.0)
LEAST_FIRED = 50


@dataclass(frozen=True)
class Kind:
    """What a projection has."""

    differ: bool = False
    learns: bool = False
    brief: bool = False


KINDS = {
    "fixed": Kind(),
    "fixed, delays differ": Kind(differ=True),
    "short-term": Kind(brief=True),
    "short-term, delays differ": Kind(differ=True, brief=True),
    "STDP": Kind(learns=True),
    "STDP, delays differ": Kind(differ=True, learns=True),
}


def wiring(n: int, row: int, differ: bool) -> Connectivity:
    """`row` synapses from each of n neurons onto n, all after the mean delay or each after its
    own.
    """
    rng = np.random.default_rng(1)
    pre = np.repeat(np.arange(n), row)
    post = rng.integers(0, n, pre.size)
    delay = rng.integers(1, 1 + DELAYS, pre.size)
    weight = rng.normal(0.3, 0.05, pre.size)
    return Connectivity.from_edges(
        pre,
        post,
        n_pre=n,
        n_post=n,
        weight=weight,
        delay_steps=delay if differ else DELAYS // 2,
        duplicates="keep",
    )


def network(kind: Kind, size: tuple[int, int], source: Any, drive: float) -> Network:
    """A source onto neurons that Poisson input of weight `drive` keeps firing, each at times of its
    own.
    """
    n, row = size
    onto = Projection(
        "S",
        "E",
        wiring(n, row, kind.differ),
        plasticity=RULE if kind.learns else None,
        short_term=BRIEF if kind.brief else None,
    )
    inputs = [PoissonInput("E", 800.0, drive)] if drive else []
    target = Population("E", n, LIFExp(), mode="clock")
    return Network(Population("S", n, source), target, onto, inputs)


def check(gate: Gate) -> None:
    """Every kind against the law, small enough for plain Python."""
    rng = np.random.default_rng(2)
    for name, kind in KINDS.items():
        wide = wiring(30, 12, kind.differ).with_weight(rng.uniform(2.0, 6.0, 360))
        rule = PairSTDP(0.05, 0.06, w_max=9.0) if kind.learns else None
        onto = Projection(
            "S", "E", wide, plasticity=rule, short_term=BRIEF if kind.brief else None
        )
        target = Population("E", 30, LIF(v_threshold=-62.0))
        small = Network(Population("S", 30, PoissonSource(40.0)), target, onto)
        with Simulator(small, dt=DT, seed=3) as simulation:
            simulation.step(1500)
            got = simulation.spikes("E")
            weight = simulation.weights("S->E")
        law = naive_outcome(small, DT, 3, 1500)
        pairs = list(zip(got.step.tolist(), got.i.tolist(), strict=True))
        alike = pairs == law.spikes["E"] and len(pairs) > LEAST_FIRED
        gate.true(f"{name}: spikes", alike, f"{len(pairs)}, {len(law.spikes['E'])}")
        gap = float(np.abs(weight - law.weights["S->E"]).max())
        gate.true(f"{name}: weights", gap < 1e-4, f"apart by {gap:.2g}")


def times_of(networks: dict[str, Network], warm: int, repeats: int) -> dict[str, float]:
    """Processor microseconds of a step of each network, in turns, after `warm` steps."""
    running = {k: Simulator(net, dt=DT, record=[]) for k, net in networks.items()}
    best = dict.fromkeys(networks, np.inf)
    for simulation in running.values():
        simulation.step(warm)
    for _ in range(repeats):
        for name, simulation in running.items():
            begun = time.process_time()
            simulation.step(STEPS)
            best[name] = min(best[name], time.process_time() - begun)
    for simulation in running.values():
        simulation.close()
    return {k: 1e6 * float(least) / STEPS for k, least in best.items()}


def measure(
    report: Report, case: str, size: tuple[int, int], rate: float, drive: float
) -> None:
    """Time all kinds at one size and compare those with a state with those they should equal."""
    source = PoissonSource(rate)
    networks = {name: network(kind, size, source, drive) for name, kind in KINDS.items()}
    spent = times_of(networks, 600, report.repeats)
    pairs = {
        "short-term": ("fixed", 1 / 1.3),
        "short-term, delays differ": ("fixed, delays differ", 1 / 1.5),
        "STDP, delays differ": ("STDP", 1 / 1.5),
    }
    for name, (peer, goal) in pairs.items():
        own = (spent[name], spent[peer])
        report.add(f"{case}: {name}", "step", "us", *own, peer_name=peer, goal=goal)
    for name in ("fixed", "fixed, delays differ", "STDP"):
        report.add(f"{case}: {name}", "step", "us", spent[name])


def measure_silence(report: Report, size: tuple[int, int]) -> None:
    """Synapses that learned for 50 ms and then rest, beside those that never learn."""
    begun = np.random.default_rng(3)
    neuron = begun.integers(0, size[0], 500)
    step = np.arange(500) + 1
    source = SpikeSource(np.round(step * DT, 1), neuron)
    chosen = ("fixed", "STDP", "STDP, delays differ")
    networks = {name: network(KINDS[name], size, source, 0.0) for name in chosen}
    spent = times_of(networks, 1000, report.repeats)
    for name in chosen[1:]:
        report.add(
            f"silent after 50 ms of activity: {name}",
            "step",
            "us",
            spent[name] - spent["fixed"],
        )


def main() -> None:
    """Check, measure, print."""
    args = arguments(__doc__)
    gate = Gate()
    check(gate)
    gate.demand()
    report = Report("numba", "numpy", repeats=max(args.repeats, 5 if args.quick else 15))
    sizes = [("4,000 x 400", (4000, 400), 25.0), ("10,000 x 100", (10_000, 100), 10.0)]
    for case, size, rate in sizes[: 1 if args.quick else 2]:
        for drive, word in ((0.0, "quiet targets"), (300.0, "firing targets")):
            measure(report, f"{case}, {word}", size, rate, drive)
    measure_silence(report, (10_000, 100))
    report.finish(args.json)


if __name__ == "__main__":
    main()
