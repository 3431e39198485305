"""The k-th largest value in linear time (Numba).

NumPy's partition takes Numba several times as long to compile.
"""

from typing import Any

from numba import njit

from neurosparse.typing import Array, Int32


@njit(cache=True, nogil=True)
def _median(a: Any, b: Any, c: Any) -> Any:
    return max(min(a, b), min(max(a, b), c))


@njit(cache=True, nogil=True)
def kth_largest(values: Array, k: int) -> Any:
    """Find the k-th largest of `values [n]`, 1 <= k <= n, none of them NaN.

    Source: Hoare 1961, doi:10.1145/366622.366647.
    """
    work = values.copy()
    low = 0
    high = values.size - 1
    place = values.size - k
    while low < high:
        pivot = _median(work[low], work[(low + high) // 2], work[high])
        i = low
        j = high
        while i <= j:
            while work[i] < pivot:
                i += 1
            while work[j] > pivot:
                j -= 1
            if i <= j:
                work[i], work[j] = work[j], work[i]
                i = i + 1
                j = j - 1
        # what lies between j and i equals the pivot
        if j < place < i:
            break
        low, high = (low, j) if place <= j else (i, high)
    return work[place]


@njit(cache=True, nogil=True)
def sort_few(values: Int32) -> None:
    """Sort a few numbers in place, by insertion."""
    for k in range(1, values.size):
        value = values[k]
        place = k
        while place > 0 and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value
