"""A recurrent network as pruning sees it."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Counts,
    RecurrentNet,
    counts,
    dominant_leak,
)
from neurosparse.pruning.linear import abscissa, linearised
from neurosparse.pruning.recurrent import incoming
from tests.pruning.nets import clusters, spiking


def test_leaks_are_one_for_all_one_each_or_enough():
    c, _ = clusters(sizes=(5, 4, 6))
    assert RecurrentNet.begin(c, 0.5).leak.tolist() == [0.5] * 15
    each = np.linspace(0.1, 1, 15)
    np.testing.assert_array_equal(RecurrentNet.begin(c, each).tau, 1 / each)
    net = RecurrentNet.begin(c)
    np.testing.assert_array_equal(net.leak, dominant_leak(c))
    assert abscissa(linearised(net)) < 0
    np.testing.assert_allclose(incoming(c), np.abs(c.to_dense()).sum(0), rtol=1e-6)
    assert net.support is net.connectivity
    np.testing.assert_array_equal(net.values, c.weights_array())


def test_neurons_keep_the_names_of_the_first_network():
    net, _ = spiking(10)
    part = net.only(np.array([2, 5, 7])).only(np.array([0, 2]))
    assert part.neurons.tolist() == [2, 7]
    dense = net.connectivity.to_dense()
    np.testing.assert_array_equal(
        part.connectivity.to_dense(), dense[np.ix_([2, 7], [2, 7])]
    )
    np.testing.assert_array_equal(part.leak, net.leak[[2, 7]])
    assert counts(part, outputs=3) == Counts(2, part.connectivity.nnz, 6)


TWO = Connectivity.from_dense([[0, 1], [0, 0]])


BAD = {
    "recurrent synapses": lambda: RecurrentNet.begin(Connectivity.empty(2, 3)),
    "finite weights": lambda: RecurrentNet.begin(
        TWO._trusted(TWO.indptr, TWO.indices, 2, np.array([np.nan], np.float32), 0)
    ),
    "several synapses of one pair": lambda: RecurrentNet.begin(
        Connectivity.from_edges([0, 0], [1, 1], n_pre=2, n_post=2, duplicates="keep")
    ),
    "leak: got": lambda: RecurrentNet.begin(TWO, -1.0),
    "one for each of 2": lambda: RecurrentNet.begin(TWO, [1.0, 1.0, 1.0]),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
