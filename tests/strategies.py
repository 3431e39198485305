"""Hypothesis strategies that several test files share."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis.extra.numpy import arrays

from neurosparse.connectivity import Connectivity

SEEDS = st.integers(0, 2**32 - 1)
# exact in float32 and in sums of a few, so that laws hold to the bit
WEIGHTS = st.integers(-64, 64).map(lambda k: k / 8)


@st.composite
def edge_lists(
    draw: Any, most: int = 40, unique: bool = False, square: bool = False
) -> dict[str, Any]:
    """Arguments of `Connectivity.from_edges`: edges in any order, weights and delays scalar or one
    an edge.
    """
    n_pre = draw(st.integers(0, 9))
    n_post = n_pre if square else draw(st.integers(0, 9))
    pairs = st.tuples(st.integers(0, max(n_pre - 1, 0)), st.integers(0, max(n_post - 1, 0)))
    size = most if n_pre and n_post else 0
    edges = draw(st.lists(pairs, max_size=size, unique=unique))
    m = len(edges)
    return {
        "pre": np.array([a for a, _ in edges], np.int64),
        "post": np.array([b for _, b in edges], np.int64),
        "n_pre": n_pre,
        "n_post": n_post,
        "weight": draw(st.one_of(WEIGHTS, arrays(np.float64, m, elements=WEIGHTS))),
        "delay_steps": draw(
            st.one_of(
                st.integers(0, 300), arrays(np.int64, m, elements=st.integers(0, 300))
            )
        ),
    }


@st.composite
def connectivities(draw: Any, unique: bool = False, square: bool = False) -> Connectivity:
    """Small connectivities of any shape, empty ones and several synapses a pair included."""
    return Connectivity.from_edges(
        **draw(edge_lists(unique=unique, square=square)), duplicates="keep"
    )
