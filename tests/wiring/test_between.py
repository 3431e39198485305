"""Wiring between parts of populations is wiring of small ones, numbered as in the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.wiring import AllToAll, Bernoulli, Between, FixedInDegree, Normal
from neurosparse.wiring.between import part_of


@given(
    n=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    steps=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    ends=st.tuples(*[st.integers(0, 12)] * 4),
    seed=st.integers(0, 99),
)
def test_the_whole_holds_what_was_drawn_for_the_parts(n, steps, ends, seed):
    low = np.minimum(ends[:2], n)
    high = np.minimum(ends[2:], n)
    pre, post = (slice(int(a), int(b), s) for a, b, s in zip(low, high, steps, strict=True))
    rows = np.arange(n[0])[pre]
    columns = np.arange(n[1])[post]
    rule = Bernoulli(0.5, weight=Normal(1.0, 0.2), delay_steps=3)
    whole = Between(rule, pre, post).build(*n, rng=seed)
    part = rule.build(rows.size, columns.size, rng=seed)
    expected = np.zeros(n, np.float32)
    expected[np.ix_(rows, columns)] = part.to_dense()
    np.testing.assert_array_equal(whole.to_dense(), expected)
    assert whole.nnz == part.nnz
    assert whole.delay_steps == 3


def test_a_projection_names_parts():
    net = Network(
        Population("in", 10, SpikeSource([1.0] * 10, np.arange(10))),
        Population("E", 8, LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)),
        Projection("in[:4]", "E[1::3]", AllToAll(), weight=0.3),
    )
    assert list(net.projections) == ["in[:4]->E[1::3]"]
    simulator = Simulator(net)
    simulator.run(3.0)
    assert simulator.spikes("E").i.tolist() == [1, 4, 7]
    assert simulator.connectivity("in[:4]->E[1::3]").nnz == 12


def test_two_halves_are_the_whole():
    rng = np.random.default_rng(4)
    given_times = np.repeat(np.arange(40) * 0.5, 3)
    source = SpikeSource(given_times, np.tile(np.arange(3), 40) + rng.integers(0, 30) * 3)
    quick = LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)
    built = FixedInDegree(20, weight=0.3).build(100, 50, rng=2)
    parts = [
        Projection("in[:40]", "E", Connectivity.from_dense(built.to_dense()[:40])),
        Projection("in[40:]", "E", Connectivity.from_dense(built.to_dense()[40:])),
    ]
    records = []
    for projections in ([Projection("in", "E", built)], parts):
        populations = [Population("in", 100, source), Population("E", 50, quick)]
        simulator = Simulator(Network(populations, projections))
        simulator.run(30.0)
        records.append(
            (simulator.spikes("E").step.tolist(), simulator.spikes("E").i.tolist())
        )
    assert records[0] == records[1]
    assert len(records[0][0]) > 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E", ("E", slice(None))),
        ("E[2:-1]", ("E", slice(2, -1))),
        ("L2/3 x[::2]", ("L2/3 x", slice(None, None, 2))),
        ("E[3]", ("E[3]", slice(None))),
    ],
)
def test_names_with_slices(text, expected):
    assert part_of(text) == expected


@pytest.mark.parametrize("name", ["in[:11]", "in[-12:]"])
def test_beyond_the_population(name):
    parts = (
        Population("in", 10, SpikeSource([1.0], [0])),
        Population("E", 8, LIF()),
        Projection(name, "E", AllToAll()),
    )
    with pytest.raises(ValueError, match="a part of 10 neurons"):
        Network(parts)


def test_downwards_and_no_slice():
    with pytest.raises(ValueError, match="step of 1 or more"):
        Between(AllToAll(), slice(None, None, -1)).build(3, 3)
    with pytest.raises(TypeError, match="a slice"):
        Between(AllToAll(), 3)
    whole = Connectivity.from_dense(np.ones((3, 3), np.float32))
    with pytest.raises(ValueError, match=r"parts' shape \[2, 3\]"):
        Between(whole, slice(2)).build(3, 3)


def test_a_network_refuses_parts_that_are_not_there():
    for pre, post in (("E[:20]", "E"), ("E", "E[-11:]"), ("E[::-1]", "E")):
        with pytest.raises(
            ValueError, match=r"^Projection\('E.*'\)\.(pre|post): got slice"
        ):
            Network(Population("E", 10, LIF()), Projection(pre, post, Bernoulli(0.1)))
