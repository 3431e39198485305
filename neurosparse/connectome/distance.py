"""Which neurons lie within some connections of others."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.typing import Bool, Int32, Int64


def reached(
    connectivity: Connectivity, start: Bool, steps: int, direction: str, synapses: float
) -> Bool:
    """Mark the neurons at most `steps` connections from `start`, themselves included, `[n]`.

    >>> chain = Connectivity.from_dense([[0, 2, 0], [0, 0, 9], [0, 0, 0]])
    >>> start = np.array([True, False, False])
    >>> reached(chain, start, 2, "downstream", 0.0).tolist()
    [True, True, True]
    >>> reached(chain, start, 2, "downstream", 5.0).tolist()
    [True, False, False]
    """
    pre, post = _strong(connectivity, synapses)
    mask = start.copy()
    for _ in range(steps):
        further = np.zeros_like(mask)
        if direction != "upstream":
            further[post[mask[pre]]] = True
        if direction != "downstream":
            further[pre[mask[post]]] = True
        if np.all(mask[further]):
            break
        mask |= further
    return mask


def _strong(connectivity: Connectivity, synapses: float) -> tuple[Int32, Int32]:
    pre, post = connectivity.edges()
    if synapses <= 0:
        return pre, post
    strong: Int64 = np.flatnonzero(np.abs(connectivity.weights_array()) >= synapses)
    return pre[strong], post[strong]
