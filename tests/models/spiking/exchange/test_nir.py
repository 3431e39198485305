"""A model as arrays and back; files of them are tested in tests/io/nir."""

from typing import Any

import pytest
import torch
from torch import nn

from neurosparse.models import (
    GATE,
    SUBTRACT,
    ZERO,
    from_spiking_network,
    to_spiking_network,
)
from tests.models.spiking.networks import small, sounds


@pytest.mark.parametrize("reset", [SUBTRACT, ZERO, GATE], ids=["subtract", "zero", "gate"])
@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_a_model_comes_back_from_its_arrays(reset: Any, tau_syn: Any) -> None:
    net = small(reset, tau_syn=tau_syn).double()
    net.cell.bias = nn.Parameter(torch.linspace(0, 0.2, 40, dtype=torch.float64))
    again = from_spiking_network(to_spiking_network(net)).double()
    x = sounds(3)[0].transpose(0, 1).double()
    before = net.run(x)
    after = again.run(x)
    assert before.spikes.any()
    torch.testing.assert_close(after.spikes, before.spikes, rtol=0, atol=0)
    # weights go through float32
    torch.testing.assert_close(after.outputs, before.outputs, rtol=1e-5, atol=1e-6)
