"""The two populations, their input, and one forward and backward pass of each."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

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


def ours(
    n: int, density: float, checkpoint: bool = False, trained: bool = True
) -> RecurrentLIF:
    """Our population; `trained`: time constants and thresholds too."""
    wiring = Bernoulli(
        density, weight=draws.Normal(0.0, float(1 / np.sqrt(density * n)))
    ).build(n, n, 0)
    cell = RecurrentLIF(
        wiring,
        -1 / np.log(BETA),
        dynamics=Dynamics(SUBTRACT, FastSigmoid(25.0), checkpoint),
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
    outputs, _ = cell(x, readout=read)
    between()
    loss(outputs).backward()
    return outputs.detach()


def run_theirs(
    layer: Any, x: torch.Tensor, read: torch.Tensor, between: Between = lambda: None
) -> torch.Tensor:
    """Forward and backward; returns the outputs."""
    spk = torch.zeros_like(x[0])
    mem = torch.zeros_like(x[0])
    rows = []
    for step in x.unbind(0):
        spk, mem = layer(step, spk.to(x.dtype), mem)  # its spikes are float32 always
        rows.append(spk.to(x.dtype) @ read)
    between()
    outputs = torch.stack(rows)
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
    outputs, _ = cell.run_streamed(u, layer, readout=read)
    between()
    loss(outputs).backward()
    return outputs.detach()


def feed_theirs(
    peer: Any,
    layer: torch.nn.Linear,
    u: torch.Tensor,
    read: torch.Tensor,
    between: Between = lambda: None,
) -> torch.Tensor:
    """`run_theirs` with the input layer, called step by step."""
    spk = mem = u.new_zeros(u.shape[1], layer.out_features)
    rows = []
    for step in u.unbind(0):
        spk, mem = peer(layer(step), spk.to(u.dtype), mem)
        rows.append(spk.to(u.dtype) @ read)
    between()
    outputs = torch.stack(rows)
    loss(outputs).backward()
    return outputs.detach()
