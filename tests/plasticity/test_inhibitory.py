"""Inhibitory plasticity: event by event, its bounds, and the rate to which it brings targets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import LIF, Network, Population, Projection, Simulator
from neurosparse.neurons import LIFCond, SpikeSource
from neurosparse.plasticity import InhibitorySTDP
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import AllToAll, Bernoulli, Uniform
from tests.plasticity.pairing import START, protocol

SLOW = 1e-9  # a rate at which arriving spikes alone change nothing


@pytest.mark.parametrize("lag", [-20.0, -0.3, 0.1, 5.0, 31.7])
def test_either_order_strengthens_alike(lag: float) -> None:
    rule = InhibitorySTDP(eta=0.3, rate=SLOW, strongest=10.0, tau=17.0)
    expected = START + 0.3 * np.exp(-abs(lag) / 17.0)
    assert protocol(rule, [30.0], [round(30.0 + lag, 6)]) == pytest.approx(
        expected, rel=1e-5
    )


def test_arriving_spikes_alone_weaken_by_the_target_rate() -> None:
    rule = InhibitorySTDP(eta=0.3, rate=5.0, strongest=10.0, tau=20.0)
    # 2 rate tau = 0.2 for each of three spikes; the neuron fires a second later
    weight = protocol(rule, [10.0, 20.0, 30.0], [1030.0])
    assert weight == pytest.approx(START - 3 * 0.3 * 0.2, rel=1e-5)


@pytest.mark.parametrize("strongest", [3.0, -3.0])
def test_weights_stay_between_nothing_and_the_strongest(strongest: float) -> None:
    rule = InhibitorySTDP(eta=50.0, rate=5.0, strongest=strongest)
    start = np.sign(strongest) * START
    up = protocol(rule, [10.0], [12.0], start=start)
    down = protocol(rule, [10.0], [900.0], start=start)
    assert (up, down) == pytest.approx((strongest, 0.0), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_it_is_what_its_events_say(data: st.DataObject) -> None:
    times = st.lists(st.integers(1, 400), min_size=1, max_size=6, unique=True).map(sorted)
    pre, post = data.draw(times), data.draw(times)
    eta, rate, tau = 0.05, data.draw(st.floats(1.0, 30.0)), data.draw(st.floats(5.0, 40.0))
    rule = InhibitorySTDP(eta=eta, rate=rate, strongest=4.0, tau=tau)
    weight, x, y = START, 0.0, 0.0
    decay = np.exp(-0.1 / tau)
    for step in range(420):
        x, y = x * decay, y * decay
        if step in pre:
            weight = min(4.0, max(0.0, weight + eta * (y - 2 * rate * tau / 1000)))
            x += 1
        if step in post:
            weight = min(4.0, max(0.0, weight + eta * x))
            y += 1
    spikes = ([round(0.1 * s, 6) for s in each] for each in (pre, post))
    assert protocol(rule, *spikes) == pytest.approx(weight, rel=1e-5)


def test_it_brings_a_neuron_to_its_rate_with_delays_that_differ() -> None:
    """Fixed point of Vogels et al. 2011: <dw> = 0 where the target fires at `rate`."""
    rule = InhibitorySTDP(eta=0.02, rate=8.0, strongest=30.0)
    net = Network(
        Population("E", 10, LIFCond()),
        Population("I", 400, LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)),
        PoissonInput("I", rate=15.0, weight=2.0),
        PoissonInput("E", rate=4000.0, weight=1.2, receptor="exc"),
        Projection(
            "I",
            "E",
            Bernoulli(0.8),
            weight=0.1,
            receptor="inh",
            plasticity=rule,
            delay=Uniform(0.5, 2.0),
        ),
    )
    with Simulator(net, dt=0.2, seed=2) as simulator:
        simulator.run(500.0)
        before = simulator.spikes("E").rate(duration=500.0)
        simulator.run(10_000.0)
        spikes = simulator.spikes("E").select(start=6_500.0)
        after = spikes.rate(duration=4_000.0)
        weights = simulator.weights("I->E")
    assert before > 30
    assert after == pytest.approx(8.0, rel=0.15)
    assert weights.mean() > 0.2


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"eta": 0.0}, "eta"),
        ({"tau": 0.0}, "tau"),
        ({"rate": -1.0}, "rate"),
        ({"strongest": 0.0}, "strongest"),
        ({"strongest": float("nan")}, "strongest"),
    ],
)
def test_parameters_that_cannot_be_meant(parameters: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=rf"InhibitorySTDP\.{says}: got"):
        InhibitorySTDP(**({"eta": 0.1, "rate": 5.0, "strongest": 1.0} | parameters))


def test_weights_beyond_the_strongest_are_refused() -> None:
    rule = InhibitorySTDP(eta=0.1, rate=5.0, strongest=-1.0)
    source = Population("S", 2, SpikeSource([1.0], [0]))
    for weight in (0.5, -1.5):
        with pytest.raises(ValueError, match=r"weight: got .* from -1 to 0"):
            Network(
                source,
                Population("E", 2, LIF()),
                Projection("S", "E", AllToAll(), weight=weight, plasticity=rule),
            )
