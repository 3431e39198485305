"""Save networks whole or not at all, and load nothing but tensors and plain values."""

import pathlib
from typing import Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.store.single import new_file
from neurosparse.typing import Path

FORMAT = "neurosparse 1"


def check_model(model: Any) -> None:
    """Refuse what is no network.

    >>> check_model("net.pt")
    Traceback (most recent call last):
    TypeError: model: got 'net.pt', wants a torch module; the path comes first
    """
    if not isinstance(model, nn.Module):
        if isinstance(model, str | pathlib.Path):
            raise bad_type("model", model, "a torch module", "the path comes first")
        raise bad_type("model", Said(type(model).__name__), "a torch module")


def topologies(model: nn.Module) -> dict[str, str]:
    """Topology hash of every sparse layer by name.

    >>> topologies(nn.Sequential(nn.ReLU()))
    {}
    """
    sparse = SparseLinear | CondensedLinear
    return {
        name: layer.topology_hash()
        for name, layer in model.named_modules()
        if isinstance(layer, sparse)
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a dictionary of tensors and plain values under a temporary name, then rename it."""
    path = pathlib.Path(path)
    if path.is_dir():
        received = Said(f"the folder {str(path)!r}")
        raise bad_argument("path", received, "a file to write", "name one in it")
    with new_file(path) as temporary:
        torch.save({"format": FORMAT, **content}, temporary)


def read(path: Path) -> dict[str, Any]:
    """Read what `write` wrote; code hidden in a file is never run.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or something else.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path: got {str(path)!r}, wants a file that `save` wrote")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise bad_argument("path", str(path), "a whole file that `save` wrote") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise bad_argument("path", str(path), f"a file of format {FORMAT!r}")
    return content


def save(path: Path, model: nn.Module) -> None:
    """Save weights and support of a network.

    Raises:
        TypeError: the model is no network.
        ValueError: the path is a folder.

    >>> import tempfile
    >>> from neurosparse.connectivity import Connectivity
    >>> one = SparseLinear(Connectivity.from_dense([[1, 0]]), rng=0)
    >>> other = SparseLinear(Connectivity.from_dense([[1, 1]]), rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(folder + "/net.pt", one)
    ...     load(folder + "/net.pt", other)
    >>> other.nnz, bool((other.values == one.values).all())
    (1, True)
    """
    check_model(model)
    write(path, {"state": model.state_dict(), "topology": topologies(model)})


def load(path: Path, model: nn.Module) -> None:
    """Load weights and support into a network of the same layers; their synapses may differ.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or belongs to a network of other layers.
        TypeError: the model is no network.
    """
    check_model(model)
    restore(model, read(path))


def restore(model: nn.Module, content: dict[str, Any]) -> None:
    """Take over a state that `read` gave, and check that every topology is the one saved."""
    try:
        model.load_state_dict(content["state"])
    except (RuntimeError, KeyError) as error:
        expected = "the state of a network with the same layers"
        raise bad_argument("path", Said(str(error)), expected) from error
    for name, digest in topologies(model).items():
        saved = content["topology"].get(name)
        if saved != digest:
            raise bad_argument(f"{name} topology", digest, f"{saved}, as saved")
