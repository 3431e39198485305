"""One run of the study: a method on a task, a horizon and a seed, trained and scored."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from time import process_time
from typing import Any

import numpy as np
import torch

from neurosparse.datasets import ForecastSplit, ForecastTask
from neurosparse.models import (
    DLinear,
    ForecastTraining,
    LagRidge,
    PlugAndPlay,
    RelativeForecast,
    RepeatLast,
    RepeatSeason,
    STanHop,
    STanHopSettings,
    TuneAndPlay,
    score_forecast,
)

# sizes of the net for each task
NETS = {
    "etth1": STanHopSettings(segment=24),
    "exchange": STanHopSettings(segment=24),
    "illness": STanHopSettings(segment=13),
}
# ways to train the nets, tried on the validation part with a seed of their own
LONG = (
    ForecastTraining(4, 32, 1e-3, 1024),
    ForecastTraining(8, 32, 1e-3, 1024),
    ForecastTraining(8, 32, 3e-3, 1024),
)
SHORT = (
    ForecastTraining(10, 32, 1e-3),
    ForecastTraining(20, 32, 1e-3),
    ForecastTraining(20, 32, 3e-3),
)
WAYS = {
    "stanhop": {"etth1": LONG, "exchange": LONG, "illness": SHORT},
    "dlinear": {
        "etth1": (
            ForecastTraining(10, 32, 1e-3),
            ForecastTraining(20, 32, 1e-3),
            ForecastTraining(10, 32, 5e-3),
        ),
        "exchange": (
            ForecastTraining(10, 32, 1e-3),
            ForecastTraining(20, 32, 1e-3),
            ForecastTraining(10, 32, 5e-3),
        ),
        "illness": (
            ForecastTraining(20, 32, 1e-3),
            ForecastTraining(60, 32, 1e-3),
            ForecastTraining(60, 32, 5e-3),
        ),
    },
}
PENALTY = 1.0
# external memories: windows drawn from the training part, and how the second kind is tuned
STORED = 256
GAIN = 0.5
TUNING = ForecastTraining(1, 32, 1e-2, 1024)


@dataclass(frozen=True)
class Run:
    """What is asked: one method on one task, horizon and seed."""

    method: str
    task: ForecastTask
    horizon: int
    seed: int
    way: int = 0
    quick: bool = False

    @property
    def key(self) -> str:
        """Name of the run in the file."""
        return f"{self.method}, {self.task.name}, horizon {self.horizon}, seed {self.seed}"

    @property
    def settings(self) -> dict[str, Any]:
        """What the figures depend on beside the key; a stored run with other settings is made
        again.
        """
        training = self.training
        if self.method.startswith("stanhop"):
            memory = (
                {"stored": STORED, "gain": GAIN, "tuning": asdict(TUNING)}
                if self.method == "stanhop"
                else {}
            )
            return {
                "net": asdict(NETS[self.task.name]),
                "training": asdict(training),
            } | memory
        return {"training": asdict(training)} if self.method == "dlinear" else {}

    @property
    def training(self) -> ForecastTraining:
        """How a net is trained in this run."""
        training = WAYS["dlinear" if self.method == "dlinear" else "stanhop"][
            self.task.name
        ][self.way]
        return replace(training, epochs=1, limit=320) if self.quick else training

    def forecaster(self, split: ForecastSplit) -> torch.nn.Module:
        """Make and train the forecaster."""
        lookback, columns = split.train.inputs.shape[1:]
        make: dict[str, Callable[[], torch.nn.Module]] = {
            "repeat last": lambda: RepeatLast(self.horizon),
            "repeat season": lambda: RepeatSeason(self.horizon, self.task.period),
            "ridge": lambda: LagRidge.fit(split.train, PENALTY),
            "dlinear": lambda: DLinear(lookback, self.horizon),
            "stanhop": lambda: STanHop(lookback, self.horizon, columns, NETS[self.task.name]),
            "stanhop, relative": lambda: RelativeForecast(
                STanHop(lookback, self.horizon, columns, NETS[self.task.name])
            ),
        }  # fmt: skip
        torch.manual_seed(self.seed)
        net = make[self.method]()
        if self.settings:
            self.training(net, split.train, self.seed)
        return net

    def __call__(self, split: ForecastSplit) -> dict[str, dict[str, Any]]:
        """Train and score; figures by key. A STanHop-Net is scored again with each external memory
        plugged in.
        """
        start = process_time()
        net = self.forecaster(split)
        figures = {self.key: self.figures(net, split, start)}
        if isinstance(net, STanHop):
            for name, memory in self.memories(net, split).items():
                start = process_time()
                if isinstance(memory, TuneAndPlay):
                    TUNING(memory, split.train, self.seed)
                figures[replace(self, method=name).key] = self.figures(memory, split, start)
        return figures

    def memories(self, net: STanHop, split: ForecastSplit) -> dict[str, torch.nn.Module]:
        """Both external memories of some training windows."""
        chosen = np.random.default_rng(self.seed).permutation(len(split.train.inputs))[
            :STORED
        ]
        x, y = (torch.from_numpy(part[chosen]) for part in split.train)
        return {
            "stanhop, plug-and-play": PlugAndPlay(net, x, GAIN),
            "stanhop, tune-and-play": TuneAndPlay(net, x, y),
        }

    def figures(
        self, net: torch.nn.Module, split: ForecastSplit, start: float
    ) -> dict[str, Any]:
        """Errors on the test part, and what it took since the CPU time `start`."""
        score = score_forecast(net, split.test)
        alphas = [
            a
            for m in net.modules()
            if isinstance(m, STanHop)
            for per in m.alphas().values()
            for a in per
        ]
        return {
            "mse": score.mse,
            "mae": score.mae,
            "parameters": sum(p.numel() for p in net.parameters()),
            "cpu_s": round(process_time() - start, 1),
            "settings": self.settings,
        } | (
            {"alpha": [min(alphas), statistics.median(alphas), max(alphas)]}
            if alphas
            else {}
        )
