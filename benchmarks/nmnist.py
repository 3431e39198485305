"""N-MNIST (its first thousand recordings) with the recurrent spiking network of `fsdd.py`, 900 to
train, 100 to test.

Events are gathered in 2 x 2 pixels and 5 ms, one input for each place and polarity that is 1 where
anything happened.
Every seed draws its own split, wiring and weights, and trains the same two networks as `fsdd.py`:
`heterogeneous` and
`homogeneous` in their time constants. Settings are those of `fsdd.py` but for shorter time
constants and smaller batches, and were not tuned. With 100 samples tested, one sample is one point.
Beside them: the nearest neighbour by cosine of the square roots of counted events, which sees no
time. Finished runs are kept in the file of `--runs`.

    NEUROSPARSE_DATA=… python benchmarks/nmnist.py --json benchmarks/results/nmnist.json
"""

import argparse
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fsdd import KINDS, Setting, interval, network, tested, train
from harness import Gate, Report
from run_file import RESULTS, Runs, runs_option
from torch import Tensor

from neurosparse.datasets import n_mnist

BIN = 2
STEP_US = 5_000
STEPS = 64
SIDE = 17
N_INPUTS = 2 * SIDE * SIDE
HOW = Setting(epochs=20, batch=32, tau_mem=20.0, tau_syn=5.0, test=100)


def samples() -> tuple[list[Tensor], Tensor, np.ndarray]:
    """Spikes `[STEPS, N_INPUTS]`, digit, and counted events `[recordings, N_INPUTS]`."""
    data = n_mnist()
    spikes = []
    counts = np.zeros((len(data.events), N_INPUTS))
    for i, e in enumerate(data.events):
        place = (e["p"].astype(np.int64) * SIDE + e["y"] // BIN) * SIDE + e["x"] // BIN
        image = np.zeros((STEPS, N_INPUTS), np.float32)
        image[np.minimum(e["t"] // STEP_US, STEPS - 1), place] = 1
        spikes.append(torch.from_numpy(image))
        counts[i] = np.bincount(place, minlength=N_INPUTS)
    return spikes, torch.from_numpy(data.label), counts


def split(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples to train on and to test on."""
    order = np.random.default_rng([seed, 0]).permutation(1000)
    return order[HOW.test :], order[: HOW.test]


def neighbour(
    counts: np.ndarray, digits: np.ndarray, learn: np.ndarray, check: np.ndarray
) -> float:
    """Accuracy of the nearest training sample by cosine of the root of counts."""
    x = np.sqrt(counts) / np.linalg.norm(np.sqrt(counts), axis=1, keepdims=True)
    nearest = learn[(x[check] @ x[learn].T).argmax(1)]
    return float((digits[nearest] == digits[check]).mean())


def one(
    kind: str, seed: int, spikes: list[Tensor], digits: Tensor, how: Setting
) -> dict[str, Any]:
    """Train one network, then test it once."""
    learn, check = split(seed)
    model = network(kind, seed, how, N_INPUTS, STEP_US / 1000)
    began = time.perf_counter()
    train(model, spikes, digits, learn, how, seed)
    accuracy, activity = tested(model, spikes, digits, check)
    fitted, _ = tested(model, spikes, digits, learn[:300])
    seconds = time.perf_counter() - began
    record = {
        "kind": kind,
        "seed": seed,
        "accuracy": accuracy,
        "train_accuracy": fitted,
        "activity": activity,
    }
    return record | {"seconds": seconds, "setting": asdict(how)}


def report(runs: list[dict[str, Any]], plain: dict[int, float]) -> Report:
    """Rows of the seeds that both kinds have."""
    by = {(run["kind"], run["seed"]): run["accuracy"] for run in runs}
    seeds = sorted(seed for kind, seed in by if kind == KINDS[0] and (KINDS[1], seed) in by)
    table = Report("torch", "numba", repeats=len(seeds))
    case = f"256 neurons, 900 + 100 recordings, {len(seeds)} seeds"
    baseline = float(np.mean([plain[seed] for seed in seeds]))
    for kind in KINDS:
        mean, width = interval([by[kind, seed] for seed in seeds])
        table.add(
            case,
            f"test accuracy, {kind}, mean",
            "1",
            mean,
            baseline,
            peer_name="1-NN of counts",
            higher=True,
        )
        table.add(
            case, f"test accuracy, {kind}, half width of the 95 % interval", "1", width
        )
    gain, width = interval([by[KINDS[0], seed] - by[KINDS[1], seed] for seed in seeds])
    table.add(case, "heterogeneous - homogeneous, paired mean", "1", gain)
    table.add(
        case,
        "heterogeneous - homogeneous, low end of the 95 % interval",
        "1",
        gain - width,
        goal=0.0,
        higher=True,
    )
    table.add(
        case,
        "heterogeneous - homogeneous, high end of the 95 % interval",
        "1",
        gain + width,
    )
    return table


def main() -> None:
    """Run what is missing, then say what there is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one seed, two epochs")
    parser.add_argument("--json", type=Path, metavar="OUT")
    runs_option(parser, "nmnist_runs.jsonl, none with --quick")
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    how, seeds = (replace(HOW, epochs=2), 1) if args.quick else (HOW, args.seeds)
    spikes, digits, counts = samples()
    plain = {seed: neighbour(counts, digits.numpy(), *split(seed)) for seed in range(seeds)}
    gate = Gate()
    gate.true(
        "spikes",
        0.005 < float(torch.cat(spikes).mean()) < 0.5,
        f"{float(torch.cat(spikes).mean()):.3f} a step",
    )
    gate.true(
        "the counts tell digits apart",
        min(plain.values()) > 0.6,
        f"{min(plain.values()):.2f}",
    )
    gate.true(
        "no recording on both sides",
        all(len(np.unique(np.r_[split(s)])) == 1000 for s in range(seeds)),
    )
    gate.demand()
    runs = Runs(args.runs or (None if args.quick else RESULTS / "nmnist_runs.jsonl"))
    for kind, seed in ((kind, seed) for seed in range(seeds) for kind in KINDS):
        key = f"{kind}, seed {seed}"
        known = runs.get(key)
        if known is None or known["setting"] != asdict(how):
            record = one(kind, seed, spikes, digits, how)
            runs.add(key, record)
            print({k: v for k, v in record.items() if k != "setting"}, flush=True)
    finished = [run for run in runs.values() if run["setting"] == asdict(how)]
    report(finished, plain).finish(args.json)


if __name__ == "__main__":
    main()
