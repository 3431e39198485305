"""Wiring rules that can draw the synapses onto some neurons alone."""

from dataclasses import replace
from typing import Any

import numpy as np

from neurosparse.network import Projection
from neurosparse.wiring import FixedInDegree


def of_own(projection: Projection, n_post: int, low: int, high: int) -> Projection:
    """A projection that draws the synapses onto neurons low..high-1 alone, as it would among all.

    One whose rule cannot is given back as it is: all is drawn then, and cut. Each column of
    `FixedInDegree` is drawn from its own number; weights and delays that are drawn follow each
    other through all synapses, and so are cut.

    >>> from neurosparse.wiring import FixedInDegree
    >>> of_own(Projection("E", "E", FixedInDegree(2)), 4, 0, 2).wiring.k.tolist()
    [2, 2, 0, 0]
    """
    wiring: Any = projection.wiring
    if type(wiring) is not FixedInDegree:
        return projection
    of_rule = (wiring.weight, wiring.delay_steps)
    declared = (projection.weight, projection.delay)
    values = [r if p is None else p for p, r in zip(declared, of_rule, strict=True)]
    if any(callable(value) or np.ndim(value) for value in (*values, *of_rule)):
        return projection
    k = np.asarray(wiring.k)
    if k.ndim and k.shape != (n_post,):
        return projection  # refused by the rule itself
    own = np.zeros(n_post, np.int64)
    own[low:high] = np.broadcast_to(k, (n_post,))[low:high]
    return replace(projection, wiring=replace(wiring, k=own))
