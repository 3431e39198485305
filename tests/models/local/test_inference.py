"""How values settle: numbers that are refused, and slow fixed prediction."""

import pytest
import torch
from torch import nn

from neurosparse.models import Equilibrium, FixedPrediction, PredictiveCoding


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Equilibrium(steps=0), "steps: got 0"),
        (lambda: Equilibrium(step_size=0), "step_size: got 0"),
        (lambda: Equilibrium(tolerance=-1), "tolerance: got -1"),
        (lambda: FixedPrediction(steps=0), "steps: got 0"),
        (lambda: FixedPrediction(step_size=1.5), "step_size: got 1.5"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_small_steps_reach_what_unit_steps_reach():
    torch.manual_seed(0)
    layers = [nn.Linear(4, 5), nn.Linear(5, 3), nn.Linear(3, 2)]
    x = torch.rand(6, 4)
    y = torch.rand(6, 2)
    exact = PredictiveCoding(layers, FixedPrediction()).settle(x, y).errors
    slow = PredictiveCoding(layers, FixedPrediction(200, 0.1)).settle(x, y).errors
    short = PredictiveCoding(layers, FixedPrediction(1)).settle(x, y).errors
    for one, other in zip(exact, slow, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-4)
    # after one step nothing has come to the first layer
    assert not short[0].any()
    assert short[1].any()
