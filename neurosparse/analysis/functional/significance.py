"""Estimates beside what they are when neurons do not act on each other."""

from collections.abc import Callable

import numpy as np

from neurosparse.analysis.functional.estimate import Activity, activity_table
from neurosparse.checks import function_like, whole_number
from neurosparse.checks import generator as generator_of
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64, Seed


def against_shifts(
    activity: Activity,
    estimate: Callable[[Float64], Float64],
    shifts: int = 100,
    rng: Seed = None,
    *,
    progress: Callable[[int, int], object] | None = None,
) -> Float64:
    """How many deviations an estimate lies above those of neurons shifted in time `[n, n]`.

        z = (estimate - mean over shifts) / deviation over shifts

    Every neuron's activity is turned round by a time of its own, at least a tenth of the recording:
    each keeps its rate and its own rhythm, and who acts on whom is lost. NaN where shifts do not
    differ. With n (n - 1) pairs some z are high by chance: take a bound of 4 or more.

    Args:
        activity: `[time, n]`.
        estimate: of activity, such as `lagged_regression`; a lambda for its arguments.
        shifts: at least 2.
        rng: of these.
        progress: called as `progress(done, shifts)`.

    >>> from neurosparse.analysis import lagged_correlation
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal(1000)
    >>> activity = np.stack([x, np.roll(x, 1) + rng.standard_normal(1000)], axis=1)
    >>> z = against_shifts(activity, lagged_correlation, 20, rng=0)
    >>> bool(z[1, 0] > 10), bool(abs(z[0, 1]) < 4)
    (True, True)
    """
    x = activity_table(activity)
    whole_number("shifts", shifts, 2)
    function_like("estimate", estimate, "a function estimate(activity)")
    time, n = x.shape
    least = max(1, time // 10)
    if time < 20:
        raise bad_argument("activity", x, "at least 20 steps to shift by")
    generator = generator_of(rng)
    value = np.asarray(estimate(x), np.float64)
    total, square = np.zeros((2, *value.shape))
    for k in range(shifts):
        step = generator.integers(least, time - least, n)
        places = (np.arange(time)[:, None] + step) % time
        turned = np.asarray(estimate(np.take_along_axis(x, places, axis=0)), np.float64)
        # from the value itself, which keeps digits
        total += turned - value
        square += (turned - value) ** 2
        if progress is not None:
            progress(k + 1, shifts)
    mean = total / shifts
    variance = np.maximum(square / shifts - mean**2, 0.0) * shifts / (shifts - 1)
    deviation = np.sqrt(variance)
    steady = deviation <= 1e-12 * np.maximum(np.abs(value), 1e-300)
    unknown = np.full(value.shape, np.nan)
    z: Float64 = np.divide(-mean, deviation, out=unknown, where=~steady)
    return z
