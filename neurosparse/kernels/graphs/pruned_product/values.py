"""What goes into the operation and comes out of it."""

from typing import NamedTuple

from neurosparse.typing import Float32, Int32, Int64


class Rows(NamedTuple):
    """Compressed rows: `indptr` `[rows + 1]`, `indices` and `value` `[nnz]`."""

    indptr: Int64
    indices: Int32
    value: Float32
