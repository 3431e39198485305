"""The data sets that come with the package: published counts, laws, refusals."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from neurosparse.datasets import c_elegans, larva_brain
from neurosparse.datasets.arrays import load_arrays
from neurosparse.datasets.celegans import Reconstruction
from neurosparse.datasets.larva import CARD
from neurosparse.datasets.locate import EMBEDDED


def test_larva_has_the_published_counts() -> None:
    brain = larva_brain()
    assert brain.connectivity.shape == (2952, 2952)
    assert brain.connectivity.nnz == 110_677
    assert int(brain.connectivity.weights_array().astype(np.int64).sum()) == 352_611
    brain.connectivity.validate()
    assert len(np.unique(brain.cell_type)) == 18
    assert len(np.unique(brain.neuron_id)) == 2952
    assert {*np.unique(brain.hemisphere)} == {"L", "R", "C"}


def test_larva_keeps_every_edge_of_the_file() -> None:
    brain = larva_brain()
    with np.load(EMBEDDED / "larva_brain.npz", allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    pre, post = brain.connectivity.edges()
    order = np.lexsort((stored["post"], stored["pre"]))
    assert np.array_equal(pre, stored["pre"][order])
    assert np.array_equal(post, stored["post"][order])
    assert np.array_equal(brain.connectivity.weights_array(), stored["synapses"][order])


def test_larva_pairs_are_mutual_and_cross_the_midline() -> None:
    brain = larva_brain()
    paired = np.flatnonzero(brain.pair_index >= 0)
    other = brain.pair_index[paired]
    assert paired.size == 2806
    assert np.array_equal(brain.pair_index[other], paired)
    assert np.all(brain.hemisphere[paired] != brain.hemisphere[other])


def test_members() -> None:
    brain = larva_brain()
    assert sum(len(brain.members(kind)) for kind in np.unique(brain.cell_type)) == 2952
    with pytest.raises(ValueError, match="sensories"):
        brain.members("sensory")
    both = brain.members(["KCs", "MBONs"])
    assert both.tolist() == sorted([*brain.members("KCs"), *brain.members("MBONs")])
    with pytest.raises(ValueError, match="cell_type: got 'KC'"):
        brain.members(["KCs", "KC"])


@pytest.mark.parametrize("which", get_args(Reconstruction))
def test_every_reconstruction_of_the_worm_loads(which: Reconstruction) -> None:
    worm = c_elegans(which)
    assert worm.connectivity.shape == (302, 302)
    assert worm.connectivity.nnz > 150
    assert len(set(worm.name.tolist())) == 302
    if which.endswith("gap"):
        dense = worm.connectivity.to_dense()
        assert np.array_equal(dense, dense.T)


@pytest.mark.parametrize(
    ("which", "edges", "total"),
    [("varshney_chem", 2194, 6394), ("cook_chem", 3638, 20_589), ("varshney_gap", 1031, 1777)],
)
def test_worm_has_the_published_counts(which: Reconstruction, edges: int, total: int) -> None:
    graph = c_elegans(which).connectivity
    assert (graph.nnz, int(graph.weights_array().sum())) == (edges, total)


def test_an_unknown_reconstruction_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match="varshney_chem"):
        c_elegans("varshney_chm")  # type: ignore[arg-type]


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neurosparse.datasets.locate.EMBEDDED", tmp_path)
    data = bytearray((EMBEDDED / CARD.files[0].name).read_bytes())
    data[1000] ^= 1
    (tmp_path / CARD.files[0].name).write_bytes(data)
    with pytest.raises(ValueError, match="sha256"):
        larva_brain()
    (tmp_path / CARD.files[0].name).write_bytes(data[:-1])
    with pytest.raises(ValueError, match="299723 bytes, wants 299724"):
        larva_brain()
    (tmp_path / CARD.files[0].name).unlink()
    with pytest.raises(FileNotFoundError, match="install the package again"):
        larva_brain()


def test_load_arrays_refuses_what_it_did_not_write(tmp_path: Path) -> None:
    layout = {"a": ("<i8", (3,))}
    np.savez(tmp_path / "dtype.npz", a=np.arange(3.0))
    np.savez(tmp_path / "shape.npz", a=np.arange(4))
    np.savez(tmp_path / "names.npz", a=np.arange(3), b=np.arange(3))
    np.savez(tmp_path / "objects.npz", a=np.array([None, {}, ()], object))
    np.save(tmp_path / "single.npy", np.arange(3))
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "empty.npz").touch()
    for name in (
        "dtype.npz",
        "shape.npz",
        "names.npz",
        "objects.npz",
        "single.npy",
        "text.npz",
        "empty.npz",
    ):
        with pytest.raises(ValueError, match=name):
            load_arrays(tmp_path / name, layout)
    with pytest.raises(FileNotFoundError):
        load_arrays(tmp_path / "nothing.npz", layout)
