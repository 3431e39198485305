"""Kernels of one orientation bandwidth against kernels of six: zeros and errors of their codes.

    python benchmarks/kernel_heterogeneity.py --json OUT.json

After Ladret, Casanova & Perrinet 2023 (arXiv:2312.14685). 144 log-Gabor kernels 12 x 12 either way:
72 orientations of one bandwidth (12 degrees), or 12 orientations of six (5 to 30). Tiles 64 x 64 of
the two photographs inside scikit-learn, contrast evened, mean square 1; coordinate descent at one λ
for all. Printed: medians, the paired difference with a bootstrap interval, Mann-Whitney's p. Then
both banks learn from other tiles and code the same ones again.
"""

from typing import Any

import numpy as np
from harness import arguments, machine, print_table, versions, write_json
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu
from sklearn.datasets import load_sample_images

from neurosparse.analysis import bootstrap_interval
from neurosparse.datasets import normalise_contrast
from neurosparse.sparse_coding import (
    ONE_BANDWIDTH,
    SIX_BANDWIDTHS,
    ConvolutionalDescent,
    LogGabors,
    learn_kernels,
)

SIDE = 64
LAM = 0.25
BANKS = {"one": LogGabors(72, ONE_BANDWIDTH), "six": LogGabors(12, SIX_BANDWIDTHS)}
Array = NDArray[Any]


def tiles() -> Array:
    """120 tiles `[n, 64, 64]`, no two of which overlap."""
    parts = []
    for image in normalise_contrast(load_sample_images().images):
        rows, columns = (length // SIDE for length in image.shape)
        whole = image[: rows * SIDE, : columns * SIDE].reshape(rows, SIDE, columns, SIDE)
        parts.append(whole.swapaxes(1, 2).reshape(-1, SIDE, SIDE))
    stack = np.concatenate(parts)
    return np.asarray(stack / stack.std())


def figures(images: Array, kernels: Array) -> dict[str, Array]:
    """Zeros and PSNR of every tile."""
    maps = ConvolutionalDescent(LAM, tol=0.01, passes=4).encode(images, kernels, threads=2)
    return {
        "zeros": maps.sparseness(),
        "psnr": maps.psnr(images, kernels),
        "cost": maps.cost(images, kernels, LAM),
    }


def row(name: str, measure: str, one: Array, other: Array) -> dict[str, Any]:
    """Other less one, tile by tile."""
    between = bootstrap_interval((other - one).tolist())
    return {
        "comparison": name,
        "measure": measure,
        "first": float(np.median(one)),
        "second": float(np.median(other)),
        "difference": float((other - one).mean()),
        "low": float(between.low),
        "high": float(between.high),
        "p": float(mannwhitneyu(one, other).pvalue),
        "tiles": len(one),
    }


def main() -> None:
    """Code, learn, code again, show."""
    args = arguments(__doc__)
    stack = tiles()
    shuffled = stack[np.random.default_rng(0).permutation(len(stack))]
    coded = shuffled[: 10 if args.quick else 50]
    learned_from = shuffled[50 : 54 if args.quick else 60]
    kernels = {name: bank.kernels() for name, bank in BANKS.items()}
    before = {name: figures(coded, bank) for name, bank in kernels.items()}
    coder = ConvolutionalDescent(LAM, tol=0.05, passes=2)
    after = {
        name: figures(
            coded, learn_kernels(learned_from, bank, coder=coder, epochs=2).kernels
        )
        for name, bank in kernels.items()
    }
    rows = []
    for measure in ("zeros", "psnr", "cost"):
        pairs = {
            "one bandwidth, six": (before["one"], before["six"]),
            "one, before and after learning": (before["one"], after["one"]),
            "six, before and after learning": (before["six"], after["six"]),
            "after learning: one, six": (after["one"], after["six"]),
        }
        rows += [
            row(name, measure, a[measure], b[measure]) for name, (a, b) in pairs.items()
        ]
    head = tuple(rows[0])
    print_table(head, [[_cell(line[name]) for name in head] for line in rows])
    if args.json:
        about = {"machine": machine(), "versions": versions("neurosparse", "scikit-learn")}
        write_json(args.json, {"lam": LAM, "rows": rows, **about})


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
