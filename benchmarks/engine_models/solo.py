"""Cases of `engine.py` without a peer in the same network: starting up, recording, a million
neurons.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness import Gate, Report, interleave, median, timed

from engine_models.worker import Request, Worker


def _module(name: str, *words: str, **environment: str) -> str:
    """Run a module of this folder in a fresh interpreter; returns the last line it printed."""
    here = str(Path(__file__).parents[1])
    variables = os.environ | {"PYTHONPATH": here, "OMP_NUM_THREADS": "1"} | environment
    command = [sys.executable, "-m", f"engine_models.{name}", *words]
    done = subprocess.run(
        command, env=variables, capture_output=True, text=True, check=True
    )
    return done.stdout.strip().splitlines()[-1]


def start(report: Report, quick: bool, repeats: int) -> Gate:
    """From an interpreter's start to the end of the first millisecond of CUBA with 4,000
    neurons.
    """
    words = ("cuba", "--size=4000", "--seconds=0.001")
    answers: list[dict[str, Any]] = []

    def run(module: str, **environment: str) -> float:
        return timed(
            lambda: answers.append(json.loads(_module(module, *words, **environment)))
        )

    run("ours")
    warm = median(run("ours") for _ in range(repeats))
    with tempfile.TemporaryDirectory() as empty:
        cold = run("ours", NUMBA_CACHE_DIR=empty)
    peer = run("brian2_peer")
    gate = Gate()
    gate.true(
        "start",
        len({answer["digest"] for answer in answers}) == 1,
        "not the same spikes everywhere",
    )
    if gate.green:
        name = "Brian2 C++ standalone (compiles each time)"
        report.add("start", "whole process to 1 ms, caches warm", "s", warm, goal=3.0)
        report.add(
            "start", "whole process to 1 ms, caches warm", "s", warm, peer, peer_name=name
        )
        report.add("start", "whole process to 1 ms, caches cold", "s", cold, goal=20.0)
    return gate


def million(report: Report, quick: bool, repeats: int) -> Gate:
    """A million neurons with 100 million synapses at 0.1 Hz, one second of biological time."""
    size = 100_000 if quick else 1_000_000
    answers = [json.loads(_module("million", f"--size={size}")) for _ in range(repeats)]
    gate = Gate()
    gate.near("million rate", answers[0]["rate"], 0.1, rel=0.05)
    gate.near("million synapses", answers[0]["synapses"], 100 * size, rel=0.01)
    gate.true(
        "million repeats", len({answer["spikes"] for answer in answers}) == 1, "runs differ"
    )
    if gate.green:
        case = f"million-{size}"
        seconds = median(answer["run_s"] for answer in answers)
        report.add(
            case, "wall time of 1 s", "s", seconds, goal=None if quick else 20.0, threads=2
        )
        memory = median(answer["peak_rss_mib"] for answer in answers)
        goal = None if quick else 1.2e9 / 2**20
        report.add(case, "peak memory of the process", "MiB", memory, goal=goal, threads=2)
        report.add(
            case,
            "wiring, laying out, compiling",
            "s",
            median(a["build_s"] for a in answers),
            threads=2,
        )
    return gate


def recording(report: Report, quick: bool, repeats: int) -> Gate:
    """All spikes of CUBA with 40,000 neurons into a Zarr store, against recording nothing."""
    request = Request("cuba", 4_000 if quick else 40_000, 2.0 if quick else 5.0)
    workers = {
        option: Worker("ours", request._replace(option=option))
        for option in ("nothing", "", "zarr")
    }
    runs = interleave({option: worker.run for option, worker in workers.items()}, repeats)
    for worker in workers.values():
        worker.close()
    gate = Gate()
    digests = {answer["digest"] for option in ("", "zarr") for answer in runs[option]}
    gate.true(
        "recording",
        len(digests) == 1 and runs["zarr"][0]["spikes"] > 0,
        "store and memory differ",
    )
    if gate.green:
        seconds = {
            option: median(answer["run_s"] for answer in answers)
            for option, answers in runs.items()
        }
        for option, name, goal in (
            ("", "memory", None),
            ("zarr", "Zarr, flushed", None if quick else 5.0),
        ):
            cost = 100 * (seconds[option] / seconds["nothing"] - 1)
            report.add(
                "recording", f"all spikes to {name}: share of the run", "%", cost, goal=goal
            )
    return gate


SOLO: dict[str, Callable[[Report, bool, int], Gate]] = {
    "start": start,
    "recording": recording,
    "million": million,
}
