"""Goodness against numbers worked out by hand, CV54 and CV56 of the specification."""

import pytest
import torch

from neurosparse.models import Length, SquaredMean, SquaredSum, TopSquares
from neurosparse.models.local.goodness import check_goodness, goodness_loss

GOOD = torch.tensor([[1.0, 0.5, 0.02]], dtype=torch.float64)
BAD = torch.tensor([[0.5, 0.0, 0.36]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("goodness", "loss"),
    [
        (SquaredSum(2.0), 0.65855111),
        (SquaredMean(2.0), 0.95641085),
        (TopSquares(1, 2.0), 0.73674292),
    ],
)
def test_losses_of_one_pair(goodness, loss):
    value = goodness_loss(goodness(GOOD), goodness(BAD), goodness.threshold)
    assert value.item() == pytest.approx(loss, abs=1e-8)


def test_values():
    assert SquaredSum()(GOOD).item() == pytest.approx(1.2504)
    assert SquaredSum()(BAD).item() == pytest.approx(0.3796)
    assert Length()(GOOD).item() == pytest.approx(1.2504**0.5)
    assert TopSquares(2)(-GOOD).item() == pytest.approx(1.25)
    assert TopSquares(3)(GOOD).item() == SquaredSum()(GOOD).item()


@pytest.mark.parametrize(
    ("g", "real", "false"),
    [
        (0.0, 3.04858735, 0.04858735),
        (3.0, 0.69314718, 0.69314718),
        (5.0, 0.12692801, 2.12692801),
    ],
)
def test_both_terms(g, real, false):
    far = torch.tensor([1e9], dtype=torch.float64)
    here = torch.tensor([g], dtype=torch.float64)
    assert 2 * goodness_loss(here, -far, 3.0).item() == pytest.approx(real, abs=1e-8)
    assert 2 * goodness_loss(far, here, 3.0).item() == pytest.approx(false, abs=1e-8)


def test_refusals():
    with pytest.raises(ValueError, match="goodness.k: got 4, wants at most 3"):
        check_goodness(TopSquares(4), [5, 3])
    with pytest.raises(ValueError, match="k: got 0"):
        TopSquares(0)
    with pytest.raises(ValueError, match="threshold: got nan"):
        SquaredSum(float("nan"))
    with pytest.raises(TypeError, match="goodness: got 3"):
        check_goodness(3, [5])
