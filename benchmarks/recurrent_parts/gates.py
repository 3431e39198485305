"""Both sides must give the same spikes and gradients."""

import numpy as np
import torch
from harness import Gate

from recurrent_parts.sides import (
    CASES,
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


def gate_fed(case: str) -> None:
    """`gate` with the input layer."""
    n, density, _, _ = CASES[case]
    cell = ours(n, density).double()
    checks = Gate()
    results = []
    peer = theirs(cell)
    u = inputs()[:, :8].double()
    for feed, side in ((feed_ours, cell), (feed_theirs, peer)):
        layer = entry(n).double()
        read = matrix(n).detach().double().requires_grad_()
        outputs = feed(side, layer, u, read)
        results.append(
            (outputs, layer.weight.grad, layer.bias.grad, side.threshold.grad, read.grad)
        )
    with torch.no_grad():
        activity = float(cell(layer(u))[0].mean())
    checks.true(
        f"{case}: activity behind the input layer", 0.03 < activity < 0.3, f"{activity:.3f}"
    )
    names = "outputs", "input weights", "input offsets", "thresholds", "readout"
    for name, one, other in zip(names, *results, strict=True):
        gap = float((one - other).norm() / other.norm())
        checks.true(
            f"{case}: {name} behind the input layer", gap < 1e-5, f"{gap:.2e} apart"
        )
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
    outputs = [run_ours(cell, x, read)]
    grads.append((x.grad, cell.synapses.values.grad, cell.threshold.grad, read.grad))
    x.grad, read.grad = None, None
    outputs.append(run_theirs(layer, x, read))
    grads.append(
        (x.grad, layer.recurrent.weight.grad[post, pre], layer.threshold.grad, read.grad)
    )
    with torch.no_grad():
        activity = float(cell(x)[0].mean())
    checks.true(f"{case}: activity", 0.03 < activity < 0.3, f"{activity:.3f}")
    apart = float((outputs[0] - outputs[1]).abs().max())
    checks.true(f"{case}: outputs", apart < 1e-9, f"{apart:.2g} apart")
    for name, one, other in zip(
        ("input", "recurrent weights", "thresholds", "readout"), *grads, strict=True
    ):
        gap = float((one - other).norm() / other.norm())
        checks.true(f"{case}: gradient of {name}", gap < 1e-5, f"{gap:.2e} apart")
    checks.demand()
