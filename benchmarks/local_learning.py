"""Local learning on sparse layers: Forward-Forward, predictive coding, early vision, features.

    # again, until nothing is left
    python benchmarks/local_learning.py --minutes 9
    # what is there so far, as tables
    python benchmarks/local_learning.py --json benchmarks/results/local_learning.json

Each seed of each method is a piece; finished pieces are lines of `--runs`, and a run that was
killed goes on with the next one. The last epoch counts. The learning rate of each method of
Forward-Forward is the best of three on 2,000 training samples that are held out, with a seed of
its own; nothing else was chosen for this study, but QuickSelection's own defaults (rate, first
weights), which were chosen on 10,000 held-out training samples of the same set. `--size full` is
the size of the papers and takes a day on one core; by default it is a smaller one, which the JSON
states.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from harness import Report, print_table, write_json
from local_learning_parts import forward, vision
from run_file import RESULTS, Runs, runs_option

SEEDS = (0, 1, 2, 3, 4)
TUNING_SEED = 100
CASES = ("ff", "pc", "ev", "fs")
SIZES = {
    "small": (forward.Size(), (10_000, 10_000, 5), (60_000, 10_000, 10)),
    "full": (
        forward.Size(60_000, 10_000, 1000, 3, 30, 1024),
        (60_000, 10_000, 20),
        (60_000, 10_000, 10),
    ),
    "quick": (forward.Size(1000, 500, 60, 3, 2, 64), (500, 300, 1), (1000, 500, 1)),
}
Piece = tuple[str, Callable[[], dict[str, Any]]]


def pieces(args: argparse.Namespace, runs: Runs) -> Iterator[Piece]:
    """All there is to compute, in an order in which each needs only what comes before."""
    size, light, features = SIZES[args.size]
    seeds = args.seeds
    head = args.size
    if "pc" in args.cases:
        steps = 50 if args.size == "quick" else 1000
        yield f"{head} LL4", lambda: {"difference": forward.equal_steps(steps)}
        yield f"{head} LL5", lambda: {"difference": forward.loose_output(1000.0)}
    if "ff" in args.cases:
        short = replace(size, epochs=max(1, size.epochs // 2))
        for method in forward.METHODS:
            for rate in forward.RATES:
                key = f"{head} tune {method}, rate {rate:g}"
                yield (
                    key,
                    lambda m=method, r=rate: forward.run(m, short, TUNING_SEED, r, True),
                )
        for seed in seeds:
            for method in forward.METHODS:
                key = f"{head} FF, {method}, seed {seed}"
                yield (
                    key,
                    lambda m=method, s=seed: forward.run(
                        m, size, s, best_rate(runs, head, m), False
                    ),
                )
    if "ev" in args.cases:
        for seed in seeds:
            for method in vision.NETWORKS:
                key = f"{head} EV1, {method}, seed {seed}"
                yield key, lambda m=method, s=seed: vision.seen(m, *light, s)

    if "fs" in args.cases:
        for seed in seeds:
            for method in vision.SELECTORS:
                key = f"{head} FS1, {method}, seed {seed}"
                yield key, lambda m=method, s=seed: vision.chosen(m, *features, s)


def best_rate(runs: Runs, head: str, method: str) -> float:
    """The rate with the highest accuracy on held-out samples."""

    def accuracy(rate: float) -> float:
        return float(runs[f"{head} tune {method}, rate {rate:g}"]["accuracy"])

    return max(forward.RATES, key=accuracy)


def interval(values: list[float]) -> tuple[float, float]:
    """Mean, and half the width of its 95 % interval by Student's t; 0 for one value."""
    from scipy.stats import t

    if len(values) < 2:
        return float(np.mean(values)), 0.0
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    return float(np.mean(values)), float(t.ppf(0.975, len(values) - 1) * error)


def of(runs: Runs, head: str, method: str) -> list[dict[str, Any]]:
    """Records of all seeds of a method."""
    return [runs[key] for key in runs if key.startswith(f"{head}, {method}, seed ")]


def shown(values: list[float], scale: float = 100.0) -> str:
    mean, half = interval([scale * value for value in values])
    return f"{mean:.2f} ± {half:.2f}" if len(values) > 1 else f"{mean:.2f}"


def tables(runs: Runs, head: str) -> dict[str, list[list[str]]]:
    """Rows of every table there are runs for, the head first."""
    result: dict[str, list[list[str]]] = {}
    rows = [["method", "weights", "rate", "accuracy %", "seeds", "Hoyer 1", "2", "3"]]
    rows[0] += ["ensembles share %", "overlap %", "CPU s an epoch"]
    for method in forward.METHODS:
        records = of(runs, f"{head} FF", method)
        if records:
            hoyer = np.mean([r["hoyer"] for r in records], 0)
            share = [float(np.mean(r["ensemble_share"])) for r in records]
            overlap = [float(np.mean(r["ensemble_overlap"])) for r in records]
            seconds = float(np.median([r["cpu_seconds_an_epoch"] for r in records]))
            accuracy = shown([r["accuracy"] for r in records])
            row = [
                method,
                f"{records[0]['weights']:,}",
                f"{records[0]['rate']:g}",
                accuracy,
            ]
            row += [str(len(records)), *[f"{value:.3f}" for value in hoyer]]
            rows.append([*row, shown(share), shown(overlap), f"{seconds:.2f}"])
    result["Forward-Forward"] = rows
    rows = [
        [
            "network",
            "weights",
            "seeds",
            "as it is",
            "light -0.6",
            "light +0.6",
            "contrast 2",
        ]
    ]
    for method in vision.NETWORKS:
        records = of(runs, f"{head} EV1", method)
        if records:
            row = [method, f"{records[0]['weights']:,}", str(len(records))]
            every = [[r["accuracies"][name] for r in records] for name in rows[0][3:]]
            rows.append([*row, *[shown(values) for values in every]])
    result["Early vision, accuracy %"] = rows
    rows = [["selector of 50 pixels", "seeds", "accuracy %"]]
    for method in vision.SELECTORS:
        records = of(runs, f"{head} FS1", method)
        if records:
            rows.append(
                [method, str(len(records)), shown([r["accuracy"] for r in records])]
            )
    result["Features"] = rows
    return {name: rows for name, rows in result.items() if len(rows) > 1}


def goals(runs: Runs, head: str) -> Report:
    """The goals of the study beside what was measured, for whatever is complete."""
    report = Report("torch", "scikit-learn", "numba", repeats=len(SEEDS))

    def mean(
        case: str, method: str, figure: Callable[[dict[str, Any]], float]
    ) -> float | None:
        records = of(runs, f"{head} {case}", method)
        return float(np.mean([figure(r) for r in records])) if records else None

    def bound(case: str, what: str, ours: float | None, goal: float, higher: bool) -> None:
        if ours is not None:
            report.add(case, what, "", ours, goal=goal, higher=higher)

    def accuracy(record: dict[str, Any]) -> float:
        return float(record["accuracy"])

    dense = mean("FF", "FF dense", accuracy)
    bound("LL1", "accuracy", dense, 0.935, True)
    first = mean("FF", "FF dense", lambda r: r["hoyer"][0])
    back = mean("FF", "BP dense", lambda r: r["hoyer"][0])
    bound("LL1", "Hoyer of layer 1", first, 0.63, True)
    if first is not None and back is not None:
        bound("LL1", "Hoyer of layer 1 above BP", first - back, 0.15, True)
    bound("LL2", "accuracy, top-k", mean("FF", "FF dense, top-k", accuracy), 0.97, True)
    sparse = mean("FF", "FF sparse, SET", accuracy)
    if dense is not None and sparse is not None:
        bound("LL3", "accuracy lost at 10 %", dense - sparse, 0.015, False)
        times = [
            mean("FF", m, lambda r: r["cpu_seconds_an_epoch"])
            for m in ("FF sparse, SET", "FF dense")
        ]
        bound("LL3", "time an epoch, of dense", times[0] / times[1], 0.5, False)
    for case, key, goal in [("LL4", "LL4", 1e-10)]:
        record = runs.get(f"{head} {key}")
        bound(case, "difference of weights", record and record["difference"], goal, False)
    record = runs.get(f"{head} LL5")
    if record:
        off = abs(record["difference"] / 0.00225523 - 1)
        bound("LL5", "relative error of the difference", off, 0.01, False)
    for light in ("light -0.6", "light +0.6", "contrast 2", "as it is"):
        pair = [
            mean("EV1", m, lambda r, name=light: r["accuracies"][name])
            for m in reversed(vision.NETWORKS)
        ]
        if None not in pair:
            goal = -0.005 if light == "as it is" else 0.10
            bound("EV1", f"accuracy gained, {light}", pair[0] - pair[1], goal, True)
    ours = mean("FS1", "QuickSelection", accuracy)
    for other in vision.SELECTORS[2:]:
        theirs = mean("FS1", other, accuracy)
        if ours is not None and theirs is not None:
            bound("FS1", f"accuracy above {other}", ours - theirs, 0.02, True)
    return report


def main() -> None:
    """Compute pieces until the time is over, then print what is known."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument(
        "--quick", action="store_true", help="one seed, tiny; keeps nothing"
    )
    parser.add_argument(
        "--cases", type=lambda s: s.split(","), default=CASES, help=f"some of {CASES}"
    )
    parser.add_argument(
        "--seeds", type=lambda s: [int(n) for n in s.split(",")], default=SEEDS
    )
    parser.add_argument("--minutes", type=float, help="begin no piece after so long")
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="train nothing; write what is known"
    )
    runs_option(parser, "local_learning_runs.jsonl")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if unknown := [case for case in args.cases if case not in CASES]:
        parser.error(f"--cases {unknown} unknown; choose from {CASES}")
    if args.quick:
        args.size = "quick"
        args.seeds = SEEDS[:1]
    path = args.runs or RESULTS / "local_learning_runs.jsonl"
    runs = Runs(None if args.quick else path)
    end = float("inf") if args.minutes is None else time.monotonic() + 60 * args.minutes
    for key, compute in () if args.json else pieces(args, runs):
        if key in runs:
            continue
        if time.monotonic() > end:
            print("time is over; run again to go on")
            break
        record = compute()
        runs.add(key, record)
        told = record.get("accuracy", record.get("accuracies", record.get("difference")))
        print(key, told, flush=True)
    known = tables(runs, args.size)
    for name, rows in known.items():
        print(name)
        print_table(rows[0], rows[1:])
    report = goals(runs, args.size)
    report.show()
    if args.json:
        size, light, features = SIZES[args.size]
        about = {
            "data": "MNIST as published",
            "forward": asdict(size) | {"smaller": size.smaller, "k": size.k},
            "early vision": dict(zip(("samples", "tests", "epochs"), light, strict=True)),
            "features": dict(zip(("samples", "tests", "epochs"), features, strict=True)),
            "intervals": "mean ± half of the 95 % interval by Student's t over seeds",
            "threads": 1,
        }
        rows = [asdict(row) for row in report.rows]
        write_json(args.json, {"about": about, "tables": known, "rows": rows})


if __name__ == "__main__":
    main()
