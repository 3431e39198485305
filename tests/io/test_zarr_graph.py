"""Connectivities in Zarr: exact, whole or not at all, readable by xarray, refused when damaged or
foreign.
"""

import json
import time

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import load_zarr, read_graph, save_zarr, write_graph
from neurosparse.io.formats import ending


def graph(edges=12, **more):
    rng = np.random.default_rng(0)
    pre, post = rng.integers(0, 6, (2, edges))
    return Connectivity.from_edges(pre, post, n_pre=6, n_post=7, duplicates="keep", **more)


@pytest.mark.parametrize("weight", [0.1, -0.0, "each"])
@pytest.mark.parametrize("delay", [3, 300, "each"])
def test_everything_comes_back(tmp_path, weight, delay):
    weight = (
        np.random.default_rng(1).normal(size=12).astype(np.float32)
        if weight == "each"
        else weight
    )
    delay = np.arange(12) * 50 if delay == "each" else delay
    one = graph(weight=weight, delay_steps=delay)
    save_zarr(tmp_path / "a.zarr", one)
    back = load_zarr(tmp_path / "a.zarr")
    assert back == one
    assert np.ndim(back.weight) == np.ndim(one.weight)
    np.testing.assert_array_equal(back.edges("caller"), one.edges("caller"))
    np.testing.assert_array_equal(back.weights_array("caller"), one.weights_array("caller"))
    assert (
        np.signbit(back.weights_array()).tolist()
        == np.signbit(one.weights_array()).tolist()
    )


def test_an_older_one_is_replaced_and_a_failed_write_leaves_it(tmp_path, monkeypatch):
    first, second = graph(weight=1.0), graph(weight=2.0)
    save_zarr(tmp_path / "a.zarr", first)
    save_zarr(tmp_path / "a.zarr", second)
    assert load_zarr(tmp_path / "a.zarr") == second
    monkeypatch.setattr("neurosparse.io.zarr_graph._put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_zarr(tmp_path / "a.zarr", first)
    assert load_zarr(tmp_path / "a.zarr") == second
    assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]


def test_xarray_reads_it(tmp_path):
    xarray = pytest.importorskip("xarray")
    one = graph(weight=np.arange(12), delay_steps=np.arange(12))
    save_zarr(tmp_path / "a.zarr", one)
    with xarray.open_zarr(tmp_path / "a.zarr", consolidated=False) as found:
        assert dict(found.sizes) == {"bound": 7, "synapse": 12}
        np.testing.assert_array_equal(found.weight, one.weights_array())
        np.testing.assert_array_equal(found.delay, one.delay_steps_array())
        assert found.attrs["n_post"] == 7
        assert "steps" in found.delay.attrs["long_name"]


def spoil_missing(folder):
    (folder / "post" / "c" / "0").unlink()


def spoil_renamed(folder):
    (folder / "post" / "c" / "0").rename(folder / "post" / "c" / "7")


def spoil_emptied(folder):
    (folder / "weight" / "c" / "0").write_bytes(b"")


def spoil_bytes(folder):
    path = folder / "post" / "c" / "0"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def spoil_attribute(name, value):
    def spoil(folder):
        head = json.loads((folder / "zarr.json").read_text())
        head["attributes"][name] = value
        (folder / "zarr.json").write_text(json.dumps(head))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (spoil_missing, "post: got 0 of 1 files"),
        (spoil_renamed, "post: got 0 of 1 files"),
        (spoil_emptied, "weight: got 0 of 1 files"),
        (spoil_bytes, "post: got a damaged array"),
        (spoil_attribute("nnz", 11), r"got int32 \[12\], wants .*shape \[11\]"),
        (spoil_attribute("n_pre", -1), "n_pre: got -1"),
        (spoil_attribute("n_post", 2), "indices"),
        (spoil_attribute("arrays", ["indptr"]), "arrays: got"),
        (spoil_attribute("arrays", ["indptr", "post", "../../secret"]), "arrays: got"),
        (spoil_attribute("arrays", ["indptr", "post", ["weight"]]), "arrays: got"),
        (spoil_attribute("format", "other"), "format is 'other'"),
        (spoil_attribute("format_version", 9), "format version 9"),
        (spoil_attribute("delay", "soon"), "delay|path"),
    ],
)
def test_damaged_and_foreign_ones_are_refused(tmp_path, spoil, word):
    save_zarr(tmp_path / "a.zarr", graph(weight=np.arange(12)))
    spoil(tmp_path / "a.zarr")
    with pytest.raises(ValueError, match=word):
        load_zarr(tmp_path / "a.zarr")


def test_an_emptied_shard_is_not_read_as_zeros(tmp_path):
    # 3 M synapses are more than one shard, which Zarr reads as zeros when its file is empty
    many = Connectivity.from_csr(
        np.arange(4) * 1_000_000, np.tile(np.arange(1_000_000), 3), 1_000_000
    )
    save_zarr(tmp_path / "a.zarr", many)
    files = sorted((tmp_path / "a.zarr" / "post" / "c").iterdir())
    assert len(files) == 2
    files[0].write_bytes(b"")
    with pytest.raises(ValueError, match="post: got 1 of 2 files"):
        load_zarr(tmp_path / "a.zarr")


def test_missing_and_other_folders(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_zarr(tmp_path / "a.zarr")
    (tmp_path / "b.zarr").mkdir()
    (tmp_path / "b.zarr" / "x").write_text("")
    with pytest.raises(FileExistsError, match="another path"):
        save_zarr(tmp_path / "b.zarr", graph())
    with pytest.raises(ValueError, match="ending in"):
        ending("a.pickle")


def test_many_edges_take_no_python_loop(tmp_path):
    rng = np.random.default_rng(0)
    pre, post = rng.integers(0, 5000, (2, 500_000))
    one = Connectivity.from_edges(
        pre, post, n_pre=5000, n_post=5000, duplicates="keep", weight=rng.random(500_000)
    )
    start = time.process_time()
    write_graph(tmp_path / "a.zarr", one)
    assert read_graph(tmp_path / "a.zarr") == one
    assert time.process_time() - start < 2


def test_a_refusal_names_the_group(tmp_path):
    import json

    save_zarr(
        tmp_path / "g.zarr", Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)
    )
    path = tmp_path / "g.zarr" / "zarr.json"
    about = json.loads(path.read_text())
    about["attributes"]["n_pre"] = "two"
    path.write_text(json.dumps(about))
    with pytest.raises(ValueError, match=r"g\.zarr: n_pre: got 'two'"):
        load_zarr(tmp_path / "g.zarr")
