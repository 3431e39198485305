"""What goes into the operation and comes out of it."""

from typing import NamedTuple

from neurosparse.typing import Float64, Int64


class Triangles(NamedTuple):
    """`counts` `[n]`, `products` `[n]`, `kinds` `[4, 4, 4]` (row 0 stays empty)."""

    counts: Int64
    products: Float64
    kinds: Int64
