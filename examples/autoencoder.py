"""Features of a network's hidden units, by a sparse autoencoder.

Run: python examples/autoencoder.py [--out figures]

A network of 784-256-10 learns MNIST; a TopK autoencoder (Gao et al. 2024, arXiv:2406.04093) learns
its hidden activations. Printed: what the autoencoder leaves over, what the network loses when it
sees reconstructions, and for some latents which digit they stand for. Drawn: the mean picture of
the samples that drive each of them most.
"""

from pathlib import Path

import numpy as np
import torch
import typer
from matplotlib.figure import Figure
from torch import nn

from neurosparse.analysis import loss_recovered, unexplained_variance
from neurosparse.datasets import dataset_named, is_available, mnist
from neurosparse.models import (
    Data,
    Sae,
    SaeTraining,
    TopK,
    TrainingPlan,
    fit,
    train_sae,
)
from neurosparse.sparse_coding import SparseCodes

SHOWN = 24


def taught(x: torch.Tensor, y: torch.Tensor, epochs: int) -> nn.Sequential:
    """A network that reads digits."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    fit(net, Data(x, y, batch=128), optimizer, TrainingPlan(epochs=epochs))
    return net.eval()


def drawn(codes: SparseCodes, images: np.ndarray, path: Path) -> None:
    """Mean pictures of the ten samples that drive a latent most, for the most used latents."""
    uses = np.bincount(codes.indices, minlength=codes.n)
    columns = codes.to_scipy().tocsc()
    figure = Figure(figsize=(8, 3), layout="constrained")
    axes = figure.subplots(3, SHOWN // 3)
    for ax, latent in zip(axes.flat, np.argsort(-uses), strict=False):
        column = columns[:, [latent]].tocoo()
        best = column.row[np.argsort(-column.data)[:10]]
        ax.imshow(images[best].mean(0).reshape(28, 28), cmap="gray_r")
        ax.set_axis_off()
        ax.set_title(str(latent), fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Teach both, print and draw."""
    if not is_available(dataset_named("mnist")):
        print("MNIST is not here; neurosparse datasets get mnist fetches it")
        return
    digits = mnist()
    count = 4_000 if quick else 20_000
    x = torch.from_numpy(
        digits.train_x[:count].reshape(count, -1) / np.float32(255)
    ).float()
    y = torch.tensor(digits.train_y[:count]).long()
    test_x = digits.test_x.reshape(len(digits.test_x), -1) / np.float32(255)
    test_y = torch.tensor(digits.test_y).long()
    net = taught(x, y, 1 if quick else 4)
    with torch.no_grad():
        hidden = net[:2](x)
        test = net[:2](torch.from_numpy(test_x).float())
    sae = Sae(256, 1024, select=TopK(16), rng=0)
    plan = SaeTraining(epochs=2 if quick else 15, batch=256, lr=1e-3, warmup=100)
    train_sae(sae, hidden, plan)
    codes = sae.encode(test)
    output = torch.from_numpy(sae.decode(codes))
    print(f"unexplained: {unexplained_variance(test, output):.3f} with 16 of 1024 latents")
    with torch.no_grad():
        losses = [
            float(nn.functional.cross_entropy(net[2:](part), test_y))
            for part in (0 * test, output, test)
        ]
    print(f"loss of the network recovered: {loss_recovered(*losses):.3f}")
    by_class = np.zeros((codes.n, 10), np.int64)
    np.add.at(by_class, (codes.indices, test_y.numpy()[codes.rows]), 1)
    uses = by_class.sum(1)
    share = np.where(uses >= 100, by_class.max(1) / np.maximum(uses, 1), 0)
    for latent in np.argsort(-share)[:5]:
        digit = by_class[latent].argmax()
        print(
            f"latent {latent}: {uses[latent]} digits, {share[latent]:.0%} of them {digit}"
        )
    drawn(codes, test_x, out / "autoencoder.png")


if __name__ == "__main__":
    typer.run(main)
