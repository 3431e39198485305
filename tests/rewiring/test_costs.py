"""What parts of a rule say that they cost, against a count by hand."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    ConstantFanIn,
    EdgeCorrelation,
    Magnitude,
    NodeScore,
    PairGradient,
    PathScore,
    as_dropped,
    by_mean_gradient,
)
from neurosparse.rewiring.costs import paths_of_three
from tests.rewiring.helpers import a_layer


def test_costs_are_those_of_products_over_samples():
    support = Connectivity.from_dense([[1, 1, 0], [0, 1, 1]])
    assert Magnitude().macs(support, 5) == as_dropped.macs(support, 5) == 0
    assert EdgeCorrelation().macs(support, 5) == by_mean_gradient.macs(support, 5) == 20
    assert PairGradient().macs(support, 5) == 30
    assert ConstantFanIn().macs(support, 5) == 60


def test_paths_of_three_are_counted():
    support = a_layer(6, 7, 0.5).support
    a = (support.to_dense() != 0).astype(int)
    # u - z - z' - v: over a synapse, back over one, over another
    paths = int((a @ a.T @ a).sum())
    assert paths_of_three(support, 0) == PathScore().macs(support, 9) == paths
    assert NodeScore().macs(support, 0) == paths + support.nnz * (6 + 7)
    assert np.count_nonzero(a) == support.nnz
