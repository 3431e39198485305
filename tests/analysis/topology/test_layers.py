"""Layers in a chain: paths of the matrix product."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    ring,
)

some = settings(max_examples=25)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4), st.integers(0, 1000))
@some
def test_chains_have_the_paths_of_the_matrix_product(widths, seed):
    rng = np.random.default_rng(seed)
    tables = [(rng.random((a, b)) < 0.4).astype(np.float32) for a, b in pairwise(widths)]
    found = analysis.layer_chain([Connectivity.from_dense(t) for t in tables])
    product = np.linalg.multi_dot(tables) if len(tables) > 1 else tables[0]
    paths = 10.0**found.paths
    assert paths == pytest.approx(product.sum())
    for k in range(len(tables)):
        before = (
            np.linalg.multi_dot(
                [np.ones((1, widths[0])), *tables[:k], np.eye(widths[k])]
            ).ravel()
            > 0
        )
        alive = [
            bool(
                reached
                and np.linalg.multi_dot([np.eye(widths[k])[[u]], *tables[k:]]).sum() > 0
            )
            for u, reached in enumerate(before)
        ]
        assert found.alive[k].tolist() == alive


def test_chains_of_deep_networks_do_not_overflow():
    layer = Connectivity.from_dense(np.ones((50, 50)))
    found = analysis.layer_chain([layer] * 400)
    assert found.paths == pytest.approx(401 * np.log10(50))
    assert found.effective_share == 1.0
    with pytest.raises(ValueError, match=r"layers\[1\]"):
        analysis.layer_chain([layer, Connectivity.empty(3, 3)])
    with pytest.raises(ValueError, match="layers"):
        analysis.layer_chain([])


def test_one_layer_alone_is_no_list():
    with pytest.raises(TypeError, match=r"layers: .*layer_chain\(\[first, second\]\)"):
        analysis.layer_chain(ring(5))
