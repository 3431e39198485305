"""Wiring of one rank: the synapses onto its neurons alone, as they are among all."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine.ranks import Alone
from neurosparse.network import Projection
from neurosparse.typing import Array, Seed
from neurosparse.wiring._columns import by_pair, onto
from neurosparse.wiring._rule import built


class Drawn(Connectivity):
    """Synapses onto the neurons of one rank; what is drawn for each is drawn for these alone."""


@dataclass(frozen=True, eq=False)
class Own:
    """A wiring rule that gives the synapses onto neurons low..high-1.

    A rule that can draw them alone does; another one draws all, which are cut at once.
    """

    wiring: Any
    low: int
    high: int

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre neurons to those here."""
        columns = getattr(self.wiring, "build_columns", None)
        part = None
        if columns is not None:
            part = columns(n_pre, n_post, rng, self.low, self.high)
        if part is None:
            part = onto(built(self.wiring, n_pre, n_post, rng), self.low, self.high)
        values = (part.weight, part.delay_steps)
        return Drawn._trusted(part.indptr, part.indices, n_post, *values)


def of_own(projection: Projection, n_post: int, low: int, high: int) -> Projection:
    """A projection that draws the synapses onto neurons low..high-1 alone, as it would among all.

    One whose synapses are given, or where each was given a number, is given back as it is: it is
    cut when it is whole.

    >>> from neurosparse.wiring import FixedInDegree
    >>> own = of_own(Projection("E", "E", FixedInDegree(2), weight=1.0), 4, 0, 2)
    >>> own.wiring.build(4, 4).in_degree.tolist()
    [2, 2, 0, 0]
    """
    if not hasattr(projection.wiring, "build"):
        return projection
    if not all(map(by_pair, (projection.weight, projection.delay))):
        return projection
    own = Own(projection.wiring, min(low, n_post), min(high, n_post))
    return replace(projection, wiring=own)


def own_values(ranks: Alone, positions: Any, n_drawn: int, values: Any, kind: type) -> Any:
    """Numbers of the synapses here, or the one of all.

    `n_drawn` says how many were drawn on all ranks, of which `values` are those of this one; 0 says
    that these are of all synapses, the own ones at `positions`.
    """
    array: Array = np.asarray(values).astype(kind)
    if n_drawn > 1 and array.ndim:
        return array
    if n_drawn and array.ndim:
        array = ranks.joined(array)
    if array.size == 1:
        # also where none of the synapses is here
        return array.reshape(-1)[0]
    return array[positions] if array.size else kind(0)
