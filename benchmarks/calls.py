"""What calls between chunks cost, parts that do nothing, and many small populations.

Run: python benchmarks/calls.py --json benchmarks/results/calls.json

Processor time on one thread, the least of many, networks in turn; beside each network with a part
more stands the same network without it. First the gate: setting what is set already, callbacks that
do nothing, parts that do nothing and cutting a population into many leave every spike as it was.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from harness import Gate, Report, arguments

from neurosparse import Network, Population, Projection, Simulator
from neurosparse.engine import Every
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import OUCurrent, PoissonInput, StepCurrent
from neurosparse.wiring import FixedOutDegree

N_CALLED = 1_000
CUTS = (1, 8, 64)
BUILT = 5  # simulators of each network
SMALL = 50  # neurons of the smallest populations


def spikes_of(simulation: Simulator) -> list[tuple[int, int]]:
    """Spikes of all populations, neurons numbered through."""
    first = 0
    events = []
    for name, population in simulation.network.populations.items():
        record = simulation.spikes(name)
        events += list(zip(record.step.tolist(), (record.i + first).tolist(), strict=True))
        first += population.n
    return sorted(events)


class Called:
    """A population with an input and a current, and calls that change nothing of them."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self.level = rng.uniform(-51.0, -50.0, N_CALLED)
        self.input = PoissonInput("E", rate=500.0, weight=0.5)
        self.current = StepCurrent("E", amplitude=14.0)
        self.network = Network(
            Population("S", N_CALLED, PoissonSource(20.0)),
            Population("E", N_CALLED, LIF()),
            Population("T", N_CALLED, LIF(v_threshold=self.level)),
            Population("Z", N_CALLED, LIF(i_ext=10.0)),
            self.input,
            self.current,
        )

    def calls(self, sim: Simulator) -> dict[str, Callable[[], Any]]:
        """Each call by its name."""
        before = sim.state("E", "v")
        same = np.full(N_CALLED, 14.0)
        return {
            "set_parameters": lambda: sim.set_parameters("E", v_threshold=-50.0),
            "set_parameters, an array": lambda: sim.set_parameters(
                "T", v_threshold=self.level
            ),
            "set_parameters, asleep": lambda: sim.set_parameters("Z", v_threshold=-50.0),
            "set_current": lambda: sim.set_current(self.current, 14.0),
            "set_current, an array": lambda: sim.set_current(self.current, same),
            "set_rate of an input": lambda: sim.set_rate(self.input, 500.0),
            "set_rate of a source": lambda: sim.set_rate("S", 20.0),
            "set_state": lambda: sim.set_state("E", "v", before),
            "state": lambda: sim.state("E", "v"),
        }


def least_call(call: Callable[[], Any], repeats: int) -> float:
    """Microseconds of the quickest of many calls."""
    best = np.inf
    for _ in range(repeats):
        begun = time.perf_counter_ns()
        call()
        best = min(best, time.perf_counter_ns() - begun)
    return best / 1e3


def check_calls(gate: Gate) -> None:
    """A run with all calls between its pieces, and one with a callback a step, against a plain
    one.
    """
    runs = []
    for kind in ("plain", "calls", "callbacks"):
        called = Called()
        sim = Simulator(called.network, seed=2)
        calls = called.calls(sim)
        for _ in range(10):
            sim.run(10.0, callbacks=[Every(0.1, lambda _: None)] * (kind == "callbacks"))
            for name, call in calls.items():
                # what was recorded before is no longer the state that is there
                if kind == "calls" and name != "set_state":
                    call()
            if kind == "calls":
                sim.set_state("E", "v", sim.state("E", "v"))
        runs.append(spikes_of(sim))
    gate.true("spikes with calls between", runs[1] == runs[0] and len(runs[0]) > 1000)
    gate.true("spikes with callbacks", runs[2] == runs[0])


def add_calls(report: Report, repeats: int) -> None:
    """Time every call, and a callback at every step."""
    called = Called()
    sim = Simulator(called.network, seed=2, record=[])
    sim.step(10)
    for name, call in called.calls(sim).items():
        spent = least_call(call, repeats)
        report.add(f"{name}, {N_CALLED:,} neurons", "a call", "us", spent, goal=50.0)
    network = Network(Population("E", N_CALLED, LIF(i_ext=14.0)))
    sim = Simulator(network, record=[])
    sim.run(10.0)
    idle = [Every(0.1, lambda _: None)]
    sides = {
        "plain": lambda: sim.run(50.0),
        "callbacks": lambda: sim.run(50.0, callbacks=idle),
    }
    spent = least_of(sides, repeats)
    each = (spent["callbacks"] - spent["plain"]) / 500
    report.add("callback every 0.1 ms", "a chunk", "us", each, goal=5.0)


def least_of(sides: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Processor microseconds of each side, the least of many, in turn."""
    best = dict.fromkeys(sides, np.inf)
    for _ in range(repeats):
        for name, run in sides.items():
            begun = time.process_time()
            run()
            best[name] = min(best[name], 1e6 * (time.process_time() - begun))
    return best


def least_step(
    networks: Mapping[str, Network], steps: int, repeats: int
) -> dict[str, float]:
    """Processor microseconds of a step of each network, the least of several simulators: where
    their arrays happen to lie in memory moves a step of 10,000 neurons by a microsecond.
    """
    best = dict.fromkeys(networks, np.inf)
    for _ in range(BUILT):
        sims = {name: Simulator(network, record=[]) for name, network in networks.items()}
        sides = {name: lambda s=s: s.step(steps) for name, s in sims.items()}
        for name, spent in least_of(sides, repeats).items():
            best[name] = min(best[name], spent / steps)
    return best


def idle_parts(n: int) -> dict[str, list[Any]]:
    """What may be added to a population E of n neurons and a source S that never fires."""
    wiring = FixedOutDegree(10)
    ten = [PoissonSource(0.0), LIFExp()]
    return {
        "a source of rate 0": [Population("X", n, ten[0])],
        "a neuron": [Population("X", 1, ten[1])],
        "a projection": [Projection("S", "E", wiring, weight=0.1)],
        "a projection that learns": [
            Projection(
                "S", "E", wiring, weight=0.1, plasticity=PairSTDP(0.01, 0.01, w_max=1.0)
            )
        ],
        "an input of rate 0": [PoissonInput("E", rate=0.0, weight=0.1)],
        "an input that waits": [PoissonInput("E", rate=10.0, weight=0.1, start=1e6)],
        "a current that waits": [StepCurrent("E", amplitude=1.0, start=1e6)],
        "an OU current": [OUCurrent("E", amplitude=1e-9)],
    }


def idle_network(n: int, more: list[Any]) -> Network:
    """A population that the clock moves, near its threshold, and a source that is silent."""
    start = {"v": np.linspace(-60.0, -50.0, n)}
    model = LIFExp(v_rest=-49.5)
    return Network(
        Population("S", n, PoissonSource(0.0)),
        Population("E", n, model, start, mode="clock"),
        *more,
    )


def add_idle(report: Report, gate: Gate, n: int, repeats: int) -> None:
    """Time a step with each part, and without."""
    plain = Simulator(idle_network(n, []))
    plain.run(50.0)
    networks = {"plain": idle_network(n, [])}
    for name, more in idle_parts(n).items():
        networks[name] = idle_network(n, more)
        sim = Simulator(networks[name])
        sim.run(50.0)
        equal = np.array_equal(sim.spikes("E").step, plain.spikes("E").step)
        gate.true(f"spikes beside {name}", equal and len(plain.spikes("E").t) > n // 2)
    spent = least_step(networks, 500, repeats)
    for name in idle_parts(n):
        each = spent[name] - spent["plain"]
        goal = None if name == "an OU current" else 1.0
        report.add(f"{name}, {n:,} neurons", "a step", "us", each, goal=goal)


def cut_network(cuts: int, size: int, differ: float) -> Network:
    """The same neurons as one population or many; thresholds `differ` from one to the next."""
    n = CUTS[-1] * size // cuts
    start = np.linspace(-60.0, -50.0, CUTS[-1] * size).reshape(cuts, n)
    return Network(
        [
            Population(
                f"P{k}",
                n,
                LIFExp(v_rest=-49.0, v_threshold=-50.0 + differ * k),
                {"v": start[k]},
                mode="clock",
            )
            for k in range(cuts)
        ]
    )


def add_cuts(report: Report, gate: Gate, size: int, repeats: int) -> None:
    """Time a step of many populations against that of one with all their neurons."""
    whole = Simulator(cut_network(1, size, 0.0))
    whole.run(50.0)
    for cuts in CUTS:
        sim = Simulator(cut_network(cuts, size, 0.0))
        sim.run(50.0)
        equal = spikes_of(sim) == spikes_of(whole)
        gate.true(f"spikes of {cuts} populations", equal and len(whole.spikes("P0").t) > 99)
    networks = {f"{k}": cut_network(k, size, 0.0) for k in CUTS}
    networks["differ"] = cut_network(CUTS[-1], size, 1e-3)
    spent = least_step(networks, 1000, repeats)
    total = CUTS[-1] * size
    for cuts in CUTS[1:]:
        name = f"{cuts} populations of {total // cuts}"
        figures = (spent[f"{cuts}"], spent["1"])
        peer = f"one of {total:,}"
        report.add(name, "a step", "us", *figures, peer_name=peer, goal=1 / 1.1)
    name = f"{CUTS[-1]} populations of {size} that differ"
    figures = (spent["differ"], spent["1"])
    report.add(name, "a step", "us", *figures, peer_name=f"one of {total:,}")


def main() -> None:
    """Gate, then the tables."""
    args = arguments(__doc__)
    gate = Gate()
    report = Report("numpy", "numba", repeats=args.repeats)
    check_calls(gate)
    many = 20 if args.quick else 200
    add_calls(report, many)
    for n in (N_CALLED,) if args.quick else (N_CALLED, 10 * N_CALLED):
        add_idle(report, gate, n, many // 8)
    for size in (SMALL, 64):
        add_cuts(report, gate, size, many // 4)
    gate.demand()
    report.finish(args.json)


if __name__ == "__main__":
    main()
