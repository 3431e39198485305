"""Random events, and cuts into chunks."""

import numpy as np
from hypothesis import strategies as st

events = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), max_size=60).map(sorted)
cuts = st.lists(st.integers(0, 60), max_size=4).map(sorted)


def chunked(first, second, cuts):
    return list(zip(np.split(first, cuts), np.split(second, cuts), strict=True))


def arrays(events):
    table = np.array(events, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
