"""Weights of files as float32, where counts above 2^24 are rounded: said, not passed over."""

import warnings

import numpy as np
import numpy.typing as npt

from neurosparse.typing import Array, Float32

_EXACT = 1 << 24  # up to here every whole number is a float32
_COUNTS = 1 << 53  # beyond, every float is whole, and none is a count


def single_precision(weights: npt.ArrayLike, name: str = "weight") -> Float32:
    """Return weights as float32; warn of whole ones that this rounds.

    >>> single_precision([0.1, 3]).tolist()
    [0.10000000149011612, 3.0]
    """
    array = np.asarray(weights)
    # numbers too large become infinite, which the connectivity refuses
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    large = np.flatnonzero(np.abs(array) > _EXACT)
    if large.size:
        rounded = _rounded(array[large], single[large])
        if rounded.size:
            worst = large[rounded[0]]
            warnings.warn(
                f"{name}: {rounded.size} whole numbers above 2^24 are rounded to float32, "
                f"{array[worst]:.0f} to {single[worst]:.0f}",
                stacklevel=2,
            )
    return single


def _rounded(large: Array, single: Float32) -> npt.NDArray[np.intp]:
    """Places of whole numbers that float32 does not hold.

    The fewest digits that name a float32, as edge lists and XML have them, are no other number.
    """
    whole = np.ones(large.shape, np.bool_)
    if large.dtype.kind == "f":
        whole = (np.abs(large) <= _COUNTS) & (large == np.floor(large))
    pairs = zip(large[whole].tolist(), single[whole], strict=True)
    lost = [int(a) not in (int(b), int(float(str(b)))) for a, b in pairs]
    return np.flatnonzero(whole)[np.array(lost, np.bool_)]
