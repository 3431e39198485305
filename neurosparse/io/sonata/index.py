"""SONATA's indices: from a node to its edges without a look at all of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.typing import UInt64


class NodeIndex(NamedTuple):
    """Edges by node; ends of ranges are not included.

    Attributes:
        node_id_to_ranges: first and last range of each node, `[n, 2]`.
        range_to_edge_id: first and last edge of each range, `[ranges, 2]`.
    """

    node_id_to_ranges: UInt64
    range_to_edge_id: UInt64


def edges_of_nodes(node: npt.ArrayLike, n: int) -> NodeIndex:
    """Gather the edges `[k]` of each of `n` nodes into ranges of neighbouring edges.

    >>> index = edges_of_nodes([2, 0, 2, 2], 3)
    >>> index.node_id_to_ranges.tolist(), index.range_to_edge_id.tolist()
    ([[0, 1], [1, 1], [1, 3]], [[1, 2], [0, 1], [2, 4]])
    """
    ids = np.asarray(node, np.int64)
    order = np.argsort(ids, kind="stable")
    sorted_ids = ids[order]
    begins = np.ones(len(ids), bool)
    begins[1:] = (np.diff(sorted_ids) != 0) | (np.diff(order) != 1)
    first = np.flatnonzero(begins)
    length = np.diff(np.concatenate((first, [len(ids)])))
    edge = order[first]
    bounds = np.searchsorted(sorted_ids[first], np.arange(n + 1))
    return NodeIndex(
        np.column_stack((bounds[:-1], bounds[1:])).astype(np.uint64),
        np.column_stack((edge, edge + length)).astype(np.uint64),
    )
