"""Milliseconds to steps, refusing what is no whole number of them."""

import math
import warnings
from typing import Any

import numpy as np

from neurosparse.checks import not_negative
from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.base import floats
from neurosparse.quantities import refuse_units

FOREVER = 2**62
FOR_GOOD = 2**30  # steps of refractoriness that leave room for the step itself in an int32
SHORTEST = 0.0009  # ms; below it is hardly a step in ms, but a usual one in seconds
MOST_OFF = 0.05  # of a step


def steps(name: str, milliseconds: Any, dt: float) -> Any:
    """Turn a time in ms into steps of dt; infinity is FOREVER. Arrays give int64 arrays.

    Raises:
        ValueError: no multiple of dt, naming the nearest times that would do.

    >>> steps("delay", 1.5, 0.1)
    15
    """
    if type(milliseconds) in (float, int):
        whole_now = _exact_steps(milliseconds, dt)
        if whole_now is not None:
            return whole_now
    times = floats(name, milliseconds)
    finite = np.where(np.isfinite(times), times, 0.0)
    whole = np.rint(finite / dt)
    # a share of long times, which may come from float32, but never so much that half a step would
    # pass
    off = np.abs(finite / dt - whole) > np.minimum(1e-6 * np.maximum(whole, 1.0), MOST_OFF)
    if off.any() or np.isnan(times).any():
        worst = float(times[off].ravel()[0]) if off.any() else float("nan")
        lower = np.floor(worst / dt) * dt
        nearest = f"for example {lower:.10g} or {lower + dt:.10g}"
        raise bad_argument(
            name, Said(f"{worst} ms"), f"a multiple of dt = {dt} ms", nearest
        )
    _tell_rounded(name, finite, finite / dt - whole, whole)
    if (whole >= FOREVER).any():
        longest = Said(f"{float(finite.max()):g} ms")
        raise bad_argument(name, longest, f"fewer than 2^62 steps of {dt} ms")
    result = np.where(np.isfinite(times), whole, FOREVER).astype(np.int64)
    return int(result) if result.ndim == 0 else result


def _exact_steps(time: float, dt: float) -> int | None:
    """Steps of one number that is a multiple of dt beyond doubt; None where there is any."""
    if time == math.inf:
        return FOREVER
    # what is no number compares with nothing
    if not abs(time) < 1e15 * dt:
        return None
    whole = round(time / dt)
    return whole if abs(time / dt - whole) <= 1e-9 * max(abs(whole), 1) else None


def _tell_rounded(name: str, times: Any, off: Any, whole: Any) -> None:
    """Warn of times off the grid that are too far off for decimals in double precision, and are
    not exact in single precision.
    """
    coarse = np.abs(off) > 1e-9 * np.maximum(np.abs(whole), 1.0)
    with np.errstate(over="ignore"):
        coarse &= np.float32(times) != times
    if coarse.any():
        most = float(np.abs(np.asarray(off))[coarse].max())
        words = f"{name}: times were rounded to steps, by up to {most:.2g} of a step"
        warnings.warn(words, stacklevel=4)


def refractory_steps(t_ref: Any, dt: float) -> Any:
    """Turn refractoriness in ms into whole steps as Brian2 does: rounded down.

    A thousandth of a step is forgiven, so that rounding of decimals takes no step away.

    >>> refractory_steps([0.27, 0.3, 2.0], 0.1).tolist()
    [2, 3, 20]
    """
    whole = np.floor((np.asarray(t_ref, dtype=np.float64) + 1e-3 * dt) / dt)
    return np.minimum(whole, FOR_GOOD).astype(np.int64)


def check_dt(dt: float) -> None:
    """Refuse a time step that is not a positive number of ms."""
    refuse_units("dt", dt)
    number = isinstance(dt, (int, float, np.number)) and dt is not True
    if not (number and np.isfinite(dt) and dt > 0):
        raise bad_argument("dt", dt, "a time step in ms above 0", "write dt=0.1")
    if dt < SHORTEST:
        words = f"dt = {dt:g} ms: are seconds meant? Then multiply by 1000"
        warnings.warn(words, stacklevel=3)


def whole_steps(name: str, period: float, dt: float) -> int:
    """Turn a period in ms into steps, at least one.

    >>> whole_steps("every", 1.0, 0.1)
    10
    """
    count = int(steps(name, not_negative(name, period), dt))
    if count < 1:
        raise bad_argument(name, Said(f"{period} ms"), f"at least dt = {dt} ms")
    return count
