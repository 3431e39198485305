"""What lies on a grid of steps: decimals are no binary fractions, so 3 * 0.1 / 0.1 is above 3.

A quotient that differs from a whole number by no more than the rounding of its terms is that whole
number. The tolerance is relative: a fixed one fails far from 0, and for numbers of 32 bits.
"""

from typing import Any

import numpy as np

from neurosparse.typing import Float64

_ULPS = (
    4  # roundings of the value, the start, the width, their difference and their quotient
)
_SPACING = {
    "float64": 2.0**-52,
    "float32": 2.0**-23,
    "float16": 2.0**-10,
    "bfloat16": 2.0**-7,
}
_MOST = 0.25  # of a step: beyond it the type of the numbers no longer tells steps apart


def precision(value: Any) -> float:
    """Return the relative spacing of numbers of the type that a value came in.

    >>> precision(0.1), precision(np.float32(0.1))
    (2.220446049250313e-16, 1.1920928955078125e-07)
    """
    # "torch.float32" too
    name = str(getattr(value, "dtype", "")).rpartition(".")[2]
    return _SPACING.get(name, _SPACING["float64"])


def snapped(quotient: Any, scale: Any, eps: float | None = None) -> Float64:
    """Return quotients, as whole numbers where they are that but for rounding.

    Args:
        quotient: in steps.
        scale: sizes of the terms that it came from, in steps.
        eps: relative spacing of these terms; of 64 bits unless given.

    >>> float(snapped(0.3 / 0.1, 3)), float(snapped(2.9, 3))
    (3.0, 2.9)
    """
    q = np.asarray(quotient, np.float64)
    spacing = _SPACING["float64"] if eps is None else eps
    tolerance = np.minimum(_ULPS * spacing * np.abs(scale), _MOST)
    whole = np.rint(q)
    with np.errstate(invalid="ignore"):  # infinite quotients stay
        near = np.abs(q - whole) <= tolerance
    return np.where(near, whole, q)


def steps(value: Any, width: float, start: Any = 0.0, eps: float | None = None) -> Float64:
    """Return (value - start) / width, a whole number where the value lies on the grid.

    Args:
        value: one number or an array.
        width: of a step, above 0.
        start: where step 0 begins.
        eps: relative spacing of the values; that of their type unless given.

    >>> steps(np.array([0.3, 0.25]), 0.1).tolist()
    [3.0, 2.5]
    """
    spacing = max(
        precision(value) if eps is None else eps, precision(start), precision(width)
    )
    x = np.asarray(value, np.float64)
    s = np.asarray(start, np.float64)
    with np.errstate(over="ignore"):
        # what the start and the width are exact to, beside the values
        share = max(precision(start), precision(width)) / spacing
        scale = (np.abs(x) + min(share, 1.0) * np.abs(s)) / width
        return snapped((x - s) / width, scale, spacing)


def floor_steps(
    value: Any, width: float, start: Any = 0.0, eps: float | None = None
) -> Float64:
    """Return the step that a value lies in, as a whole float; a border belongs to what it begins.

    >>> [int(floor_steps(k / 10, 0.1)) for k in range(11)]
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    return np.floor(steps(value, width, start, eps))


def ceil_steps(
    value: Any, width: float, start: Any = 0.0, eps: float | None = None
) -> Float64:
    """Return how many steps it takes to reach a value, as a whole float.

    >>> int(ceil_steps(0.3, 0.1)), int(ceil_steps(0.31, 0.1))
    (3, 4)
    """
    return np.ceil(steps(value, width, start, eps))


def round_steps(
    value: Any, width: float, start: Any = 0.0, eps: float | None = None
) -> Float64:
    """Return the nearest step as a whole float, halves away from zero.

    >>> [int(round_steps(x, 0.1)) for x in (0.35, -0.35, 0.34)]
    [4, -4, 3]
    """
    halves = steps(value, width / 2, start, eps)
    return np.asarray(np.copysign(np.floor((np.abs(halves) + 1) / 2), halves))
