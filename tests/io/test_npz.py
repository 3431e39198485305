"""SciPy's npz files: read by SciPy, read from SciPy, refused where arrays do not fit."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from scipy.sparse import csr_array

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    read_npz,
    write_graph,
    write_npz,
)


def test_scipy_reads_ours_and_we_read_scipy(tmp_path):
    from scipy import sparse

    c = Connectivity.from_edges(
        [1, 0], [2, 1], n_pre=2, n_post=3, weight=[0.5, 2], delay_steps=[3, 4]
    )
    write_npz(tmp_path / "a.npz", c)
    np.testing.assert_array_equal(
        sparse.load_npz(tmp_path / "a.npz").toarray(), c.to_dense()
    )
    for kind in ("csr", "csc", "coo"):
        sparse.save_npz(tmp_path / "b.npz", sparse.coo_array(c.to_dense()).asformat(kind))
        np.testing.assert_array_equal(read_npz(tmp_path / "b.npz").to_dense(), c.to_dense())


def test_npz_never_unpickles_and_checks_what_fits(tmp_path):
    np.savez(tmp_path / "a.npz", format=np.array(b"csr"), data=np.array([print], object))
    with pytest.raises(ValueError, match="path"):
        read_npz(tmp_path / "a.npz")
    c = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)
    write_npz(tmp_path / "b.npz", c)
    good = dict(np.load(tmp_path / "b.npz"))
    for name, bad in (
        ("indices", np.array([1, 9], np.int32)),
        ("indptr", np.array([0, 1])),
        ("data", np.ones(3)),
    ):
        arrays = {**good, name: bad}
        if name == "data":
            del arrays["neurosparse_weight"]
        np.savez(tmp_path / "c.npz", **arrays)
        with pytest.raises(ValueError, match=f"{name}|weight"):
            read_npz(tmp_path / "c.npz")
    good.pop("indptr")
    np.savez(tmp_path / "d.npz", **good)
    with pytest.raises(ValueError, match="indptr"):
        read_npz(tmp_path / "d.npz")


GRAPH = Connectivity.from_edges(
    [2, 0, 1, 0],
    [1, 2, 0, 4],
    n_pre=3,
    n_post=5,
    weight=[0.5, -1, 2, 3],
    delay_steps=[1, 2, 3, 4],
)


ODD = {
    "text": np.array(["a"] * 4),
    "one text": np.array("x"),
    "complex": np.full(4, 1j),
    "table": np.zeros((4, 1)),
    "NaN": np.full(4, np.nan),
    "bytes": np.array(b"zz"),
}


@pytest.mark.parametrize(
    "name", ["indptr", "indices", "data", "shape", "neurosparse_delay", "neurosparse_order"]
)
@pytest.mark.parametrize("odd", ODD)
def test_an_npz_with_an_odd_array_is_refused(tmp_path, name, odd):
    write_graph(tmp_path / "a.npz", GRAPH)
    arrays = dict(np.load(tmp_path / "a.npz"))
    np.savez(tmp_path / "b.npz", **(arrays | {name: ODD[odd]}))
    field = {
        "data": "weight",
        "neurosparse_delay": "delay_steps",
        "neurosparse_order": "edge_order",
    }.get(name, name)
    with pytest.raises(ValueError, match=f"{field}: got"):
        read_npz(tmp_path / "b.npz")


def test_an_npz_that_declares_more_than_it_holds(tmp_path):
    write_graph(tmp_path / "a.npz", GRAPH)
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f4", "fortran_order": False, "shape": (10**16,)}
    )
    with (
        zipfile.ZipFile(tmp_path / "a.npz") as old,
        zipfile.ZipFile(tmp_path / "b.npz", "w") as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, head.getvalue() if entry == "data.npy" else old.read(entry))
    with pytest.raises(ValueError, match=r"b\.npz: more than memory holds"):
        read_npz(tmp_path / "b.npz")


def test_a_matrix_of_true_and_false_has_weights_of_one(tmp_path):
    import scipy.sparse as sp

    sp.save_npz(tmp_path / "a.npz", sp.csr_array(np.array([[True, False], [True, True]])))
    assert read_npz(tmp_path / "a.npz").weights_array().tolist() == [1.0, 1.0, 1.0]
    sp.save_npz(tmp_path / "b.npz", sp.csr_array(np.array([[1j, 0], [0, 1]])))
    with pytest.raises(ValueError, match="weight: got an array of complex128"):
        read_npz(tmp_path / "b.npz")


def test_a_fractional_delay_in_an_npz_is_refused(tmp_path):
    write_graph(tmp_path / "a.npz", GRAPH.with_delay_steps(1))
    with np.load(tmp_path / "a.npz") as stored:
        arrays = dict(stored)
    np.savez(tmp_path / "a.npz", **arrays | {"neurosparse_delay": np.array(1.7)})
    with pytest.raises(
        ValueError, match="delay_steps: got 1.7, wants whole simulation steps"
    ):
        read_npz(tmp_path / "a.npz")


def test_an_npz_is_weighed_before_it_is_unpacked(tmp_path):
    """One array of 400 MB in a file of 400 KB, beside indices of four."""
    write_graph(tmp_path / "a.npz", GRAPH)
    with np.load(tmp_path / "a.npz") as stored:
        arrays = dict(stored)
    np.savez_compressed(
        tmp_path / "b.npz", **arrays | {"data": np.zeros(10**8, np.float32)}
    )
    tracemalloc.start()
    with pytest.raises(
        ValueError, match=r"b\.npz: data: got 100000000 values for 4 indices"
    ):
        read_npz(tmp_path / "b.npz")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_an_npz_beyond_memory_is_refused(tmp_path, monkeypatch):
    write_graph(tmp_path / "a.npz", GRAPH)
    monkeypatch.setattr("neurosparse.io.npz.available_memory", lambda: 1000)
    with pytest.raises(ValueError, match=r"a\.npz: more than memory holds"):
        read_npz(tmp_path / "a.npz")


def test_counts_above_2_24_of_scipy_are_told(tmp_path):
    from scipy import sparse

    sparse.save_npz(tmp_path / "a.npz", sparse.csr_array(np.array([[0, 16777217], [1, 0]])))
    with pytest.warns(UserWarning, match="16777217 to 16777216"):
        read_npz(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["delay", "delays", "delay_ms"])
def test_delays_beside_a_matrix_of_scipy_are_not_passed_over(tmp_path, name):
    matrix = csr_array(np.eye(2))
    parts = {key: getattr(matrix, key) for key in ("data", "indices", "indptr", "shape")}
    delays = {name: np.ones(2)}
    np.savez(tmp_path / "a.npz", format=b"csr", _is_array=True, **parts, **delays)
    with pytest.raises(ValueError, match=f"a.npz: delay: got '{name}'"):
        read_npz(tmp_path / "a.npz")
