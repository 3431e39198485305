"""Threads and chunks of the time loop."""

import numpy as np
import pytest

from neurosparse.engine import Every, Simulator
from tests.engine.networks import all_spikes, same_spikes, small_network


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_threads_and_chunks_change_nothing(precision):
    network = small_network(np.random.default_rng(2), late=9, n=300)
    whole = Simulator(network, seed=1, precision=precision)
    whole.run(120.0)
    pieces = Simulator(network, seed=1, threads=3, precision=precision)
    for _ in range(7):
        pieces.step(13)
    pieces.run(120.0 - 9.1, callbacks=[Every(3.3, lambda s: None)])
    assert same_spikes(all_spikes(whole), all_spikes(pieces))
    assert np.array_equal(whole.state("A", "v"), pieces.state("A", "v"))
    assert whole.spikes("A").i.size > 300
