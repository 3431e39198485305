"""What goes into the operation and comes out of it."""

from typing import NamedTuple

from neurosparse.typing import Int32, Int64

# a share times a count may fall short of a whole number by its rounding
ROUNDING = 1 + 2.0**-50


class Pools(NamedTuple):
    """Potential synapses by column and by input cell."""

    indptr: Int64  # [n_columns + 1]
    indices: Int32  # [nnz] input cell of each synapse
    input_indptr: Int64  # [n_inputs + 1]
    positions: Int64  # [nnz] where in `indices` and `permanence`
    columns: Int32  # [nnz] column of each synapse, in input order


class Learning(NamedTuple):
    """Numbers of the learning rule."""

    connected: float
    increment: float
    decrement: float
    raise_by: float  # one step of the rise that keeps a column reachable
    reachable: int  # connected synapses a column must have
