"""The fly-sized network in event, clock and auto mode: where sleeping pays, and whether auto finds
it.

Run: python benchmarks/engine_modes.py [--quick] [--json OUT] [--case A,B]

Cases are driven neurons x Hz: the two published drives, one of 450,000 spikes a second, and one so
busy that auto hands over to the clock. All modes are built once and run in turn, on one thread and
on two; the least wall seconds of a biological second of each count. No figure is shown unless all
of them give the same spikes. The ratio is the better fixed mode over auto: at least 0.9 is wanted.
"""

import hashlib
import sys
import time
from contextlib import ExitStack
from typing import Any

from engine_models import constants
from engine_models.ours import fly
from engine_models.wiring import cached
from engine_models.worker import Request
from harness import Gate, Report, arguments

from neurosparse import Simulator

CASES = ("21x150", "448x38", "11800x38", "30000x38")
GOALS = {("21x150", 1): 0.008, ("448x38", 1): 0.03, ("11800x38", 2): 1.5}  # s a second
MODES = ("event", "clock", "auto")
BEGINNING = 200.0  # ms, after which auto has chosen
STRETCH = {"21x150": 2000.0, "448x38": 1000.0}  # ms that are timed at once; of others 100
ALIKE = 0.9


def driven(case: str, quick: bool) -> tuple[int, constants.Drive]:
    """Neurons of the network and its drive; with --quick both are a seventh."""
    neurons, rate = case.split("x")
    share = 7 if quick else 1
    count = max(int(neurons) // share, 1)
    return constants.Fly().n // share, constants.Drive(count, float(rate))


def measure(case: str, threads: int, quick: bool, repeats: int) -> dict[str, Any]:
    """Least seconds a biological second of each mode, with its spikes."""
    n, drive = driven(case, quick)
    stretch = STRETCH.get(case, 100.0)
    constants.FLY_DRIVES[case] = drive
    drawn = cached("fly", n, 1)
    times: dict[str, float] = dict.fromkeys(MODES, float("inf"))
    with ExitStack() as stack:
        simulations = {}
        for mode in MODES:
            request = Request("fly", n, 1.0, drive=case, option=mode)
            network = fly(drawn, request).network
            simulation = Simulator(network, dt=constants.DT, seed=1, threads=threads)
            simulations[mode] = stack.enter_context(simulation)
            simulation.run(BEGINNING)
        for _ in range(repeats):
            for mode, simulation in simulations.items():
                begun = time.perf_counter()
                simulation.run(stretch)
                seconds = 1000 / stretch * (time.perf_counter() - begun)
                times[mode] = min(times[mode], seconds)
        spikes = set()
        for simulation in simulations.values():
            record = simulation.spikes("N")
            words = record.step.tobytes() + record.i.tobytes()
            spikes.add((hashlib.sha256(words).hexdigest(), len(record)))
    biological = (BEGINNING + repeats * stretch) / 1000
    return {"times": times, "spikes": spikes, "rate": len(record) / biological}


def report_case(report: Report, case: str, threads: int, run: dict[str, Any]) -> None:
    """Auto against each fixed mode, and against the better of both."""
    times = run["times"]
    goal = GOALS.get((case, threads))
    what = f"auto, {run['rate']:,.0f} spikes/s"
    report.add(case, what, "s/s", times["auto"], goal=goal, threads=threads)
    better = min(MODES[:2], key=times.__getitem__)
    for mode in MODES[:2]:
        goal = ALIKE if mode == better else None
        figures = (times["auto"], times[mode])
        name = f"neurosparse, {mode} mode"
        report.add(
            case, "auto", "s/s", *figures, peer_name=name, goal=goal, threads=threads
        )


def main() -> int:
    """Measure the chosen cases; exit code 1 if a gate was red."""
    args = arguments(__doc__, CASES)
    report = Report("numpy", "numba", repeats=args.repeats)
    gate = Gate()
    for case in args.case:
        for threads in (1, 2):
            print(f"{case}, threads {threads} …", file=sys.stderr, flush=True)
            run = measure(case, threads, args.quick, args.repeats)
            digests = run["spikes"]
            alike = len(digests) == 1 and run["rate"] > 0
            gate.true(f"{case}: the same spikes in all modes", alike, f"{len(digests)}")
            report_case(report, case, threads, run)
    gate.demand()
    report.finish(args.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
