"""SONATA nodes that declare more than their file holds."""

import pytest

from neurosparse.io import read_sonata_nodes, write_sonata_nodes


def test_sonata_texts_without_end(tmp_path):
    import h5py

    write_sonata_nodes(tmp_path / "n.h5", 2, {"kind": ["a", "b"]})
    with h5py.File(tmp_path / "n.h5", "r+") as file:
        texts = {"shape": (10**9,), "chunks": (1000,), "dtype": h5py.string_dtype()}
        file["nodes/default/0"].create_dataset("name", **texts)
    with pytest.raises(ValueError, match="name: got 1000000000 texts declared"):
        read_sonata_nodes(tmp_path / "n.h5")
