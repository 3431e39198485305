"""Rules on the same synapses: one after the other, bounds once, traces for each its own."""

from typing import Any

import numpy as np
import pytest

from neurosparse import LIF, Network, Population, Projection, Simulator
from neurosparse.engine import Every
from neurosparse.neurons import PoissonSource
from neurosparse.plasticity import (
    Composed,
    Dopamine,
    DopamineSTDP,
    InhibitorySTDP,
    PairSTDP,
    TripletSTDP,
    WeightNormalisation,
)
from neurosparse.wiring import Bernoulli, Uniform
from tests.engine.on_device import DEVICE
from tests.plasticity.pairing import START, protocol

PAIR = PairSTDP(0.2, 0.24, w_max=3.0, tau_plus=17.0)
BALANCE = InhibitorySTDP(eta=0.1, rate=4.0, strongest=2.5, tau=31.0)
TIMES = ([10.0, 12.5, 40.0, 71.0], [11.0, 38.0, 44.0, 70.0])


def by_events(rules: Any, low: float, high: float) -> float:
    """What the synapse of `TIMES` ends with: each rule with traces of its own, one by one."""
    w = START
    x: Any = [rule.Pre(0.0) for rule in rules]
    y: Any = [rule.Post(0.0) for rule in rules]
    last = 0.0
    events = [(t, "pre") for t in TIMES[0]] + [(t, "post") for t in TIMES[1]]
    for time, side in sorted(events):
        for k, rule in enumerate(rules):
            p = rule.coefficients(0.1)
            x[k] = rule.Pre(x[k][0] * np.exp(-(time - last) / rule.tau_plus))
            y[k] = rule.Post(y[k][0] * np.exp(-(time - last) / rule.tau_minus))
            changed = rule.on_pre if side == "pre" else rule.on_post
            w = changed(w, x[k], y[k], p)
            if side == "pre":
                x[k] = rule.pre_spike(x[k], p)
            else:
                y[k] = rule.post_spike(y[k], p)
        w = max(low, min(high, w))
        last = time
    return w


@pytest.mark.parametrize("delay", [0.0, 0.4])
def test_rules_act_in_their_order_and_bounds_once(delay: float) -> None:
    both = [by_events(rules, 0.0, 2.5) for rules in ((PAIR, BALANCE), (BALANCE, PAIR))]
    pre = [round(t - delay, 6) for t in TIMES[0]]
    got = [
        protocol(Composed(*rules), pre, TIMES[1], delay)
        for rules in ((PAIR, BALANCE), (BALANCE, PAIR))
    ]
    assert got == pytest.approx(both, rel=1e-5)
    alone = [protocol(rule, pre, TIMES[1], delay) for rule in (PAIR, BALANCE)]
    assert np.abs(np.subtract(got[0], alone)).min() > 0.02


def test_of_a_rule_that_does_nothing_the_other_is_left() -> None:
    idle = PairSTDP(0.0, 0.0, w_max=9.0, w_min=-9.0)
    for rules in ((idle, BALANCE), (BALANCE, idle)):
        assert protocol(Composed(*rules), *TIMES) == protocol(BALANCE, *TIMES)


def test_names_and_bounds_are_those_of_all() -> None:
    rule: Any = Composed(PAIR, Composed(BALANCE, TripletSTDP(w_max=9.0, w_min=0.5)))
    assert [type(r).__name__ for r in rule.rules] == [
        "PairSTDP",
        "InhibitorySTDP",
        "TripletSTDP",
    ]
    assert rule.Pre._fields == ("recent_1", "recent_2", "recent_3", "lately")
    assert (rule.w_min, rule.w_max) == (0.5, 2.5)
    again: Any = Composed(PAIR, BALANCE, TripletSTDP(w_max=9.0, w_min=0.5))
    assert type(rule) is type(again)
    assert (rule == again, hash(rule) == hash(again)) == (True, True)
    assert repr(rule).startswith("Composed(PairSTDP(a_plus=0.2")


def net(rule: Any, delay: Any = 0.5) -> Network:
    wiring = Projection("S", "A", Bernoulli(0.7), weight=2.0, delay=delay, plasticity=rule)
    return Network(
        Population("S", 6, PoissonSource(120.0)),
        Population("A", 5, LIF(v_threshold=-62.0)),
        wiring,
    )


def test_a_reward_turns_what_one_rule_marked_into_weight() -> None:
    rule = [TripletSTDP(w_max=4.0), DopamineSTDP(tau_e=300.0)]
    dopamine = Dopamine("S->A")
    weights = {}
    for amount in (0.0, 5.0):
        with Simulator(net(rule, Uniform(0.1, 0.6)), seed=2) as simulator:
            simulator.run(60.0)
            marks = simulator.learning("S->A").eligibility
            assert marks is not None
            assert np.abs(marks).max() > 0.05
            begun = marks.copy()
            dopamine.release(simulator, amount)
            simulator.run(60.0, callbacks=[Every(5.0, dopamine)])
            weights[amount] = simulator.weights("S->A")
            # the array that the engine reads is the one that is rewarded
            assert (
                np.abs(simulator.learning("S->A").variables["eligibility"] - begun).max()
                > 0
            )
    assert np.abs(weights[5.0] - weights[0.0]).max() > 0.01


def test_sums_are_kept_beside_two_rules() -> None:
    keep = Every(2.0, WeightNormalisation("S->A", total=6.0))
    with Simulator(net([PAIR, BALANCE]), seed=2) as simulator:
        simulator.run(60.0, callbacks=[keep])
        now = simulator.connectivity("S->A")
        sums = np.bincount(now.indices, now.weights_array(), 5)
        spread = now.weights_array().std()
    np.testing.assert_allclose(sums[sums > 0], 6.0, rtol=1e-5)
    assert spread > 0.05


def test_tables_name_each_rule() -> None:
    text = net([PAIR, BALANCE]).to_toml()
    assert "PairSTDP" in text
    assert "InhibitorySTDP" in text
    again = Network.from_toml(text).projection("S->A").plasticity
    assert again == Composed(PAIR, BALANCE)


def test_a_list_of_one_rule_is_that_rule() -> None:
    def learning(rules: Any) -> Any:
        return Projection("a", "b", Bernoulli(0.5), plasticity=rules).plasticity

    assert learning([PAIR]) == PAIR
    assert learning([]) is None


def test_what_cannot_be_meant_is_named() -> None:
    two: Any = (PAIR,)
    with pytest.raises(ValueError, match="Composed: got 1 rules, wants two or more"):
        Composed(*two)
    wrong: Any = PairSTDP
    with pytest.raises(TypeError, match="Composed, rule 2: got"):
        Composed(PAIR, wrong)
    with pytest.raises(ValueError, match="bounds 5 to 3, wants rules whose bounds overlap"):
        Composed(PAIR, PairSTDP(0.1, 0.1, w_max=9.0, w_min=5.0))
    with pytest.raises(ValueError, match="at most one rule with a third factor"):
        Composed(DopamineSTDP(), DopamineSTDP())
    with pytest.raises(ValueError, match=r"S->A\.weight: .*2.*0.5"):
        Simulator(net([PAIR, PairSTDP(0.1, 0.1, w_max=0.5)]))
    pytest.importorskip("triton")
    with pytest.raises(ValueError, match="'gpu' with S->A: Composed"):
        Simulator(net([PAIR, BALANCE]), backend=DEVICE)
