"""MNIST-1D, where it is on this machine."""

from collections.abc import Callable
from pathlib import Path

from neurosparse.datasets import (
    mnist_1d,
)


def test_mnist_1d(data_folder: Callable[[str], Path]) -> None:
    data_folder("mnist1d")
    found = mnist_1d()
    assert found.train_x.shape == (4000, 40)
    assert set(found.test_y) == set(range(10))
