"""Training truly sparse networks: peak memory against the dense twin, cost of rewiring, time of an
epoch.

Memory is the peak resident size of a process that trains, above that of one that has only imported
and compiled everything; each side is a process of its own.
"""

import json
import subprocess
import sys
import time

import numpy as np
import torch
from harness import Gate, Report, arguments, interleave, median, peak_rss_mib, timed
from torch import nn

from neurosparse.models import (
    ActivityRecorder,
    RewiringMemory,
    SparseLinear,
    dense_mlp,
    dense_twin,
    rewire,
    sparse_mlp,
)
from neurosparse.rewiring import NodeScore, chts, dst_ee, hebbian, rigl, set_, snfs, srigl
from neurosparse.wiring import FixedInDegree, RandomEdges

WIDTHS = [784, 1568, 1568, 1568, 10]
SPARSITY = 0.99
RULES = {
    "SET": set_(),
    "RigL": rigl(),
    "SNFS": snfs(),
    "SRigL": srigl(),
    "DST-EE": dst_ee(),
    "Hebbian": hebbian(),
    "CHTs CH3-L3p": chts(),
    "CHTs CH2-L3n": chts(score=NodeScore()),
}


def train_step(model, optimizer, x, y):
    """One step of Adam on random data."""
    optimizer.zero_grad(set_to_none=True)
    out = model(x)
    loss = (
        nn.functional.cross_entropy(out, y)
        if y.dtype == torch.int64
        else (out - y).square().mean()
    )
    loss.backward()
    optimizer.step()
    return loss.item()


def peak(kind, width, steps=3):
    """MiB above the baseline that training a net of 4 layers takes; runs in a process of its
    own.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)

    def run(n):
        if kind == "dense":
            model = nn.Sequential(
                *(m for _ in range(4) for m in (nn.Linear(n, n), nn.ReLU()))
            )
        else:
            layers = (
                SparseLinear(n, n, wiring=RandomEdges(1 - SPARSITY), rng=k)
                for k in range(4)
            )
            model = nn.Sequential(*(m for layer in layers for m in (layer, nn.ReLU())))
        optimizer = torch.optim.Adam(model.parameters(), 1e-4)
        x = torch.randn(128, n)
        return [train_step(model, optimizer, x, x) for _ in range(steps)]

    run(64)
    before = peak_rss_mib()
    losses = run(width)
    print(json.dumps({"mib": peak_rss_mib() - before, "losses": losses}))


def measured(kind, width):
    """The figure that `peak` prints in a new process."""
    call = [sys.executable, __file__, "--peak", kind, str(width)]
    return json.loads(
        subprocess.run(call, check=True, capture_output=True, text=True).stdout
    )


def rewiring(report, batch, repeats):
    """Each rule's step as a share of an epoch of 60,000 samples."""
    x = torch.randn(batch, WIDTHS[0])
    y = torch.randint(0, 10, (batch,))
    for name, rule in RULES.items():
        fixed = [FixedInDegree(round(n * (1 - SPARSITY))) for n in WIDTHS[:-2]]
        model = sparse_mlp(
            WIDTHS, fixed if name == "SRigL" else RandomEdges(1 - SPARSITY), rng=0
        )
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)
        memory = RewiringMemory()
        with ActivityRecorder(model, rule.sampling) as seen:

            def step(model=model, optimizer=optimizer):
                return timed(lambda: train_step(model, optimizer, x, y))

            def change(
                model=model, rule=rule, seen=seen, optimizer=optimizer, memory=memory
            ):
                parts = {
                    "recorder": seen,
                    "optimizer": optimizer,
                    "memory": memory,
                    "rng": 0,
                }
                return timed(lambda: rewire(model, rule, 0.1, **parts))

            for _ in range(max(3, rule.sampling.batches)):
                step()
            change()
            step()
            found = interleave({"step": step, "change": change}, repeats)
        epoch = median(found["step"]) * 60_000 / batch
        share = 100 * median(found["change"]) / epoch
        goal = 20 if name.startswith("CHTs") else 2
        case = f"{name}, {SPARSITY:.0%} sparse, batch {batch}"
        report.add(case, "one rewiring / epoch", "%", share, goal=goal)
        if rule.every:
            updates = 60_000 / batch / rule.every
            report.add(
                f"{case}, every {rule.every} steps",
                "all rewiring of an epoch",
                "%",
                share * updates,
            )


def epochs(report, repeats):
    """A training step of the whole network against its dense twin."""
    sparse = sparse_mlp(WIDTHS, RandomEdges(1 - SPARSITY), rng=0)
    dense = dense_mlp(WIDTHS, rng=0)
    for batch in (32, 128):
        x = torch.randn(batch, WIDTHS[0])
        y = torch.randint(0, 10, (batch,))
        runs = {}
        for name, model in (("ours", sparse), ("dense", dense)):
            optimizer = torch.optim.Adam(model.parameters(), 1e-4)
            runs[name] = lambda m=model, o=optimizer, x=x, y=y: timed(
                lambda: train_step(m, o, x, y)
            )
            runs[name]()
        found = interleave(runs, repeats)
        ours, theirs = (median(found[name]) * 60_000 / batch for name in ("ours", "dense"))
        case = (
            f"MLP {'-'.join(map(str, WIDTHS))}, {SPARSITY:.0%} sparse, batch {batch}, Adam"
        )
        report.add(case, "epoch of 60,000", "s", ours, theirs, peer_name="dense torch")


def main():
    """Check, measure, report."""
    args = arguments(__doc__)
    torch.set_num_threads(1)
    start = time.perf_counter()
    gate = Gate()
    model = sparse_mlp(WIDTHS, RandomEdges(1 - SPARSITY), rng=0)
    x = torch.randn(16, WIDTHS[0])
    off = float((model(x) - dense_twin(model)(x)).abs().max().detach())
    gate.near("network and dense twin", off, 0.0, atol=1e-4)
    width = 2048 if args.quick else 8192
    sides = {kind: measured(kind, width) for kind in ("sparse", "dense")}
    for kind, side in sides.items():
        gate.true(
            f"{kind} net learns",
            bool(np.all(np.diff(side["losses"]) < 0)),
            str(side["losses"]),
        )
    gate.demand()
    repeats = 5 if args.quick else max(args.repeats, 11)
    report = Report("torch", "numba", "numpy", repeats=repeats)
    mib = {kind: side["mib"] for kind, side in sides.items()}
    case = f"4 layers {width}x{width}, {SPARSITY:.0%} sparse, Adam, batch 128"
    goal = None if args.quick else 15
    report.add(
        case,
        "peak RSS above baseline",
        "MiB",
        mib["sparse"],
        mib["dense"],
        peer_name="dense torch",
        goal=goal,
    )
    epochs(report, repeats)
    for batch in (128,) if args.quick else (32, 128):
        rewiring(report, batch, repeats)
    report.finish(args.json)
    print(f"took {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        peak(sys.argv[2], int(sys.argv[3]))
    else:
        main()
