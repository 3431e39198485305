"""Messages of spikes: the fast path writes and reads what the law does, whatever lies where."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.spikes.exchange import HEAD, cpu, naive

SLOT = 3


def logs(rng, n_ranks, n_parts, n_steps, capacity):
    """For each rank a log of `n_parts` + 2 parts, with spikes in its own."""
    index = rng.integers(0, 900, (n_ranks, n_parts + 2, capacity)).astype(np.int32)
    ends = np.zeros((n_ranks, n_parts + 2, SLOT + 2 * n_steps + 4), np.int64)
    counts = rng.integers(0, 4, ends.shape)
    counts[:, [0, -1], SLOT:] = 0
    np.cumsum(counts, axis=2, out=ends)
    return index, ends


@given(
    st.integers(0, 2**32),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 5),
    st.sampled_from([20, 400]),
)
def test_messages_go_there_and_back(seed, n_ranks, n_parts, n_steps, words):
    rng = np.random.default_rng(seed)
    index, ends = logs(rng, n_ranks, n_parts, n_steps, 60)
    messages = np.zeros((n_ranks, words), np.uint32)
    used = []
    for rank in range(n_ranks):
        window = (index[rank, 1:-1], ends[rank, 1:-1], SLOT, n_steps)
        lawful = messages[rank].copy()
        at = naive.pack(*window, lawful, HEAD, HEAD + n_steps)
        assert cpu.pack(*window, messages[rank], HEAD, HEAD + n_steps) == at
        if at <= words:
            np.testing.assert_array_equal(messages[rank], lawful)
        used.append(at)
    if max(used) > words:
        return
    for rank in range(n_ranks):
        results = []
        for unpack in (naive.unpack, cpu.unpack):
            log, end = index[rank].copy(), ends[rank].copy()
            at = np.full(n_ranks, HEAD + n_steps)
            more = unpack(messages, rank, n_steps, HEAD, at, log, end, SLOT, 3)
            results.append((log, end, at, more))
        assert results[0][3] == results[1][3]
        if not results[0][3]:
            assert results[0][2].tolist() == used
            for one, other in zip(results[0][:3], results[1][:3], strict=True):
                np.testing.assert_array_equal(one, other)


def test_a_log_without_room_asks_for_it_and_stays():
    messages = np.zeros((2, 40), np.uint32)
    messages[1, HEAD] = 9
    for unpack in (naive.unpack, cpu.unpack):
        index, ends = np.zeros((3, 5), np.int32), np.zeros((3, 6), np.int64)
        at = np.full(2, HEAD + 1)
        assert unpack(messages, 0, 1, HEAD, at, index, ends, 0, 1) == 9
        assert not ends.any()
        assert at.tolist() == [HEAD + 1, HEAD + 1]


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1, max_size=5))
def test_heads_are_read_alike(heads):
    messages = np.zeros((len(heads), HEAD), np.uint32)
    messages[:, :4] = heads
    longest, flags = naive.look(messages, heads[0][1], heads[0][2])
    assert cpu.look(messages, heads[0][1], heads[0][2]) == (longest, flags)
    assert (longest == -1) == (len({head[1:3] for head in heads}) > 1)
