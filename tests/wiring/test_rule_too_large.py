"""Wiring that no machine can hold is refused before anything is counted."""

import time

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import (
    AllToAll,
    BarabasiAlbert,
    Bernoulli,
    ConfigurationModel,
    Copies,
    CorrelatedInputs,
    DistanceDependent,
    FixedInDegree,
    FixedOutDegree,
    FixedTotal,
    Gaussian,
    GroupLayer,
    Groups,
    OneToOne,
    RandomEdges,
    ReceptiveFieldLayer,
    ScaleFreeLayer,
    SmallWorldLayer,
    WattsStrogatz,
)

MILLION = 10**6
GRID = np.stack(np.divmod(np.arange(10**5, dtype=float), 300), axis=1)


@pytest.mark.parametrize(
    ("rule", "n"),
    [
        (AllToAll(), 10 * MILLION),
        (Bernoulli(0.1), 100 * MILLION),
        (FixedInDegree(MILLION), 10 * MILLION),
        (FixedOutDegree(MILLION), 10 * MILLION),
        (FixedTotal(10**14), 100 * MILLION),
        (Groups(10, 0.5, 0.5), 10 * MILLION),
        (WattsStrogatz(MILLION, 0.1), 10 * MILLION),
        (BarabasiAlbert(MILLION), 10 * MILLION),
    ],
)
def test_it_says_so_at_once(rule, n):
    begun = time.process_time()
    name = type(rule).__name__
    with pytest.raises(ValueError, match=rf"{name}: got .* synapses .* GB"):
        rule.build(n, n, 1)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    ("rule", "n"),
    [
        (ConfigurationModel(np.full(10**5, 10**4), np.full(10**5, 10**4)), 10**5),
        (Copies(AllToAll(), MILLION), 100 * MILLION),
        (OneToOne(), 2**31 - 1),
        (GroupLayer(2, p_inter=0.0), 10 * MILLION),
        (GroupLayer(MILLION, p_inter=0.5, overlap=0.3), 10 * MILLION),
        (SmallWorldLayer(0.01), 10 * MILLION),
        (SmallWorldLayer(0.0, beta=0.0), 0),
        (ScaleFreeLayer(0.01), 10 * MILLION),
        (ReceptiveFieldLayer(0.01), 10 * MILLION),
        (CorrelatedInputs(np.eye(3), 0.5), 10 * MILLION),
        (RandomEdges(0.01), 10 * MILLION),
        (DistanceDependent(GRID, Gaussian(1.0, 10**4)), 10**5),
        (DistanceDependent(GRID, lambda d: np.full(d.shape, 0.5)), 10**5),
    ],
)
def test_layers_and_rules_that_hold_more_than_they_give(rule, n, monkeypatch):
    # of a machine with 10 GB: what is drawn takes more than what is stored
    for module in ("available", "wiring.distance_dependent"):
        monkeypatch.setattr(f"neurosparse.{module}.available_memory", lambda: 10**10)
    if not n:
        assert rule.build(n, n).nnz == 0
        return
    begun = time.process_time()
    with pytest.raises(
        ValueError, match=r"got .* synapses .* GB\), wants what fits the 10.0 GB"
    ):
        rule.build(n, n, 1)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    ("rule", "n_pre", "n_post"),
    [
        (FixedInDegree(1), 10**9, 10),
        (FixedOutDegree(1), 10, 10**9),
        (FixedTotal(10), 10, 10**9),
        (Bernoulli(1e-12), 10**9, 10),
    ],
)
def test_neurons_without_synapses_are_weighed_too(rule, n_pre, n_post, monkeypatch):
    monkeypatch.setattr("neurosparse.available.available_memory", lambda: 3 * 10**9)
    with pytest.raises(ValueError, match=rf"from {n_pre} to {n_post} neurons .* GB"):
        rule.build(n_pre, n_post, 1)


def test_tables_of_groups_are_weighed_too():
    with pytest.raises(ValueError, match=r"groups: got 1000000 groups .* GB"):
        Groups(MILLION, 0.5, 1e-9).build(10 * MILLION, 10 * MILLION, 1)
    with pytest.raises(ValueError, match=r"groups: got .*, wants groups of at least one"):
        GroupLayer(10**13).build(10 * MILLION, 10 * MILLION, 1)
    assert GroupLayer(10**13, p_intra=1.0, p_inter=0.0).expected_density == 1e-13


def test_populations_and_rings_are_weighed_too():
    with pytest.raises(ValueError, match=r"Population.n: got 3e\+09 for 'E'"):
        Population("E", 3 * 10**9, LIF())
    with pytest.raises(ValueError, match=r"E\.n: got 2000000000 neurons LIF .* GB"):
        Simulator(Network(Population("E", 2 * 10**9, LIF())))
    delay = np.linspace(0.1, 6500.0, 200).round(1)
    net = Network(
        Population("A", 20, LIF()),
        Population("B", 2 * 10**6, LIF(), mode="clock"),
        Projection("A", "B", FixedOutDegree(10), delay=delay),
    )
    with pytest.raises(ValueError, match=r"delay: got spikes under way to 'B'.* GB"):
        Simulator(net)
    learning = Network(
        Population("A", 2 * 10**6, LIF()),
        Population("B", 200, LIF()),
        Projection(
            "A",
            "B",
            FixedInDegree(1),
            delay=delay,
            plasticity=PairSTDP(0.1, 0.1, w_max=1.0),
        ),
    )
    with pytest.raises(ValueError, match=r"delay: got spikes of 2000000 neurons.* GB"):
        Simulator(learning)
