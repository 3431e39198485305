"""The larva's brain: published counts, every edge of the file, mutual pairs."""

import numpy as np
import pytest

from neurosparse.datasets import larva_brain
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
    with pytest.raises(ValueError, match="type: got 'KC'"):
        brain.members(["KCs", "KC"])
