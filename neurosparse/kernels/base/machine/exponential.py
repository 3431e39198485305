"""The exponential as a few multiplications, so that loops over it become vector code.

e^x = 2^n e^r with n the integer nearest to x / ln 2 and |r| <= ln 2 / 2, where the power series
ends soon: after r^13 for float64 (an error of 4e-18), after r^7 for float32. ln 2 is taken in two
parts, the first so short that its product with n is exact (Cody & Waite 1980).
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic as _intrinsic

intrinsic: Any = (
    _intrinsic  # its own types hide that the decorated name takes no typing context
)

# no reassoc: a model then rounds alike wherever it is inlined
FAST = {"nsz", "arcp", "contract", "afn"}

# adding one of these leaves an integer in the low bits
ROUND_64 = 1.5 * 2.0**52
ROUND_32 = np.float32(1.5 * 2.0**23)
TERMS_64 = tuple(1.0 / float(np.prod(np.arange(1.0, k + 1))) for k in range(14))
TERMS_32 = tuple(np.float32(t) for t in TERMS_64[:8])
HIGH_64 = 0.693145751953125
LOW_64 = 1.42860682030941723212e-6
HIGH_32 = np.float32(0.693359375)
LOW_32 = np.float32(-2.12194440e-4)
TO_TWO_64 = 1.4426950408889634
TO_TWO_32 = np.float32(1.4426950408889634)
LEAST_64 = -708.0
MOST_64 = 709.0
LEAST_32 = np.float32(-87.0)
MOST_32 = np.float32(88.0)


@intrinsic
def two_to(typingctx: Any, shifted: Any) -> Any:
    """Give 2^n, n being the integer in the low bits of a number to which ROUND was added."""
    wide = shifted == types.float64
    whole = ir.IntType(64 if wide else 32)
    mantissa = 52 if wide else 23
    bias = 1023 if wide else 127

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.shl(builder.bitcast(args[0], whole), whole(mantissa))
        return builder.bitcast(builder.add(bits, whole(bias << mantissa)), args[0].type)

    return shifted(shifted), codegen


def exp64(x: Any) -> Any:
    """Return e^x for x cut to -708..709, to one unit in the last place."""
    x = min(max(np.float64(x), LEAST_64), MOST_64)
    shifted = x * TO_TWO_64 + ROUND_64
    n = shifted - ROUND_64
    r = (x - n * HIGH_64) - n * LOW_64
    total = TERMS_64[13]
    for k in range(12, -1, -1):
        total = total * r + TERMS_64[k]
    return total * two_to(shifted)


def exp32(x: Any) -> Any:
    """Return e^x in float32 for x cut to -87..88."""
    x = min(max(np.float32(x), LEAST_32), MOST_32)
    shifted = np.float32(x * TO_TWO_32 + ROUND_32)
    n = np.float32(shifted - ROUND_32)
    r = np.float32((x - n * HIGH_32) - n * LOW_32)
    total = TERMS_32[7]
    for k in range(6, -1, -1):
        total = np.float32(total * r + TERMS_32[k])
    return np.float32(total * two_to(shifted))


exponential: dict[type, Any] = {
    np.float64: njit(nogil=True, fastmath=FAST, forceinline=True)(exp64),
    np.float32: njit(nogil=True, fastmath=FAST, forceinline=True)(exp32),
}
