"""Tables of what is left of a trace after so many steps."""

import numpy as np
from numpy.typing import NDArray

LONGEST_SPAN = 64  # steps after which traces are written down anew
LEAST = 1e-9  # of a trace is left after a span, or the span is shorter
FINE = 4096  # steps in the finer table of powers
MOST_COARSE = 65_536
MOST = 1e15  # by which a trace may be multiplied to look back
HIDDEN = np.float32(-2e38)  # no trace
NOTHING = 1e-37  # near the least that a float32 holds in full


def span_tables(
    factors: NDArray[np.float64], span: int | None = None
) -> tuple[int, NDArray[np.float32], NDArray[np.float32]]:
    """The longest span over which something is left of each trace, or a span that is given; what
    is left after 0..span steps [n, span + 1], and one over that.

    >>> span, left, more = span_tables(np.array([0.9]))
    >>> span, round(float(left[0, 2]), 6), round(float(left[0, 2] * more[0, 2]), 6)
    (64, 0.81, 1.0)
    >>> span_tables(np.array([0.9, 0.0]))[0]
    1
    """
    if span is None:
        span = LONGEST_SPAN
        while span > 1 and (factors**span < LEAST).any():
            span //= 2
    left = factors[:, None] ** np.arange(span + 1)
    with np.errstate(divide="ignore"):
        more = 1 / left
    return span, left.astype(np.float32), more.astype(np.float32)


def powers_of(factors: NDArray[np.float64]) -> NDArray[np.float32]:
    """Powers 0..FINE - 1 of each factor, and then those of each FINE steps until nothing is left
    [n, n_powers].

    >>> table = powers_of(np.array([0.9]))
    >>> powers_at(table, np.array([0, 9999])).tolist()
    [[1.0, 0.0]]
    """
    inside = factors[(factors > 0) & (factors < 1)]
    longest = np.log(NOTHING) / np.log(inside.max()) if inside.size else 0.0
    n_coarse = int(min(longest // FINE + 2, MOST_COARSE))
    steps = np.concatenate([np.arange(FINE), FINE * np.arange(n_coarse)])
    table = factors[:, None] ** steps
    table[table < NOTHING] = 0
    powers: NDArray[np.float32] = table.astype(np.float32)
    return powers


def powers_at(table: NDArray[np.float32], steps: NDArray[np.int64]) -> NDArray[np.float32]:
    """What is left after some steps [k], from a table of `powers_of`: [n, k]."""
    coarse = np.minimum(steps // FINE, table.shape[1] - FINE - 1)
    left: NDArray[np.float32] = table[:, steps % FINE] * table[:, FINE + coarse]
    return left


def around_now(
    factors: NDArray[np.float64], longest: int, span: int
) -> NDArray[np.float32] | None:
    """What traces at the beginning of a span are multiplied by, from longest + span steps before it
    to its end [n, longest + 2 span + 1]; None where that is too much.

    >>> around_now(np.array([0.5]), 1, 1)
    array([[4. , 2. , 1. , 0.5]], dtype=float32)
    """
    steps = np.arange(-longest - span, span + 1)
    with np.errstate(divide="ignore", over="ignore"):
        table = factors[:, None] ** steps.astype(np.float64)
    if (table > MOST).any():
        return None
    near: NDArray[np.float32] = table.astype(np.float32)
    return near
