"""Accuracy of sparse training on pictures: 99 % sparse on Fashion-MNIST, G2GNet at 74 % on two
sets.

    # again, until nothing is left
    python benchmarks/fashion.py --study sparse99 --minutes 35
    # what is there so far, and a table
    python benchmarks/fashion.py --study sparse99 --json OUT.json

Finished runs are lines of the study's file (`--runs`); a run that is cut goes on from its last
epoch (`--state`). All methods have the same samples, epochs, batch, optimiser and the same trials
of learning rate and weight decay. These two are chosen by runs tested on 5,000 training samples
that are held out (`--tune --epochs 20`); test samples are looked at after every epoch, but nothing
is chosen by them: the last epoch counts.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fashion_parts.studies import FIRST, STUDIES, Study
from harness import machine, versions, write_json
from pictures import SETS, pictures
from run_file import RESULTS, Runs, runs_option

from neurosparse.analysis import bootstrap_interval, paired_interval
from neurosparse.models import Data, TrainingPlan, fit, sparse_layers

# learning rate and weight decay
TRIALS = ((0.025, 1e-4), (0.025, 5e-4), (0.05, 5e-4), (0.1, 1e-4), (0.1, 5e-4))


def held_out(data: Data, samples: int = 5000) -> Data:
    """The training samples alone, some of them held out to choose settings by."""
    order = torch.from_numpy(np.random.default_rng(2026).permutation(len(data.x)))
    rest = order[samples:]
    chosen = order[:samples]
    return replace(
        data, x=data.x[rest], y=data.y[rest], test_x=data.x[chosen], test_y=data.y[chosen]
    )


class Clock:
    """Ends a run after a complete epoch once the minutes are over."""

    def __init__(self, minutes: float | None) -> None:
        self.end = float("inf") if minutes is None else time.monotonic() + 60 * minutes

    def __call__(self, history: Any) -> None:
        """Stop as Ctrl-C does."""
        row = history[-1]
        figures = f"loss {row['loss']:.4f}  accuracy {row['accuracy']:.4f}"
        print(f"  {row['epoch']:3d}  {figures}  {row['seconds']:.1f} s", flush=True)
        if time.monotonic() > self.end and row["epoch"] < row["epochs"]:
            raise KeyboardInterrupt


def run(
    study: Study,
    name: str,
    data: Data,
    setting: tuple[float, float],
    seed: int,
    key: str,
    checkpoint: Path,
    clock: Clock,
) -> dict[str, Any]:
    """Train one network for the study and return its record."""
    print(key, flush=True)
    method = study.methods[name]
    torch.manual_seed(seed)
    model = method.build(study.widths, study.density, data, seed)
    rate, decay = setting
    optimizer = torch.optim.SGD(
        model.parameters(), rate, momentum=0.9, weight_decay=decay, fused=True
    )
    falling = torch.optim.lr_scheduler.LinearLR(
        optimizer, 1.0, 0.1, study.epochs * data.steps
    )
    result = fit(
        model,
        data,
        optimizer,
        TrainingPlan(study.epochs, seed, checkpoint),
        rewiring=method.rule,
        scheduler=falling,
        callbacks=[clock],
    )
    if result.interrupted:
        print(f"stopped after epoch {len(result.history)} of {key}; run again to go on")
        raise SystemExit(3)
    last = result.history[-1]
    return {
        "study": study.data,
        "method": name,
        "computed": method.computed,
        "seed": seed,
        "rate": rate,
        "weight_decay": decay,
        "epochs": study.epochs,
        "batch": study.batch,
        "widths": list(study.widths),
        "density": study.density,
        "accuracy": last["accuracy"],
        "curve": [row["accuracy"] for row in result.history],
        "loss": [row["loss"] for row in result.history],
        "weights": sum(p.numel() for p in model.parameters()),
        "sparse_nnz": sum(layer.nnz for layer in sparse_layers(model).values()),
        "dead_outputs": last.get("dead_outputs", 0),
        "moved": sum(row.get("moved", 0) for row in result.history),
        "train_seconds": sum(row["seconds"] for row in result.history),
        "rewiring_seconds": sum(row.get("rewiring_seconds", 0.0) for row in result.history),
    }


def once(
    args: argparse.Namespace,
    study: Study,
    name: str,
    data: Data,
    setting: tuple[float, float],
    seed: int,
    key: str,
    clock: Clock,
) -> None:
    """Do one run, unless it is done with this rate and decay already."""
    known = args.runs.get(key)
    if known and ("diverged" in known or (known["rate"], known["weight_decay"]) == setting):
        return
    checkpoint = args.state / f"{slug(key)}.checkpoint"
    args.runs.add(key, run(study, name, data, setting, seed, key, checkpoint, clock))
    checkpoint.unlink(missing_ok=True)


def slug(key: str) -> str:
    """A file name of a key."""
    return "".join(c if c.isalnum() or c == "." else "_" for c in key.lower())


def seed_key(study: str, method: str, seed: int) -> str:
    """Name of a run in the file."""
    return f"{study}, {method}, seed {seed}"


def trial_key(study: str, method: str, trial: tuple[float, float], epochs: int) -> str:
    """Name of the trial of a rate and decay in the file."""
    rate, decay = trial
    return f"{study}, {method}, trial, rate {rate:g}, decay {decay:g}, {epochs} epochs"


def tried(
    runs: Runs, name: str, method: str, epochs: int
) -> dict[tuple[float, float], float]:
    """Accuracy on held-out samples by rate and decay, of the trials made so far; 0 where training
    diverged.
    """
    records = {trial: runs.get(trial_key(name, method, trial, epochs)) for trial in TRIALS}
    return {trial: record["accuracy"] for trial, record in records.items() if record}


def trial_epochs(runs: Runs, name: str, study: Study) -> int:
    """How long the longest trials are that all methods have had; 0 if there are none."""
    whole = [
        epochs
        for epochs in range(1, study.epochs + 1)
        if all(
            len(tried(runs, name, method, epochs)) == len(TRIALS)
            for method in study.methods
        )
    ]
    return max(whole, default=0)


def chosen(runs: Runs, name: str, method: str, study: Study) -> tuple[float, float]:
    """The rate and decay that the longest trials favour which all methods have had; else what all
    are given.
    """
    trials = tried(runs, name, method, trial_epochs(runs, name, study))
    return max(trials, key=lambda trial: trials[trial]) if trials else study.setting


def tune(args: argparse.Namespace, study: Study, clock: Clock) -> None:
    """Make every trial with every method, short, on held-out samples."""
    data = held_out(pictures(study.data, study.batch))
    short = replace(study, epochs=args.epochs or 5)
    for name in args.methods or study.methods:
        for trial in TRIALS:
            key = trial_key(args.study, name, trial, short.epochs)
            try:
                once(args, short, name, data, trial, 0, key, clock)
            except ValueError as error:
                if "loss" not in str(error):
                    raise
                args.runs.add(
                    key, {"method": name, "accuracy": 0.0, "diverged": str(error)}
                )


def train(args: argparse.Namespace, study: Study, clock: Clock) -> None:
    """All methods of a seed before the next seed."""
    data = pictures(study.data, study.batch)
    for seed in args.seeds:
        for name in args.methods or study.methods:
            setting = chosen(args.runs, args.study, name, study)
            key = seed_key(args.study, name, seed)
            once(args, study, name, data, setting, seed, key, clock)


def records(args: argparse.Namespace, study: Study) -> list[dict[str, Any]]:
    """All finished runs of a study."""
    keys = (
        seed_key(args.study, name, seed) for name in study.methods for seed in range(100)
    )
    return [args.runs[key] for key in keys if key in args.runs]


def table(records: list[dict[str, Any]], study: Study) -> str:
    """Markdown: mean of the last epoch, 95 % bootstrap interval, paired differences.

    The dense nets stand first: that of as many parameters, then that of the same width. Seconds are
    not in it: the study runs beside other work; `sparse_training.py` measures them.
    """
    by = {
        m: {r["seed"]: 100 * r["accuracy"] for r in records if r["method"] == m}
        for m in study.methods
    }
    gaps = " | ".join(f"− {name}" for name in study.references)
    lines = [
        f"| method | computed by | accuracy % [95 %] | {gaps} "
        "| weights | rate | decay | seeds |",
        "|---" * (7 + len(study.references)) + "|",
    ]
    best = sorted(
        (name for name in by if by[name]), key=lambda n: -np.mean([*by[n].values()])
    )
    dense = [name for name in FIRST if name in best]
    for name in [*dense, *(name for name in best if name not in dense)]:
        run = next(r for r in records if r["method"] == name)
        mean = bootstrap_interval(list(by[name].values()))
        cells = [
            name,
            run["computed"],
            f"{mean.mean:.2f} [{mean.low:.2f}, {mean.high:.2f}]",
            *(difference(name, other, by) for other in study.references),
            f"{run['weights']:,}",
            f"{run['rate']:g}",
            f"{run['weight_decay']:g}",
            str(len(by[name])),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    counts = [len(runs) for runs in by.values()]
    doubt = f"Not a finding yet: {min(counts)} to {max(counts)} of 5 seeds are done.\n\n"
    text = (
        f"{study.epochs} epochs, batch {study.batch}, {SETS[study.data]}; last epoch.\n\n"
    )
    return text + ("" if min(counts) >= 5 else doubt) + "\n".join(lines) + "\n"


def difference(name: str, other: str, by: dict[str, dict[int, float]]) -> str:
    """Of a method from another, paired by seed; nothing from itself."""
    gap = paired_interval(by[name], by.get(other, {}))
    if gap is None or name == other:
        return ""
    return f"{gap.mean:+.2f} [{gap.low:+.2f}, {gap.high:+.2f}]"


def main() -> None:
    """Tune, train or report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", choices=STUDIES, default="sparse99")
    runs_option(parser, "STUDY_runs.jsonl")
    parser.add_argument(
        "--state",
        type=Path,
        default=Path("runs/fashion"),
        help="folder of runs under way, large files",
    )
    parser.add_argument(
        "--tune",
        action="store_true",
        help="choose rate and weight decay on held-out training samples",
    )
    parser.add_argument(
        "--seeds", type=lambda s: [int(n) for n in s.split(",")], default=[0, 1, 2, 3, 4]
    )
    parser.add_argument(
        "--methods", type=lambda s: s.split(";"), help="some of them, divided by ;"
    )
    parser.add_argument("--epochs", type=int, help="of a trial of --tune")
    parser.add_argument(
        "--minutes", type=float, help="stop after so long, between two epochs"
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="OUT",
        help="train nothing; write what is known, and OUT.md beside it",
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    study = STUDIES[args.study]
    clock = Clock(args.minutes)
    if unknown := [name for name in args.methods or () if name not in study.methods]:
        parser.error(f"--methods {unknown} unknown; choose from {list(study.methods)}")
    args.runs = Runs(args.runs or RESULTS / f"{args.study.replace('-', '_')}_runs.jsonl")
    args.state.mkdir(parents=True, exist_ok=True)
    if not args.json:
        (tune if args.tune else train)(args, study, clock)
    found = records(args, study)
    text = table(found, study)
    print(text)
    if args.json:
        about = {
            "data": SETS[study.data],
            "training": "SGD, momentum 0.9, rate falling linearly to a tenth; last epoch counts",
            "setting": (
                f"rate, weight decay {study.setting} for all "
                "unless tried on held-out training samples (trials)"
            ),
            "density": (
                f"{study.density:g} of each hidden layer's weights; the output layer is dense"
            ),
            "machine": machine(),
            "versions": versions("neurosparse", "torch", "numba"),
        }
        epochs = trial_epochs(args.runs, args.study, study)
        trials = {
            name: {
                f"{rate:g}, {decay:g}": accuracy
                for (rate, decay), accuracy in tried(
                    args.runs, args.study, name, epochs
                ).items()
            }
            for name in study.methods
        }
        file = args.runs.path.name
        write_json(
            args.json, about | {"trial_epochs": epochs, "trials": trials, "runs": file}
        )
        args.json.with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
