"""The loops of a spatial pooler over its potential synapses: overlap, inhibition, learning.

Potential synapses are a sparse matrix by column: synapse p of column c, indptr[c] <= p <
indptr[c+1], comes from input cell `indices[p]` and has `permanence[p]`. The same synapses by input
cell
(`input_indptr`, `positions`, `columns`) let an input volley visit only what it reaches.
"""

from types import ModuleType
from typing import cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.memory.spatial_pooler.values import Learning as Learning
from neurosparse.kernels.memory.spatial_pooler.values import Pools as Pools
from neurosparse.typing import Int32, Int64


def make_pools(indptr: Int64, indices: Int32, n_inputs: int) -> Pools:
    """Add the view by input cell to pools by column.

    >>> make_pools(np.array([0, 2, 3]), np.array([0, 1, 1], np.int32), 2).columns.tolist()
    [0, 0, 1]
    """
    columns = np.repeat(np.arange(indptr.size - 1, dtype=np.int32), np.diff(indptr))
    order = np.argsort(indices, kind="stable")
    ends = np.cumsum(np.bincount(indices, minlength=n_inputs))
    input_indptr = np.concatenate([[0], ends]).astype(np.int64)
    return Pools(
        indptr.astype(np.int64),
        indices,
        input_indptr,
        order.astype(np.int64),
        columns[order],
    )


def backend_module(backend: str) -> ModuleType:
    """Return the module with `overlaps`, `adapt`, `bump` and `inhibit` of a backend.

    >>> backend_module("naive").__name__
    'neurosparse.kernels.memory.spatial_pooler.naive'
    """
    return cast(ModuleType, implementation(__name__, backend))
