"""What a `Connectivity` stores: arrays, types, bytes, equality."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given

from neurosparse.connectivity import Connectivity
from tests.connectivity.tables import full, table
from tests.strategies import connectivities


@given(connectivities(), connectivities())
def test_equality_and_hash(a, b):
    stored_otherwise = a.with_weight(a.weights_array()).with_delay_steps(
        a.delay_steps_array()
    )
    assert stored_otherwise == a
    assert hash(stored_otherwise) == hash(a)
    same = a.shape == b.shape and table(a) == table(b)
    assert (a == b) is same
    same_topology = a.shape == b.shape and [r[:2] for r in table(a)] == [
        r[:2] for r in table(b)
    ]
    assert (a.topology_hash() == b.topology_hash()) is same_topology
    assert a != "a"


@given(connectivities())
def test_degrees_density_and_bytes(c):
    counts = full(c, 1)
    np.testing.assert_array_equal(c.in_degree, counts.sum(0))
    np.testing.assert_array_equal(c.out_degree, counts.sum(1))
    assert c.density * max(c.n_pre * c.n_post, 1) == pytest.approx(c.nnz)
    assert f"{c.nnz:,} synapses" in repr(c)


@given(connectivities())
def test_copies_are_equal_and_frozen(c):
    for twin in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c)):
        assert twin == c
        assert table(twin, "caller") == table(c, "caller")
        assert not twin.indices.flags.writeable


def test_at_most_nine_bytes_a_synapse():
    rng = np.random.default_rng(1)
    n = 100_000
    indptr = np.arange(0, n + 1, 100)
    indices = np.sort(rng.integers(0, 5000, (n // 100, 100)), 1).ravel()
    values = {"weight": rng.random(n), "delay_steps": rng.integers(0, 200, n)}
    pointers = 8 * len(indptr)
    assert Connectivity(indptr, indices, 5000, **values).nbytes == 9 * n + pointers
    assert Connectivity(indptr, indices, 5000).nbytes == 4 * n + pointers


def test_stored_arrays_cannot_be_written():
    c = Connectivity.from_edges([1, 0], [0, 0], weight=[1, 2], delay_steps=[1, 2])
    for part in (
        c.indptr,
        c.indices,
        c.weight,
        c.delay_steps,
        c.edge_order,
        c.in_degree,
        *c.by_post(),
    ):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0
    with pytest.raises(AttributeError):
        c.weight = 3


def test_what_can_be_written_to_is_copied_and_what_cannot_is_shared():
    parts = [np.array([0, 2]), np.array([0, 3], np.int32), np.ones(2, np.float32)]
    c = Connectivity(parts[0], parts[1], 4, parts[2], edge_order=np.array([1, 0]))
    before = c.topology_hash(), c.to_dense().tolist()
    for part in parts:
        part[:] = 1
    again = Connectivity(c.indptr, c.indices, 4, c.weight)
    assert (again.topology_hash(), again.to_dense().tolist()) == before
    assert np.shares_memory(again.indices, c.indices)
    assert np.shares_memory(again.weight, c.weight)


def test_new_weights_in_the_order_of_the_caller():
    c = Connectivity.from_edges([2, 0, 1], [0, 1, 2])
    assert c.with_weight([5, 6, 7], order="caller").weights_array(
        order="caller"
    ).tolist() == [
        5,
        6,
        7,
    ]
    assert c.with_delay_steps([5, 6, 7], order="caller").delay_steps_array().tolist() == [
        6,
        7,
        5,
    ]
    assert c.with_weight([5, 6, 7]).weights_array().tolist() == [5, 6, 7]
    assert Connectivity.from_edges([0, 1], [1, 0]).edge_order is None


def test_delays_take_the_smallest_type_that_holds_them():
    made = Connectivity([0, 2], [0, 1], 2, delay_steps=[1, 255])
    assert made.delay_steps.dtype == np.uint8
    assert made.with_delay_steps([1, 256]).delay_steps.dtype == np.uint16
    assert made.with_delay_steps(3.0).delay_steps == 3
