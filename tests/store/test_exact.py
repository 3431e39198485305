"""Weights as float32: what is rounded is told."""

import warnings

import numpy as np
import pytest

from neurosparse.store.exact import single_precision


@pytest.mark.parametrize(
    "weights",
    [
        [2**24],
        [0.1, 1e30],
        np.float32([16777218]),
        [2.0**40],
        [68168930],
        [68168930.0],
        [np.inf],
        [],
        3,
    ],
)
def test_what_float32_holds_is_passed_in_silence(weights):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        single = single_precision(weights)
    assert single.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.int64, np.uint64, np.float64])
def test_whole_numbers_that_are_rounded_are_counted(dtype):
    with pytest.warns(
        UserWarning, match="w: 2 whole numbers above 2.24 .*16777217 to 16777216"
    ):
        single_precision(np.array([1, 16777217, 123456789], dtype), "w")
