"""Philox4x32-10 against the known answers of Random123, and the compiled form against the naive
one.
"""

import numpy as np
import pytest

from neurosparse.kernels.base.philox import philox4x32
from neurosparse.kernels.base.philox.cpu import unit32, unit53

# counter, key -> words; from the file kat_vectors of the Random123 distribution
KNOWN = [
    (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


def words(text: str) -> np.ndarray:
    return np.array([int(word, 16) for word in text.split()], np.uint32)


@pytest.mark.parametrize("backend", ["naive", "cpu"])
@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(backend, counter, key, answer):
    np.testing.assert_array_equal(
        philox4x32(words(counter)[None], words(key), backend)[0], words(answer)
    )


@pytest.mark.parametrize("n", [0, 1, 7, 100])
def test_compiled_equals_naive(n):
    rng = np.random.default_rng(n)
    counters = rng.integers(0, 2**32, (n, 4), dtype=np.uint32)
    key = rng.integers(0, 2**32, 2, dtype=np.uint32)
    fast = philox4x32(counters, key, "cpu")
    naive = philox4x32(counters, key, "naive")
    assert fast.dtype == naive.dtype == np.uint32
    np.testing.assert_array_equal(fast, naive)


def test_unit_intervals_are_never_left():
    zero, top = np.uint32(0), np.uint32(0xFFFFFFFF)
    assert 0 < unit32(zero) < unit32(top) < 1
    assert 0 < unit53(zero, zero) < unit53(top, top) <= 1


def test_words_are_uniform_and_independent():
    counters = np.zeros((20_000, 4), np.uint32)
    counters[:, 0] = np.arange(20_000)
    draws = philox4x32(counters, np.array([1, 2], np.uint32)) / 2**32
    assert np.abs(draws.mean(0) - 0.5).max() < 5 * np.sqrt(1 / 12 / 20_000)
    correlation = np.corrcoef(draws.T) - np.eye(4)
    assert np.abs(correlation).max() < 5 / np.sqrt(20_000)
