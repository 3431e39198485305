"""Normalised weights: sums that stay, ratios and signs too, while spikes change them."""

from typing import Any

import numpy as np
import pytest

from neurosparse import (
    LIF,
    Connectivity,
    Network,
    PairSTDP,
    Population,
    Projection,
    Simulator,
)
from neurosparse.engine import Every
from neurosparse.plasticity import WeightNormalisation
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import Bernoulli, Normal

SIGNED = Connectivity.from_edges(
    [0, 1, 2, 0, 2], [0, 0, 0, 1, 2], n_pre=3, n_post=4, weight=[1.0, -2.0, 5.0, 0.5, 0.0]
)


@pytest.mark.parametrize("side", ["in", "out"])
@pytest.mark.parametrize("total", [2.0, "each"])
def test_sums_come_to_their_total(side: Any, total: Any) -> None:
    n, axis = (4, 0) if side == "in" else (3, 1)
    total = np.arange(1.0, n + 1) if total == "each" else total
    pre, post = Population("A", 3, LIF()), Population("B", 4, LIF())
    with Simulator(Network(pre, post, Projection("A", "B", SIGNED))) as simulator:
        WeightNormalisation("A->B", total, side)(simulator)
        after = simulator.connectivity("A->B").to_dense()
    before = SIGNED.to_dense()
    sums = np.abs(before).sum(axis=axis)
    expected = np.where(sums > 0, np.broadcast_to(total, n), 0)
    np.testing.assert_allclose(np.abs(after).sum(axis=axis), expected, rtol=1e-6)
    np.testing.assert_array_equal(np.sign(after), np.sign(before))
    scale = np.divide(expected, sums, out=np.zeros(n), where=sums > 0)
    factor = scale if side == "in" else scale[:, None]
    np.testing.assert_allclose(after, before * factor, rtol=1e-6)


def test_it_holds_while_synapses_learn() -> None:
    rule = PairSTDP(0.05, 0.02, w_max=5.0)
    net = Network(
        Population("E", 50, LIF()),
        PoissonInput("E", rate=4000.0, weight=1.5),
        Projection(
            "E", "E", Bernoulli(0.3, weight=Normal(0.5, 0.1, low=0.0)), plasticity=rule
        ),
    )
    with Simulator(net, seed=1) as simulator:
        start = simulator.weights("E->E").copy()
        simulator.run(200.0, callbacks=[Every(10.0, WeightNormalisation("E->E", 4.0))])
        now = simulator.connectivity("E->E")
        assert len(simulator.spikes("E")) > 50
    sums = np.bincount(now.indices, now.weights_array(), minlength=50)
    np.testing.assert_allclose(sums[now.in_degree > 0], 4.0, rtol=1e-5)
    assert np.corrcoef(start, now.weights_array())[0, 1] < 0.99


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"total": 0.0}, "total: got 0"),
        ({"total": [1.0, np.nan]}, "total: got"),
        ({"total": 1.0, "side": "both"}, "side: got 'both'"),
    ],
)
def test_what_cannot_be_meant(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"WeightNormalisation.{says}"):
        WeightNormalisation("E->E", **options)


def test_a_total_for_another_number_of_neurons() -> None:
    net = Network(Population("E", 3, LIF()), Projection("E", "E", Bernoulli(1.0)))
    with Simulator(net) as simulator, pytest.raises(ValueError, match="total"):
        WeightNormalisation("E->E", [1.0, 2.0])(simulator)
