"""A recurrent network that travels as NIR, and how alike two are."""

from typing import Any

import torch

from neurosparse.models import HRSNN, ZERO, Clipped, Dynamics, Gamma
from neurosparse.wiring import WattsStrogatz


def model(reset: Any = ZERO, tau_syn: Any = 4.0, delay: Any = 0) -> HRSNN:
    made = HRSNN(
        5,
        30,
        3,
        wiring=WattsStrogatz(6, 0.3, delay_steps=delay),
        tau_mem=Clipped(Gamma(10.0), 2.0),
        tau_syn=tau_syn,
        cell=Dynamics(reset),
        rng=0,
    )
    with torch.no_grad():
        made.input.bias.uniform_(0, 0.1, generator=torch.Generator().manual_seed(0))
        made.readout.linear.bias.uniform_(-1, 1, generator=torch.Generator().manual_seed(1))
    return made.double()


def drive() -> torch.Tensor:
    return (torch.rand(50, 4, 5, generator=torch.Generator().manual_seed(1)) < 0.3).double()


def alike(one: HRSNN, other: HRSNN) -> None:
    """The same spikes and outputs."""
    x = drive()
    with torch.no_grad():
        a = one.run(x)
        b = other.double().run(x)
    assert 0.01 < float(a.spikes.mean()) < 0.9
    torch.testing.assert_close(a.spikes, b.spikes, rtol=0, atol=0)
    torch.testing.assert_close(a.outputs, b.outputs, rtol=1e-5, atol=1e-6)
