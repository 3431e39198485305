"""How far pruning goes: accuracy on digits over the weights that are left.

Run: python examples/pruning.py [--out figures]

First of all a dense network with as many weights, its hidden layers narrower. Then pruned: by
magnitude after training (and trained on), by SNIP or SynFlow before training; and wired at random.
Every network sees the data equally often; nothing is tuned.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import typer
from matplotlib.figure import Figure
from torch import nn

from neurosparse import analysis
from neurosparse.datasets import digits_8x8
from neurosparse.models import (
    Data,
    Snip,
    SynFlow,
    TrainingPlan,
    dense_mlp,
    fit,
    prune,
    sparse_mlp,
)
from neurosparse.wiring import RandomEdges

WIDTHS = [64, 128, 128, 10]
OUTPUT = ("4",)
Method = Callable[[Data, float, int, int], nn.Module]


def load() -> Data:
    """The digits as rows of numbers from 0 to 1."""
    digits = digits_8x8()
    return Data(
        pixels(digits.train_x),
        torch.tensor(digits.train_y, dtype=torch.long),
        pixels(digits.test_x),
        torch.tensor(digits.test_y, dtype=torch.long),
        batch=32,
    )


def pixels(images: np.ndarray) -> torch.Tensor:
    """Levels of grey, 0 to 16, as rows of numbers from 0 to 1."""
    return torch.tensor(images.reshape(len(images), -1) / 16, dtype=torch.float32)


def trained(model: nn.Module, data: Data, epochs: int, seed: int) -> nn.Module:
    """Train in place."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    fit(model, data, optimizer, TrainingPlan(epochs, seed))
    return model


def smaller(data: Data, density: float, epochs: int, seed: int) -> nn.Module:
    """A dense network that has as many weights as the sparse ones keep."""
    n_in, hidden, _, n_out = WIDTHS
    kept = density * (n_in * hidden + hidden * hidden) + hidden * n_out
    width = max(w for w in range(1, hidden) if (n_in + w + n_out) * w <= kept)
    return trained(dense_mlp([n_in, width, width, n_out], seed), data, epochs, seed)


def by_magnitude(data: Data, density: float, epochs: int, seed: int) -> nn.Module:
    """Train for half the time, prune, train on."""
    dense = trained(dense_mlp(WIDTHS, seed), data, epochs - epochs // 2, seed)
    return trained(prune(dense, density, keep_dense=OUTPUT), data, epochs // 2, seed + 1)


def by_snip(data: Data, density: float, epochs: int, seed: int) -> nn.Module:
    """Prune by the first gradient, train."""
    score = Snip(data.x[:256], data.y[:256])
    pruned = prune(dense_mlp(WIDTHS, seed), density, score, keep_dense=OUTPUT)
    return trained(pruned, data, epochs, seed)


def by_synflow(data: Data, density: float, epochs: int, seed: int) -> nn.Module:
    """Prune without data, in rounds, train."""
    pruned = prune(
        dense_mlp(WIDTHS, seed), density, SynFlow((64,)), rounds=20, keep_dense=OUTPUT
    )
    return trained(pruned, data, epochs, seed)


def at_random(data: Data, density: float, epochs: int, seed: int) -> nn.Module:
    """Wire at random, train."""
    return trained(sparse_mlp(WIDTHS, RandomEdges(density), rng=seed), data, epochs, seed)


METHODS: dict[str, Method] = {
    "small dense": smaller, "magnitude": by_magnitude, "SNIP": by_snip,
    "SynFlow": by_synflow, "random": at_random,
}  # fmt: skip


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Train all, print a table, draw it."""
    data = load()
    densities = (0.1,) if quick else (0.5, 0.2, 0.1, 0.05, 0.02)
    seeds = range(1 if quick else 2)
    epochs = 2 if quick else 4
    results = {}
    for name, method in METHODS.items():
        results[name] = []
        for density in densities:
            models = [method(data, density, epochs, seed) for seed in seeds]
            mean = float(np.mean([accuracy(model, data) for model in models]))
            results[name].append((100 * density, 100 * mean))
        figures = [f"{share:g} %: {value:.1f} %" for share, value in results[name]]
        print(f"{name:11}", "  ".join(figures))
    figure = Figure(figsize=(5.5, 3), layout="constrained")
    axes = {"cost": "weights left (%)", "gain": "test accuracy (%)"}
    analysis.plot_trade_off(results, ax=figure.subplots(), **axes)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "pruning.png", dpi=150)


def accuracy(model: nn.Module, data: Data) -> float:
    """Share of the test samples told right."""
    with torch.no_grad():
        return float((model(data.test_x).argmax(1) == data.test_y).float().mean())


if __name__ == "__main__":
    typer.run(main)
