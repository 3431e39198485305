"""Spiking units: their rates by hand, both signs, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network
from neurosparse.sparse_coding import Dictionary, Lasso, Soft, SpikingLca, cost
from tests.sparse_coding.problems import TWO, TWO_X, problem_r


def rates(lca, network, dictionary, durations, dt=0.1, **options):
    """Codes read after each duration of one run."""
    sim = Simulator(network, dt=dt, **options)
    units = network.populations["units"].n
    sim.run(max(durations))
    record = sim.spikes("units")
    return [
        lca.codes(
            np.bincount(record.i[record.step * dt < end], minlength=units), end, dictionary
        )
        for end in durations
    ]


@pytest.mark.parametrize(
    ("lam", "expected"),
    [
        (0.1, [(0.2, 1), (0.19, 1.17), (0.188, 1.185)]),
        (0.5, [(0, 0.7), (0, 0.88), (0, 0.898)]),
    ],
)
def test_rates_by_hand(lam, expected):
    lca = SpikingLca(lam)
    network = lca.network(TWO_X, TWO)
    units = network.populations["units"]
    # by hand the current begins at 0, not at its drive: the rates of the start are lower
    cold = replace(units, initial={"i": -TWO.drive(TWO_X)[0] / lca.period})
    slow = Network(cold, *network.projections.values())
    times = (100.0, 1000.0, 10_000.0)
    got = [code.to_dense()[0] for code in rates(lca, slow, TWO, times)]
    assert np.array(got) == pytest.approx(np.array(expected), abs=1e-9)
    best = Lasso(lam, gap=1e-12).encode(TWO_X, TWO).to_dense()[0]
    for code, end in zip(rates(lca, network, TWO, times), times, strict=True):
        assert np.abs(code.to_dense()[0] - best).max() <= lca.period / end


def test_both_signs_of_a_batch():
    x, dictionary = problem_r()
    batch = np.concatenate([x, -x])
    lca = SpikingLca(0.1, signed=True)
    [codes] = rates(lca, lca.network(batch, dictionary), dictionary, (4000.0,), threads=2)
    best = Lasso(0.1, gap=1e-12).encode(batch, dictionary)
    costs = [cost(batch, code, dictionary, Soft(0.1)) for code in (codes, best)]
    assert (costs[0] < 1.01 * costs[1]).all()
    assert np.abs(codes.to_dense() - best.to_dense()).max() < 0.02
    assert codes[1:].to_dense()[0] == pytest.approx(-codes[:1].to_dense()[0], abs=0.01)


def test_atoms_at_right_angles_need_no_synapses():
    square = Dictionary(np.eye(3))
    lca = SpikingLca(0.25, cut=0.1)
    network = lca.network([[1.0, 0.5, 0.1]], square)
    assert not network.projections
    [codes] = rates(lca, network, square, (2000.0,))
    assert codes.to_dense()[0] == pytest.approx([0.75, 0.25, 0.0], abs=0.006)


def test_refusals():
    with pytest.raises(ValueError, match=r"counts: got .*\[batch, 2\]"):
        SpikingLca(0.1).codes([1, 2, 3], 10.0, TWO)
    with pytest.raises(ValueError, match="lam: got -1"):
        SpikingLca(-1.0)
    with pytest.raises(ValueError, match="x: got"):
        SpikingLca(0.1).network(TWO_X[:0], TWO)
