"""Functions that are called between steps, every so many milliseconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neurosparse.checks import function_like, positive
from neurosparse.engine.units import whole_steps
from neurosparse.errors import bad_type


@dataclass(frozen=True)
class Every:
    """Call `function(simulator)` every `period` ms of simulated time, between steps.

    >>> Every(10.0, print).period
    10.0
    """

    period: float
    function: Callable[[Any], Any]  # given the Simulator

    def __post_init__(self) -> None:
        positive("Every.period", self.period, "ms")
        expected = "a function of the simulator"
        function_like(
            "Every.function", self.function, expected, "write lambda simulator: ..."
        )


def periods(callbacks: Sequence[Every], dt: float) -> list[tuple[int, Any]]:
    """The callbacks as (period in steps, function).

    >>> periods([Every(10.0, print)], dt=0.1)
    [(100, <built-in function print>)]
    """
    listed = isinstance(callbacks, (list, tuple))
    if not listed or not all(isinstance(c, Every) for c in callbacks):
        raise bad_type(
            "callbacks",
            callbacks,
            "a list of Every objects",
            "write callbacks=[Every(10.0, function)]",
        )
    return [(whole_steps("Every.period", c.period, dt), c.function) for c in callbacks]
