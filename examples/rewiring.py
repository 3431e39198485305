"""Rewiring finds the pixels that matter: where a sparse layer looks before and after training.

Run: python examples/rewiring.py [--out figures]

RigL (Evci et al. 2020, arXiv:1911.11134) drops the smallest weights and grows where the gradient is
steepest. The digits come with the package; their outermost pixels are nearly always empty.
"""

from pathlib import Path

import numpy as np
import torch
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOUR_MAP
from neurosparse.datasets import ImageSet, digits_8x8
from neurosparse.models import Data, TrainingPlan, fit, sparse_mlp
from neurosparse.rewiring import rigl
from neurosparse.wiring import RandomEdges


def as_data(images: ImageSet) -> Data:
    """Turn images of 17 levels of grey into rows of numbers from 0 to 1."""
    return Data(
        pixels(images.train_x),
        torch.tensor(images.train_y, dtype=torch.long),
        pixels(images.test_x),
        torch.tensor(images.test_y, dtype=torch.long),
        batch=32,
    )


def pixels(images: np.ndarray) -> torch.Tensor:
    """Levels of grey, 0 to 16, as rows of numbers from 0 to 1."""
    return torch.tensor(images.reshape(len(images), -1) / 16, dtype=torch.float32)


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Train with rewiring, print the accuracy, draw how many synapses leave each pixel."""
    digits = digits_8x8()
    data = as_data(digits)
    model = sparse_mlp([64, 512, 10], RandomEdges(0.1), rng=0)
    before = model[0].connectivity.out_degree
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
    plan = TrainingPlan(epochs=3 if quick else 20)
    rule = rigl(fraction=0.3, every=20, end=0.9)
    history = fit(model, data, optimizer, plan, rewiring=rule).history
    after = model[0].connectivity.out_degree
    variation = digits.train_x.reshape(-1, 64).std(axis=0)
    synapses = f"{model[0].nnz:,} of {64 * 512:,} synapses"
    print(f"test accuracy {history[-1]['accuracy']:.3f} with {synapses}")
    first = correlation(before, variation)
    last = correlation(after, variation)
    accuracies = f"{first:.2f} before, {last:.2f} after"
    print(f"correlation of fan-out with how much a pixel varies: {accuracies}")
    figure = Figure(figsize=(7, 2.4), layout="constrained")
    panels = (
        ("variation of the pixel", variation),
        ("synapses before", before),
        ("synapses after", after),
    )
    for ax, (title, values) in zip(figure.subplots(1, 3), panels, strict=True):
        image = ax.imshow(np.reshape(values, (8, 8)), cmap=COLOUR_MAP, vmin=0)
        ax.set_title(title, fontsize=8)
        ax.set_axis_off()
        figure.colorbar(image, ax=ax, shrink=0.8).ax.tick_params(labelsize=7)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "rewiring.png", dpi=150)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Compute Pearson's correlation."""
    return float(np.corrcoef(a, b)[0, 1])


if __name__ == "__main__":
    typer.run(main)
