"""Drawing with unequal chances: sums, exact numbers, who is drawn how often."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Independent,
    RecurrentNet,
    Sampled,
    Systematic,
)
from neurosparse.pruning.draw import inclusion
from neurosparse.rewiring import Magnitude
from tests.strategies import SEEDS


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.data())
def test_chances_add_up(scores, data):
    count = data.draw(st.integers(0, len(scores)))
    p = inclusion(scores, count)
    assert p.sum() == pytest.approx(count, abs=1e-6)
    assert ((p >= 0) & (p <= 1)).all()
    order = np.argsort(scores)
    assert (np.diff(p[order]) >= -1e-12).all()
    unsure = (p < 1) & (np.array(scores) > 1e-9 * max(scores))
    if 0 < count < len(scores) and unsure.sum() > 1:
        ratio = p[unsure] / np.array(scores)[unsure]
        assert ratio.max() == pytest.approx(ratio.min(), rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0, 1))
def test_systematic_draws_are_exact_and_valid(seed, share):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 12))
    dense = rng.standard_normal((n, n)) * (rng.random((n, n)) < 0.6)
    net = RecurrentNet.begin(Connectivity.from_dense(dense))
    own = int(np.count_nonzero(np.diag(dense)))
    wanted = own + round(share * (net.connectivity.nnz - own))
    found = Sampled(Magnitude(), draw=Systematic()).drawn(net, wanted, rng)
    after = found.net.connectivity
    after.validate()
    assert after.nnz == wanted == len(found.kept)
    assert found.chance.sum() == pytest.approx(wanted)
    np.testing.assert_allclose(
        after.weights_array(),
        net.connectivity.weights_array()[found.kept] / found.chance[found.kept],
        rtol=1e-5,
    )
    np.testing.assert_array_equal(
        np.diag(after.to_dense()), np.diag(net.connectivity.to_dense())
    )


def test_systematic_draws_have_the_chances_they_were_given():
    chances = np.array([1.0, 0.75, 0.5, 0.5, 0.25])
    seen = np.mean(
        [Systematic()(chances, np.random.default_rng(s)) for s in range(4000)], axis=0
    )
    np.testing.assert_allclose(seen, chances, atol=0.03)


def test_independent_draws_have_their_chances_too():
    chances = np.array([0.0, 0.2, 0.7, 1.0])
    rng = np.random.default_rng(0)
    drawn = np.mean([Independent()(chances, rng) for _ in range(4000)], axis=0)
    np.testing.assert_allclose(drawn, chances, atol=0.03)


BAD = {
    "finite scores": lambda: inclusion([-1.0], 1),
    "the number of items": lambda: inclusion([1.0], 2),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
