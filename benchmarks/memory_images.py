"""How many images half a picture still brings back: MNIST by one-shot argmax, softmax, 1.5-entmax
and sparsemax.

The first M images of a permutation are stored, pixels in [-1, 1]. A query is a stored image whose
lower half is grey (0). Five updates; it counts as retrieved when the cosine with the image is above
0.9. One-shot argmax is the
bar: an iteration that stays below it adds nothing to plain search. `--figure OUT.png` draws the
curves.
Needs MNIST in $NEUROSPARSE_DATA/mnist (`neurosparse datasets info mnist` says how).
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import machine, print_table, versions, write_json
from numpy.typing import NDArray

from neurosparse.datasets import mnist
from neurosparse.memory import HopfieldMemory

SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
QUERIES = 512  # of the stored images, the first
WAYS = {"softmax": 1.0, "1.5-entmax": 1.5, "sparsemax": 2.0}
BETAS = (0.1, 0.01)
Array = NDArray[Any]


def masked(x: Array) -> Array:
    """Images [n, 784] with the lower half grey."""
    half = x.copy()
    half[:, x.shape[1] // 2 :] = 0
    return half


def retrieved(state: Array, x: Array) -> float:
    """Share of states whose cosine with their image is above 0.9."""
    norms = np.linalg.norm(state, axis=1) * np.linalg.norm(x, axis=1)
    return float(((state * x).sum(1) > 0.9 * norms).mean())


def rates(x: Array, n: int) -> dict[str, float]:
    """Share retrieved by each way, with the first n images of x as queries."""
    memory = HopfieldMemory(x)
    target = x[:n]
    query = masked(x[:n])
    shares = {"argmax": retrieved(x[memory.best(query)[0][:, 0]], target)}
    cosine = HopfieldMemory(x / np.linalg.norm(x, axis=1, keepdims=True))
    shares["argmax, cosine"] = retrieved(x[cosine.best(query)[0][:, 0]], target)
    for beta in BETAS:
        for name, alpha in WAYS.items():
            shares[f"{name}, beta {beta:g}"] = retrieved(
                memory.retrieve(query, beta, alpha, 5).state, target
            )
    return shares


def study(
    images: Array, sizes: tuple[int, ...], seeds: int
) -> dict[str, dict[str, list[float]]]:
    """{way: {size: share of each seed}}."""
    table: dict[str, dict[str, list[float]]] = {}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(images))
        for m in sizes:
            x = images[order[:m]].reshape(m, -1).astype(np.float32) / 127.5 - 1
            for way, share in rates(x, min(m, QUERIES)).items():
                table.setdefault(way, {}).setdefault(str(m), []).append(share)
    return table


def draw(table: dict[str, dict[str, list[float]]], path: Path) -> None:
    """Mean over seeds against the number of stored images, one panel a beta."""
    import matplotlib.figure

    from neurosparse.analysis import (
        AXES_HEIGHT,
        COLOURS,
        COLUMN_WIDTH,
        INK,
        add_legend,
        finish_axes,
    )

    figure = matplotlib.figure.Figure(
        figsize=(2 * COLUMN_WIDTH, AXES_HEIGHT), layout="constrained", dpi=200
    )
    for ax, beta in zip(figure.subplots(1, len(BETAS), sharey=True), BETAS, strict=True):
        # curves that coincide stay visible: the later ones are thinner
        ours = zip(WAYS, COLOURS, (1.4, 3.0, 1.4), strict=False)
        ways = [
            (f"{name}, beta {beta:g}", colour, "-", width) for name, colour, width in ours
        ]
        ways += [("argmax", INK, "--", 1.0), ("argmax, cosine", INK, ":", 1.0)]
        for way, colour, style, width in ways:
            sizes = [int(m) for m in table[way]]
            shares = np.array(list(table[way].values()))
            ax.plot(
                sizes,
                shares.mean(1),
                style,
                color=colour,
                label=way.split(", beta")[0],
                linewidth=width,
            )
            if style == "-":
                ax.fill_between(
                    sizes,
                    shares.min(1),
                    shares.max(1),
                    color=colour,
                    alpha=0.15,
                    linewidth=0,
                )
        ax.set_xscale("log", base=2)
        finish_axes(
            ax,
            "images stored",
            "retrieved from half" if ax.get_subplotspec().is_first_col() else "",
            f"β = {beta:g}",
        )
    add_legend(figure.axes[0], loc="lower left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def main() -> None:
    import argparse

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="up to 256 images, two permutations"
    )
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--figure", type=Path, metavar="OUT")
    args = parser.parse_args()
    sizes, seeds = (SIZES[:8], 2) if args.quick else (SIZES, 5)
    table = study(mnist().train_x, sizes, seeds)
    # two stored images are told apart by any way that works
    if min(table["argmax"]["2"]) < 0.5:
        sys.exit("GATE RED: argmax does not tell two images apart")
    head = ("way", *map(str, sizes))
    print_table(
        head,
        [(way, *(f"{np.mean(v):.3f}" for v in row.values())) for way, row in table.items()],
    )
    if args.json:
        about = {
            "queries": QUERIES,
            "updates": 5,
            "cosine": 0.9,
            "seeds": seeds,
            "dataset": "mnist, training images",
        }
        stamp = {"versions": versions("neurosparse", "numpy"), "machine": machine()}
        write_json(args.json, {"about": about, **stamp, "shares": table})
    if args.figure:
        draw(table, args.figure)


if __name__ == "__main__":
    main()
