"""STanHop-Net: shapes, gradients, and it learns."""

import pytest
import torch

from neurosparse.models import (
    Association,
    RepeatLast,
    STanHop,
    STanHopSettings,
    score_forecast,
)
from tests.models.forecasting.networks import SMALL, trained


@pytest.mark.parametrize(
    ("lookback", "horizon", "columns"), [(16, 8, 3), (17, 5, 1), (3, 1, 2), (40, 13, 2)]
)
@pytest.mark.parametrize(("scales", "merge"), [(1, 2), (3, 2), (2, 7)])
def test_shapes(lookback: int, horizon: int, columns: int, scales: int, merge: int) -> None:
    net = STanHop(lookback, horizon, columns, STanHopSettings(4, 8, 8, 2, 3, scales, merge))
    x = torch.randn(2, lookback, columns)
    assert net(x).shape == (2, horizon, columns)
    maps = net.encoder(net.embed(x))
    sizes = [-(-lookback // 4)] * 2
    for _ in range(scales - 1):
        sizes.append(-(-sizes[-1] // merge))
    assert [m.shape[2] for m in maps] == sizes
    assert len(net.decoder) == scales + 1
    assert len(net.alphas()) == 3 * scales + 4 * (scales + 1)
    assert all(len(alphas) == 2 for alphas in net.alphas().values())


def test_gradients() -> None:
    settings = STanHopSettings(
        2, 4, 4, 2, 2, association=Association(alpha=1.7, learn_beta=True)
    )
    net = STanHop(5, 3, 2, settings).double()
    x = torch.randn(2, 5, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(net, (x,), eps=1e-6, atol=1e-5, fast_mode=True)
    net(x).square().sum().backward()
    missing = [
        name
        for name, p in net.named_parameters()
        if p.grad is None or not bool(p.grad.abs().sum() > 0)
    ]
    # a key's offset shifts all scores of a query alike, and one coarse segment leaves no choice: α
    # and β are idle
    assert all("coarsen" not in name and "say" not in name for name in missing)
    name = "encoder.blocks.0.over_time.associate.raw_alpha"
    step = 1e-6
    alpha = net.get_parameter(name)
    slope = alpha.grad
    assert slope is not None
    assert slope.abs().min() > 0
    sides = []
    for sign in (1, -1):
        with torch.no_grad():
            alpha[0] += sign * step
            sides.append(float(net(x).square().sum()))
            alpha[0] -= sign * step
    assert float(slope[0]) == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=1e-4)


def test_front_is_padded_with_the_first_value() -> None:
    short = STanHop(6, 2, 1, SMALL)
    long = STanHop(8, 2, 1, SMALL)
    long.load_state_dict(short.state_dict())
    x = torch.randn(3, 6, 1)
    torch.testing.assert_close(short(x), long(torch.cat([x[:, :1], x[:, :1], x], 1)))


def test_it_learns_and_beats_repeating() -> None:
    net, cut = trained()
    assert score_forecast(net, cut).mse < 0.2 * score_forecast(RepeatLast(6), cut).mse


def test_bad_input() -> None:
    net = STanHop(8, 3, 2, SMALL)
    x = torch.randn(1, 8, 2)
    x[0, 3, 1] = float("inf")
    for call, says in (
        (
            lambda: net(torch.randn(1, 7, 2)),
            r"x: got shape \[1, 7, 2\], wants \[batch, 8, 2\]",
        ),
        (lambda: net(x), "NaN or infinite"),
        (lambda: STanHop(8, 0, 2), "horizon: got 0"),
        (lambda: STanHop(0, 3, 2), "lookback: got 0"),
        (lambda: STanHop(8, 3, 2, STanHopSettings(width=7)), "num_heads: got 2"),
        (lambda: STanHopSettings(segment=0), "segment: got 0"),
    ):
        with pytest.raises(ValueError, match=says):
            call()
