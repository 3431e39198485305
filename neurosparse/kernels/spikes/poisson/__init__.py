"""Poisson input: how many events reach each neuron in a step, from counter-based random numbers.

The count of neuron i in a step is the number of thresholds that its random word u exceeds,
count = #{k : u > thresholds[k]}, with thresholds[k] = floor(2^32 P(count <= k)) - 1; no word
exceeds 2^32 - 1, so that a rate of 0 is silence. Words come from Philox4x32 at the counter (c,
step, step >> 32, stream) under the key
(seed, seed >> 32): a pure function of seed, stream, neuron and step, so neither threads nor chunks
can change them.
The order within 64 neurons is the one that vector code writes without shuffling:

- a source's u, i = 64 a + 16 b + j, is word b of counter 16 a + j;
- an input's u has as upper half the half i % 2 of word b of counter 8 a + j, i = 64 a + 16 b + 2 j
  + i % 2, and as lower half that of the stream 2^31 further on. The lower half matters to one
  neuron in thousands, so it is drawn only for those.
"""

import math

import numpy as np
from numpy.typing import NDArray


def thresholds(mean: float) -> NDArray[np.uint32]:
    """Return the cumulative Poisson distribution of `mean` events a step as uint32 thresholds,
    ascending.

    What 32 bits cannot tell from certainty is left out. Raises ValueError for a negative or huge
    mean.

    >>> thresholds(0.0).tolist(), len(thresholds(2.0))
    ([], 16)
    """
    if not 0 <= mean <= 500:
        raise ValueError(
            f"mean: got {mean!r} events a step, wants 0 to 500; lower the rate or dt"
        )
    steps = []
    term = math.exp(-mean)
    total = math.exp(-mean)
    k = 0
    while total * 2**32 < 2**32 - 0.5 and k < 2000:
        steps.append(max(int(total * 2**32) - 1, 0))
        k += 1
        term *= mean / k
        total += term
    return np.array(steps, dtype=np.uint32)


def bernoulli_threshold(chance: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the threshold that a random word exceeds with the given chances, 0 to 1.

    >>> bernoulli_threshold(np.array([0.5])).tolist()
    [2147483647]
    """
    return np.maximum((1.0 - chance) * 2.0**32 - 1.0, 0.0).astype(np.uint32)
