"""A simulator in its own process: built once, run on demand, one line of JSON a run.

From the folder `benchmarks`: `python -m engine_models.brian2_peer cuba --size 4000 --seconds 10`.
`engine.py` starts workers with `--serve` and writes `run` to each in turn, so that runs interleave.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine_models.constants import DT
from engine_models.spike_statistics import Spikes, summary
from engine_models.wiring import RULES, microcircuit_sizes


class Request(NamedTuple):
    """What to simulate; `drive` names the fly-sized network's drive, `option` a variant of the
    simulator.
    """

    model: str
    size: int
    seconds: float
    threads: int = 1
    seed: int = 1
    drive: str = "448x38"
    option: str = ""

    @property
    def n(self) -> int:
        """Number of neurons; the microcircuit's `size` is a percentage."""
        return (
            int(microcircuit_sizes(self.size).sum())
            if self.model == "microcircuit"
            else self.size
        )


class Outcome(NamedTuple):
    """One run: spikes, wall seconds of the time loop, peak memory in MiB, and whatever else is of
    interest.
    """

    spikes: Spikes
    run_s: float
    peak_rss_mib: float
    extra: dict[str, Any]


Run = Callable[[], Outcome]


def main(build: Callable[[Request], Run], simulator: str) -> None:
    """Build the requested network, then print one line of JSON for every run."""
    request, runs, serve = _parse()
    start = time.perf_counter()
    run = build(request)
    build_s = time.perf_counter() - start
    if serve:
        print(json.dumps({"ready": True, "build_s": build_s}), flush=True)
    for _ in sys.stdin if serve else range(runs):
        line = {
            "simulator": simulator,
            **request._asdict(),
            "build_s": build_s,
            **_describe(run(), request),
        }
        print(json.dumps(line), flush=True)


def _parse() -> tuple[Request, int, bool]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=sorted(RULES))
    parser.add_argument(
        "--size", type=int, required=True, help="neurons; percent for the microcircuit"
    )
    parser.add_argument("--seconds", type=float, required=True, help="biological time")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drive", default="448x38", help="of the fly-sized network")
    parser.add_argument("--option", default="", help="a variant, named by the simulator")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument(
        "--serve", action="store_true", help="run once for every line on standard input"
    )
    args = vars(parser.parse_args())
    runs, serve = args.pop("runs"), args.pop("serve")
    return Request(**args), runs, serve


def _describe(outcome: Outcome, request: Request) -> dict[str, Any]:
    """Figures of one run; NaN becomes null."""
    spikes = outcome.spikes
    duration = request.seconds * 1000.0
    order = np.lexsort((spikes.i, spikes.step))
    spikes = Spikes(spikes.step[order].astype(np.int64), spikes.i[order].astype(np.int32))
    figures: dict[str, Any] = dict(summary(spikes, request.n, duration, DT))
    if request.model == "microcircuit":
        sizes = microcircuit_sizes(request.size)
        owner = np.searchsorted(np.cumsum(sizes), spikes.i, side="right")
        figures["rates"] = list(np.bincount(owner, minlength=8) / sizes / request.seconds)
    figures["digest"] = hashlib.sha256(
        spikes.step.tobytes() + spikes.i.tobytes()
    ).hexdigest()[:16]
    figures |= {"run_s": outcome.run_s, "rtf": outcome.run_s / request.seconds}
    figures |= {"peak_rss_mib": outcome.peak_rss_mib, **outcome.extra}
    return {key: None if value != value else value for key, value in figures.items()}


class Worker:
    """The other end: starts a simulator's process and asks it for runs."""

    def __init__(self, module: str, request: Request, python: str = sys.executable) -> None:
        flags = [
            f"--{key}={value}" for key, value in request._asdict().items() if key != "model"
        ]
        here = str(Path(__file__).parents[1])
        # threads are the simulator's business: libraries underneath must not add their own
        environment = os.environ | {
            "PYTHONPATH": here,
            "OMP_NUM_THREADS": str(request.threads),
        }
        self.request = request
        self.process = subprocess.Popen(
            [python, "-m", f"engine_models.{module}", request.model, *flags, "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        self.build_s: float = self._answer()["build_s"]

    def run(self) -> dict[str, Any]:
        """One run's figures."""
        assert self.process.stdin is not None
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self.process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):  # simulators print greetings of their own
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise RuntimeError(
            f"{self.process.args} ended with code {self.process.wait()} before it answered"
        )
