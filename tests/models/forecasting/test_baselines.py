"""Forecasters against closed forms, and their training."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from neurosparse.datasets import forecast_task, forecast_windows
from neurosparse.models import (
    DLinear,
    ForecastTraining,
    LagRidge,
    RelativeForecast,
    RepeatLast,
    RepeatSeason,
    STanHop,
    score_forecast,
)
from tests.models.forecasting.networks import SMALL, series


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
    assert score_forecast(LagRidge.fit(cut, penalty=1e-9), cut).mse < 1e-6
    assert score_forecast(LagRidge.fit(cut, penalty=1e9), cut).mse == pytest.approx(
        score_forecast(RepeatLast(5), cut).mse, rel=1e-4
    )


def test_repeating_is_exact_where_it_should_be() -> None:
    day = np.tile(np.array([[1.0], [2.0], [5.0]]), (20, 1))
    cut = forecast_windows(day, 7, 8)
    assert score_forecast(RepeatSeason(8, 3), cut) == (0.0, 0.0)
    error = cut.targets - cut.inputs[:, -1:]
    assert score_forecast(RepeatLast(8), cut, chunk=5) == pytest.approx(
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
    assert score_forecast(net, cut).mse < 0.1 * score_forecast(RepeatLast(6), cut).mse


@pytest.mark.parametrize(
    "make",
    [
        lambda: RelativeForecast(STanHop(16, 6, 2, SMALL)),
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


def test_plain_forecasters_on_etth1(data_folder: Callable[[str], Path]) -> None:
    data_folder("ett")
    made = forecast_task("etth1").split(24)
    # MSE and MAE another program got from the same file and split
    assert score_forecast(RepeatLast(24), made.test) == pytest.approx(
        (1.222, 0.671), abs=6e-4
    )
    assert score_forecast(RepeatSeason(24, 24), made.test) == pytest.approx(
        (0.424, 0.389), abs=6e-4
    )
    assert score_forecast(LagRidge.fit(made.train), made.test) == pytest.approx(
        (0.3146, 0.3565), abs=6e-4
    )


def test_bad_input() -> None:
    for call, says in (
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
