"""Numba: the same, number by number."""

from typing import Any

from numba import njit

from neurosparse.kernels.spikes.exchange import ABOUT, FLAGS, KIND, USED


@njit(cache=True, nogil=True)
def look(messages: Any, kind: int, about: int) -> tuple[int, int]:
    """The longest message and all flags; as in `naive`."""
    longest = 0
    flags = 0
    same = True
    for other in range(messages.shape[0]):
        same &= messages[other, KIND] == kind and messages[other, ABOUT] == about
        longest = max(longest, int(messages[other, USED]))
        flags |= int(messages[other, FLAGS])
    return (longest if same else -1), flags


@njit(cache=True, nogil=True)
def pack(
    index: Any, ends: Any, slot: int, n_steps: int, message: Any, counts: int, at: int
) -> int:
    """Write the spikes of `n_steps` steps into a message; as in `naive`."""
    for step in range(n_steps):
        before = at
        for k in range(index.shape[0]):
            first = ends[k, slot + step]
            n = ends[k, slot + step + 1] - first
            if at + n <= message.size:
                for j in range(n):
                    message[at + j] = index[k, first + j]
            at += n
        message[counts + step] = at - before
    return at


@njit(cache=True, nogil=True)
def _coming(messages: Any, first: int, last: int, counts: int, n_steps: int) -> int:
    """How many spikes the ranks first..last-1 send."""
    n = 0
    for other in range(first, last):
        for step in range(n_steps):
            n += messages[other, counts + step]
    return n


@njit(cache=True, nogil=True)
def unpack(
    messages: Any,
    rank: int,
    n_steps: int,
    counts: int,
    at: Any,
    index: Any,
    ends: Any,
    slot: int,
    ahead: int,
) -> int:
    """Append what others fired to the first and the last part of a log; as in `naive`."""
    n_ranks = messages.shape[0]
    top = index.shape[0] - 1
    lower = ends[0, slot] + _coming(messages, 0, rank, counts, n_steps)
    upper = ends[top, slot] + _coming(messages, rank + 1, n_ranks, counts, n_steps)
    if max(lower, upper) > index.shape[1]:
        return int(max(lower, upper))
    for step in range(n_steps):
        for other in range(n_ranks):
            n = int(messages[other, counts + step])
            first = at[other]
            at[other] = first + n
            if other == rank:
                continue
            part = 0 if other < rank else top
            # the part's last end so far: of this step if a lower rank was here, else of the last
            opened = other == 0 or other == rank + 1
            end = ends[part, slot + step + (0 if opened else 1)]
            for j in range(n):
                index[part, end + j] = messages[other, first + j]
            ends[part, slot + step + 1] = end + n
        if rank == 0:
            ends[0, slot + step + 1] = ends[0, slot + step]
        if rank == n_ranks - 1:
            ends[top, slot + step + 1] = ends[top, slot + step]
    for step in range(n_steps, n_steps + ahead):
        ends[0, slot + step + 1] = ends[0, slot + n_steps]
        ends[top, slot + step + 1] = ends[top, slot + n_steps]
    return 0
