"""The Lyapunov matrix by hand."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    LifField,
    LocalExponents,
    NeighbourExponents,
    RecurrentNet,
    lnp,
)
from neurosparse.pruning.exponents import harmonic_sizes
from tests.pruning.nets import spiking


def test_harmonic_sizes_are_finite_positive_and_as_defined():
    net, field = spiking()
    mixed = np.random.default_rng(0).standard_normal(40)
    mixed[3] = 0.0
    size = harmonic_sizes(net, mixed)
    assert np.isfinite(size).all()
    assert (size > 0).all()
    linked = net.connectivity.to_dense() != 0
    linked |= linked.T
    inverse = 1 / np.maximum(np.abs(mixed), 1e-3 * np.median(np.abs(mixed)))
    pre, post = net.connectivity.edges()
    i, j = pre[7], post[7]
    by_hand = (linked[i].sum() + linked[j].sum()) / (
        inverse[linked[i]].sum() + inverse[linked[j]].sum()
    )
    assert size[7] == pytest.approx(by_hand)
    found = NeighbourExponents(LocalExponents(field, window=10, windows=2))(net, None)
    assert (found > 0).all()
    assert found.std() > 0
    assert harmonic_sizes(net, np.zeros(40)).tolist() == [1.0] * net.connectivity.nnz


def test_synapses_of_weight_zero_make_neighbours_too():
    ring = Connectivity.from_edges(
        [0, 1, 2], [1, 2, 0], n_pre=3, n_post=3, weight=[0.0, 0.0, 1.0]
    )
    ones, zeros = (
        RecurrentNet.begin(c, 1.0) for c in (ring.with_weight(1.0), ring.with_weight(0.0))
    )
    for net in (RecurrentNet.begin(ring, 1.0), zeros):
        np.testing.assert_array_equal(
            harmonic_sizes(net, [1.0, -2.0, 3.0]), harmonic_sizes(ones, [1.0, -2.0, 3.0])
        )
    rule = replace(
        lnp(LifField(np.full((60, 3), 0.4), burn_in=10), rounds=2, trials=1), tune=None
    )
    assert rule(zeros, synapses=2, rng=0).net.connectivity.nnz == 2


NET, _ = spiking(5, steps=60)
BAD = {
    "5 numbers, one a neuron": lambda: harmonic_sizes(NET, [1.0]),
    "floor: got 0": lambda: NeighbourExponents(None, floor=0.0),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
