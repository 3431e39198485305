"""K-winners: published values, gradients, duty and boosting."""

import pytest
import torch

from neurosparse.models import Boost, KWinners, KWinners2d, winners

ROWS = torch.tensor([[1.5, 1.02, 1.1, 1.3, 0.3, 1.03], [1.11, 1.04, 1.2, 1.6, 1.01, 1.05]])
DUTY = torch.tensor([0.5, 0.25, 0.5, 0.25, 0.5, 0.25])


@pytest.mark.parametrize("strength", range(10))
def test_boosted_winners(strength: int) -> None:
    layer = KWinners(6, 0.5, boost=Boost(float(strength)))
    layer.duty.copy_(DUTY)
    out = layer(ROWS)
    first = {0: {0, 2, 3}, 1: {0, 3, 5}}.get(strength, {1, 3, 5})
    second = {0, 2, 3} if strength == 0 else {1, 3, 5}
    assert [set(row.nonzero().ravel().tolist()) for row in out] == [first, second]
    assert torch.equal(out[out != 0], ROWS[out != 0])


def test_gradient_reaches_winners_only() -> None:
    x = ROWS.clone().requires_grad_()
    out = KWinners(6, 0.5)(x)
    out.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, (out != 0).float())


def test_ties() -> None:
    x = torch.tensor([1.0, 2.0, 2.0, 2.0])
    assert winners(x, 2).sum() == 3
    assert winners(x, 2, break_ties=True).sum() == 2


def test_duty_inference_and_fading() -> None:
    layer = KWinners(10, 0.2, boost=Boost(1.5, 0.5, period=8))
    x = torch.arange(10.0).expand(4, 10)
    layer(x)
    assert layer.duty.tolist() == [0.0] * 8 + [1.0] * 2
    layer(x.flip(1))
    assert layer.duty[0] == layer.duty[9] == 0.5
    layer.end_epoch()
    assert layer.strength == 0.75
    before = layer.duty.clone()
    assert (layer.eval()(x) > 0).sum(1).tolist() == [3] * 4
    assert torch.equal(layer.duty, before)
    layer.train()(torch.zeros(20, 10))
    assert (layer.duty <= before).all()


def test_boosting_spreads_winning() -> None:
    torch.manual_seed(0)
    bias = torch.linspace(0, 0.5, 50)

    def spread(strength: float) -> float:
        layer = KWinners(50, 0.1, boost=Boost(strength))
        for _ in range(100):
            layer(torch.rand(20, 50) + bias)
        return float(layer.duty.std())

    assert spread(2.0) < 0.7 * spread(0.0)


def test_winners_of_images() -> None:
    torch.manual_seed(0)
    x = torch.rand(3, 8, 5, 4)
    everywhere = KWinners2d(8, 0.25)
    local = KWinners2d(8, 0.25, local=True)
    assert (everywhere(x) > 0).flatten(1).sum(1).tolist() == [40] * 3
    assert torch.equal((local(x) > 0).sum(1), torch.full((3, 5, 4), 2))
    assert everywhere.duty.sum() == pytest.approx(2.0)


def test_refusals() -> None:
    for call, words in [
        (lambda: KWinners(4, 0.0), "active_share"),
        (lambda: KWinners(4, 0.5)(torch.ones(2, 5)), "4 units"),
        (lambda: KWinners2d(4, 0.5)(torch.ones(2, 5)), "height"),
        (lambda: winners(torch.ones(3), 4), "k: got 4"),
        (lambda: Boost(-1.0), "boost"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
