"""Chances of winning: closed forms, and numbers that cannot be meant."""

import math

import numpy as np
import pytest

from neurosparse.models import LinearExpansivity, PowerExpansivity


def test_the_published_form() -> None:
    v = np.array([[0.2, 0.5, 1.0]])
    psi = PowerExpansivity(a=100.0, b=2.0)(v, 0.5)
    assert psi == pytest.approx(25 / (1 + np.exp(13 - 26 * v)) + 1)
    psi = LinearExpansivity()(v, 0.6)
    assert psi == pytest.approx(2.5 * 0.5 / (1 + np.exp(5 - 28 * v)) + 1e-6)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: PowerExpansivity(a=-1.0), "a"),
        (lambda: PowerExpansivity(b=-1.0), "b"),
        (lambda: PowerExpansivity(slope=math.nan), "slope"),
        # without a floor no unit of an unknown input could win
        (lambda: LinearExpansivity(floor=0.0), "floor"),
        (lambda: LinearExpansivity(least=1.0), "least"),
        (lambda: LinearExpansivity(gain=-1.0), "gain"),
    ],
)
def test_forms_that_give_no_chances_are_refused(make, word) -> None:
    with pytest.raises(ValueError, match=f"{word}: got"):
        make()
