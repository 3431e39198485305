"""Types that signatures share: arrays by what they hold, seeds, paths.

Their names, not what they stand for, are what `help()` shows.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypeAliasType

Array = TypeAliasType("Array", NDArray[Any])
Bool = TypeAliasType("Bool", NDArray[np.bool_])
Int32 = TypeAliasType("Int32", NDArray[np.int32])
Int64 = TypeAliasType("Int64", NDArray[np.int64])
UInt8 = TypeAliasType("UInt8", NDArray[np.uint8])
UInt32 = TypeAliasType("UInt32", NDArray[np.uint32])
UInt64 = TypeAliasType("UInt64", NDArray[np.uint64])
Signed = TypeAliasType("Signed", NDArray[np.signedinteger[Any]])
Unsigned = TypeAliasType("Unsigned", NDArray[np.unsignedinteger[Any]])
Floating = TypeAliasType("Floating", NDArray[np.floating[Any]])
Float32 = TypeAliasType("Float32", NDArray[np.float32])
Float64 = TypeAliasType("Float64", NDArray[np.float64])
Structured = TypeAliasType("Structured", NDArray[np.void])  # with named fields

# what every `rng` argument takes (SPEC 7): `np.random.default_rng(rng)` makes a Generator of it
Seed = TypeAliasType("Seed", int | np.random.SeedSequence | np.random.Generator | None)

Path = TypeAliasType("Path", str | os.PathLike[str])


class Cluster(Protocol):
    """Where work is shared out to, such as `neurosparse.studies.Local(workers=2)`."""

    def each(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Iterator[tuple[Any, Any]]:
        """Yield each item with what the function made of it, as they end."""
        ...
