"""Multiply-accumulates of one update of one layer: what a score, a drop or a growth says it costs.

A part of a rule states its own cost as `macs(support, samples)`; most of them with one of these:
`macs = staticmethod(every_pair)`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from neurosparse.connectivity import Connectivity

Cost = Callable[[Connectivity, int], int]
Part = TypeVar("Part", bound=Callable[..., Any])


def every_pair(support: Connectivity, samples: int) -> int:
    """A score of all pairs from so many samples.

    >>> every_pair(Connectivity.empty(3, 4), 2)
    24
    """
    return samples * support.n_pre * support.n_post


def every_synapse(support: Connectivity, samples: int) -> int:
    """A score of all synapses from so many samples.

    >>> every_synapse(Connectivity.from_dense([[1, 1], [1, 0]]), 2)
    6
    """
    return samples * support.nnz


def no_products(support: Connectivity, samples: int) -> int:
    """Comparisons and additions alone.

    >>> no_products(Connectivity.empty(3, 4), 2)
    0
    """
    return 0


def paths_of_three(support: Connectivity, samples: int) -> int:
    """One for each way `u - z - z' - v` over three synapses: what a score of paths adds up.

    >>> paths_of_three(Connectivity.from_dense([[1, 1], [1, 0]]), 0)
    8
    """
    pre, post = support.edges()
    return int((support.out_degree[pre].astype(float) * support.in_degree[post]).sum())


def costing(cost: Cost) -> Callable[[Part], Part]:
    """State the cost of a plain function; a class writes `macs = staticmethod(cost)` instead.

    >>> @costing(no_products)
    ... def share_alike(layers, dropped): ...
    >>> share_alike.macs(Connectivity.empty(3, 4), 2)
    0
    """

    def state(function: Part) -> Part:
        function.macs = cost  # type: ignore[attr-defined]
        return function

    return state
