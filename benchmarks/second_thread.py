"""What the second thread gains, beside what two copies gain that share nothing but the machine.

Run: python benchmarks/second_thread.py [--quick] [--json OUT] [--case A,B]

Two virtual processors are often two faces of one core: then no program gains twice from both. The
ceiling here is the gain of two processes at once, each of which runs the whole network on one
thread. One thread, two threads and two copies are run in turn, several times; the least time of
each counts. No figure is shown unless all of them give the same spikes.
"""

import hashlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from harness import Gate, Report, arguments

ROOT = Path(__file__).parents[1]
SPIKES = "spikes\n"
GOAL = 0.9  # of the ceiling
CASES = {  # size and biological seconds; with --quick
    "brunel": ((12_500, 1.0), (2_500, 0.5)),
    "cuba": ((40_000, 2.0), (10_000, 0.5)),
    "microcircuit": ((20, 0.5), (5, 0.2)),
}


def network(case: str, size: int) -> Any:
    """The declared network; the microcircuit in its natural form of 64 projections."""
    if case == "microcircuit":
        sys.path.insert(0, str(ROOT / "examples" / "models"))
        import potjans_diesmann_2014 as model

        return model.network(size / 100)
    from engine_models.ours import MODELS
    from engine_models.wiring import cached
    from engine_models.worker import Request

    drawn = cached(case, size, 1)
    return MODELS[case](drawn, Request(case, size, 1.0)).network


def serve(case: str, size: int, threads: int) -> None:
    """Build once; run so many biological seconds for each line read, or tell of the spikes."""
    from neurosparse import Simulator

    declared = network(case, size)
    settings: dict[str, Any] = {"dt": 0.1, "seed": 1, "threads": threads}
    with Simulator(declared, precision="float32", **settings) as simulation:
        simulation.run(100.0)
        print("ready", flush=True)
        for line in sys.stdin:
            if line == SPIKES:
                records = [simulation.spikes(name) for name in declared.populations]
                digest = hashlib.sha256()
                for record in records:
                    digest.update(record.step.tobytes() + record.i.tobytes())
                print(digest.hexdigest()[:16], sum(map(len, records)), flush=True)
            else:
                simulation.run(1000 * float(line))
                print("done", flush=True)


class Copy:
    """A network in a process of its own."""

    def __init__(self, case: str, size: int, threads: int) -> None:
        words = [sys.executable, __file__, "--serve", case, str(size), str(threads)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(words, text=True, **pipes)
        self.read()

    def ask(self, line: str) -> None:
        """Let it run for so many seconds, or tell of its spikes."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def read(self) -> str:
        """Wait for what it says."""
        assert self.process.stdout is not None
        line: str = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended before it answered")
        return line

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def wall(copies: list[Copy], seconds: float) -> float:
    """Wall seconds until all copies have run, which begin together."""
    begun = time.perf_counter()
    for copy in copies:
        copy.ask(f"{seconds}\n")
    for copy in copies:
        copy.read()
    return time.perf_counter() - begun


def measure(case: str, size: int, seconds: float, repeats: int) -> dict[str, Any]:
    """Least wall seconds of one thread, of two, and of two copies; and their spikes."""
    first, second, joined = (Copy(case, size, threads) for threads in (1, 1, 2))
    times: dict[str, list[float]] = {"one": [], "two": [], "copies": []}
    for _ in range(repeats):
        times["one"].append(wall([first], seconds))
        times["two"].append(wall([joined], seconds))
        # the first is a run ahead of the second, and so it stays
        times["copies"].append(wall([first, second], seconds))
    for _ in range(repeats):
        wall([second], seconds)
        wall([joined], seconds)
    spikes = []
    for copy in (first, second, joined):
        copy.ask(SPIKES)
        digest, count = copy.read().split()
        spikes.append((digest, int(count)))
        copy.close()
    return {name: min(values) for name, values in times.items()} | {"spikes": spikes}


def report_case(report: Report, case: str, run: dict[str, Any]) -> None:
    """Both gains, and what share of the ceiling the second thread reaches."""
    gain = run["one"] / run["two"]
    ceiling = 2 * run["one"] / run["copies"]
    report.add(case, "two threads against one", "x", gain, threads=2)
    report.add(case, "two copies against one", "x", ceiling, threads=2)
    share = gain / ceiling
    report.add(case, "share of that ceiling", "", share, goal=GOAL, higher=True, threads=2)


def main() -> int:
    """Measure the chosen cases; exit code 1 if a gate was red."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], *map(int, sys.argv[3:]))
        return 0
    args = arguments(__doc__, list(CASES))
    report = Report("numpy", "numba", repeats=args.repeats)
    gate = Gate()
    for case in args.case:
        size, seconds = CASES[case][args.quick]
        print(f"{case} …", file=sys.stderr, flush=True)
        run = measure(case, size, seconds, args.repeats)
        alike = len(set(run["spikes"])) == 1 and run["spikes"][0][1] > 0
        gate.true(f"{case}: the same spikes", alike, str(run["spikes"]))
        report_case(report, case, run)
    gate.demand()
    report.finish(args.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
