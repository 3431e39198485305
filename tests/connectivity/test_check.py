"""What may not stand in a `Connectivity` is refused by name."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity

BAD = {
    "indices outside": (
        lambda: Connectivity([0, 1], [5], 3),
        "indices: got 5 at position 0.*from 0 to 2",
    ),
    "indices outside int32": (
        lambda: Connectivity([0, 1], np.array([-1], np.int32), 3),
        "indices: got -1",
    ),
    "rows unsorted": (lambda: Connectivity([0, 2], [2, 1], 3), "from_csr"),
    "pointers short": (lambda: Connectivity([0, 1], [1, 2], 3), "indptr.*nnz = 2"),
    "pointers fall": (lambda: Connectivity([0, 2, 1, 2], [1, 2], 3), "indptr.*fall"),
    "no pointers": (lambda: Connectivity([], [], 3), "indptr"),
    "weight NaN": (
        lambda: Connectivity([0, 2], [0, 1], 3, [1, np.nan]),
        "weight: got nan at position 1",
    ),
    "weight NaN scalar": (
        lambda: Connectivity([0, 2], [0, 1], 3, np.nan),
        "weight: got nan",
    ),
    "weight too large": (
        lambda: Connectivity([0, 2], [0, 1], 3, [1, 1e300]),
        "weight.*float32",
    ),
    "weight short": (lambda: Connectivity([0, 2], [0, 1], 3, [1.0]), "weight.*nnz = 2"),
    "weight square": (lambda: Connectivity([0, 1], [0], 3, [[1.0]]), "weight.*flat"),
    "delay negative": (
        lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=-1),
        "delay_steps: got -1",
    ),
    "delay fractional": (
        lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=[1, 0.5]),
        "delay_steps: got 0.5 at position 1",
    ),
    "delay too long": (
        lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=70_000),
        "delay.*65535",
    ),
    "delay NaN": (
        lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=np.nan),
        "delay_steps: got nan",
    ),
    "order": (lambda: Connectivity([0, 2], [0, 1], 3, edge_order=[0, 0]), "edge_order"),
    "size": (lambda: Connectivity.empty(-1, 3), "n_pre: got -1"),
    "edges outside": (
        lambda: Connectivity.from_edges([0, 4], [0, 0], n_pre=4),
        "pre: got 4 at position 1",
    ),
    "edges negative": (lambda: Connectivity.from_edges([-1], [0]), "pre: got -1"),
    "edges uneven": (lambda: Connectivity.from_edges([0], [0, 1]), "post.*as many as pre"),
    "edges fractional": (lambda: Connectivity.from_edges([0.5], [0]), "pre: got 0.5"),
    "duplicates": (
        lambda: Connectivity.from_edges([0], [0], duplicates="add"),
        "duplicates: got 'add'",
    ),
    "sum of delays": (
        lambda: Connectivity.from_edges(
            [0, 0], [0, 0], delay_steps=[1, 2], duplicates="sum"
        ),
        "delay.*duplicates='keep'",
    ),
    "flat matrix": (lambda: Connectivity.from_dense([1, 2]), "matrix.*two dimensions"),
    "positions": (lambda: Connectivity.empty(2, 2).without([0]), "positions: got 0"),
    "mask": (lambda: Connectivity.empty(2, 2).without([True]), "positions.*mask"),
    "twice": (lambda: Connectivity.empty(2, 2).select([1, 1]), "pre: got a neuron twice"),
    "block step": (lambda: Connectivity.empty(2, 2).block(slice(0, 2, 2)), r"select\(\)"),
    "unknown order": (lambda: Connectivity.empty(2, 2).edges("post"), "order: got 'post'"),
    "columns": (
        lambda: Connectivity.from_pandas(Connectivity.empty(1, 1).to_pandas()[["pre"]]),
        "column 'post'",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: Connectivity([0, 1], [0], 1, weight="a"),
        lambda: Connectivity([0, 1], [0], 1, delay_steps=None),
        lambda: Connectivity([0, 1], ["a"], 1),
        lambda: Connectivity([0, 1], [0], True),
        lambda: Connectivity.from_scipy([[1]]),
    ],
)
def test_bad_kinds_are_refused(call):
    with pytest.raises(TypeError, match="got .*, wants"):
        call()
