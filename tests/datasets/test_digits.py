"""MNIST and Fashion-MNIST, where they are on this machine."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import fashion_mnist, mnist


@pytest.mark.parametrize(
    ("name", "load", "mean"),
    [("mnist", mnist, 0.1307), ("fashion_mnist", fashion_mnist, 0.2860)],
)
def test_images(
    name: str, load: Callable[[], object], mean: float, data_folder: Callable[[str], Path]
) -> None:
    data_folder(name)
    train_x, train_y, test_x, test_y = load()  # type: ignore[misc, attr-defined]
    assert train_x.shape == (60_000, 28, 28)
    assert test_x.shape == (10_000, 28, 28)
    assert abs(train_x.mean() / 255 - mean) < 0.0001
    assert np.bincount(test_y).min() >= 892
    assert np.bincount(train_y).sum() == 60_000
