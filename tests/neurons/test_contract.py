"""A model or rule that does not keep its contract is refused by name before it is compiled."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFCond, Neuron, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import AllToAll


class S(NamedTuple):
    v: float
    jump: float


class C(NamedTuple):
    share: float


@dataclass(frozen=True, kw_only=True)
class Bare(Neuron):
    tau: float = 10.0

    def coefficients(self, dt: float) -> C:
        return C(dt / self.tau)

    @staticmethod
    def update(s: Any, p: Any, since: int) -> Any:
        return S(s.v + s.jump, 0.0), s.v > 1.0

    @staticmethod
    def reset(s: Any, p: Any) -> Any:
        return S(0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Whole(Bare):
    t_ref: float = 0.0
    State = S
    Coefficients = C
    receptors: ClassVar[dict[str, str]] = {"delta": "jump"}


def changed(base=Whole, **parts):
    return type("Mine", (base,), parts)


def method(self, s, p, since):
    return s, False


BAD = {
    "parts": (Bare, TypeError, "which lacks State, Coefficients, receptors, t_ref"),
    "no fields": (changed(State=dict), TypeError, "Mine.State.*NamedTuple"),
    "receptor": (changed(receptors={"d": "jmp"}), ValueError, "receptors.*mean 'jump'"),
    "receptors": (changed(receptors=("jump",)), TypeError, "Mine.receptors.*dict"),
    "drive": (changed(drive=("shar", "")), ValueError, "Mine.drive.*mean 'share'"),
    "gain": (
        changed(drive=("share", "r")),
        ValueError,
        "Mine.drive: got 'r', wants the name",
    ),
    "conductances": (changed(LIFCond, conductances=("ex",)), ValueError, "mean 'exc'"),
    "above zero": (
        changed(above_zero=("taau",)),
        ValueError,
        "Mine.above_zero.*mean 'tau'",
    ),
    "ordered": (changed(ordered=(("tau", "t_re"),)), ValueError, "Mine.ordered.*'t_ref'"),
    "a method": (
        changed(update=method),
        TypeError,
        r"Mine.update: .*\(s, p, since\).*@static",
    ),
    "few": (changed(reset=staticmethod(lambda s: s)), TypeError, r"reset: .*of \(s, p\)"),
    "no function": (changed(reset=None), TypeError, "Mine.reset: got None"),
}


@pytest.mark.parametrize(("kind", "error", "words"), BAD.values(), ids=BAD)
def test_a_population_names_what_its_model_lacks(kind, error, words):
    with pytest.raises(error, match=words):
        Population("a", 3, kind())


COMPUTED = {
    "a plain tuple": {"coefficients": lambda self, dt: (1.0,)},
    "other fields": {"coefficients": lambda self, dt: S(1.0, 2.0)},
    "a start of other fields": {"initial": lambda self: C(1.0)},
}


@pytest.mark.parametrize("parts", COMPUTED.values(), ids=COMPUTED)
def test_coefficients_and_starts_with_other_fields_are_refused(parts):
    [verb] = parts
    net = Network(Population("a", 3, changed(**parts)()))
    with pytest.raises(TypeError, match=rf"a: Mine.{verb}\(.*wants [SC]\("):
        Simulator(net, dt=0.1)


def test_a_model_that_keeps_the_contract_runs():
    sim = Simulator(Network(Population("a", 3, Whole())), dt=0.1)
    sim.run(1.0)
    assert not sim.state("a", "v").any()


def rule(**parts):
    return type("Mine", (PairSTDP,), parts)(0.1, 0.1, w_max=1.0)


def projection(**parts):
    return Projection("s", "a", AllToAll(), weight=0.5, plasticity=rule(**parts))


def learning(**parts):
    source = SpikeSource([0.1, 0.3], [0, 0])
    kinds = Population("s", 1, source), Population("a", 3, LIF())
    return Simulator(Network(*kinds, projection(**parts)), dt=0.1)


def test_a_projection_names_what_its_rule_lacks():
    with pytest.raises(TypeError, match="Mine.on_pre: .*function of .w, x, y, p.*static"):
        projection(on_pre=lambda self, w, x, y, p: w)
    with pytest.raises(TypeError, match="Mine.Pre.*NamedTuple"):
        projection(Pre=None)

    class Half:
        def on_pre(self):
            """Nothing else."""

    with pytest.raises(TypeError, match="Half, which lacks Pre, Post, .*post_spike"):
        Projection("s", "a", AllToAll(), plasticity=Half())


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"coefficients": lambda self, dt: (1.0,)},
            r"Mine.coefficients\(0.1\): got shape .1.",
        ),
        (
            {"pre_decay": lambda self, dt: (1.0, 2.0)},
            r"Mine.pre_decay\(0.1\): got shape .2.",
        ),
        (
            {"post_decay": lambda self, dt: (np.nan,)},
            r"Mine.post_decay\(0.1\): got .nan.*number",
        ),
    ],
)
def test_numbers_of_a_rule_are_as_many_as_its_fields(parts, words):
    with pytest.raises(ValueError, match=words):
        learning(**parts)


def test_weights_that_a_rule_makes_nan_are_named():
    sim = learning(on_pre=staticmethod(lambda w, x, y, p: w * math.nan))
    with pytest.raises(
        FloatingPointError, match="s->a: weight of synapse 0 became nan.*Mine"
    ):
        sim.run(1.0)
