"""A model's Python as a kernel of its own: what is translated, and what is refused by name."""

import itertools
import math
from types import SimpleNamespace

import pytest

pytest.importorskip("triton")

from neurosparse.kernels.spikes.neuron_update.gpu import kernel_source
from neurosparse.kernels.spikes.neuron_update.translate import NotTranslatable, translate
from neurosparse.neurons import LIF, LIFAlpha, LIFState


def test_a_model_becomes_a_kernel_of_its_own():
    source = kernel_source(LIFAlpha)
    assert "tl.where(since >= 0" in source
    assert "s_rise_exc * p_keep_exc" in source


class Branching(LIF):
    """A model with an if statement, one with a loop of its own, one that calls what no GPU
    knows.
    """

    @staticmethod
    def update(s, p, since):
        """Branch."""
        if since > 0:
            return LIFState(s.v, 0.0), True
        return LIFState(s.v, 0.0), False

    @staticmethod
    def reset(s, p):
        """Call."""
        return LIFState(float(s.v), 0.0)


@pytest.mark.parametrize(
    ("verb", "wanted"), [("update", "if statement"), ("reset", r"float\(...\)")]
)
def test_what_cannot_be_translated_is_named(verb, wanted):
    with pytest.raises(NotTranslatable, match=rf"Branching.{verb}: .*{wanted}"):
        translate(getattr(Branching, verb), verb, [], ("v", "jump"))


class Choosy(LIF):
    """A model that compares in a chain, denies, and takes the least of three, one of them no
    float32.
    """

    @staticmethod
    def update(s, p, since):
        """Choose."""
        v = min(s.v, 0.1, max(s.jump, -3))
        return LIFState(v, 0.0), not -2 < v < 0.1


def test_choices_are_those_of_python():
    source = translate(Choosy.update, "choose", ["s_v", "s_jump"], ("v", "jump"))
    assert "minimum" not in source  # which would make a float32 of 0.1
    space = {
        "tl": SimpleNamespace(where=lambda c, a, b: a if c else b),
        "triton": SimpleNamespace(jit=lambda f: f),
    }
    exec(source, space)
    for v, jump in itertools.product((-5.0, -2.0, 0.0, 0.1, 0.3), (-9.0, -1.0, 2.0)):
        state, crossed = Choosy.update(LIFState(v, jump), None, 0)
        assert space["choose"](v, jump) == (*state, crossed)


class Waiting(LIF):
    """A model that waits."""

    @staticmethod
    def update(s, p, since):
        """Wait."""
        v = s.v
        while v > 1:
            v = v - 1
        return LIFState(v, 0.0), v > 0


def test_a_while_loop_is_refused():
    with pytest.raises(NotTranslatable, match=r"Waiting.update: a while loop"):
        translate(Waiting.update, "wait", ["s_v", "s_jump"], ("v", "jump"))


class Powers(LIF):
    """A model with powers of numbers that may be negative."""

    @staticmethod
    def update(s, p, since):
        """Raise."""
        return LIFState(s.v**3 + s.v**2.0 + s.jump**9, s.jump**4 - abs(s.v) ** 1.5), s.v > 0


def test_whole_powers_keep_the_sign_of_python():
    source = translate(Powers.update, "raised", ["s_v", "s_jump"], ("v", "jump"))
    space = {
        "tl": SimpleNamespace(
            where=lambda c, a, b: a if c else b, exp=math.exp, log=math.log, abs=abs
        ),
        "triton": SimpleNamespace(jit=lambda f: f),
    }
    exec(source, space)
    for v, jump in itertools.product((-2.5, -1.0, 0.0, 0.3), (-1.5, 0.0, 2.0)):
        state, crossed = Powers.update(LIFState(v, jump), None, 0)
        assert space["raised"](v, jump) == pytest.approx(
            (*state, crossed), rel=1e-12, abs=1e-30
        )
