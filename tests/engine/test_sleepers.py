"""Populations in event mode: who may sleep, and that sleeping changes no spike."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.engine.sleepers import FEW_LEAPS
from neurosparse.network import Network, Population
from neurosparse.neurons import AdEx, LIFExp
from neurosparse.stimuli import PoissonInput
from tests.engine.networks import all_spikes, same_spikes, small_network


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


@pytest.mark.parametrize(
    ("model", "parts", "options", "reason"),
    [
        (AdEx(), [], {}, "AdEx gives no `may_fire`"),
        (LIFExp(v_rest=np.full(3, -70.0)), [], {}, "parameters differ between neurons"),
        (LIFExp(), [], {"precision": "float32"}, "state is not float64"),
        (
            LIFExp(),
            [PoissonInput("E", 1.0, 1.0, receptor="exc")],
            {},
            "it has stimuli of its own",
        ),
        (LIFExp(i_ext=100.0), [], {}, "its neurons could fire from their initial state"),
    ],
)
def test_who_cannot_sleep_is_told_why_and_keeps_the_clock_by_itself(
    model, parts, options, reason
):
    with pytest.raises(
        ValueError, match=f"Population.mode: got 'event' for E, but .*{reason}"
    ):
        Simulator(Network(Population("E", 3, model, mode="event"), *parts), **options)
    sim = Simulator(Network(Population("E", 3, model), *parts), **options)
    assert sim.plan.groups["E"].event is None


def test_a_look_at_the_state_wakes_nobody():
    start = {"v": np.linspace(-75.0, -66.0, 70)}
    sims = [
        Simulator(Network(Population("E", 70, LIFExp(), start, mode=mode)))
        for mode in ("event", "clock")
    ]
    for sim in sims:
        sim.run(7.3)
    asleep = sims[0].plan.groups["E"].event
    before = asleep.valid.copy()
    seen, expected = (sim.state("E", "v") for sim in sims)
    np.testing.assert_allclose(seen, expected, rtol=1e-12)
    np.testing.assert_array_equal(asleep.valid, before)
    assert asleep.awake[:70].sum() < 70
    with pytest.raises(ValueError, match="variable: got 'u'"):
        sims[0].state("E", "u")


def test_leaps_are_calculated_as_far_as_anybody_slept():
    """In pieces that are those of the whole, and all of them once a checkpoint is put back."""
    network = small_network(np.random.default_rng(4), n=400, mode="event")
    sim, other = (Simulator(network, seed=3) for _ in range(2))
    sim.run(20.0)
    start = sim.snapshot()
    sim.set_parameters("A", v_threshold=7.0)
    group = sim.plan.groups["A"]
    assert group.event.held == FEW_LEAPS
    sim.run(30.0)
    held = group.event.held
    assert FEW_LEAPS < 300 <= held < 600
    whole = other.plan.groups["A"].event.table
    np.testing.assert_array_equal(group.event.table[:held], whole[:held])
    sim.go_back(start)
    table = sim.plan.groups["A"].event.table
    assert sim.plan.groups["A"].event.held == len(table)
    np.testing.assert_array_equal(table, whole)
    for one in (sim, other):
        one.run(300.0 - one.time)
    assert same_spikes(all_spikes(sim), all_spikes(other))
