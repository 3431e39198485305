"""The loop: goals, rounds, steps left out, when it stops."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.pruning import (
    Counts,
    DropNeurons,
    KeepBest,
    LargestExponent,
    LyapunovNoisePruning,
    RandomNeurons,
    counts,
    lnp,
)
from neurosparse.rewiring import Magnitude
from tests.pruning.nets import spiking


def test_the_loop_reaches_its_goal_and_counts_apart():
    net, field = spiking()
    rule = replace(lnp(field, like=net, rounds=3, trials=1), tune=None, watch=None)
    found = rule(net, neurons=0.5, synapses=60, rng=0)
    assert counts(found.net, outputs=3) == Counts(20, 60, 60)
    assert [r.counts.neurons for r in found.history] == [32, 25, 20]
    found.net.connectivity.validate()
    share = rule(net, neurons=0.5, synapses=0.5, rng=0)
    among = replace(rule, synapses=None, grow=None)(
        net, neurons=0.5, rng=0
    ).net.connectivity.nnz
    assert 0.3 * among < share.net.connectivity.nnz < 0.7 * among
    one, other = (rule(net, neurons=0.5, synapses=60, rng=1).net for _ in range(2))
    assert one.connectivity == other.connectivity


@pytest.mark.parametrize("missing", ["synapses", "neurons", "grow"])
def test_each_step_can_be_left_out(missing):
    net, field = spiking(20)
    rule = replace(lnp(field, rounds=2), tune=None, watch=None, **{missing: None})
    found = rule(net, neurons=0.5, synapses=0.5, rng=0).net
    assert found.connectivity.n_pre == (20 if missing == "neurons" else 10)
    assert LyapunovNoisePruning()(net, neurons=0.5, synapses=0.5).net == net


def test_the_loop_stops_where_the_exponent_crosses_its_limit():
    net, field = spiking(20)
    levels = iter([-1.0, -0.5, 0.1])
    rule = LyapunovNoisePruning(
        neurons=DropNeurons(RandomNeurons()),
        rounds=5,
        watch=lambda n, r: next(levels),
        limit=0.0,
    )
    found = rule(net, neurons=0.25, rng=0)
    assert found.stopped == "exponent"
    assert [r.exponent for r in found.history] == [-1.0, -0.5]
    assert found.net.connectivity.n_pre == found.history[-1].counts.neurons == 11
    assert LargestExponent(field, steps=40)(net, np.random.default_rng(0)) < 0


def test_shares_and_numbers_of_numpy_are_taken_as_what_they_are():
    net, _ = spiking(20)
    rule = LyapunovNoisePruning(synapses=KeepBest(Magnitude()), rounds=2)
    nnz = net.connectivity.nnz
    assert rule(net, synapses=np.float32(0.5)).net == rule(net, synapses=0.5).net
    assert rule(net, synapses=np.int64(7)).net.connectivity.nnz == 7
    with pytest.raises(ValueError, match=f"wants 0..{nnz}"):
        rule(net, synapses=np.int64(nnz + 1))
    for odd in (True, "half"):
        with pytest.raises(TypeError, match="synapses: got .* a whole number of synapses"):
            rule(net, synapses=odd)


NET, _ = spiking(5, steps=60)

BAD = {
    "rounds: got 0": lambda: LyapunovNoisePruning(rounds=0),
    "added: got 1": lambda: LyapunovNoisePruning(added=1.0),
    "a share to keep, in": lambda: LyapunovNoisePruning()(NET, neurons=0.0),
    "or a whole number": lambda: LyapunovNoisePruning()(NET, synapses=1.5),
    "or a share": lambda: LyapunovNoisePruning()(NET, synapses=999),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
