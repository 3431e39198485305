"""How a number changes over the run, as a function of progress 0..1."""

import math
from dataclasses import dataclass
from typing import Any, Protocol

from neurosparse.checks import finite, function_like
from neurosparse.errors import Said, bad_argument


class Schedule(Protocol):
    """A number for each moment of the run."""

    def __call__(self, progress: float) -> float: ...


def check_schedule(name: str, schedule: Any) -> None:
    """Refuse what is no schedule, such as a number."""
    remedy = f"write Constant({schedule})" if isinstance(schedule, int | float) else ""
    function_like(name, schedule, "a schedule of progress, as Cosine()", remedy)


def share_at(name: str, schedule: Schedule, progress: float) -> float:
    """Ask a schedule, anybody's, for a share.

    >>> share_at("fraction", lambda progress: 3.0, 0.5)
    Traceback (most recent call last):
    ValueError: fraction: got 3.0 at progress 0.5, wants a number in [0, 1]
    """
    value: Any = schedule(progress)
    number = finite(name, value.item() if hasattr(value, "item") else value)
    # the curves may miss an end by a rounding
    if not -1e-9 <= number <= 1 + 1e-9:
        received = Said(f"{number} at progress {progress:g}")
        raise bad_argument(name, received, "a number in [0, 1]")
    return number


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise bad_argument(name, value, "a number in [0, 1]")


@dataclass(frozen=True)
class Constant:
    """Always the same.

    >>> Constant(0.3)(0.9)
    0.3
    """

    value: float = 0.3

    def __post_init__(self) -> None:
        _check_share("value", self.value)

    def __call__(self, progress: float) -> float:
        """Give the value."""
        return self.value


@dataclass(frozen=True)
class Cosine:
    """Fall from `start` to 0 at `end` as half a cosine, `start/2 (1 + cos(π t / end))` (RigL).

    >>> Cosine(0.3, end=0.75)(0.375), Cosine(0.3, end=0.75)(0.8)
    (0.15, 0.0)
    """

    start: float = 0.3
    end: float = 0.75

    def __post_init__(self) -> None:
        _check_share("start", self.start)
        if not 0 < self.end <= 1:
            raise bad_argument("end", self.end, "a number in (0, 1]")

    def __call__(self, progress: float) -> float:
        """Compute the value at this progress 0..1."""
        if progress >= self.end:
            return 0.0
        return self.start / 2 * (1 + math.cos(math.pi * progress / self.end))


@dataclass(frozen=True)
class Cubic:
    """Go from `start` to `final` by `final + (start - final)(1 - x)³`, x 0..1 from begin to end.

    Source: Zhu & Gupta 2017, arXiv 1710.01878.

    >>> cubic = Cubic(start=1.0, final=0.1, begin=0.0, end=0.5)
    >>> cubic(0.0), round(cubic(0.25), 4), cubic(0.7)
    (1.0, 0.2125, 0.1)
    """

    start: float = 1.0
    final: float = 0.1
    begin: float = 0.0
    end: float = 0.75

    def __post_init__(self) -> None:
        _check_share("start", self.start)
        _check_share("final", self.final)
        if not 0 <= self.begin < self.end <= 1:
            raise bad_argument(
                "end", self.end, f"a number in ({self.begin}, 1], behind begin"
            )

    def __call__(self, progress: float) -> float:
        """Compute the value at this progress 0..1."""
        x = min(max((progress - self.begin) / (self.end - self.begin), 0.0), 1.0)
        return self.final + (self.start - self.final) * (1 - x) ** 3


@dataclass(frozen=True)
class Sigmoid:
    """Go from `start` to `final` along a logistic curve of steepness `curvature`.

    Source: CHTss, Zhang et al. 2025, arXiv 2501.19107; the shape is reconstructed.

    >>> sigmoid = Sigmoid(start=0.5, final=0.1, end=1.0)
    >>> sigmoid(0.0), round(sigmoid(0.5), 4), sigmoid(1.0)
    (0.5, 0.3, 0.1)
    """

    start: float = 0.5
    final: float = 0.1
    end: float = 0.5
    curvature: float = 6.0

    def __post_init__(self) -> None:
        _check_share("start", self.start)
        _check_share("final", self.final)

    def __call__(self, progress: float) -> float:
        """Compute the value at this progress 0..1."""
        x = min(max(progress / self.end, 0.0), 1.0)

        def logistic(z: float) -> float:
            return 1 / (1 + math.exp(-z))

        low = logistic(-self.curvature)
        high = logistic(self.curvature)
        done = (logistic(self.curvature * (2 * x - 1)) - low) / (high - low)
        return self.start * (1 - done) + self.final * done
