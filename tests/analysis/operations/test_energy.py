"""Energy by a model: it says what it is made of."""

import pytest

from neurosparse.analysis import (
    ENERGY_45NM,
    EnergyModel,
    SynOps,
)


def test_energy_shows_its_constants():
    spent = ENERGY_45NM(SynOps(10.0, 100.0, 0.0), updates=10.0)
    assert spent.picojoules == pytest.approx(46 + 90 + 9)
    for part in ("not measured", "4.6", "0.9", "45 nm"):
        assert part in str(spent)
    assert "Horowitz" in ENERGY_45NM.source


def test_a_cost_below_zero_is_refused():
    with pytest.raises(ValueError, match="mac: got -1"):
        EnergyModel("a", -1.0, 1.0)
