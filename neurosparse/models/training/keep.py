"""Which entries of a scored set stay: exactly k of the best, or all above a threshold."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument


def positions_to_keep(
    scores: NDArray[Any], keep: int | None = None, threshold: float | None = None
) -> NDArray[np.int64]:
    """Positions, ascending, of the `keep` largest scores, of those above `threshold`, or of those
    not 0.

    Ties go to the earlier position, so that the answer is the same on every machine.

    Raises:
        ValueError: both or impossible limits, or scores that are not numbers.

    >>> positions_to_keep(np.array([3.0, 1.0, 3.0, 3.0]), keep=2).tolist()
    [0, 2]
    """
    if np.isnan(scores).any():
        raise bad_argument(
            "scores", Said("NaN"), "numbers", "look for the step at which training diverged"
        )
    if keep is not None and threshold is not None:
        raise bad_argument("threshold", threshold, "None where keep is given")
    if keep is None:
        return np.flatnonzero(scores > (0 if threshold is None else threshold))
    if not 0 <= keep <= scores.size:
        raise bad_argument("keep", keep, f"0..{scores.size}, the number of weights")
    if keep in (0, scores.size):
        return np.arange(keep)
    edge = np.partition(scores, scores.size - keep)[scores.size - keep]
    above = np.flatnonzero(scores > edge)
    ties = np.flatnonzero(scores == edge)
    return np.sort(np.concatenate([above, ties[: keep - len(above)]]))
