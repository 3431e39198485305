"""Zeros on large pages, and what is said when there are none."""

import mmap

import numpy as np
import pytest

from neurosparse.kernels.base.machine import memory
from neurosparse.kernels.base.machine.memory import WORTH, cleared


@pytest.mark.parametrize("shape", [0, 5, (3, 7), (3, WORTH), (0, WORTH)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_zeros_of_any_shape(shape: int | tuple[int, ...], dtype: type) -> None:
    array = cleared(shape, dtype)
    assert array.shape == np.zeros(shape).shape
    assert array.dtype == dtype
    assert not array.any()
    array += 1
    assert array.all()


@pytest.mark.parametrize("shape", [2**47, (2**31, 2**31), (2**62, 2**62)])
def test_too_much_is_named_with_its_remedy(shape: int | tuple[int, ...]) -> None:
    with pytest.raises(MemoryError, match=r"^spikes under way: .* GB.*gives; lower n$"):
        cleared(shape, np.float64, "spikes under way", "lower n")


def test_errors_of_the_system_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> mmap.mmap:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(memory.mmap, "mmap", full)
    with pytest.raises(MemoryError, match=r"an array: an array of float64 \[1, 524288\]"):
        cleared((1, 2 * WORTH), np.float64)
