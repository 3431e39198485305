"""What several steps carry, against powers of a dense matrix."""

import numpy as np
import pytest

from neurosparse.analysis import effective_connectivity
from neurosparse.connectivity import Connectivity
from tests.analysis.connectome.test_matched import signed_graph
from tests.analysis.graphs import ring


def shares(c):
    table = c.to_dense().astype(np.float64)
    total = np.abs(table).sum(axis=0)
    return np.divide(table, total, out=np.zeros_like(table), where=total > 0)


def test_steps_are_powers_when_nothing_is_dropped():
    c = signed_graph()
    share = shares(c)
    for k, one in enumerate(effective_connectivity(c, 4, 0.0, threads=1), 1):
        np.testing.assert_allclose(
            one.to_dense(), np.linalg.matrix_power(share, k), rtol=1e-4, atol=1e-7
        )


def test_what_is_small_is_dropped_after_every_step():
    c = signed_graph(1)
    share = shares(c)
    reached = np.eye(len(share))
    sizes = []
    for one in effective_connectivity(c, 3, 0.0101):
        reached = reached @ share
        reached[np.abs(reached) < 0.0101] = 0.0
        np.testing.assert_allclose(one.to_dense(), reached, rtol=1e-4, atol=1e-7)
        sizes.append(one.nnz)
    assert 0 < sizes[2] < 60**2


def test_rows_of_sources_alone():
    c = signed_graph(2)
    chosen = np.array([4, 9])
    for whole, part in zip(
        effective_connectivity(c, 2, 0.01),
        effective_connectivity(c, 2, 0.01, sources=chosen),
        strict=True,
    ):
        rows = whole.to_dense()
        np.testing.assert_array_equal(part.to_dense()[chosen], rows[chosen])
        assert part.nnz == (rows[chosen] != 0).sum()


def test_one_weight_for_all_and_a_neuron_without_input():
    after = effective_connectivity(ring(4), 3)[-1]
    assert after.to_dense()[0].tolist() == [0.0, 0.0, 0.0, 1.0]
    quiet = Connectivity.from_edges([0], [1], n_pre=2, n_post=2, weight=0.0)
    assert effective_connectivity(quiet, 2)[0].nnz == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"steps": 0}, "steps"),
        ({"least": -1}, "least"),
        ({"sources": []}, "sources: got .* at least one"),
        ({"sources": [7]}, "sources: got 7, wants neurons 0 to 3"),
        ({"sources": [True]}, "sources"),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        effective_connectivity(ring(4), **arguments)
