"""Activity made comparable: unit rows whose products are correlations."""

import numpy as np

from neurosparse.typing import Array


def standardised(activity: Array, centred: bool) -> Array:
    """Scale each neuron's activity `[samples, n]` to unit length, less its mean if `centred`.

    Products of two such columns are Pearson correlations (centred) or cosines; a silent or constant
    neuron correlates with nobody.

    >>> x = standardised(np.array([[1.0, 5.0], [3.0, 5.0]]), centred=True)
    >>> (x.T @ x).round(6).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    moved = activity - activity.mean(0) if centred and len(activity) else activity
    length = np.sqrt((moved * moved).sum(0))
    # rounding leaves a constant neuron a tiny length that means nothing
    floor = 1e-6 * np.sqrt((activity * activity).sum(0))
    return np.asarray(
        np.divide(moved, length, out=np.zeros_like(moved), where=length > floor)
    )
