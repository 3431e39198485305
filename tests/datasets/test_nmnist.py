"""N-MNIST, where it is on this machine."""

from collections.abc import Callable
from pathlib import Path

from neurosparse.datasets import n_mnist


def test_n_mnist(data_folder: Callable[[str], Path]) -> None:
    data_folder("nmnist_small")
    digits = n_mnist()
    assert len(digits.events) == len(digits.label) == 1000
    assert digits.label[:6].tolist() == [5, 0, 4, 1, 9, 2]
    assert sum(map(len, digits.events)) == 4_133_231
    assert max(int(events["t"].max()) for events in digits.events) == 315_109
