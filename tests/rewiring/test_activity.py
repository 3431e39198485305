"""Activity scaled so that products are correlations."""

import numpy as np
import pytest

from neurosparse.rewiring.activity import standardised


@pytest.mark.parametrize("centred", [True, False])
def test_products_are_correlations_or_cosines(centred):
    x = np.random.default_rng(0).standard_normal((30, 4)) + 2
    x[:, 3] = 5.0  # never changes
    unit = standardised(x, centred)
    products = unit.T @ unit
    if centred:
        np.testing.assert_allclose(products[:3, :3], np.corrcoef(x[:, :3].T), atol=1e-12)
        assert not unit[:, 3].any()
    else:
        np.testing.assert_allclose(np.diag(products), 1.0)


def test_no_samples_correlate_with_nothing():
    assert standardised(np.empty((0, 3)), centred=True).shape == (0, 3)
