"""The engine against Brian2 C++ standalone and NEST: gate first, then medians of interleaved runs.

Every simulator runs in a process of its own and is built once; then all run in turn. Both sides are
given the same connections, starting potentials and durations (NEST draws its own). Times are wall
seconds of the time loop for one second of biological time, recording all spikes in memory; building
is reported apart.
NEST is taken from this environment or from the interpreter in $NEUROSPARSE_NEST_PYTHON, else its
case is left out, which is said. Precision: float64 state on all sides, rows of our float32 beside
them; weights of ours are float32.
"""

import importlib.util
import os
import sys
from dataclasses import replace
from typing import Any

from engine_models.cases import CASES, MODULES, NEST, Bounds, Case
from engine_models.ceilings import scatter_events_per_second, second_core
from engine_models.solo import SOLO
from engine_models.worker import Worker
from harness import Gate, Report, arguments, interleave, median

Runs = dict[str, list[dict[str, Any]]]
QUICK = ("cuba4k", "fly-448x38", "million")


def nest_python() -> str | None:
    """The interpreter that can import NEST, if any."""
    named = os.environ.get("NEUROSPARSE_NEST_PYTHON")
    return named or (sys.executable if importlib.util.find_spec("nest") else None)


def start_workers(case: Case, quick: bool) -> dict[str, Worker]:
    """Build every side of a case: `ours-1`, `ours-2`, `peer-1` …, and our variants by name."""
    workers = {}
    for threads in case.goals:
        workers[f"ours-{threads}"] = Worker(
            "ours", case.request(quick, threads, case.option)
        )
        if case.also:
            workers[f"also-{threads}"] = Worker(
                "ours", case.request(quick, threads, case.also)
            )
    for option in case.same:
        workers[option] = Worker("ours", case.request(quick, 1, option))
    python = nest_python() if case.peer == NEST else sys.executable
    for threads in case.peer_threads:
        request = case.request(quick, threads, case.peer_option)
        workers[f"peer-{threads}"] = Worker(
            MODULES[case.peer], request, python or sys.executable
        )
    return workers


def measure(case: Case, quick: bool, repeats: int) -> Runs:
    """Run all sides of a case in turn."""
    workers = start_workers(case, quick)
    try:
        return interleave({name: worker.run for name, worker in workers.items()}, repeats)
    finally:
        for worker in workers.values():
            worker.close()


def check(case: Case, runs: Runs) -> Gate:
    """Whether both sides simulated the same network, and all our variants the same spikes."""
    gate = Gate()
    bounds = case.bounds
    ours, peer = runs["ours-1"][0], runs["peer-1"][0]
    gate.true(f"{case.name} fires", ours["spikes"] > 0, f"{ours['spikes']} spikes")
    compare(gate, case.name, ours, peer, bounds)
    if case.also:
        compare(gate, f"{case.name} {case.also}", runs["also-1"][0], peer, bounds)
    for name, answers in runs.items():
        if not name.startswith(("peer", "also")):
            same = {answer["digest"] for answer in answers} == {ours["digest"]}
            gate.true(f"{case.name} {name} spikes equal ours-1", same, "another digest")
    return gate


def compare(
    gate: Gate, name: str, ours: dict[str, Any], peer: dict[str, Any], bounds: Bounds
) -> None:
    """Compare rate, CV of intervals, Fano factor and correlation; what the peer cannot tell is left
    out.
    """
    gate.near(f"{name} rate", ours["rate"], peer["rate"], rel=bounds.rate)
    absolute = {
        "cv": bounds.cv,
        "correlation": bounds.correlation,
        "fano": bounds.fano * peer["fano"],
    }
    for figure, within in absolute.items():
        if peer[figure] is not None:
            gate.near(f"{name} {figure}", ours[figure] or 0.0, peer[figure], atol=within)
    for k, (own, other) in enumerate(
        zip(ours.get("rates", ()), peer.get("rates", ()), strict=True)
    ):
        gate.near(f"{name} rate of population {k}", own, other, rel=0.25, atol=0.3)
    if "weight_mean" in peer:
        gate.near(f"{name} mean weight", ours["weight_mean"], peer["weight_mean"], rel=0.01)
        gate.near(
            f"{name} spread of weights", ours["weight_std"], peer["weight_std"], rel=0.1
        )


def medians(runs: Runs, figure: str) -> dict[str, float]:
    """The median of a figure on every side."""
    return {
        name: median(answer[figure] for answer in answers) for name, answers in runs.items()
    }


def report_case(report: Report, case: Case, runs: Runs) -> None:
    """Rows of one case whose gate is green."""
    rtf = medians(runs, "rtf")
    for side in ("ours", "also") if case.also else ("ours",):
        report_speed(report, case, runs, side)
    for option in case.same:
        name = f"neurosparse, {option} mode"
        report.add(
            case.name,
            f"{case.option} against {option} mode",
            "s/s",
            rtf["ours-1"],
            rtf[option],
            peer_name=name,
        )
    report_sizes(report, case, runs)


def report_speed(report: Report, case: Case, runs: Runs, side: str) -> None:
    """Real-time factors of `ours` or of the other precision, `also`, on one thread and on
    several.
    """
    rtf = medians(runs, "rtf")
    precision = runs[f"{side}-1"][0]["precision"]
    peers = {name: value for name, value in rtf.items() if name.startswith("peer")}
    for threads, goal in case.goals.items():
        # one thread is compared with one thread, several with the peer's best
        best = "peer-1" if threads == 1 else min(peers, key=peers.__getitem__)
        name = f"{runs[best][0]['simulator']}, threads {best[5:]}"
        figures = (rtf[f"{side}-{threads}"], rtf[best])
        what = f"real-time factor ({precision})"
        report.add(
            case.name, what, "s/s", *figures, peer_name=name, goal=goal, threads=threads
        )
    if f"{side}-2" in rtf:
        solo = {"peer_name": "neurosparse, threads 1", "goal": case.twice, "threads": 2}
        what = f"two threads against one ({precision})"
        report.add(case.name, what, "s/s", rtf[f"{side}-2"], rtf[f"{side}-1"], **solo)
        if side == "ours" and case.twice is not None:
            what = "what two threads that share nothing gain here"
            report.add(case.name, what, "x", second_core(), threads=2)


def report_sizes(report: Report, case: Case, runs: Runs) -> None:
    """Rows about building and memory, and the share of the scatter ceiling where it is asked
    for.
    """
    ours = runs["ours-1"][0]
    peer = runs["peer-1"][0]
    name = runs["peer-1"][0]["simulator"]
    report.add(
        case.name,
        "build and compile",
        "s",
        ours["build_s"],
        peer["build_s"],
        peer_name=name,
    )
    report.add(
        case.name,
        "peak memory",
        "MiB",
        ours["peak_rss_mib"],
        peer["peak_rss_mib"],
        peer_name=name,
    )
    goal = case.bytes_per_synapse
    report.add(case.name, "memory a synapse", "B", ours["bytes_per_synapse"], goal=goal)
    if case.share_of_ceiling is not None:
        events = ours["synaptic_events"] / medians(runs, "run_s")["ours-1"]
        ceiling = scatter_events_per_second()
        goal = case.share_of_ceiling
        scatter = {
            "peer_name": "random scatter-add, whole run against it",
            "goal": goal,
            "higher": True,
        }
        report.add(case.name, "synaptic events", "1/s", events, ceiling, **scatter)
        alone = ours["synaptic_events"] / ours["phases"]["deliver"]
        name = "random scatter-add, delivery alone against it"
        report.add(
            case.name, "synaptic events", "1/s", alone, ceiling, peer_name=name, higher=True
        )


def without_goals(case: Case) -> Case:
    """The case as it is run with `--quick`: goals are for the full sizes."""
    return replace(
        case,
        goals=dict.fromkeys(case.goals),
        twice=None,
        bytes_per_synapse=None,
        share_of_ceiling=None,
    )


def run_case(report: Report, case: Case, quick: bool, repeats: int) -> bool:
    """Measure one case and report it; False where a side failed or the gate is red."""
    try:
        runs = measure(case, quick, repeats)
    except RuntimeError as error:
        print(f"{case.name}: {error}", file=sys.stderr)
        return False
    green = check(case, runs).green
    if green:
        report_case(report, without_goals(case) if quick else case, runs)
    return green


def run_one(name: str, report: Report, quick: bool, repeats: int) -> bool:
    """Measure and report whatever bears this name; False where there is nothing to show."""
    print(f"{name} …", file=sys.stderr, flush=True)
    if name in SOLO:
        return SOLO[name](report, quick, repeats).green
    case = next(case for case in CASES if case.name == name)
    if case.peer == NEST and nest_python() is None:
        print(
            f"{name} left out: pip install nest-simulator, or set $NEUROSPARSE_NEST_PYTHON"
        )
        return True
    return run_case(report, case, quick, repeats)


def main() -> int:
    """Measure the chosen cases; exit code 1 if a gate was red."""
    args = arguments(__doc__, [case.name for case in CASES] + list(SOLO), QUICK)
    report = Report("numpy", "numba", "brian2", repeats=args.repeats)
    failed = [
        name for name in args.case if not run_one(name, report, args.quick, args.repeats)
    ]
    report.finish(args.json, merge=len(args.case) < len(CASES) + len(SOLO))
    if failed:
        print(f"no figures for {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
