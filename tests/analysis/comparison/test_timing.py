"""Times of a step: all three, above 0, and the network as it was."""

import torch
from torch import nn

from neurosparse.analysis.comparison.timing import step_times


def test_times_are_positive_and_nothing_is_changed():
    model = nn.Linear(50, 20)
    before = model.weight.detach().clone()
    x = torch.ones(64, 50)
    times = step_times(model, x, torch.zeros(64, 20), nn.functional.mse_loss, repeats=3)
    assert set(times) == {"forward_ms", "backward_ms", "forward_one_ms"}
    assert min(times.values()) > 0
    assert torch.equal(model.weight, before)
    assert model.weight.grad is None
