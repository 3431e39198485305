"""Types that signatures share: arrays by what they hold, seeds, paths."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Bool = NDArray[np.bool_]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt32 = NDArray[np.uint32]
UInt64 = NDArray[np.uint64]
Signed = NDArray[np.signedinteger[Any]]
Unsigned = NDArray[np.unsignedinteger[Any]]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

# what every `rng` argument takes (SPEC 7): `np.random.default_rng(rng)` makes a Generator of it
Seed = int | np.random.SeedSequence | np.random.Generator | None

Path = str | os.PathLike[str]
