"""Truncated backpropagation, and gradients that must be finite."""

import pytest
import torch

from neurosparse.models import require_finite_gradients, run_in_chunks
from tests.models.spiking.networks import small, sounds


def test_pieces_give_the_outputs_of_the_whole_and_gradients_that_end_at_their_start() -> (
    None
):
    model = small()
    x = sounds()[0].transpose(0, 1)
    whole = model.run(x).outputs
    parts = []
    for place, run in run_in_chunks(model, x, 7):
        torch.testing.assert_close(run.outputs, whole[place], rtol=1e-5, atol=1e-6)
        run.outputs.sum().backward()
        parts.append(place.stop)
    assert parts == [7, 14, 21, 25]
    cut = model.input.weight.grad.clone()
    model.zero_grad()
    model.run(x).outputs.sum().backward()
    assert not torch.allclose(cut, model.input.weight.grad)
    with pytest.raises(ValueError, match="span: got 0"):
        next(run_in_chunks(model, x, 0))


def test_gradients_that_are_no_numbers_are_named_with_their_step() -> None:
    model = small()
    model.run(torch.ones(3, 1, 4)).outputs.sum().backward()
    require_finite_gradients(model, 0)
    model.cell.synapses.values.grad[3] = float("nan")
    with pytest.raises(ValueError, match=r"cell.synapses.values \(1 of 240\) at step 17"):
        require_finite_gradients(model, 17)
