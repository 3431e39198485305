"""What the rules for layers share: distinct draws and keys of pairs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.wiring.bipartite_edges import distinct, from_keys
from tests.strategies import SEEDS, connectivities


@given(st.integers(0, 50), st.data(), SEEDS)
def test_distinct_draws_ascend_and_never_repeat(n, data, seed):
    k = data.draw(st.integers(0, n))
    numbers = distinct(n, k, np.random.default_rng(seed))
    assert len(numbers) == k
    assert np.all(np.diff(numbers) > 0)
    assert np.all((numbers >= 0) & (numbers < n))


@given(connectivities(unique=True), SEEDS)
def test_keys_in_any_order_give_the_connectivity(c, seed):
    pre, post = c.edges()
    keys = np.random.default_rng(seed).permutation(pre.astype(np.int64) * c.n_post + post)
    again = from_keys(keys, c.n_pre, c.n_post)
    again.validate()
    assert again.topology_hash() == c.topology_hash()
