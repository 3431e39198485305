"""Populations in event mode: who may sleep, and that sleeping changes no spike."""

import numpy as np

from neurosparse.engine import Simulator
from tests.engine.networks import (
    all_spikes,
    same_spikes,
    small_network,
)


def test_event_mode_fires_as_the_clock_does():
    networks = [
        small_network(np.random.default_rng(4), n=400, mode=mode)
        for mode in ("clock", "event", "auto")
    ]
    sims = [Simulator(network, seed=3) for network in networks]
    for sim in sims:
        sim.run(300.0)
    assert sims[0].spikes("A").i.size > 500
    assert same_spikes(all_spikes(sims[0]), all_spikes(sims[1]))
    assert same_spikes(all_spikes(sims[0]), all_spikes(sims[2]))
    assert np.allclose(
        sims[0].state("A", "v"), sims[1].state("A", "v"), rtol=1e-12, atol=1e-12
    )
    assert sims[1].plan.groups["A"].event is not None
