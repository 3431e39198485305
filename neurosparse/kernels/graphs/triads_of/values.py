"""What goes into the operation."""

from typing import NamedTuple

from neurosparse.typing import Int64


class Patterns(NamedTuple):
    """Column of each triad: `closed` `[4, 4, 4]`, `open_` `[4, 4]`; how many columns there are."""

    closed: Int64
    open_: Int64
    columns: int
