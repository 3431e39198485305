"""Oscillators against SciPy's solver and the `kuramoto` package: order and errors first, then time.

10,000 oscillators, each pulled at by 100 others. Against SciPy: `solve_ivp` (RK45, rtol 1e-6) on
its CSR matrix times complex waves, and the same method and tolerance on our product; gate: our
phases are no further from a run of RK4 in far smaller steps than its are. Against `kuramoto`
(dense): seconds of one derivative, whose values must agree; it is left out, which is said, where it
is not installed. The order of Lorentzian oscillators joined all to all is held against
√(1 - K_c/K), within three standard errors over 20 draws of frequencies.
"""

import importlib.util
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import scipy
from harness import Gate, Report, arguments, interleave
from scipy.integrate import solve_ivp
from scipy.sparse import csr_array

from neurosparse.connectivity import Connectivity
from neurosparse.oscillators import Kuramoto, LorentzianFrequencies, oscillate
from neurosparse.wiring import FixedInDegree

DEGREE = 100
SPAN = 5.0
STEP = 0.01


def problem(n: int) -> tuple[Kuramoto, Any, Any]:
    """A system, its matrix for SciPy, and a start."""
    rng = np.random.default_rng(1)
    wiring = FixedInDegree(DEGREE).build(n, n, rng).with_weight(2.0 / DEGREE)
    pulls = Kuramoto(wiring, 0.0).pulls
    matrix = csr_array((pulls.weights, pulls.pre, pulls.indptr), shape=(n, n))
    omega = rng.standard_normal(n)
    return Kuramoto(wiring, omega), matrix, rng.uniform(0, 2 * np.pi, n)


def theirs(system: Kuramoto, matrix: Any, start: Any, rtol: float) -> Any:
    """Phases at the end, by SciPy."""

    def flow(_: float, theta: Any) -> Any:
        waves = np.exp(1j * theta)
        return system.omega + (np.conj(waves) * (matrix @ waves)).imag

    run = solve_ivp(flow, (0.0, SPAN), start, rtol=rtol, atol=rtol, t_eval=[SPAN])
    return run.y[:, 0]


def against_scipy(gate: Gate, report: Report, n: int, repeats: int) -> None:
    """Time of five units at no larger an error."""
    system, matrix, start = problem(n)

    def ours(threads: int = 1) -> Any:
        options = {"tolerance": 1e-6, "threads": threads}
        return oscillate(system, SPAN, dt=SPAN / 10, start=start, **options).end.state

    def scipys() -> Any:
        return theirs(system, matrix, start, 1e-6)

    truth = oscillate(system, SPAN, dt=STEP, start=start).end.state
    errors = [float(np.abs(end - truth).max()) for end in (ours(), scipys())]
    gate.true(
        "error no larger",
        errors[0] <= 1.01 * errors[1],
        f"{errors[0]:.2g}, SciPy {errors[1]:.2g}",
    )
    gate.demand()
    times = timed({"ours": ours, "two": lambda: ours(2), "peer": scipys}, repeats)
    name = f"scipy {scipy.__version__} solve_ivp"
    for label, threads in (("ours", 1), ("two", 2)):
        row = (times[label], times["peer"])
        report.add(
            f"{n} oscillators",
            f"{SPAN:g} units",
            "s",
            *row,
            peer_name=name,
            goal=1.5,
            threads=threads,
        )


def against_kuramoto(gate: Gate, report: Report, n: int, repeats: int) -> None:
    """Time of one derivative."""
    if importlib.util.find_spec("kuramoto") is None:
        print("kuramoto is not installed (pip install kuramoto): its row is left out")
        return
    from kuramoto import Kuramoto as Dense

    system, matrix, start = problem(n)
    dense = Dense(coupling=2.0, natfreqs=system.omega)
    # theirs reads columns, and divides by the number of neighbours
    full = (matrix.toarray().T != 0).astype(np.float64)
    unit = 2.0 / full.sum(axis=0)

    def peer() -> Any:
        return dense.derivative(start, 0.0, full, unit)

    def ours() -> Any:
        return system.flow(start)

    counts = np.diff(matrix.indptr)
    # a pair that is joined twice is once in a dense matrix of ones
    once = (
        np.array(
            [
                len(set(matrix.indices[a:b]))
                for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
            ]
        )
        == counts
    )
    apart = float(np.abs(peer() - ours())[once].max())
    gate.true("the same derivative", apart < 1e-6, f"{apart:.2g} apart")
    gate.demand()
    times = timed({"ours": ours, "peer": peer}, repeats)
    name = f"kuramoto {version('kuramoto')}"
    report.add(
        f"{n} oscillators", "a derivative", "s", times["ours"], times["peer"],
        peer_name=name, goal=10,
    )  # fmt: skip


def timed(sides: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Least seconds of each, in turn."""

    def clock(work: Callable[[], Any]) -> Callable[[], float]:
        def run() -> float:
            begun = time.perf_counter()
            work()
            return time.perf_counter() - begun

        return run

    runs = interleave({name: clock(work) for name, work in sides.items()}, repeats)
    return {name: min(seconds) for name, seconds in runs.items()}


def order(gate: Gate, report: Report, draws: int) -> None:
    """Mean order beside theory, at three couplings."""
    n = 400
    kind = LorentzianFrequencies(1.0)
    everyone = Connectivity.from_dense(np.full((n, n), 1 / n, np.float32))
    for coupling in (2.5, 3.0, 4.0):
        ends = []
        for seed in range(draws):
            rng = np.random.default_rng(seed)
            omega = np.clip(kind.draw(n, rng), -40, 40)
            run = oscillate(Kuramoto(everyone, omega, coupling), 40.0, dt=0.025, rng=rng)
            ends.append(run.mean_order())
        mean = float(np.mean(ends))
        error = float(np.std(ends, ddof=1) / np.sqrt(draws))
        theory = kind.order(coupling)
        detail = f"{mean:.4f} ± {error:.4f} against {theory:.4f}"
        gate.true(f"order at K = {coupling:g}", abs(mean - theory) < 3 * error, detail)
        report.add(f"K = {coupling:g}", "order", "", mean, theory, peer_name="√(1 - K_c/K)")
    gate.demand()


CASES = {
    "order": lambda gate, report, quick, repeats: order(gate, report, 6 if quick else 20),
    "scipy": lambda gate, report, quick, repeats: against_scipy(
        gate, report, 1000 if quick else 10_000, repeats
    ),
    "kuramoto": lambda gate, report, quick, repeats: against_kuramoto(
        gate, report, 1000 if quick else 10_000, repeats
    ),
}


def main() -> None:
    """Every case, gate first."""
    args = arguments(__doc__, tuple(CASES))
    report = Report("numpy", "scipy", "numba")
    for name in args.case:
        CASES[name](Gate(), report, args.quick, args.repeats)
    report.finish(args.json)


if __name__ == "__main__":
    main()
