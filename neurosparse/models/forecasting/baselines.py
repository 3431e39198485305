"""Plain forecasters that any network must beat, and how forecasters are trained and scored.

All map a window `[batch, lookback, columns]` to `[batch, horizon, columns]`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.datasets import ForecastWindows
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Int64, Seed


class RepeatLast(nn.Module):
    """Forecast that nothing changes.

    >>> RepeatLast(2)(torch.tensor([[[1.0], [3.0]]])).flatten().tolist()
    [3.0, 3.0]
    """

    def __init__(self, horizon: int) -> None:
        super().__init__()
        self.horizon = whole_number("horizon", horizon, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Repeat the last value of `x [batch, lookback, columns]`."""
        return x[:, -1:].expand(-1, self.horizon, -1)


class RepeatSeason(nn.Module):
    """Forecast what was one season ago; beyond one season, the same again.

    A window shorter than the season repeats as a whole.

    >>> RepeatSeason(3, period=2)(torch.tensor([[[1.0], [2.0], [3.0]]])).flatten().tolist()
    [2.0, 3.0, 2.0]
    """

    def __init__(self, horizon: int, period: int) -> None:
        super().__init__()
        self.horizon = whole_number("horizon", horizon, 1)
        self.period = whole_number("period", period, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Repeat the last season of `x [batch, lookback, columns]`."""
        period = min(self.period, x.shape[1])
        return x[:, x.shape[1] - period + torch.arange(self.horizon) % period]


class LagRidge(nn.Module):
    """Ridge regression on lags, relative to the last value l of a window: y = l + (x - l) W.

    All columns share `W [lookback, horizon]`, which solves (XᵀX + λI) W = XᵀY over all windows and
    columns, in float64.

    >>> steps = torch.arange(6.0)[:, None]
    >>> x = steps.unfold(0, 3, 1).mT[:3]
    >>> y = steps[3:].unfold(0, 1, 1).mT
    >>> ridge = LagRidge.fit(ForecastWindows(x.numpy(), y.numpy()), penalty=1e-9)
    >>> ridge(torch.tensor([[[7.0], [8.0], [9.0]]])).item()
    10.0
    """

    weights: Tensor

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.register_buffer("weights", weights)

    @classmethod
    def fit(
        cls, train: ForecastWindows, penalty: float = 1.0, chunk: int = 1024
    ) -> "LagRidge":
        """Solve for the training windows, `chunk` of them in memory at a time.

        Raises:
            ValueError: a negative penalty.
        """
        not_negative("penalty", penalty)
        lookback = train.inputs.shape[1]
        horizon = train.targets.shape[1]
        gram = penalty * np.eye(lookback)
        cross = np.zeros((lookback, horizon))
        for lo in range(0, len(train.inputs), chunk):
            inputs = train.inputs[lo : lo + chunk].astype(np.float64)
            targets = train.targets[lo : lo + chunk].astype(np.float64)
            last = inputs[:, -1:]
            # a row for each window and column
            x = (inputs - last).transpose(0, 2, 1).reshape(-1, lookback)
            y = (targets - last).transpose(0, 2, 1).reshape(-1, horizon)
            gram += x.T @ x
            cross += x.T @ y
        # the last lag is always 0 here; lstsq gives it weight 0 where the penalty is 0
        weights = np.linalg.lstsq(gram, cross, rcond=None)[0]
        return cls(torch.from_numpy(weights.astype(np.float32)))

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from `x [batch, lookback, columns]`."""
        if x.shape[1] != len(self.weights):
            raise bad_argument(
                "x", Said(f"{x.shape[1]} steps"), f"{len(self.weights)}, as fitted"
            )
        last = x[:, -1:]
        return last + torch.einsum("btc,th->bhc", x - last, self.weights)


class DLinear(nn.Module):
    """Two linear maps over time, of the moving average and of the rest, shared by all columns.

    Source: Zeng et al. (2023), arXiv:2205.13504.

    >>> DLinear(10, 3)(torch.ones(2, 10, 5)).shape
    torch.Size([2, 3, 5])
    """

    def __init__(self, lookback: int, horizon: int, average: int = 25) -> None:
        super().__init__()
        if average < 1 or average % 2 == 0:
            raise bad_argument("average", average, "an odd number of steps")
        sizes = whole_number("lookback", lookback, 1), whole_number("horizon", horizon, 1)
        self.average = average
        self.trend = nn.Linear(*sizes)
        self.rest = nn.Linear(*sizes)

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from `x [batch, lookback, columns]`."""
        if x.shape[1] != self.trend.in_features:
            raise bad_argument(
                "x", Said(f"{x.shape[1]} steps"), f"{self.trend.in_features}"
            )
        series = x.mT
        reach = self.average // 2
        wide = F.pad(series, (reach, reach), mode="replicate")
        trend = F.avg_pool1d(wide, self.average, stride=1)
        forecast: Tensor = self.trend(trend) + self.rest(series - trend)
        return forecast.mT


class RelativeForecast(nn.Module):
    """Show a forecaster the window minus its last value, and add that to its forecast.

    Source: "NLinear" of Zeng et al. (2023), arXiv:2205.13504.
    """

    def __init__(self, forecaster: nn.Module) -> None:
        super().__init__()
        self.forecaster = forecaster

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from `x [batch, lookback, columns]`."""
        last = x[:, -1:]
        forecast: Tensor = last + self.forecaster(x - last)
        return forecast


@dataclass(frozen=True)
class ForecastTraining:
    """How a forecaster is trained: Adam on the squared error, the rate falling in a line to 0.

    Args:
        epochs: passes over the training windows; the last one counts, none is chosen.
        batch: windows a step.
        rate: learning rate at the start.
        limit: most windows an epoch, drawn anew each time; None takes all.
    """

    epochs: int = 5
    batch: int = 32
    rate: float = 1e-3
    limit: int | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "limit"):
            if (value := getattr(self, name)) is not None:
                whole_number(name, value, 1)
        positive("rate", self.rate)

    def __call__(
        self, net: nn.Module, train: ForecastWindows, rng: Seed = None
    ) -> list[float]:
        """Train `net` in place; returns the mean loss of each epoch. `rng` orders the windows."""
        generator = np.random.default_rng(rng)
        learned = [p for p in net.parameters() if p.requires_grad]
        optimiser = torch.optim.Adam(learned, lr=self.rate, fused=True)
        net.train()
        losses = []
        for epoch in range(self.epochs):
            order = generator.permutation(len(train.inputs))[: self.limit]
            losses.append(self._epoch(net, train, order, optimiser, epoch))
        return losses

    def _epoch(
        self,
        net: nn.Module,
        train: ForecastWindows,
        order: Int64,
        optimiser: torch.optim.Optimizer,
        epoch: int,
    ) -> float:
        total = 0.0
        for lo in range(0, len(order), self.batch):
            left = 1 - (epoch + lo / len(order)) / self.epochs
            optimiser.param_groups[0]["lr"] = self.rate * left
            chosen = order[lo : lo + self.batch]
            x = torch.from_numpy(train.inputs[chosen])
            loss = F.mse_loss(net(x), torch.from_numpy(train.targets[chosen]))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total += float(loss.detach()) * len(chosen)
        return total / len(order)


class ForecastScore(NamedTuple):
    """Mean squared and mean absolute error over windows, steps and columns.

    In units of the deviation of the training part.
    """

    mse: float
    mae: float


@torch.no_grad()
def score_forecast(
    net: nn.Module, test: ForecastWindows, chunk: int = 256
) -> ForecastScore:
    """Score a forecaster on every window, `chunk` of them in memory at a time.

    >>> test = ForecastWindows(np.zeros((4, 2, 1), np.float32), np.full((4, 1, 1), 2, np.float32))
    >>> score_forecast(RepeatLast(1), test)
    ForecastScore(mse=4.0, mae=2.0)
    """
    net.eval()
    square = absolute = 0.0
    for lo in range(0, len(test.inputs), chunk):
        x = torch.from_numpy(test.inputs[lo : lo + chunk].copy())
        y = torch.from_numpy(test.targets[lo : lo + chunk].copy())
        error = (net(x) - y).double()
        square += float(error.square().sum())
        absolute += float(error.abs().sum())
    return ForecastScore(square / test.targets.size, absolute / test.targets.size)
