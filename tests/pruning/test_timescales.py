"""Time constants tuned by a criterion, never for the worse."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from neurosparse.pruning import (
    NearStability,
    TuneTimeScales,
    gamma_tau,
)
from tests.pruning.nets import spiking


def test_time_scales_are_tuned_and_never_worse():
    pytest.importorskip("optuna", reason="optuna is not installed (extra search)")
    net, field = spiking(25)
    judge = NearStability(field, target=-0.02, k=3, steps=60)
    slow = gamma_tau(net, 2.0, 3.0)
    rng = np.random.default_rng(0)
    seed = int(np.random.default_rng(0).integers(2**31))
    tuned = TuneTimeScales(judge, trials=8)(slow, rng)
    costs = [judge(n, np.random.default_rng(seed)) for n in (slow, tuned)]
    assert costs[1] < costs[0]
    assert (
        np.argsort(tuned.tau, kind="stable") == np.argsort(slow.tau, kind="stable")
    ).all()
    again = TuneTimeScales(judge, trials=8)(slow, 0)
    np.testing.assert_array_equal(tuned.leak, again.leak)
    best = replace(judge, target=judge.exponents(net, np.random.default_rng(seed)))
    assert TuneTimeScales(best, trials=2)(net, 0) is net


def test_without_optuna_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    net, _ = spiking(5)
    with pytest.raises(ImportError, match=r"neurosparse\[search\]"):
        TuneTimeScales(lambda n, r: 0.0)(net)


def test_a_silent_network_is_no_good():
    net, field = spiking(10)
    silent = replace(field, drive=np.zeros_like(field.drive))
    assert NearStability(silent, steps=20)(net, np.random.default_rng(0)) > 1.0


NET, _ = spiking(5, steps=60)

BAD = {
    "a range": lambda: TuneTimeScales(None, shape=(2.0, 1.0)),
    "trials: got 0": lambda: TuneTimeScales(None, trials=0),
    "numbers above 0": lambda: gamma_tau(NET, 0.0, 1.0),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
