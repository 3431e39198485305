"""Values in every step, gap junctions and noise of membranes, beside Brian2 and SciPy.

Run: python benchmarks/values.py --json benchmarks/results/values.json

One thread, processor time of a step, the least of many, sides in turn. Brian2 runs its `(summed)`
and `xi` by Cython in the same process; SciPy a loop of one sparse product and one line of NumPy a
step, the least that such a network can be in Python. First the gate: the same voltages on all
sides, and the right variance under noise.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from harness import Gate, Report, arguments

from neurosparse import Connectivity, Network, Population, Projection, Simulator
from neurosparse.network import GapJunction, Graded, ThresholdLinear
from neurosparse.neurons import LeakyIntegrator, from_equations

TAU, DT, SIGMA = 10.0, 0.1, 2.0
CUTS = 10  # projections that the same synapses are dealt out to
NOISY = from_equations(
    "dv/dt = -v / tau + sigma * sqrt(2 / tau) * xi",
    threshold="False",
    receptors={},
    parameters={"tau": TAU, "sigma": SIGMA},
)


def wired(n: int, p: float, junctions: bool) -> Connectivity:
    """Random synapses of random weights, or pairs of equal conductance."""
    rng = np.random.default_rng(1)
    joined = rng.random((n, n)) < p
    if junctions:
        return Connectivity.from_dense(np.triu(joined, 1) * np.float32(0.5 / (n * p)))
    weights = rng.normal(0.0, 1.0 / np.sqrt(n * p), (n, n)) * joined
    return Connectivity.from_dense(weights.astype(np.float32))


def drive(n: int) -> Any:
    """What each neuron is driven by."""
    return np.random.default_rng(2).normal(0.5, 1.0, n)


def dealt(wiring: Connectivity, cuts: int) -> list[Connectivity]:
    """The same synapses, dealt out to so many."""
    part = np.random.default_rng(3).permutation(wiring.nnz) % cuts
    pre, post = wiring.edges()
    weight = wiring.weights_array()
    n = wiring.n_pre
    chosen = [part == k for k in range(cuts)]
    return [
        Connectivity.from_edges(pre[k], post[k], n_pre=n, n_post=n, weight=weight[k])
        for k in chosen
    ]


class Ours:
    """A network of values, as one projection or many."""

    def __init__(self, wiring: Connectivity, junctions: bool, cuts: int = 1) -> None:
        model = LeakyIntegrator(tau_mem=TAU, i_ext=drive(wiring.n_pre))
        carried = GapJunction() if junctions else Graded("v", ThresholdLinear())
        projections = [
            Projection("A", "A", part, transmits=carried, label=f"{k}")
            for k, part in enumerate(dealt(wiring, cuts))
        ]
        network = Network(Population("A", wiring.n_pre, model), projections)
        self.simulation = Simulator(network, dt=DT, record=[])

    def run(self, steps: int) -> None:
        self.simulation.step(steps)

    @property
    def v(self) -> Any:
        return self.simulation.state("A", "v")


class SciPy:
    """The same in a loop of Python."""

    def __init__(self, wiring: Connectivity, junctions: bool) -> None:
        self.matrix = wiring.to_scipy().T.tocsr().astype(np.float64)
        if junctions:
            self.matrix = (self.matrix + self.matrix.T).tocsr()
        self.leaving = np.asarray(self.matrix.sum(axis=1)).ravel()
        self.junctions = junctions
        self.drive = drive(wiring.n_pre)
        self.v = np.zeros(wiring.n_pre)
        self.share = -np.expm1(-DT / TAU)

    def run(self, steps: int) -> None:
        for _ in range(steps):
            if self.junctions:
                flow = self.matrix @ self.v - self.leaving * self.v
            else:
                flow = self.matrix @ np.maximum(self.v, 0.0)
            self.v = self.v + (self.drive + flow - self.v) * self.share


class Brian:
    """The same in Brian2, or a population under noise."""

    def __init__(self, wiring: Connectivity | None, junctions: bool, n: int = 0) -> None:
        import brian2 as b

        self.b = b
        b.start_scope()
        b.defaultclock.dt = DT * b.ms
        scope = {"tau": TAU * b.ms, "sigma": SIGMA}
        if wiring is None:
            text = "dv/dt = -v/tau + sigma*sqrt(2/tau)*xi : 1"
            self.cells = b.NeuronGroup(n, text, method="euler", namespace=scope)
            self.network = b.Network(self.cells)
            return
        text = "dv/dt = (-v + drive + inflow)/tau : 1\ndrive : 1\ninflow : 1"
        cells = b.NeuronGroup(wiring.n_pre, text, method="exact", namespace=scope)
        cells.drive = drive(wiring.n_pre)
        value = "v_pre - v_post" if junctions else "clip(v_pre, 0, inf)"
        summed = f"w : 1\ninflow_post = w * ({value}) : 1 (summed)"
        synapses = b.Synapses(cells, cells, summed)
        pre, post = wiring.edges()
        weight = wiring.weights_array().astype(float)
        if junctions:
            pre, post = np.r_[pre, post], np.r_[post, pre]
            weight = np.r_[weight, weight]
        synapses.connect(i=pre, j=post)
        synapses.w = weight
        self.cells = cells
        self.network = b.Network(cells, synapses)

    def run(self, steps: int) -> None:
        self.network.run(steps * DT * self.b.ms)

    @property
    def v(self) -> Any:
        return np.asarray(self.cells.v)


def least_step(sides: dict[str, Any], steps: int, repeats: int) -> dict[str, float]:
    """Processor microseconds of a step of each side, beyond what beginning a run costs."""

    def spent(run: Callable[[int], None], n: int) -> float:
        begun = time.process_time()
        run(n)
        return time.process_time() - begun

    best = dict.fromkeys(sides, np.inf)
    for _ in range(repeats):
        for name, side in sides.items():
            more = spent(side.run, 3 * steps) - spent(side.run, steps)
            best[name] = min(best[name], 1e6 * max(more, 0.0) / (2 * steps))
    return best


def main() -> None:
    """Check, time, print."""
    args = arguments(__doc__)
    steps, repeats = (50, 3) if args.quick else (200, 7)
    gate = Gate()
    report = Report("brian2", "scipy", "numba")
    for n, p, junctions in ((2000, 0.1, False), (2000, 0.01, False), (2000, 0.01, True)):
        wiring = wired(n, p, junctions)
        kinds: dict[str, Any] = {"ours": Ours, "SciPy": SciPy, "Brian2": Brian}
        sides = {name: kind(wiring, junctions) for name, kind in kinds.items()}
        sides["cut"] = Ours(wiring, junctions, CUTS)
        what = "gap junctions" if junctions else "graded"
        case = f"{n:,} neurons, {wiring.nnz:,} synapses, {what}"
        for side in sides.values():
            side.run(100)
        for name in ("SciPy", "Brian2", "cut"):
            gap = float(np.abs(sides["ours"].v - sides[name].v).max())
            moved = float(np.abs(sides["ours"].v).max())
            gate.true(f"{case}: v as {name}", gap < 1e-6 < moved, f"{gap:.2g}")
        gate.demand()
        spent = least_step(sides, steps, repeats)
        for name in ("Brian2", "SciPy"):
            goal = 1.0 if name == "Brian2" else None
            figures = (spent["ours"], spent[name])
            report.add(case, "a step", "us", *figures, peer_name=name, goal=goal)
        figures = (spent["cut"], spent["ours"])
        case = f"{case}, as {CUTS} projections"
        report.add(case, "a step", "us", *figures, peer_name="one", goal=1 / 1.1)
    n = 10_000
    noisy: Any = Simulator(Network(Population("A", n, NOISY())), dt=DT, record=[])

    class Noisy:
        run = staticmethod(noisy.step)

    sides = {"ours": Noisy, "Brian2": Brian(None, False, n)}
    for side in sides.values():
        side.run(500)
    share = 4 * np.sqrt(2 / n)
    gate.near("variance", float(noisy.state("A", "v").var()), SIGMA**2, rel=share)
    gate.demand()
    spent = least_step(sides, steps, repeats)
    case = f"{n:,} neurons under white noise"
    report.add(case, "a step", "us", spent["ours"], spent["Brian2"], peer_name="Brian2")
    report.finish(args.json)


if __name__ == "__main__":
    main()
