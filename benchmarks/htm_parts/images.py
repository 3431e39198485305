"""Images of digits, from MNIST's files or drawn."""

import gzip
import os
from pathlib import Path

import numpy as np


def read_mnist(part: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Binary images [n, 784] and labels [n], or None where the files are not there."""
    folder = Path(os.environ.get("NEUROSPARSE_DATA", "")) / "mnist"
    if not folder.is_dir():
        return None
    images = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784)
    return pixels > 127, np.frombuffer(labels, np.uint8, offset=8)


def drawn_images(n: int) -> np.ndarray:
    """Thick random arcs [n, 784], about as many pixels on as in handwritten digits."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:28, :28]
    centre = rng.uniform(9, 19, (n, 2, 1, 1))
    radius = rng.uniform(5, 9, (n, 1, 1))
    turn = rng.random((n, 1, 1))
    distance = np.hypot(x - centre[:, 0], y - centre[:, 1])
    angle = np.arctan2(y - centre[:, 1], x - centre[:, 0]) / (2 * np.pi) + 0.5
    return ((np.abs(distance - radius) < 1.7) & ((angle + turn) % 1 < 0.7)).reshape(n, 784)
