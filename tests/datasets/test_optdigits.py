"""The digits that come with the package: published counts, every fifth sample a test sample."""

import numpy as np

from neurosparse.datasets import digits_8x8


def test_digits_have_the_published_counts() -> None:
    digits = digits_8x8()
    assert digits.train_x.shape == (1438, 8, 8)
    assert digits.test_x.shape == (359, 8, 8)
    assert int(digits.train_x.max()) == 16
    counts = np.bincount(np.concatenate([digits.train_y, digits.test_y]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
