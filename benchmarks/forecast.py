"""Does a Hopfield forecaster earn its place? STanHop-Net beside plain baselines on ETTh1, exchange
rates, influenza.

Published splits; scaled by the training part alone; every window of the test part; MSE and MAE in
units of the training deviation; the weights after the last epoch count, none are chosen. How a net
is trained is chosen among three ways (WAYS) by its error on the validation part at the shortest
horizon, with a seed that no reported run uses; the test part has no say in it. All methods stand in
one table, whatever comes out. "relative" sees windows minus their last value, as the ridge does;
STanHop-Net alone does not, as published. Memories hold windows of the training part. The nets are
small and see few windows (NETS, WAYS): this says what they reach at that price, not what the
published, far larger net reaches.

Every (method, data, horizon, seed) is a run, stored when it ends; a study that was interrupted goes
on where it was.
Needs the series in $NEUROSPARSE_DATA (`neurosparse datasets info ett` and `… timeseries_small` say
how).

    python benchmarks/forecast.py [--quick] [--json OUT] [--runs FILE] [--minutes M] [--seeds N]
                                  [--data A,B] [--horizon H,…]
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from forecast_parts.runs import LONG, PENALTY, Run
from harness import Gate, Report, machine, print_table, versions, write_json
from run_file import RESULTS, Runs, runs_option

from neurosparse.datasets import FORECAST_TASKS, ForecastTask, forecast_task
from neurosparse.models import ForecastScore, score_forecast

SEARCH_SEED = 100
# ETTh1, horizon 24, computed by another program from the same file
KNOWN = {
    "repeat last": (1.222, 0.671),
    "repeat season": (0.424, 0.389),
    "ridge": (0.3146, 0.3565),
}
ONCE = ("repeat last", "repeat season", "ridge")  # no chance in them
TRAINED = ("dlinear", "stanhop", "stanhop, relative")
METHODS = (*ONCE, *TRAINED, "stanhop, plug-and-play", "stanhop, tune-and-play")


def trial(method: str, of: ForecastTask, way: int) -> Run:
    """The run that tries a way of training."""
    return Run(method, of, of.horizons[0], SEARCH_SEED, way)


def trial_key(run: Run) -> str:
    """Name of a trial in the file: with its way, and by which part it is scored."""
    return f"{run.key}, validation, {json.dumps(asdict(run.training))}"


def tune(tasks: list[ForecastTask], runs: Runs, minutes: float) -> None:
    """Score every way of training by the validation part, until the time is up."""
    end = perf_counter() + 60 * minutes
    for of in tasks:
        split = of.split(of.horizons[0])
        for method in TRAINED:
            for way in range(len(LONG)):
                run = trial(method, of, way)
                key = trial_key(run)
                if key in runs or perf_counter() > end:
                    continue
                mse = score_forecast(run.forecaster(split), split.valid).mse
                runs.add(key, {"mse": mse})
                print(key, f"MSE {mse:.4f}", flush=True)


def best_way(method: str, of: ForecastTask, runs: Runs) -> int | None:
    """The way of least error on the validation part; None before all were tried."""
    trials = [runs.get(trial_key(trial(method, of, way))) for way in range(len(LONG))]
    return None if None in trials else int(np.argmin([record["mse"] for record in trials]))


def plan(
    tasks: list[ForecastTask], horizons: list[int], seeds: int, runs: Runs, quick: bool
) -> Iterator[Run]:
    """Every run, cheap ones first, then all seeds of the shortest horizons before longer ones."""
    for of in tasks:
        for horizon in of.horizons:
            if not horizons or horizon in horizons:
                yield from (Run(method, of, horizon, 0, 0, quick) for method in ONCE)
    for place in range(max(len(of.horizons) for of in tasks)):
        for seed in range(seeds):
            for method in TRAINED:
                for of in tasks:
                    way = 0 if quick else best_way(method, of, runs)
                    due = place < len(of.horizons) and (
                        not horizons or of.horizons[place] in horizons
                    )
                    if due and way is not None:
                        yield Run(method, of, of.horizons[place], seed, way, quick)


def gate() -> None:
    """End the script unless the baselines agree with figures from another program."""
    split = forecast_task("etth1").split(24)
    checks = Gate()
    for method, (mse, mae) in KNOWN.items():
        score = score_forecast(
            Run(method, forecast_task("etth1"), 24, 0).forecaster(split), split.test
        )
        checks.near(f"{method}, MSE", score.mse, mse, atol=6e-4)
        checks.near(f"{method}, MAE", score.mae, mae, atol=6e-4)
    checks.demand()


def study(plan: list[Run], runs: Runs, minutes: float) -> None:
    """Make the runs that are not kept yet, until the time is up."""
    end = perf_counter() + 60 * minutes
    splits = {}
    for run in plan:
        known = runs.get(run.key)
        if known and known["settings"] == run.settings:
            continue
        if perf_counter() > end:
            print(f"time is up before {run.key}")
            return
        case = run.task.name, run.horizon
        # only the split in use stays in memory
        splits = {case: splits.get(case) or run.task.split(run.horizon)}
        for key, figures in run(splits[case]).items():
            runs.add(key, figures)
            print(key, {k: v for k, v in figures.items() if k != "settings"}, flush=True)


def by_seed(runs: Runs, method: str, of: ForecastTask, horizon: int) -> list[ForecastScore]:
    """The scores there are."""
    records = (runs.get(Run(method, of, horizon, seed).key) for seed in range(100))
    return [ForecastScore(record["mse"], record["mae"]) for record in records if record]


def shown(values: list[float]) -> str:
    """Mean and, over seeds, standard deviation."""
    spread = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.3f}{spread}"


def table(runs: Runs, report: Report) -> None:
    """Print all methods and add, for each case, ours against the best plain one."""
    body = []
    for of in FORECAST_TASKS:
        for horizon in of.horizons:
            mean, seeds = {}, {}
            for method in METHODS:
                if scores := by_seed(runs, method, of, horizon):
                    mse, mae = ([s[i] for s in scores] for i in (0, 1))
                    mean[method], seeds[method] = statistics.mean(mse), len(scores)
                    body.append(
                        (of.name, horizon, method, shown(mse), shown(mae), len(scores))
                    )
            plain = {m: v for m, v in mean.items() if not m.startswith("stanhop")}
            for method in (m for m in mean if m not in plain):
                best = min(plain, key=plain.__getitem__)
                report.repeats = seeds[method]
                case = f"{of.name}, horizon {horizon}, {method}"
                report.add(
                    case,
                    "test MSE",
                    "training deviation²",
                    mean[method],
                    plain[best],
                    peer_name=best,
                )
    print_table(
        ("data", "horizon", "method", "MSE", "MAE", "seeds"),
        [tuple(map(str, row)) for row in body],
    )


def options(argv: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="one seed, shortest horizons, one short epoch; not kept",
    )
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="results/forecast.json unless --quick"
    )
    runs_option(parser, "forecast_runs.jsonl, none with --quick")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="start no run after this time"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--data",
        default=",".join(t.name for t in FORECAST_TASKS),
        help="tasks, separated by commas",
    )
    parser.add_argument(
        "--horizon", default="", help="only these horizons, separated by commas"
    )
    args = parser.parse_args(argv)
    try:
        args.tasks = [forecast_task(name) for name in args.data.split(",")]
        args.horizons = [int(h) for h in args.horizon.split(",") if h]
    except ValueError as error:
        parser.error(str(error))
    known = {h for of in args.tasks for h in of.horizons}
    if unknown := set(args.horizons) - known:
        parser.error(
            f"--horizon {min(unknown)} is none of {', '.join(map(str, sorted(known)))}"
        )
    if args.seeds < 1:
        parser.error(f"--seeds is {args.seeds}; at least one is needed")
    return args


def main() -> None:
    args = options()
    torch.set_num_threads(1)
    gate()
    if args.quick:
        args.seeds = 1
        args.horizons = args.horizons or [of.horizons[0] for of in args.tasks]
    runs = Runs(args.runs or (None if args.quick else RESULTS / "forecast_runs.jsonl"))
    began = perf_counter()
    if not args.quick:
        tune(args.tasks, runs, args.minutes)
    left = args.minutes - (perf_counter() - began) / 60
    study(list(plan(args.tasks, args.horizons, args.seeds, runs, args.quick)), runs, left)
    report = Report("numpy", "torch")
    table(runs, report)
    if file := args.json or (None if args.quick else RESULTS / "forecast.json"):
        write_json(file, about() | {"rows": [asdict(row) for row in report.rows]})


def about() -> dict[str, Any]:
    """What the figures were made with."""
    settings = {
        "lookback": {t.name: t.lookback for t in FORECAST_TASKS},
        "shares": {t.name: t.shares for t in FORECAST_TASKS},
        "period": {t.name: t.period for t in FORECAST_TASKS},
        "ridge penalty": PENALTY,
        "epoch": "the last",
    }
    packages = versions("neurosparse", "numpy", "torch", "numba")
    return {"about": settings, "versions": packages, "machine": machine()}


if __name__ == "__main__":
    sys.exit(main())
