"""The law: what a message holds of one population, and how a log takes up the messages of all."""

from typing import Any

import numpy as np

from neurosparse.kernels.spikes.exchange import ABOUT, FLAGS, KIND, USED


def look(messages: Any, kind: int, about: int) -> tuple[int, int]:
    """What the heads of all messages say: the longest, in words, and all flags together; -1 for
    the length where one is of another kind, or about something else.
    """
    same = (messages[:, KIND] == kind) & (messages[:, ABOUT] == about)
    longest = int(messages[:, USED].max()) if same.all() else -1
    return longest, int(np.bitwise_or.reduce(messages[:, FLAGS]))


def pack(
    index: Any, ends: Any, slot: int, n_steps: int, message: Any, counts: int, at: int
) -> int:
    """Write the spikes of `n_steps` steps into a message.

    Args:
        index: the parts of a log that the threads here write, `[n_threads, capacity]`.
        ends: where the spikes of a step end, `[n_threads, slots]`.
        slot: of the first step.
        n_steps: of the window.
        message: to write to; counts from `counts` on, neurons from `at` on.
        counts: where the counts begin.
        at: where the neurons begin.

    Returns:
        Where the neurons end; past the message if they do not fit, which then is of no use.
    """
    for step in range(n_steps):
        spans = ends[:, slot + step : slot + step + 2]
        fired = [part[a:b] for part, (a, b) in zip(index, spans, strict=True)]
        neurons = np.concatenate(fired)
        message[counts + step] = len(neurons)
        if at + len(neurons) <= len(message):
            message[at : at + len(neurons)] = neurons
        at += len(neurons)
    return at


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
    """Append what others fired to the first and the last part of a log.

    Args:
        messages: of all ranks, `[n_ranks, words]`.
        rank: this one; those below it own lower neurons.
        n_steps: of the window.
        counts: where the counts begin.
        at: where the neurons of each rank begin, `[n_ranks]`; moved to their end.
        index: the parts of a log, `[n_parts, capacity]`.
        ends: where the spikes of a step end, `[n_parts, slots]`.
        slot: of the first step.
        ahead: steps after the window whose ends are set to that of the window.

    Returns:
        How many spikes a part must hold, if there is no room; then nothing has changed. Else 0.
    """
    everyone = range(len(messages))
    sides = ((0, everyone[:rank]), (len(index) - 1, everyone[rank + 1 :]))
    coming = messages[:, counts : counts + n_steps].astype(np.int64)
    most = max(ends[part, slot] + coming[list(side)].sum() for part, side in sides)
    if most > index.shape[1]:
        return int(most)
    for part, side in sides:
        end = ends[part, slot]
        for step in range(n_steps):
            for other in side:
                n = coming[other, step]
                index[part, end : end + n] = messages[other, at[other] : at[other] + n]
                at[other] += n
                end += n
            ends[part, slot + step + 1] = end
        ends[part, slot + n_steps : slot + n_steps + ahead + 1] = end
    at[rank] += coming[rank].sum()
    return 0
