"""Recurrent scan against snnTorch's RLeaky: forward and backward time, and peak memory.

Both sides are a recurrent population with a linear readout of ten outputs and get the same neurons,
the same recurrent weights (snnTorch stores the zeros too), the same input currents `[time, batch,
n]` and the same loss on the outputs
`[time, batch, 10]`; they must give the same spikes and, within rounding, the same gradients before
anything is timed.
The gradient of the input is wanted too, as in a network with layers below. snnTorch's loop reads
every step out at once, so that it keeps no spike twice. "all trained": besides the weights a share
and a threshold for each neuron;
"weights trained": those are fixed. "input layer too": 128 inputs reach the population through a
trained linear layer; snnTorch's loop calls it step by step, ours is streamed inside the scan
(`RecurrentLIF.run_streamed`), and nothing below it wants a gradient. Memory is the growth of the
peak resident memory of a process of its own over one forward and backward pass, inputs and weights
already there; "held" is what is there between the two. One thread.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import torch
from harness import Report, arguments, interleave, timed
from recurrent_parts.gates import gate, gate_fed
from recurrent_parts.sides import (
    BATCH,
    CASES,
    STEPS,
    currents,
    entry,
    feed_ours,
    feed_theirs,
    inputs,
    matrix,
    ours,
    run_ours,
    run_theirs,
    theirs,
)

PEER = "snnTorch RLeaky"


def resident(what: str) -> float:
    """A line of the memory of this process, in MiB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 2**10


def grown(side: str, case: str) -> tuple[float, float]:
    """MiB by which a pass lifts the peak memory of this process, and MiB held between forward and
    backward.
    """
    n, density, _, _ = CASES[case]
    kind, trained = side.split()
    warm = currents(64).requires_grad_()
    read = matrix(64)
    few = entry(64)
    for checkpoint in (False, True):
        run_ours(ours(64, 0.1, checkpoint), warm, read)
    feed_ours(ours(64, 0.1), few, inputs(), read)
    run_theirs(theirs(ours(64, 0.1)), warm, read)
    feed_theirs(theirs(ours(64, 0.1)), few, inputs(), read)
    cell = ours(n, density, kind == "checkpoint", trained == "all")
    peer = theirs(cell) if kind.endswith("peer") else None
    x = currents(n).requires_grad_()
    read = matrix(n)
    held = []
    layer = entry(n)
    u = inputs()
    if peer is not None:
        peer.recurrent.weight.grad = torch.zeros_like(peer.recurrent.weight)

    def between() -> None:
        held.append(resident("VmRSS"))

    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = resident("VmRSS")
    if kind.startswith("fed"):
        feed_ours(cell, layer, u, read, between) if peer is None else feed_theirs(
            peer, layer, u, read, between
        )
    elif peer is None:
        run_ours(cell, x, read, between)
    else:
        run_theirs(peer, x, read, between)
    return resident("VmHWM") - before, held[0] - before


def memory(side: str, case: str) -> tuple[float, float]:
    """`grown`, in a process of its own that hands freed memory back."""
    settings = {"MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_MMAP_THRESHOLD_": "65536"}
    call = [sys.executable, __file__, "--grown", side, case]
    run = subprocess.run(
        call, capture_output=True, text=True, check=True, env=os.environ | settings
    )
    peak, held = json.loads(run.stdout)
    return float(peak), float(held)


def measure(case: str, report: Report, repeats: int) -> None:
    """Time and memory of one case."""
    n, density, speed, saving = CASES[case]
    cell = ours(n, density)
    x = currents(n).requires_grad_()
    read = matrix(n)
    light = ours(n, density, checkpoint=True)
    layer = theirs(cell)
    front = entry(n)
    u = inputs()
    sides = {
        "ours": lambda: timed(lambda: run_ours(cell, x, read)),
        "checkpoint": lambda: timed(lambda: run_ours(light, x, read)),
        "peer": lambda: timed(lambda: run_theirs(layer, x, read)),
        "fed": lambda: timed(lambda: feed_ours(cell, front, u, read)),
        "fedpeer": lambda: timed(lambda: feed_theirs(layer, front, u, read)),
    }
    for side in ("ours", "checkpoint", "fed"):
        sides[side]()
    times = {side: min(seconds) for side, seconds in interleave(sides, repeats).items()}
    for side, text in (("ours", ""), ("checkpoint", ", checkpointed")):
        goal = speed if side == "ours" else None
        report.add(
            case,
            f"forward and backward{text}",
            "s",
            times[side],
            times["peer"],
            peer_name=PEER,
            goal=goal,
        )
    pair = times["fed"], times["fedpeer"]
    report.add(
        case,
        "forward and backward, input layer too",
        "s",
        *pair,
        peer_name=PEER,
        goal=speed,
    )
    for trained in ("all", "weights") if saving is not None else ():
        peaks = {side: memory(f"{side} {trained}", case) for side in sides}
        for side, text in (("ours", ""), ("checkpoint", ", checkpointed")):
            for k, what in enumerate(("peak memory", "memory held")):
                goal = saving if k == 0 and trained == "all" else None
                pair = peaks[side][k], peaks["peer"][k]
                report.add(
                    case,
                    f"{what}, {trained} trained{text}",
                    "MiB",
                    *pair,
                    peer_name=PEER,
                    goal=goal,
                )
        for k, what in enumerate(("peak memory", "memory held")):
            goal = saving if k == 0 and trained == "all" else None
            pair = (peaks["fed"][k], peaks["fedpeer"][k])
            report.add(
                case,
                f"{what}, {trained} trained, input layer too",
                "MiB",
                *pair,
                peer_name=PEER,
                goal=goal,
            )
    report.add(case, "one float a neuron and step", "MiB", STEPS * BATCH * n * 4 / 2**20)


def main() -> None:
    """Gate, then measure."""
    torch.set_num_threads(1)
    if sys.argv[1:2] == ["--grown"]:
        print(json.dumps(grown(sys.argv[2], sys.argv[3])))
        return
    names = list(CASES)
    args = arguments(__doc__, names, names[:2])
    for case in args.case:
        gate(case)
        gate_fed(case)
    report = Report("torch", "snntorch", "numba", repeats=args.repeats)
    for case in args.case:
        measure(case, report, args.repeats)
    report.finish(args.json)


if __name__ == "__main__":
    main()
