"""What thresholds share: their curve in pieces, and what a coder asks of each."""

from typing import Any, NamedTuple, Protocol

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_type
from neurosparse.typing import Array


class Curve(NamedTuple):
    """A threshold in pieces: 0 up to `limit`, `slope (|r| - shift)` up to `knee`, then r itself."""

    limit: float
    shift: float
    slope: float
    knee: float

    def __call__(self, r: Array) -> Array:
        """Cut `r`, of any shape."""
        size = np.abs(r)
        between = np.copysign(self.slope * (size - self.shift), r)
        above = np.where(size > self.knee, r, between)
        return np.where(size > self.limit, above, np.zeros_like(r))


class Thresholding(Protocol):
    """What a coder needs of a threshold, also of one of your own."""

    def __call__(self, u: Any) -> Array:
        """Cut drives of any shape: `prox(u, 1)`."""
        ...

    def prox(self, r: Any, step: float = 1.0) -> Array:
        """Give `argmin_x ½(x - r)² + step penalty(x)`, of the shape of r."""
        ...

    def penalty(self, a: Any) -> Array:
        """Give what each coefficient costs, of the shape of a."""
        ...


class Scalar:
    """What the thresholds share: `__call__` is the proximal map of step 1."""

    convex = False

    def __call__(self, u: Any) -> Array:
        """Cut drives of any shape: `prox(u, 1)`."""
        return self.prox(u)

    def curve(self, step: float = 1.0) -> Curve:
        """Give the proximal map in pieces, where it is straight between them."""
        raise NotImplementedError

    def prox(self, r: Any, step: float = 1.0) -> Array:
        """Give `argmin_x ½(x - r)² + step penalty(x)`, of the shape of r."""
        return self.curve(length(step))(floats("r", r))

    def penalty(self, a: Any) -> Array:
        """Give what each coefficient costs, of the shape of a."""
        raise NotImplementedError


def a_threshold(value: Any, name: str = "threshold") -> Any:
    """Return a threshold, an object with `prox` and `penalty`, or say how to make one."""
    parts = (getattr(value, part, None) for part in ("__call__", "prox", "penalty"))
    # of a class these would be functions that want an object first
    if isinstance(value, type) or not all(map(callable, parts)):
        raise bad_type(name, value, "a threshold", "write Soft(0.1)")
    return value


def length(step: float) -> float:
    """Return the step of a proximal map, above 0."""
    return checks.positive("step", step)


def floats(name: str, value: Any) -> Array:
    """Return an array of float32 or float64 as it is, anything else as float64."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise bad_type(name, value, "numbers")
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)
