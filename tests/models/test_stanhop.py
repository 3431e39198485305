"""STanHop-Net and its memories against their definitions, forecasters against closed forms."""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from neurosparse.datasets import (
    ForecastWindows,
    forecast_task,
    forecast_windows,
)
from neurosparse.kernels.memory.entmax import entmax
from neurosparse.models import (
    Association,
    Coarsen,
    DLinear,
    ForecastTraining,
    LagRidge,
    PlugAndPlay,
    Relative,
    RepeatLast,
    RepeatSeason,
    STanHop,
    STanHopBlock,
    STanHopSettings,
    TuneAndPlay,
)
from neurosparse.models.forecasting.baselines import score

SMALL = STanHopSettings(segment=4, width=8, hidden=8, heads=2, prototypes=3)


@pytest.fixture(autouse=True)
def one_seed() -> None:
    """The same weights in every run."""
    torch.manual_seed(0)


def series(steps: int = 200, columns: int = 2) -> np.ndarray:
    """A daily course, another by half a day later, and noise."""
    t = np.arange(steps)[:, None]
    rng = np.random.default_rng(0)
    return np.sin(2 * np.pi * (t / 12 + np.arange(columns) / 2)) + 0.05 * rng.standard_normal(
        (steps, columns)
    )


@cache
def _trained() -> tuple[STanHop, ForecastWindows]:
    torch.manual_seed(0)
    cut = forecast_windows(series(), 16, 6)
    net = STanHop(16, 6, 2, SMALL)
    losses = ForecastTraining(8, 32, 1e-2)(net, cut, 0)
    assert losses[-1] < 0.3 * losses[0]
    return net, cut


def trained() -> tuple[STanHop, ForecastWindows]:
    """A net that has learned the daily course, one of its own for each test."""
    return copy.deepcopy(_trained())


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
    settings = STanHopSettings(2, 4, 4, 2, 2, association=Association(alpha=1.7, learn_beta=True))
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


def test_stages_keep_to_their_axis() -> None:
    block = STanHopBlock(SMALL)
    x = torch.randn(1, 3, 5, 8)
    changed = x.clone()
    changed[0, 1, 2] += 1.0
    moved = (block(changed) - block(x)).abs().amax(-1)[0]
    # time first, within the column; then every column hears of it at that moment
    assert (moved > 0).all(0).sum() >= 2
    block.across.out_proj.weight.data.zero_()
    alone = (block(changed) - block(x)).abs().amax(-1)[0]
    assert (alone[1] > 0).all()
    assert (alone[[0, 2]] == 0).all()


def test_coarsening_merges_neighbours() -> None:
    coarsen = Coarsen(SMALL)
    x = torch.randn(1, 1, 5, 8)
    parts = [x[0, 0, [0, 1]], x[0, 0, [2, 3]], x[0, 0, [4, 4]]]
    expected = torch.stack([coarsen.linear(coarsen.norm(p.flatten())) for p in parts])
    torch.testing.assert_close(coarsen(x)[0, 0], expected)


def test_front_is_padded_with_the_first_value() -> None:
    short = STanHop(6, 2, 1, SMALL)
    long = STanHop(8, 2, 1, SMALL)
    long.load_state_dict(short.state_dict())
    x = torch.randn(3, 6, 1)
    torch.testing.assert_close(short(x), long(torch.cat([x[:, :1], x[:, :1], x], 1)))


def test_it_learns_and_beats_repeating() -> None:
    net, cut = trained()
    assert score(net, cut).mse < 0.2 * score(RepeatLast(6), cut).mse


def test_plug_and_play_changes_only_what_it_says() -> None:
    net, cut = trained()
    before = copy.deepcopy(net.state_dict())
    x = torch.from_numpy(cut.inputs[:9].copy())
    stored = torch.from_numpy(cut.inputs[100:140].copy())
    said = net(x)
    assert torch.equal(PlugAndPlay(net, stored, gain=0.0)(x), said)
    plugged = PlugAndPlay(net, stored, gain=1.0)(x)
    assert not torch.allclose(plugged, said, atol=1e-3)
    assert not plugged.requires_grad
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    # the definition, written out
    memory = PlugAndPlay(net, stored, association=Association(2.0, beta=0.7, learn_alpha=False))
    codes = net.embed(x).detach().numpy()
    bank = net.embed(stored).detach().transpose(0, 1).flatten(1, 2).numpy()
    found = memory.recall(torch.from_numpy(codes)).numpy()
    for column in range(2):
        weights = entmax(
            0.7 * codes[:, column].reshape(-1, 8) @ bank[column].T, 2.0, backend="naive"
        )
        assert 1 < (weights > 0).sum(1).mean() < len(bank[column]) / 2
        np.testing.assert_allclose(
            found[:, column].reshape(-1, 8), weights @ bank[column], atol=1e-4
        )


def test_a_window_that_is_stored_forecasts_as_before() -> None:
    net = STanHop(16, 6, 2, SMALL)
    x = torch.randn(9, 16, 2)
    sharp = Association(2.0, beta=1e4, learn_alpha=False)
    torch.testing.assert_close(PlugAndPlay(net, x, gain=1.0, association=sharp)(x), net(x))
    assert not torch.allclose(
        PlugAndPlay(net, x[1:], gain=1.0, association=sharp)(x[:1]), net(x[:1]), atol=1e-3
    )


def test_plug_and_play_mends_a_broken_window() -> None:
    net, cut = trained()
    stored = torch.from_numpy(cut.inputs[:60].copy())
    whole = torch.from_numpy(cut.inputs[60:100].copy())
    noisy = whole.clone()
    noisy[:, 4:8] += 0.5 * torch.randn(40, 4, 2)
    with torch.no_grad():
        harm = (net(noisy) - net(whole)).square().mean()
        left = (PlugAndPlay(net, stored, gain=0.8)(noisy) - net(whole)).square().mean()
    assert left < harm


def test_tune_and_play_starts_as_the_net_and_learns_beside_it() -> None:
    net, cut = trained()
    before = copy.deepcopy(net.state_dict())
    moved = ForecastWindows(
        cut.inputs, cut.targets + 1.0
    )  # the course has changed since the net was trained
    x, y = (torch.from_numpy(part[::4].copy()) for part in moved)
    memory = TuneAndPlay(net, x, y)
    torch.testing.assert_close(memory(x), net(x))
    keys = memory.keys.clone()
    values = memory.values.clone()
    ForecastTraining(6, 32, 5e-2)(memory, moved, 0)
    assert score(memory, moved).mse < 0.3 * score(net, moved).mse
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    assert torch.equal(memory.keys, keys)
    assert torch.equal(memory.values, values)
    assert not {id(p) for p in net.parameters()} & {id(p) for p in memory.parameters()}


def test_tune_and_play_with_open_gates_says_the_stored_target() -> None:
    net = STanHop(8, 3, 2, SMALL)
    x = torch.randn(20, 8, 2)
    y = torch.randn(20, 3, 2)
    memory = TuneAndPlay(net, x, y, association=Association(2.0, beta=1e5, learn_alpha=False))
    with torch.no_grad():
        memory.gates.fill_(1.0)
        asked, kept = (
            memory.project((part - part[:, -1:]).permute(2, 0, 1)) for part in (x + 3.0, x)
        )
        nearest = (asked @ kept.mT).argmax(-1)
        for column in range(2):
            expected = (
                y[nearest[column], :, column]
                - x[nearest[column], -1:, column]
                + x[:, -1:, column]
                + 3.0
            )
            torch.testing.assert_close(memory(x + 3.0)[:, :, column], expected)


def test_memories_refuse() -> None:
    net = STanHop(8, 3, 2, SMALL)
    x = torch.randn(4, 8, 2)
    nan = x.clone()
    nan[1, 2, 0] = float("nan")
    for make, says in (
        (lambda: PlugAndPlay(net, x[:0]), "examples: got none"),
        (lambda: PlugAndPlay(net, x[:, 1:]), r"wants \[batch, 8, 2\]"),
        (lambda: PlugAndPlay(net, nan), "NaN"),
        (lambda: PlugAndPlay(net, x, gain=1.5), "gain: got 1.5"),
        (lambda: PlugAndPlay(net, x, association=Association()), "TuneAndPlay"),
        (lambda: TuneAndPlay(net, x[:0], x[:0]), "examples: got none"),
        (lambda: TuneAndPlay(net, nan, torch.zeros(4, 3, 2)), "NaN"),
        (lambda: TuneAndPlay(net, x, torch.zeros(3, 3, 2)), r"targets.*finite \[4, 3, 2\]"),
        (lambda: TuneAndPlay(net, x, torch.zeros(4, 3, 2), width=0), "width: got 0"),
        (
            lambda: TuneAndPlay(net, x, torch.zeros(4, 3, 2), association=Association(steps=2)),
            "steps: got 2",
        ),
    ):
        with pytest.raises(ValueError, match=says):
            make()


def test_ridge_solves_its_equations() -> None:
    cut = forecast_windows(series(90, 3), 10, 4)
    fitted = LagRidge.fit(cut, penalty=2.0, chunk=7).weights.double().numpy()
    last = cut.inputs[:, -1:]
    x = (cut.inputs - last).transpose(0, 2, 1).reshape(-1, 10).astype(float)
    y = (cut.targets - last).transpose(0, 2, 1).reshape(-1, 4).astype(float)
    np.testing.assert_allclose(
        fitted, np.linalg.solve(x.T @ x + 2.0 * np.eye(10), x.T @ y), atol=1e-6
    )


def test_ridge_continues_what_a_recurrence_made() -> None:
    t = np.arange(80.0)[:, None]
    values = np.cos(0.3 * t) * 2 + 5
    cut = forecast_windows(values, 6, 5)
    assert score(LagRidge.fit(cut, penalty=1e-9), cut).mse < 1e-6
    assert score(LagRidge.fit(cut, penalty=1e9), cut).mse == pytest.approx(
        score(RepeatLast(5), cut).mse, rel=1e-4
    )


def test_repeating_is_exact_where_it_should_be() -> None:
    day = np.tile(np.array([[1.0], [2.0], [5.0]]), (20, 1))
    cut = forecast_windows(day, 7, 8)
    assert score(RepeatSeason(8, 3), cut) == (0.0, 0.0)
    error = cut.targets - cut.inputs[:, -1:]
    assert score(RepeatLast(8), cut, chunk=5) == pytest.approx(
        ((error**2).mean(), np.abs(error).mean())
    )


def test_dlinear_is_two_linear_maps() -> None:
    net = DLinear(9, 4, average=3)
    x = torch.randn(2, 9, 3)
    padded = torch.cat([x[:, :1], x, x[:, -1:]], 1)
    trend = torch.stack([padded[:, i : i + 3].mean(1) for i in range(9)], 1)
    expected = (net.trend(trend.mT) + net.rest((x - trend).mT)).mT
    torch.testing.assert_close(net(x), expected)
    cut = forecast_windows(series(), 16, 6)
    net = DLinear(16, 6)
    losses = ForecastTraining(20, 16, 1e-2)(net, cut, 0)
    assert losses[-1] < 0.1 * losses[0]
    assert score(net, cut).mse < 0.1 * score(RepeatLast(6), cut).mse


@pytest.mark.parametrize(
    "make",
    [
        lambda: Relative(STanHop(16, 6, 2, SMALL)),
        lambda: LagRidge.fit(forecast_windows(series(), 16, 6)),
    ],
)
def test_relative_forecasters_follow_the_level(make: Callable[[], torch.nn.Module]) -> None:
    net = make()
    x = torch.randn(3, 16, 2)
    shift = torch.tensor([5.0, -2.0])
    torch.testing.assert_close(net(x + shift), net(x) + shift, atol=1e-4, rtol=1e-4)


def test_same_seed_same_net() -> None:
    def run() -> Tensor:
        torch.manual_seed(3)
        net = DLinear(16, 6)
        ForecastTraining(2, 16, 1e-2, limit=50)(net, forecast_windows(series(), 16, 6), 3)
        return net.rest.weight

    assert torch.equal(run(), run())


def test_bad_input() -> None:
    net = STanHop(8, 3, 2, SMALL)
    x = torch.randn(1, 8, 2)
    x[0, 3, 1] = float("inf")
    for call, says in (
        (lambda: net(torch.randn(1, 7, 2)), r"x: got shape \[1, 7, 2\], wants \[batch, 8, 2\]"),
        (lambda: net(x), "NaN or infinite"),
        (lambda: STanHop(8, 0, 2), "horizon: got 0"),
        (lambda: STanHop(0, 3, 2), "lookback: got 0"),
        (lambda: STanHop(8, 3, 2, STanHopSettings(width=7)), "num_heads: got 2"),
        (lambda: STanHopSettings(segment=0), "segment: got 0"),
        (lambda: RepeatLast(0), "horizon: got 0"),
        (lambda: RepeatSeason(3, 0), "period: got 0"),
        (lambda: DLinear(8, 3, average=4), "average: got 4"),
        (lambda: DLinear(8, 3)(torch.randn(1, 7, 2)), "x: got 7 steps, wants 8"),
        (lambda: LagRidge.fit(forecast_windows(series(), 8, 3), -1.0), "penalty: got -1.0"),
        (
            lambda: LagRidge.fit(forecast_windows(series(), 8, 3))(torch.randn(1, 7, 2)),
            "x: got 7 steps, wants 8",
        ),
        (lambda: ForecastTraining(epochs=0), "epochs: got 0"),
        (lambda: ForecastTraining(rate=0.0), "rate: got 0.0"),
    ):
        with pytest.raises(ValueError, match=says):
            call()


def test_plain_forecasters_on_etth1(data_folder: Callable[[str], Path]) -> None:
    data_folder("ett")
    made = forecast_task("etth1").split(24)
    # MSE and MAE another program got from the same file and split
    assert score(RepeatLast(24), made.test) == pytest.approx((1.222, 0.671), abs=6e-4)
    assert score(RepeatSeason(24, 24), made.test) == pytest.approx((0.424, 0.389), abs=6e-4)
    assert score(LagRidge.fit(made.train), made.test) == pytest.approx((0.3146, 0.3565), abs=6e-4)
