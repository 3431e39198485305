"""Spoken digits (FSDD) with a recurrent spiking network of 256 neurons: accuracy, and what
heterogeneity is worth.

Every seed draws a random split of the 2,000 recordings (1,600 to train, 400 to test), a small-world
network and its
weights, and trains two networks that differ in their time constants alone: `heterogeneous` (drawn
from gamma distributions, one a neuron, trained) and `homogeneous` (the means of those, the same for
all, fixed). In the second part one speaker of the four is left out and tested on; the seed is the
speaker. The test samples are looked at once, after the last epoch. Every run is kept at once in the
file of `--runs`, so that a stopped study goes on where it was.

    NEUROSPARSE_DATA=… python benchmarks/fsdd.py --json benchmarks/results/fsdd.json
"""

import argparse
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from harness import Gate, Report
from run_file import RESULTS, Runs, runs_option
from torch import Tensor

from neurosparse.datasets import spoken_digits
from neurosparse.encoders import MelEncoder, raster
from neurosparse.models import (
    HRSNN,
    Clipped,
    Dynamics,
    FastSigmoid,
    Gamma,
    mean_output,
    require_finite_gradients,
)
from neurosparse.wiring import WattsStrogatz

KINDS = ("heterogeneous", "homogeneous")
SPLITS = ("random", "speaker left out")
ENCODER = MelEncoder(n_channels=40, hop=10.0)
LONGEST = 100  # steps of 10 ms; what is later than a second is cut off


@dataclass(frozen=True)
class Setting:
    """Everything a run depends on besides its seed and kind."""

    neurons: int = 256
    neighbours: int = 24
    epochs: int = 15
    batch: int = 64
    rate: float = 3e-3
    tau_mem: float = 50.0
    tau_syn: float = 15.0
    test: int = 400


def samples() -> tuple[list[Tensor], Tensor, Any]:
    """Spikes `[steps, 120]`, digit and speaker of every recording."""
    data = spoken_digits()
    parts = []
    for sound in data.sounds:
        steps, neurons = ENCODER.encode(sound)
        keep = steps < LONGEST
        n_steps = min(LONGEST, len(ENCODER.loudness(sound)))
        parts.append(
            torch.from_numpy(
                raster((steps[keep], neurons[keep]), n_steps, ENCODER.n_neurons)
            )
        )
    return parts, torch.from_numpy(data.digit), data.speaker


def split(how: str, seed: int, speaker: Any, n_test: int) -> tuple[Any, Any]:
    """Samples to train on and to test on, both in random order."""
    order = np.random.default_rng([seed, 0]).permutation(len(speaker))
    if how == "random":
        return order[n_test:], order[:n_test]
    return order[speaker[order] != seed], order[speaker[order] == seed]


def network(
    kind: str,
    seed: int,
    how: Setting,
    n_in: int = ENCODER.n_neurons,
    dt: float = ENCODER.hop,
) -> HRSNN:
    """Build the network of a kind; wiring and weights are the same for both kinds of one seed."""
    mixed = kind == "heterogeneous"
    tau_mem = Clipped(Gamma(how.tau_mem, 3.0), 5.0) if mixed else how.tau_mem
    tau_syn = Clipped(Gamma(how.tau_syn, 3.0), 3.0) if mixed else how.tau_syn
    model = HRSNN(
        n_in,
        how.neurons,
        10,
        wiring=WattsStrogatz(how.neighbours, 0.2).build(how.neurons, how.neurons, seed),
        tau_mem=tau_mem,
        tau_syn=tau_syn,
        cell=Dynamics(surrogate=FastSigmoid(10.0), dt=dt),
        rng=seed,
    )
    rng = np.random.default_rng([seed, 1])
    with torch.no_grad():
        values = model.cell.synapses.values
        values.copy_(
            torch.from_numpy(
                rng.normal(0, 0.5 / np.sqrt(how.neighbours), len(values)).astype(np.float32)
            )
        )
        weight = model.input.weight
        weight.copy_(
            torch.from_numpy(
                rng.normal(0, 1.0 / np.sqrt(weight.shape[1]), weight.shape).astype(
                    np.float32
                )
            )
        )
        weight = model.readout.linear.weight
        weight.copy_(
            torch.from_numpy(
                rng.normal(0, 1.0 / np.sqrt(weight.shape[1]), weight.shape).astype(
                    np.float32
                )
            )
        )
    for times in (model.cell.log_tau_mem, model.cell.log_tau_syn):
        if times is not None:
            times.requires_grad_(mixed)
    return model


def logits(model: HRSNN, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Mean output of each sample, and the share of neurons and steps that spike."""
    run = model.run(x)
    return mean_output(run.outputs, lengths), run.spikes.detach().mean()


def train(
    model: HRSNN, spikes: list[Tensor], digits: Tensor, order: Any, how: Setting, seed: int
) -> None:
    """Train on the samples of `order`."""
    times = [
        p for name, p in model.named_parameters() if "log_tau" in name and p.requires_grad
    ]
    others = [p for name, p in model.named_parameters() if "log_tau" not in name]
    optimizer = torch.optim.Adam(
        [{"params": others}, {"params": times, "lr": how.rate * 3}], lr=how.rate
    )
    steps = -(-len(order) // how.batch) * how.epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    optimizer_step = 0
    for epoch in range(how.epochs):
        rng = np.random.default_rng([seed, 2, epoch])
        shuffled = rng.permutation(order)
        for start in range(0, len(order), how.batch):
            chosen = shuffled[start : start + how.batch]
            x, lengths = padded([spikes[k] for k in chosen])
            # spikes are dropped at random: the recordings are few
            x = x * torch.from_numpy((rng.random(x.shape) < 0.85).astype(np.float32))
            out, _ = logits(model, x, lengths)
            loss = torch.nn.functional.cross_entropy(
                out * 4, digits[chosen], label_smoothing=0.05
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            require_finite_gradients(model, optimizer_step)
            optimizer_step += 1
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()


def padded(samples: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Samples in one tensor `[time, batch, n]`, filled up with zeros, and their lengths."""
    lengths = torch.tensor([len(sample) for sample in samples])
    return torch.nn.utils.rnn.pad_sequence(samples), lengths


@torch.no_grad()
def tested(
    model: HRSNN, spikes: list[Tensor], digits: Tensor, order: Any
) -> tuple[float, float]:
    """Accuracy on the samples of `order`, and the activity."""
    x, lengths = padded([spikes[k] for k in order])
    out, activity = logits(model, x, lengths)
    return float((out.argmax(1) == digits[order]).float().mean()), float(activity)


def one(
    case: tuple[str, str, int],
    spikes: list[Tensor],
    digits: Tensor,
    speaker: Any,
    how: Setting,
) -> dict[str, Any]:
    """Train and test one network; case = (split, kind, seed)."""
    which, kind, seed = case
    learn, check = split(which, seed, speaker, how.test)
    model = network(kind, seed, how)
    began = time.perf_counter()
    train(model, spikes, digits, learn, how, seed)
    accuracy, activity = tested(model, spikes, digits, check)
    fitted, _ = tested(model, spikes, digits, learn[:600])
    spread = model.cell.tau_mem.detach()
    return {
        "split": which,
        "kind": kind,
        "seed": seed,
        "accuracy": accuracy,
        "train_accuracy": fitted,
        "activity": activity,
        "tau_mem_mean": float(spread.mean()),
        "tau_mem_sd": float(spread.std()),
        "seconds": time.perf_counter() - began,
        "setting": asdict(how),
    }


def interval(values: Any) -> tuple[float, float]:
    """Mean and half width of the 95 % interval (Student's t)."""
    from scipy.stats import t

    values = np.asarray(values, np.float64)
    if len(values) < 2:
        return float(values.mean()), float("nan")
    return float(values.mean()), float(
        t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    )


def report(runs: list[dict[str, Any]], repeats: int) -> Report:
    """Rows of what there is: complete pairs only."""
    by = {(run.get("split", "random"), run["kind"], run["seed"]): run for run in runs}
    table = Report("torch", "numba", "scipy", repeats=repeats)
    for which in SPLITS:
        seeds = sorted(
            s
            for w, kind, s in by
            if (w, kind) == (which, KINDS[0]) and (which, KINDS[1], s) in by
        )
        if seeds:
            _rows(
                table,
                which,
                {kind: [by[which, kind, seed] for seed in seeds] for kind in KINDS},
            )
    return table


def _rows(table: Report, which: str, runs: dict[str, list[dict[str, Any]]]) -> None:
    n = len(runs[KINDS[0]])
    case = f"256 neurons, {which}, {n} {'seeds' if which == 'random' else 'speakers'}"
    accuracy = {kind: [run["accuracy"] for run in runs[kind]] for kind in KINDS}
    for kind in KINDS:
        mean, width = interval(accuracy[kind])
        goal = 0.90 if (which, kind) == ("random", KINDS[0]) else None
        table.add(case, f"test accuracy, {kind}, mean", "1", mean, goal=goal, higher=True)
        if n > 1:
            table.add(
                case, f"test accuracy, {kind}, half width of the 95 % interval", "1", width
            )
        table.add(
            case,
            f"share of steps with a spike, {kind}",
            "1",
            float(np.mean([r["activity"] for r in runs[kind]])),
        )
    if n > 1:
        gain, width = interval(np.subtract(*(accuracy[kind] for kind in KINDS)))
        table.add(case, "heterogeneous - homogeneous, paired mean", "1", gain)
        # the goal is met where the whole interval lies above 0
        text = "heterogeneous - homogeneous, low end of the 95 % interval"
        table.add(case, text, "1", gain - width, goal=0.0, higher=True)
        table.add(
            case,
            "heterogeneous - homogeneous, high end of the 95 % interval",
            "1",
            gain + width,
        )


def main() -> None:
    """Run what is missing, then say what there is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one seed, three epochs")
    parser.add_argument("--json", type=Path, metavar="OUT")
    runs_option(parser, "fsdd_runs.jsonl, none with --quick")
    parser.add_argument("--seeds", type=int, default=5, help="random splits")
    parser.add_argument(
        "--speakers", type=int, default=4, help="speakers left out, one after the other"
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    how = Setting(epochs=3) if args.quick else Setting()
    counts = (1, 0) if args.quick else (args.seeds, args.speakers)
    spikes, digits, speaker = samples()
    gate = Gate()
    gate.true("recordings", len(spikes) == 2000 and bool((digits.bincount() == 200).all()))
    gate.true(
        "spikes",
        0.02 < float(torch.cat(spikes).mean()) < 0.5,
        f"{float(torch.cat(spikes).mean()):.3f} a step",
    )
    for which in SPLITS:
        learn, check = split(which, 0, speaker, how.test)
        gate.true(
            f"{which}: no recording on both sides",
            len(np.unique([*learn, *check])) == len(learn) + len(check),
        )
    gate.demand()
    runs = Runs(args.runs or (None if args.quick else RESULTS / "fsdd_runs.jsonl"))
    for which, count in zip(SPLITS, counts, strict=True):
        for case in [(which, kind, seed) for seed in range(count) for kind in KINDS]:
            key = f"{which}, {case[1]}, seed {case[2]}"
            known = runs.get(key)
            if known is None or known["setting"] != asdict(how):
                record = one(case, spikes, digits, speaker, how)
                runs.add(key, record)
                print({k: v for k, v in record.items() if k != "setting"}, flush=True)
    finished = [run for run in runs.values() if run["setting"] == asdict(how)]
    report(finished, args.seeds).finish(args.json)


if __name__ == "__main__":
    main()
