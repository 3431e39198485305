"""Normal numbers from one random word each, by the inverse of their distribution.

x = P^-1((word + 1/2) / 2^32), rational in the middle, where 85 % of all words lie and vector units
reach, and in the tails, of at most 6.3 standard deviations.

Source: Wichura 1988, algorithm AS 241, doi:10.2307/2347330.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.spikes.poisson.cpu import fill_words

GROUP = 64  # neurons whose words are drawn together
MIDDLE = 0.425  # of the distance from one half
UNIT = 2.0**-32
# numerators and denominators, highest power first
CENTRE = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
UNDER_CENTRE = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
TAIL = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
UNDER_TAIL = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)


@njit(cache=True, nogil=True, forceinline=True)
def _poly(p: Any, r: Any) -> Any:
    """Horner's scheme, written out: a loop would keep the one around it out of vector registers."""
    high = ((p[0] * r + p[1]) * r + p[2]) * r + p[3]
    return (((high * r + p[4]) * r + p[5]) * r + p[6]) * r + p[7]


# a division that asks for 0 first is none of vectors
@njit(cache=True, nogil=True, error_model="numpy")
def normals(words: Any, out: Any) -> None:
    """Turn words uint32 [n] into normal numbers [n]."""
    for i in range(out.size):
        q = (np.float64(words[i]) + 0.5) * UNIT - 0.5
        r = MIDDLE * MIDDLE - q * q
        out[i] = q * _poly(CENTRE, r) / _poly(UNDER_CENTRE, r)
    # the tails once more, put together so that they too are loops without a choice
    at = np.empty(out.size, np.int64)
    far = np.empty(out.size, np.float64)
    low = np.empty(out.size, np.float64)
    n: Any = 0
    for i in range(out.size):
        q = (np.float64(words[i]) + 0.5) * UNIT - 0.5
        at[n] = i
        far[n] = q
        n += abs(q) > MIDDLE
    for k in range(n):
        low[k] = math.log(0.5 - abs(far[k]))
    for k in range(n):
        root = math.sqrt(-low[k]) - 1.6
        far[k] = math.copysign(_poly(TAIL, root) / _poly(UNDER_TAIL, root), far[k])
    for k in range(n):
        out[at[k]] = far[k]


@njit(cache=True, nogil=True)
def walk(
    x: Any, keep: Any, kick: Any, seed: Any, stream: Any, step: Any, first: Any
) -> None:
    """Advance Ornstein-Uhlenbeck processes of unit variance: x <- keep x + kick xi, whole groups of
    64 neurons from `first` on.
    """
    words = np.empty(GROUP, np.uint32)
    xi = np.empty(GROUP, np.float64)
    for start in range(0, x.size, GROUP):
        fill_words(seed, stream, step, first + start, words)
        normals(words, xi)
        own = x[start : start + GROUP]
        for i in range(GROUP):
            own[i] = keep * own[i] + kick * xi[i]
