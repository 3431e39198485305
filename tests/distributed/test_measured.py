"""Loads before a run: what the ranks of a run then own, and the steps between exchanges."""

import numpy as np
import pytest

from neurosparse.distributed import Contiguous, measure, rank_report, rehearse
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import FixedInDegree, Uniform


def network(delay):
    return Network(
        Population("E", 400, LIF()),
        Population("I", 70, LIF()),
        Projection("E", "I", FixedInDegree(20), delay=delay),
        Projection("I", "E", FixedInDegree(5), delay=2.0),
    )


@pytest.mark.parametrize(("delay", "window"), [(1.5, 16), (0.0, 1), (Uniform(0.5, 3), 6)])
def test_expected_is_what_ranks_own(delay, window):
    expected = measure(network(delay), 3, Contiguous())

    def run(ranks):
        sim = Simulator(network(delay), backend=ranks)
        sim.step(4)
        return rank_report(sim)

    each = rehearse(3, run)[0].ranks
    assert [r.neurons for r in each] == expected.neurons.tolist()
    np.testing.assert_allclose([r.synapses for r in each], expected.synapses)
    assert expected.window == window
    assert expected.synapses.sum() == 400 * 5 + 70 * 20


def test_more_ranks_predict_less_time_for_a_large_network_alone():
    large = Network(
        Population("E", 200_000, LIF()),
        Projection("E", "E", FixedInDegree(2000), delay=1.5),
    )
    assert measure(large, 8, Contiguous()).seconds < measure(large, 2, Contiguous()).seconds
    small = measure(network(0.1), 8, Contiguous())
    assert small.seconds > small.alone
    assert "times one process" in repr(small)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="rate"):
        measure(network(1.0), 2, Contiguous(), rate=-1.0)
