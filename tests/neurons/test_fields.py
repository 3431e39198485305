"""Groups of parameters: inherited checks, and the start at rest."""

from dataclasses import dataclass, fields
from typing import ClassVar, NamedTuple

import numpy as np
import pytest

from neurosparse.neurons import (
    LIF,
    ExponentialSynapses,
    LIFAlpha,
    LIFExp,
    Membrane,
    Neuron,
    Value,
)


class PairState(NamedTuple):
    """Voltage and something else."""

    v: float
    w: float


@dataclass(frozen=True, kw_only=True)
class Pair(Neuron):
    """A model of one's own with all three kinds of checks."""

    v_rest: Value = -60.0
    low: Value = 1.0
    high: Value = 2.0
    share: Value = 0.0
    t_ref: Value = 0.0

    State = PairState
    receptors: ClassVar = {"w": "w"}
    above_zero = ("high",)
    zero_or_more = ("share",)
    ordered = (("low", "high"),)


def test_a_neuron_starts_at_rest():
    assert Pair().initial() == (-60.0, 0.0)
    assert Pair(v_rest=np.array([-60.0, -50.0])).initial().v.tolist() == [-60.0, -50.0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"high": 0.0}, r"Pair\.high: got 0.0, wants a value above 0"),
        ({"share": -1.0}, r"Pair\.share: got -1.0, wants 0 or more"),
        ({"low": 3.0}, r"Pair\.low: got 3.0, wants at most high = 2"),
        ({"low": np.array([1.0, 5.0])}, r"Pair\.low: got 5.0, wants at most high = 2"),
        ({"t_ref": -1.0}, r"Pair\.t_ref: got -1.0, wants 0 or more"),  # from the base
        ({"v_rest": np.nan}, r"Pair\.v_rest: got nan .* finite"),
    ],
)
def test_what_a_class_and_its_bases_list_is_checked(given, words):
    with pytest.raises(ValueError, match=words):
        Pair(**given)


def test_groups_come_together():
    names = [f.name for f in fields(LIFExp)]
    assert names == [f.name for f in fields(Membrane)] + ["tau_exc", "tau_inh"]
    assert LIFExp.receptors is ExponentialSynapses.receptors
    assert LIFAlpha().tau_exc == 2.0
    for bad in ({"tau_inh": 0.0}, {"r_mem": -1.0}, {"v_reset": -40.0}):
        with pytest.raises(ValueError, match=f"LIFExp.{next(iter(bad))}"):
            LIFExp(**bad)


def test_parameters_have_names():
    with pytest.raises(TypeError):
        LIF(20.0)
