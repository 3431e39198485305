"""Conversions of a connectivity, there and back."""

import numpy as np
import pytest
from hypothesis import given

from neurosparse.connectivity import Connectivity
from tests.connectivity.tables import table
from tests.strategies import connectivities


@given(connectivities(unique=True))
def test_matrices_there_and_back(c):
    again = Connectivity.from_scipy(c.to_scipy(), delay_steps=c.delay_steps_array())
    assert again == c
    np.testing.assert_array_equal(c.to_scipy().toarray(), c.to_dense())
    np.testing.assert_array_equal(c.to_scipy("delay_steps").data, c.delay_steps_array())
    full_weights = c.with_weight(np.arange(1, c.nnz + 1))
    assert (
        Connectivity.from_dense(full_weights.to_dense(), delay_steps=c.delay_steps_array())
        == full_weights
    )


@given(connectivities())
def test_graphs_there_and_back(c):
    assert Connectivity.from_networkx(c.to_networkx()) == c
    graph = c.to_igraph()
    assert graph.ecount() == c.nnz
    assert graph.vcount() == (c.n_post if c.n_pre == c.n_post else sum(c.shape))
    if c.n_pre == c.n_post:
        assert Connectivity.from_igraph(graph) == c


@given(connectivities())
def test_tables_there_and_back(c):
    sizes = {"n_pre": c.n_pre, "n_post": c.n_post, "duplicates": "keep"}
    again = Connectivity.from_pandas(c.to_pandas("caller"), **sizes)
    assert again == c
    assert table(again, "caller") == table(c, "caller")


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_files_there_and_back(tmp_path, suffix):
    c = Connectivity.from_edges(
        [2, 0, 1], [1, 2, 0], weight=[0.5, -1.25, 3], delay_steps=[1, 300, 0]
    )
    path = tmp_path / f"edges{suffix}"
    frame = c.to_pandas("caller")
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_csv(path, index=False)
    again = Connectivity.from_file(path)
    assert again == c
    assert table(again, "caller") == table(c, "caller")


def test_a_full_matrix_beyond_memory_is_refused_by_name():
    with pytest.raises(ValueError, match=r"connectivity: got 100,000,000,000,000 weights"):
        Connectivity.empty(10**7, 10**7).to_dense()
