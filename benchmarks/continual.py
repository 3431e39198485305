"""Continual learning by sparsity: permuted MNIST with active dendrites, Split-MNIST in one pass.

Needs MNIST in $NEUROSPARSE_DATA/mnist. Finished runs are lines of `--runs`, a run under way goes on
after its last task from `--state`, so that `--minutes 15` can be called again until all is
done, by several processes too. A run of permuted MNIST takes about five minutes of a quiet core
(dense: longer), one of Split-MNIST seconds.
The table shows what is there, with the number of seeds. Rates of Split-MNIST are chosen on the last
10,000 training images with seed 100, which no reported run uses.
"""

import argparse
import contextlib
import fcntl
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from continual_parts import permuted, split
from harness import Gate, Report
from run_file import RESULTS, Runs, runs_option

STUDIES = {
    "permuted": ("active dendrites", "sparse only", "dense"),
    "split": tuple(split.METHODS),
}


def mnist() -> Any:
    """Images float32 [n, 784] as the papers normalise them and labels int64, for training and
    test.
    """
    from neurosparse.datasets import mnist as load

    digits = load()
    parts = ((digits.train_x, digits.train_y), (digits.test_x, digits.test_y))
    return [
        (
            (x.reshape(len(x), 784) / np.float32(255) - np.float32(0.1307))
            / np.float32(0.3081),
            y.astype(np.int64),
        )
        for x, y in parts
    ]


def gate() -> Gate:
    """Hold the trainer by winners against the library's net under torch, and the nets of the split
    against words.
    """
    out = Gate()
    for name, dendrites in (("active dendrites", True), ("sparse only", False)):
        out.near(
            f"{name}: weights after ten steps equal torch's",
            permuted.same_as_torch(dendrites),
            0,
            atol=2e-6,
        )
    out.true("split: nets are what their names say", split.is_built_as_said())
    return out


def main() -> None:
    """Go on with the runs, then print what is there."""
    args = options()
    if args.quick:
        args.study, args.minutes = ["split"], min(args.minutes, 1.0)
    end = time.monotonic() + 60 * args.minutes
    checks = gate()
    checks.demand()
    data = mnist() if args.minutes > 0 else None
    for seed in range(args.seeds):
        for study in args.study:
            for method in args.method or STUDIES[study]:
                if method in STUDIES[study]:
                    once(study, method, seed, data, args, lambda: time.monotonic() > end)
    show(args)


def options() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a minute of Split-MNIST only")
    parser.add_argument("--study", nargs="*", choices=STUDIES, default=list(STUDIES))
    parser.add_argument("--method", nargs="*", help="some methods of the studies")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument(
        "--minutes",
        type=float,
        default=1e9,
        help="begin nothing new after so many minutes; 0 only shows",
    )
    runs_option(parser, "continual_runs.jsonl")
    parser.add_argument(
        "--state",
        type=Path,
        default=Path("runs/continual"),
        help="folder of runs under way, large files",
    )
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="write the rows to this file"
    )
    args = parser.parse_args()
    args.runs = Runs(args.runs or RESULTS / "continual_runs.jsonl")
    known = [name for names in STUDIES.values() for name in names]
    if unknown := [name for name in args.method or () if name not in known]:
        sys.exit(f"--method {unknown[0]!r} is unknown; choose from {', '.join(known)}")
    return args


def once(
    study: str,
    method: str,
    seed: int,
    data: Any,
    args: argparse.Namespace,
    enough: Callable[[], bool],
) -> None:
    """Do one run unless it is done or the time is up."""
    key = f"{study}, {method}, seed {seed}"
    with alone(args.state / f"{study}-{method.replace(' ', '_')}.lock") as free:
        if key in args.runs or enough() or not free:
            return
        if study == "permuted":
            state = args.state / f"{key.replace(', ', '-').replace(' ', '_')}.npz"
            result = permuted.run(method, seed, data, state, enough)
        else:
            state = None  # a run is short
            result = split.run(method, seed, data, args.runs, enough)
        if result is not None:
            args.runs.add(key, {"study": study, "method": method, "seed": seed, **result})
            if state is not None:
                state.unlink(missing_ok=True)
            print(f"{key}: {result['accuracy']:.4f}", flush=True)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Hold a lock while the body runs; False when another process holds it, so that several can
    share the runs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def finished(study: str, method: str, runs: Runs) -> list[float]:
    """Accuracies of the runs that are done, by seed."""
    records = (runs.get(f"{study}, {method}, seed {seed}") for seed in range(100))
    return [record["accuracy"] for record in records if record]


def show(args: argparse.Namespace) -> None:
    """Print the table of what is done, goals included, and write it."""
    report = Report("numpy", "numba", "torch", repeats=1)
    groups = {
        (s, m): finished(s, m, args.runs) for s, methods in STUDIES.items() for m in methods
    }
    names = {
        "permuted": "permuted MNIST, 10 tasks",
        "split": "Split-MNIST, 5 x 2 classes, one pass",
    }
    peers = {"permuted": "sparse only", "split": "dense relu"}
    for (study, method), runs in groups.items():
        if not runs:
            continue
        case = f"{names[study]}, {method}, {len(runs)} seed{'s' * (len(runs) > 1)}"
        if len(runs) > 1:
            case += f", sd {statistics.stdev(runs):.4f}"
        goal = 0.93 if (study, method) == ("permuted", "active dendrites") else None
        peer = groups[study, peers[study]]
        report.add(
            case,
            "test accuracy of all tasks",
            "1",
            statistics.mean(runs),
            goal=goal,
            higher=True,
        )
        if peer and method != peers[study]:
            both = statistics.mean(runs), statistics.mean(peer)
            report.add(
                case,
                "test accuracy of all tasks",
                "1",
                *both,
                peer_name=peers[study],
                higher=True,
            )
    ours, peer = (groups["permuted", m] for m in ("active dendrites", "sparse only"))
    if ours and peer:
        gain = statistics.mean(ours) - statistics.mean(peer)
        report.add(
            "permuted MNIST, dendrites minus sparse only",
            "gain in accuracy",
            "1",
            gain,
            goal=0.02,
            higher=True,
        )
    report.finish(args.json)


if __name__ == "__main__":
    main()
