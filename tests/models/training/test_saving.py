"""Networks saved whole; sparse layers in dictionaries are tested with the layers."""

import pytest
import torch

from neurosparse.models import (
    load,
    save,
)
from neurosparse.models.training.saving import read, write
from tests.models.training.helpers import network

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_weights_and_support_come_back(tmp_path):
    one = network(seed=0)
    other = network(seed=1)
    save(tmp_path / "new" / "net.pt", one)
    load(tmp_path / "new" / "net.pt", other)
    assert all(
        torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True)
    )
    assert other[0].support == one[0].support
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["net.pt"]


def test_what_is_no_saved_network_is_refused(tmp_path):
    model = network()
    with pytest.raises(TypeError, match="model: got .*the path comes first"):
        save(model, "net.pt")
    with pytest.raises(ValueError, match="path: got the folder"):
        save(tmp_path, model)
    with pytest.raises(FileNotFoundError, match="wants a file that `save` wrote"):
        load(tmp_path / "nothing.pt", model)
    torch.save({"format": "another"}, tmp_path / "other.pt")
    with pytest.raises(ValueError, match="a file of format 'neurosparse 1'"):
        load(tmp_path / "other.pt", model)
    (tmp_path / "half.pt").write_bytes(b"half")
    with pytest.raises(ValueError, match="whole file"):
        read(tmp_path / "half.pt")


def test_a_topology_that_was_changed_by_hand_is_seen(tmp_path):
    model = network()
    save(tmp_path / "net.pt", model)
    content = read(tmp_path / "net.pt")
    content["topology"]["0"] = "another"
    write(tmp_path / "net.pt", content)
    with pytest.raises(ValueError, match="0 topology: got .*another, as saved"):
        load(tmp_path / "net.pt", network(seed=1))


def test_a_write_that_fails_leaves_the_file_that_was_there(tmp_path):
    model = network()
    save(tmp_path / "net.pt", model)
    before = (tmp_path / "net.pt").read_bytes()
    with pytest.raises(Exception, match="pickle"):
        write(tmp_path / "net.pt", {"state": lambda: None})
    assert (tmp_path / "net.pt").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
