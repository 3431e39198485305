"""From edges to rows: repeated edges kept, summed or refused."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given

from neurosparse.connectivity import Connectivity
from tests.connectivity.tables import table
from tests.strategies import edge_lists


@given(edge_lists())
def test_kept_edges_come_back_as_they_came(edges):
    c = Connectivity.from_edges(**edges, duplicates="keep")
    m = len(edges["pre"])
    weight = np.broadcast_to(edges["weight"], m)
    delay = np.broadcast_to(edges["delay_steps"], m)
    given_rows = list(
        zip(
            *(a.tolist() for a in (edges["pre"], edges["post"], weight, delay)), strict=True
        )
    )
    assert table(c, "caller") == given_rows
    assert table(c) == sorted(
        given_rows, key=lambda row: row[:2]
    )  # sorted() is stable, as rows are
    c.validate()


@given(edge_lists())
def test_summed_edges_are_the_dense_sum_in_order_of_first_appearance(edges):
    edges["delay_steps"] = 3
    c = Connectivity.from_edges(**edges, duplicates="sum")
    pairs = list(zip(edges["pre"].tolist(), edges["post"].tolist(), strict=True))
    assert [row[:2] for row in table(c, "caller")] == list(dict.fromkeys(pairs))
    dense = np.zeros((edges["n_pre"], edges["n_post"]))
    np.add.at(dense, (edges["pre"], edges["post"]), edges["weight"])
    np.testing.assert_array_equal(c.to_dense(), dense)


@given(edge_lists())
def test_repeated_edges_are_refused_unless_told(edges):
    pairs = list(zip(edges["pre"].tolist(), edges["post"].tolist(), strict=True))
    if len(set(pairs)) == len(pairs):
        Connectivity.from_edges(**edges).validate()
    else:
        with pytest.raises(ValueError, match="duplicates='keep'"):
            Connectivity.from_edges(**edges)


def test_sums_that_overflow_float32_are_refused():
    edges = {"weight": [3e38, 3e38], "duplicates": "sum"}
    with pytest.raises(
        ValueError, match="weight: got inf at position 0, wants finite numbers"
    ):
        Connectivity.from_edges([0, 0], [1, 1], **edges)
    with pytest.raises(ValueError, match="wants finite numbers"):
        Connectivity.from_scipy(
            sp.coo_array(([3e38, 3e38], ([0, 0], [1, 1])), shape=(2, 2))
        )
