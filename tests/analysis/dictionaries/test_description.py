"""Bits of codes."""

import numpy as np
import pytest

from neurosparse.analysis import description_length
from neurosparse.sparse_coding import SparseCodes


def test_shares_and_codes_give_the_same_bits():
    length = description_length([0.5, 0.1, 0.01])
    assert length.independent == pytest.approx(6.42978873)
    assert length.bound == pytest.approx(5.84682713)
    codes = SparseCodes.from_dense([[1.0, 0.0], [2.0, 3.0]])
    assert description_length(codes, 4.0) == description_length([1.0, 0.5], 4.0)
    # certain latents take no bits but those of their value
    assert description_length([1.0, 0.0]).independent == 8.0


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="codes"):
        description_length([2.0])
    with pytest.raises(ValueError, match="bits"):
        description_length(np.array([0.5]), 0.0)
