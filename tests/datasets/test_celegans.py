"""The worm: every reconstruction, published counts."""

from typing import get_args

import numpy as np
import pytest

from neurosparse.datasets import c_elegans
from neurosparse.datasets.celegans import Reconstruction


@pytest.mark.parametrize("which", get_args(Reconstruction))
def test_every_reconstruction_of_the_worm_loads(which: Reconstruction) -> None:
    worm = c_elegans(which)
    assert worm.connectivity.shape == (302, 302)
    assert worm.connectivity.nnz > 150
    assert len(set(worm.name.tolist())) == 302
    if which.endswith("gap"):
        dense = worm.connectivity.to_dense()
        assert np.array_equal(dense, dense.T)


@pytest.mark.parametrize(
    ("which", "edges", "total"),
    [
        ("varshney_chem", 2194, 6394),
        ("cook_chem", 3638, 20_589),
        ("varshney_gap", 1031, 1777),
    ],
)
def test_worm_has_the_published_counts(
    which: Reconstruction, edges: int, total: int
) -> None:
    graph = c_elegans(which).connectivity
    assert (graph.nnz, int(graph.weights_array().sum())) == (edges, total)


def test_an_unknown_reconstruction_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match="varshney_chem"):
        c_elegans("varshney_chm")  # type: ignore[arg-type]
