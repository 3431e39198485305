"""What synapses carry in the place of spikes: values of functions, and what is refused."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from neurosparse.network import Graded, Logistic, ThresholdLinear


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (Logistic(threshold=2.0, width=0.5, most=4.0), 2.0, 2.0),
        (Logistic(threshold=2.0, width=0.5), 3.0, 1 / (1 + np.exp(-2.0))),
        (ThresholdLinear(threshold=1.0, gain=2.0), 4.0, 6.0),
        (ThresholdLinear(threshold=1.0, gain=2.0, most=5.0), 4.0, 5.0),
        (ThresholdLinear(threshold=1.0), 0.5, 0.0),
    ],
)
def test_functions(function: Any, x: float, value: float) -> None:
    assert function.value(x, function.coefficients()) == pytest.approx(value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Logistic(0.0, 0.0), "Logistic.width: got 0"),
        (lambda: Logistic(np.nan, 1.0), "Logistic.threshold"),
        (lambda: ThresholdLinear(most=0.0), "ThresholdLinear.most: got 0"),
        (lambda: Graded(3), "Graded.variable: got 3, wants the name of a state variable"),
        (lambda: Graded("v", np.tanh), r"Graded.function: .* wants None, Logistic\(...\)"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, says: str) -> None:
    with pytest.raises((ValueError, TypeError), match=says):
        make()


def test_a_function_that_may_change_is_refused() -> None:
    @dataclass
    class Changing:
        gain: float = 1.0
        Coefficients = Logistic.Coefficients

        def coefficients(self) -> Any:
            return Logistic(0.0, self.gain).coefficients()

        @staticmethod
        def value(x: float, p: Any) -> float:
            return x * p.most

    with pytest.raises(TypeError, match=r"write @dataclass\(frozen=True\)"):
        Graded("v", Changing())
