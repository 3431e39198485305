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
(`RecurrentLIF.fed`), and nothing below it wants a gradient. Memory is the growth of the peak
resident memory of a process of its own over one forward and backward pass, inputs and weights
already there; "held" is what is there between the two. One thread.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from harness import Gate, Report, arguments, interleave, timed

from neurosparse.models import SUBTRACT, Dynamics, FastSigmoid, RecurrentLIF, to_snntorch
from neurosparse.wiring import Bernoulli
from neurosparse.wiring import values as draws

STEPS = 50
BATCH = 64
INPUTS = 128
OUTPUTS = 10
BETA = 0.9
# neurons at the share of recurrent weights that are 0 -> neurons, density, least ratio of time,
# least ratio of memory
CASES = {
    "n=256 at 95 %": (256, 0.05, None, None),
    "n=1024 at 95 %": (1024, 0.05, 3.0, 4.0),
    "n=4096 at 99 %": (4096, 0.01, 15.0, None),
}
PEER = "snnTorch RLeaky"


def ours(
    n: int, density: float, checkpoint: bool = False, trained: bool = True
) -> RecurrentLIF:
    """Our population; `trained`: time constants and thresholds too."""
    made = Bernoulli(
        density, weight=draws.Normal(0.0, float(1 / np.sqrt(density * n)))
    ).build(n, n, 0)
    cell = RecurrentLIF(
        made, -1 / np.log(BETA), dynamics=Dynamics(SUBTRACT, FastSigmoid(25.0), checkpoint)
    )
    cell.log_tau_mem.requires_grad_(trained)
    cell.threshold.requires_grad_(trained)
    return cell


def theirs(cell: RecurrentLIF) -> Any:
    """The same population in snnTorch, its recurrent weights and offsets trained."""
    layer = to_snntorch(cell)
    layer.recurrent.bias.requires_grad_(False)
    return layer


def currents(n: int) -> torch.Tensor:
    """Input that makes about one neuron in ten spike in a step."""
    return torch.rand(STEPS, BATCH, n, generator=torch.Generator().manual_seed(0)) * 0.3


def matrix(n: int) -> torch.Tensor:
    """Readout weights `[n, 10]`."""
    return (
        torch.randn(n, OUTPUTS, generator=torch.Generator().manual_seed(2))
        .div(n**0.5)
        .requires_grad_()
    )


def loss(outputs: torch.Tensor) -> torch.Tensor:
    """Some loss on outputs `[time, batch, 10]`."""
    return (outputs - torch.linspace(-1, 1, OUTPUTS)).square().sum()


Between = Callable[[], object]


def run_ours(
    cell: RecurrentLIF, x: torch.Tensor, read: torch.Tensor, between: Between = lambda: None
) -> torch.Tensor:
    """Forward and backward; returns the outputs."""
    said, _ = cell(x, readout=read)
    between()
    loss(said).backward()
    return said.detach()


def run_theirs(
    layer: Any, x: torch.Tensor, read: torch.Tensor, between: Between = lambda: None
) -> torch.Tensor:
    """Forward and backward; returns the outputs."""
    spk = torch.zeros_like(x[0])
    mem = torch.zeros_like(x[0])
    said = []
    for step in x.unbind(0):
        spk, mem = layer(step, spk.to(x.dtype), mem)  # its spikes are float32 always
        said.append(spk.to(x.dtype) @ read)
    between()
    outputs = torch.stack(said)
    loss(outputs).backward()
    return outputs.detach()


def entry(n: int) -> torch.nn.Linear:
    """An input layer that makes of `inputs` about the currents of `currents`."""
    layer = torch.nn.Linear(INPUTS, n)
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        layer.weight.copy_(torch.rand(n, INPUTS, generator=draw) * 0.6 / INPUTS)
        layer.bias.zero_()
    return layer


def inputs() -> torch.Tensor:
    """Inputs `[time, batch, 128]`."""
    return torch.rand(STEPS, BATCH, INPUTS, generator=torch.Generator().manual_seed(4)) * 2


def feed_ours(
    cell: RecurrentLIF,
    layer: torch.nn.Linear,
    u: torch.Tensor,
    read: torch.Tensor,
    between: Between = lambda: None,
) -> torch.Tensor:
    """`run_ours` with the input layer."""
    said, _ = cell.run_streamed(u, layer, readout=read)
    between()
    loss(said).backward()
    return said.detach()


def feed_theirs(
    peer: Any,
    layer: torch.nn.Linear,
    u: torch.Tensor,
    read: torch.Tensor,
    between: Between = lambda: None,
) -> torch.Tensor:
    """`run_theirs` with the input layer, called step by step."""
    spk = mem = u.new_zeros(u.shape[1], layer.out_features)
    said = []
    for step in u.unbind(0):
        spk, mem = peer(layer(step), spk.to(u.dtype), mem)
        said.append(spk.to(u.dtype) @ read)
    between()
    outputs = torch.stack(said)
    loss(outputs).backward()
    return outputs.detach()


def gate_fed(case: str) -> None:
    """The same with the input layer."""
    n, density, _, _ = CASES[case]
    cell = ours(n, density).double()
    checks = Gate()
    found = []
    peer = theirs(cell)
    u = inputs()[:, :8].double()
    for feed, made in ((feed_ours, cell), (feed_theirs, peer)):
        layer = entry(n).double()
        read = matrix(n).detach().double().requires_grad_()
        said = feed(made, layer, u, read)
        found.append(
            (said, layer.weight.grad, layer.bias.grad, made.threshold.grad, read.grad)
        )
    with torch.no_grad():
        activity = float(cell(layer(u))[0].mean())
    checks.true(
        f"{case}: activity behind the input layer", 0.03 < activity < 0.3, f"{activity:.3f}"
    )
    names = "outputs", "input weights", "input offsets", "thresholds", "readout"
    for name, one, other in zip(names, *found, strict=True):
        gap = float((one - other).norm() / other.norm())
        checks.true(f"{case}: {name} behind the input layer", gap < 1e-5, f"{gap:.2e} apart")
    checks.demand()


def gate(case: str) -> None:
    """Same spikes, same gradients, in double precision: sums in another order do not carry over a
    threshold there.
    """
    n, density, _, _ = CASES[case]
    x, read = (
        part.detach().double().requires_grad_() for part in (currents(n)[:, :8], matrix(n))
    )
    cell = ours(n, density).double()
    layer = theirs(cell)
    checks = Gate()
    grads = []
    pre, post = (
        torch.from_numpy(k.astype(np.int64)) for k in cell.synapses.connectivity.edges()
    )
    said = [run_ours(cell, x, read)]
    grads.append((x.grad, cell.synapses.values.grad, cell.threshold.grad, read.grad))
    x.grad, read.grad = None, None
    said.append(run_theirs(layer, x, read))
    grads.append(
        (x.grad, layer.recurrent.weight.grad[post, pre], layer.threshold.grad, read.grad)
    )
    with torch.no_grad():
        activity = float(cell(x)[0].mean())
    checks.true(f"{case}: activity", 0.03 < activity < 0.3, f"{activity:.3f}")
    apart = float((said[0] - said[1]).abs().max())
    checks.true(f"{case}: outputs", apart < 1e-9, f"{apart:.2g} apart")
    for name, one, other in zip(
        ("input", "recurrent weights", "thresholds", "readout"), *grads, strict=True
    ):
        gap = float((one - other).norm() / other.norm())
        checks.true(f"{case}: gradient of {name}", gap < 1e-5, f"{gap:.2e} apart")
    checks.demand()


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
    times = {side: min(found) for side, found in interleave(sides, repeats).items()}
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
        case, "forward and backward, input layer too", "s", *pair, peer_name=PEER, goal=speed
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
