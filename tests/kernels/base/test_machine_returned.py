"""A model whose functions return other fields than its state has is refused, not run."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.kernels.spikes.event_update.loops import model_parts
from neurosparse.kernels.spikes.spike_timing.cpu import plastic_operation
from neurosparse.network import Network, Population
from neurosparse.neurons import LIF, LIFState
from neurosparse.plasticity import PairSTDP

WIDE = "Wide\\(v, jump, w\\)"
WANTED = "LIFState\\(v, jump\\)"


class Wide(NamedTuple):
    """One field more than the state of LIF."""

    v: float
    jump: float
    w: float


class Turned(NamedTuple):
    """The fields of the state of LIF in another order."""

    jump: float
    v: float


class WideUpdate(LIF):
    @staticmethod
    def update(s, p, since):
        return Wide(s.v, 7.0, 9.0), s.v > 1.0


class NarrowUpdate(LIF):
    @staticmethod
    def update(s, p, since):
        return (s.v,), s.v > 1.0


class TurnedUpdate(LIF):
    @staticmethod
    def update(s, p, since):
        return Turned(0.0, s.v), s.v > 1.0


class UpdateAlone(LIF):
    @staticmethod
    def update(s, p, since):
        return LIFState(s.v, 0.0)


class WideReset(LIF):
    @staticmethod
    def reset(s, p):
        return Wide(0.0, 0.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class Plain(LIF):
    """A plain tuple of as many numbers is a state too."""

    @staticmethod
    def update(s, p, since):
        return (s.v + 1.0, 0.0), s.v > 1.0


def advance(kind, mode):
    sim = Simulator(Network(Population("a", 3, kind(), mode=mode)), dt=0.1)
    sim.run(0.2)
    return sim.state("a", "v")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            WideUpdate,
            f"WideUpdate.update returned \\({WIDE}, bool\\), wants \\({WANTED}, cros",
        ),
        (NarrowUpdate, f"NarrowUpdate.update returned .*wants \\({WANTED}, crossed"),
        (
            TurnedUpdate,
            f"TurnedUpdate.update returned .*Turned.*wants \\({WANTED}, crossed",
        ),
        (
            UpdateAlone,
            f"UpdateAlone.update returned {WANTED}, wants \\({WANTED}, crossed\\)",
        ),
        (WideReset, f"WideReset.reset returned {WIDE}, wants {WANTED}"),
    ],
)
def test_a_state_with_other_fields_is_refused_when_compiled(kind, words):
    with pytest.raises(TypeError, match=words):
        advance(kind, "clock")


@pytest.mark.parametrize(
    ("kind", "verb", "arguments"),
    [(WideUpdate, "advance", (np.int32(0),)), (WideReset, "settle", ())],
)
def test_event_mode_refuses_it_too(kind, verb, arguments):
    function = model_parts(kind)[verb]
    p = LIF().coefficients(0.1)
    with pytest.raises(TypeError, match=f"returned .*{WIDE}"):
        function(LIFState(0.0, 0.0), p, *arguments)


def test_a_plain_tuple_is_taken():
    start = LIF().initial().v
    assert advance(Plain, "clock").tolist() == [start + 2.0] * 3


class WideTrace(PairSTDP):
    @staticmethod
    def pre_spike(x, p):
        return Wide(1.0, 2.0, 3.0)


class WideWeight(PairSTDP):
    @staticmethod
    def on_post(w, x, y, p):
        return (w, w)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (WideTrace, f"WideTrace.pre_spike returned {WIDE}, wants"),
        (WideWeight, "WideWeight.on_post returned .*, wants one number"),
    ],
)
def test_a_rule_that_returns_other_fields_is_refused(rule, words):
    with pytest.raises(TypeError, match=words):
        plastic_operation(rule, False, np.float64, np.uint32, np.int32)
