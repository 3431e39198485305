"""How many synapses each layer regrows, when layers may trade."""

from collections.abc import Callable, Sequence

import numpy as np

from neurosparse.errors import bad_argument, bad_type
from neurosparse.rewiring.costs import costing, every_synapse, no_products
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.rewiring.scores import gradient
from neurosparse.selection import largest_remainder

Distribution = Callable[[Sequence[LayerSynapses], Sequence[int]], list[int]]


@costing(no_products)
def as_dropped(layers: Sequence[LayerSynapses], dropped: Sequence[int]) -> list[int]:
    """Let each layer regrow what it dropped.

    >>> as_dropped([], [3, 4])
    [3, 4]
    """
    return list(dropped)


@costing(every_synapse)
def by_mean_gradient(layers: Sequence[LayerSynapses], dropped: Sequence[int]) -> list[int]:
    """Spread all dropped synapses in proportion to each layer's mean |dL/dw| over its synapses.

    With a window of several batches this is the mean |momentum| of sparse momentum, without a
    momentum for weights that do not exist.

    Source: Dettmers & Zettlemoyer 2019, arXiv 1907.04840.
    """
    means = []
    for layer in layers:
        slopes = gradient(layer)
        means.append(float(np.abs(slopes).mean()) if len(slopes) else 0.0)
    return largest_remainder(means, sum(dropped))


def numbers_of(
    way: Distribution, layers: Sequence[LayerSynapses], dropped: Sequence[int]
) -> list[int]:
    """Ask somebody's way of spreading how many synapses each layer regrows.

    Raises:
        TypeError: no whole numbers.
        ValueError: not one for each layer, or one below 0.

    >>> numbers_of(lambda layers, dropped: [-1], [None], [3])
    Traceback (most recent call last):
    ValueError: distribution: got -1, wants 0 or more of each layer
    """
    numbers = np.asarray(way(layers, dropped))
    expected = f"a whole number for each of {len(layers)} layers"
    if numbers.size and numbers.dtype.kind not in "iu":
        raise bad_type("distribution", numbers, expected)
    if numbers.shape != (len(layers),):
        raise bad_argument("distribution", numbers, expected)
    if numbers.min(initial=0) < 0:
        raise bad_argument("distribution", int(numbers.min()), "0 or more of each layer")
    return [int(number) for number in numbers]


def within_free(layers: Sequence[LayerSynapses], regrown: Sequence[int]) -> list[int]:
    """Move what a layer has no room for to the others, so that the total stays.

    >>> from neurosparse.connectivity import Connectivity
    >>> full = LayerSynapses(Connectivity.from_dense([[1]]), np.ones(1))
    >>> free = LayerSynapses(Connectivity.from_dense([[1, 0, 0]]), np.ones(1))
    >>> within_free([full, free], [1, 1])
    [0, 2]
    """
    supports = [layer.support for layer in layers]
    room = np.array([s.n_pre * s.n_post - s.nnz for s in supports])
    grown = np.minimum(regrown, room)
    while (left := int(np.sum(regrown) - grown.sum())) > 0 and (room > grown).any():
        grown = np.minimum(grown + np.array(largest_remainder(room - grown, left)), room)
    return [int(k) for k in grown]
