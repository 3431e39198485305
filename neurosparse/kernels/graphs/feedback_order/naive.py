"""The rule as it is said, all sums anew for each neuron placed: the law."""

import numpy as np

from neurosparse.typing import Float64, Int32, Int64


def feedback_order(indptr: Int64, indices: Int32, weight: Float64) -> Int64:
    """Place one neuron at a time."""
    n = len(indptr) - 1
    joined = np.zeros((n, n))
    table = np.zeros((n, n))
    row = np.repeat(np.arange(n), np.diff(indptr))
    np.add.at(table, (row, indices), weight)
    np.add.at(joined, (row, indices), 1)
    left = list(range(n))
    front: list[int] = []
    back: list[int] = []
    while left:
        inside = np.ix_(left, left)
        ends = np.flatnonzero(joined[inside].sum(axis=1) == 0)
        starts = np.flatnonzero(joined[inside].sum(axis=0) == 0)
        if len(ends):
            back.append(left.pop(int(ends[0])))
        elif len(starts):
            front.append(left.pop(int(starts[0])))
        else:
            excess = table[inside].sum(axis=1) - table[inside].sum(axis=0)
            front.append(left.pop(int(excess.argmax())))
    return np.array(front + back[::-1], np.int64)
