"""Which patterns of three neurons each neuron takes part in."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from neurosparse.analysis.topology.graph import graph
from neurosparse.analysis.topology.motifs import MOTIFS, named_patterns
from neurosparse.kernels.graphs.triads_of import Patterns, triads_of
from neurosparse.typing import Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


def triad_participation(connectivity: "Connectivity") -> Int64:
    """Count for every neuron the triads of each connected pattern that it is one of, exactly.

    Self loops and repeated pairs are left out. A column adds up to three times the census.

    Returns:
        `[n, 13]`, columns in the order of `MOTIFS`.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=4, n_post=4)
    >>> triad_participation(ring)[:, MOTIFS.index("030C")].tolist()
    [1, 1, 1, 0]
    """
    return triads_of(graph(connectivity).bones, _patterns())


@cache
def _patterns() -> Patterns:
    names, open_names = named_patterns()
    closed = np.zeros((4, 4, 4), np.int64)
    for kind, name in names.items():
        closed[kind] = MOTIFS.index(name)
    open_ = np.zeros((4, 4), np.int64)
    for ends, name in open_names.items():
        open_[ends] = MOTIFS.index(name)
    return Patterns(closed, open_, len(MOTIFS))
