"""Forward-Forward: sparse layers that learn handwritten digits with no error sent back.

Run: python examples/forward_forward.py [--out figures]

Each layer learns to tell good samples from bad ones: an image with its own label, and the same with
a wrong one (Hinton 2022, arXiv:2212.13345). SET moves a fifth of the synapses after each epoch.
Units come to stand for digits, and few are active at a time.
"""

from pathlib import Path

import numpy as np
import torch
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOUR_MAP, class_ensembles, hoyer_sparseness
from neurosparse.datasets import digits_8x8
from neurosparse.models import (
    Data,
    ForwardForward,
    LabelPixels,
    SparseLinear,
    TrainingPlan,
    fit,
)
from neurosparse.rewiring import set_

LABELS = 10


def digits() -> Data:
    """Levels of grey from 0 to 1, with room for a label before them."""
    images = digits_8x8()

    def rows(x: np.ndarray) -> torch.Tensor:
        pixels = torch.tensor(x.reshape(len(x), -1) / 16, dtype=torch.float32)
        return torch.cat([torch.zeros(len(x), LABELS), pixels], 1)

    return Data(
        rows(images.train_x),
        torch.tensor(images.train_y, dtype=torch.long),
        rows(images.test_x),
        torch.tensor(images.test_y, dtype=torch.long),
        batch=64,
    )


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Train two sparse layers, print what they reach, draw who is active for which digit."""
    torch.manual_seed(0)
    data = digits()
    widths = [LABELS + 64, 300, 300]
    layers = [SparseLinear(widths[n], widths[n + 1], 0.2, rng=n) for n in range(2)]
    net = ForwardForward(layers, LabelPixels(LABELS))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
    plan = TrainingPlan(epochs=5 if quick else 25)
    history = fit(net, data, optimizer, plan, rewiring=set_(0.2)).history
    synapses = f"{sum(layer.nnz for layer in layers):,} synapses"
    print(f"test accuracy {history[-1]['accuracy']:.3f} with {synapses}, nothing sent back")
    order = torch.argsort(data.test_y, stable=True)
    x, y = data.test_x[order], data.test_y[order]
    with torch.no_grad():
        activities = [h.numpy() for h in net.activities(x, y)]
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots(1, 2)
    for place, (ax, h) in enumerate(zip(axes, activities, strict=True), 1):
        sparseness = hoyer_sparseness(h[h.sum(1) > 0]).mean()
        grouped = class_ensembles(h, y.numpy(), level=2.0)
        share = grouped.sizes.mean() / h.shape[1]
        print(f"layer {place}: Hoyer sparseness {sparseness:.2f}, ensembles of {share:.0%}")
        favourite = np.argsort(grouped.means.argmax(0), kind="stable")
        bright = np.quantile(h, 0.99)
        ax.imshow(h[:, favourite], cmap=COLOUR_MAP, aspect="auto", vmin=0, vmax=bright)
        ax.set_title(f"layer {place}", fontsize=9)
        ax.set_xlabel("units, by the digit they like", fontsize=8)
        middles = [float(np.flatnonzero(y.numpy() == digit).mean()) for digit in range(10)]
        ax.set_yticks(middles, [str(digit) for digit in range(10)], fontsize=7)
        ax.set_xticks([])
    axes[0].set_ylabel("samples, by their digit", fontsize=8)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "forward_forward.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
