"""Atoms learned from a photograph, its code by few of them, and kernels shifted over it.

Run: python examples/image_coding.py [--out figures]

Patches 10 x 10 of the whitened photograph that comes with matplotlib are learned online (Mairal et
al. 2009, doi:10.1145/1553374.1553463). Atoms become bars of one direction. Then log-Gabor kernels
code three parts of it, in every place, by coordinate descent.
"""

from pathlib import Path

import matplotlib.cbook
import numpy as np
import typer
from matplotlib.figure import Figure
from matplotlib.image import imread

from neurosparse.analysis import plot_atoms, plot_reconstruction, plot_usage
from neurosparse.datasets import image_patches, whiten_images
from neurosparse.sparse_coding import (
    ConvolutionalDescent,
    Dictionary,
    EventLca,
    LogGabors,
    OnlineDictionary,
    Soft,
)

SIDE = 10
ATOMS = 144


def photograph() -> np.ndarray:
    """Grace Hopper in 1984, whitened."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        return whiten_images(imread(file, format="jpg"))[0]


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Learn, code, print and draw."""
    image = photograph()
    x = image_patches(image, 4_000 if quick else 60_000, SIDE, rng=0)
    x /= np.linalg.norm(x, axis=1).mean()
    start = Dictionary.random(ATOMS, SIDE**2, rng=0)
    coder = EventLca(Soft(0.15), tol=0.01)
    learned = OnlineDictionary().fit(x, dictionary=start, coder=coder, rng=0)
    first, last = learned.history[0], learned.history[-1]
    print(
        f"{last.samples} patches: cost {first.cost:.3f} at first, {last.cost:.3f} at last"
    )
    codes = coder.encode(x[:2000], learned.dictionary)
    print(f"{codes.nnz / len(codes):.1f} of {ATOMS} atoms a patch")
    size = 40 if quick else 72
    corners = [(60, 220), (130, 200), (200, 320)]
    parts = np.stack([image[y : y + size, x : x + size] for y, x in corners])
    kernels = LogGabors(8, (12.0, 25.0), size=9).kernels()
    maps = ConvolutionalDescent(0.3, tol=0.01, passes=20).encode(parts, kernels)
    zeros = 100 * maps.sparseness().mean()
    print(f"{len(kernels)} kernels in every place: {zeros:.1f} % of the maps are zeros")
    figure = Figure(figsize=(9, 3), layout="constrained")
    axes = figure.subplots(1, 3)
    plot_atoms(learned.dictionary, ax=axes[0])
    plot_usage(codes, ax=axes[1])
    plot_reconstruction(parts, maps.reconstruct(kernels), ax=axes[2])
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "image_coding.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
