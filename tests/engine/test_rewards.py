"""A rule that waits for dopamine says so when none ever comes."""

import warnings

import pytest

from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.plasticity import Dopamine, DopamineSTDP
from neurosparse.wiring import OneToOne


def simulation(tau_e):
    rule = DopamineSTDP(tau_e=tau_e)
    projection = Projection("E", "E", OneToOne(), weight=0.5, plasticity=rule)
    return Simulator(Network(Population("E", 2, LIF()), projection))


def test_it_is_told_once_and_not_before_the_marks_have_faded():
    sim = simulation(5.0)
    sim.run(50.0)
    with pytest.warns(UserWarning, match=r"E->E: nothing turns .* Dopamine\('E->E'\)"):
        sim.run(1.0)
    sim.run(50.0)


@pytest.mark.parametrize("release", [False, True])
def test_nothing_is_told_where_dopamine_is_asked_for(release):
    sim = simulation(5.0)
    dopamine = Dopamine("E->E")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if release:
            sim.run(20.0)
            dopamine.release(sim, 0.5)
        sim.run(100.0, callbacks=[] if release else [Every(10.0, dopamine)])


def test_a_simulation_that_is_closed_tells_it_too():
    with pytest.warns(UserWarning, match="E->E: nothing turns"), simulation(1e3) as sim:
        sim.run(20.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.close()
        simulation(1e3).close()  # nothing was simulated
