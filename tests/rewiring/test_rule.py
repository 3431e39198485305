"""What a trainer asks of a rule, and what a base answers."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    BaseRule,
    Change,
    RewiringRule,
    Sampling,
    chtss,
    hebbian,
    rigl,
    srigl,
)
from tests.rewiring.helpers import RECIPES


class DropFirst(BaseRule):
    """The smallest rule one can write."""

    def step(self, layers, progress, rng=None):
        return [Change(np.array([0]), np.array([0]), np.array([2])) for _ in layers]


def test_a_rule_needs_a_step_alone():
    rule = DropFirst()
    assert isinstance(rule, RewiringRule)
    assert (rule.every, rule.sampling, rule.remember, rule.resizes) == (
        0,
        Sampling(),
        False,
        False,
    )
    assert rule.check([Connectivity.empty(2, 2)]) is None


@pytest.mark.parametrize("rule", [*RECIPES.values(), srigl(), chtss()])
def test_every_recipe_is_a_rule(rule):
    assert isinstance(rule, RewiringRule)


@pytest.mark.parametrize("something", [None, "rigl", rigl, BaseRule()])
def test_other_things_are_none(something):
    assert not isinstance(something, RewiringRule)


@pytest.mark.parametrize("make", [rigl, srigl, lambda every: hebbian(every=every)])
def test_periods_are_whole_steps(make):
    assert make(every=0).every == 0
    for every in (-1, 7.5):
        with pytest.raises(
            ValueError, match=f"every: got {every}, wants a whole number, 0 or more"
        ):
            make(every=every)
    with pytest.raises(TypeError, match="every: got True"):
        make(every=True)
