"""SciPy's sparse .npz: a connectivity that `scipy.sparse.load_npz` reads as `[n_pre, n_post]`
weights.

Beside SciPy's arrays the file holds `neurosparse_delay` `[nnz]` or one, `neurosparse_order` (the
caller's order, where it differs) and `neurosparse_weight` (one number, where all weights are that).
"""

import pathlib
import zipfile
from math import prod
from typing import Any, NamedTuple

import numpy as np

from neurosparse.available import available_memory
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.store.exact import single_precision
from neurosparse.store.names import refuse_other_names
from neurosparse.store.single import new_file, old_file, reading
from neurosparse.typing import Path

OURS = "neurosparse_"


class _Head(NamedTuple):
    """What the head of an array says."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def write_npz(path: Path, connectivity: Connectivity, *, compress: bool = True) -> None:
    """Write a connectivity as a SciPy CSR array with its delays and the caller's order.

    Args:
        path: ends in .npz.
        connectivity: what to write.
        compress: deflate the arrays; about a third of the size, several times slower.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/graph.npz"
    >>> pair = Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=3, delay_steps=[4, 5])
    >>> write_npz(path, pair)
    >>> read_npz(path).edges("caller")[0].tolist()
    [1, 0]
    >>> read_npz(path).delay_steps_array("caller").tolist()
    [4, 5]
    """
    if pathlib.Path(path).suffix != ".npz":
        raise bad_argument("path", str(path), "a name ending in .npz")
    arrays: dict[str, Any] = {
        "format": np.array(b"csr"),
        "shape": np.array(connectivity.shape, np.int64),
        "indptr": connectivity.indptr,
        "indices": connectivity.indices,
        "data": connectivity.weights_array(),
        "_is_array": np.array(True),
        OURS + "delay": np.asarray(connectivity.delay_steps),
    }
    if connectivity.edge_order is not None:
        arrays[OURS + "order"] = connectivity.edge_order
    if np.ndim(connectivity.weight) == 0:
        arrays[OURS + "weight"] = np.float32(connectivity.weight)
    with new_file(path) as temporary:
        (np.savez_compressed if compress else np.savez)(temporary, **arrays)


def read_npz(path: Path) -> Connectivity:
    """Read what `write_npz` or `scipy.sparse.save_npz` wrote; rows are presynaptic.

    A matrix that SciPy wrote has no delays (0) and no order; its repeated entries are kept.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: not a sparse matrix, or arrays that do not fit each other; nothing in it is
            executed.
    """
    path = old_file(path, "a sparse matrix in a .npz file")
    if not zipfile.is_zipfile(path):
        fault = Said(f"{path.name}, which is no zip archive")
        raise bad_argument("path", fault, "a .npz of numbers")
    with reading(path, "a .npz of numbers"):
        heads = _weighed(path)
        if "format" not in heads:
            fault = Said(f"{path.name} with arrays {', '.join(sorted(heads)) or '(none)'}")
            expected = "the arrays of scipy.sparse.save_npz, among them 'format'"
            raise bad_argument("path", fault, expected)
        if not any(name.startswith(OURS) for name in heads):
            refuse_other_names(heads, ["delay"], f"call it {OURS}delay, or leave it out")
            return _foreign(path)
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
            return _ours({name: stored[name] for name in stored.files})


def _weighed(path: pathlib.Path) -> dict[str, _Head]:
    """What each array of an archive is, read from their heads; nothing is unpacked yet.

    Raises:
        ValueError: more than memory holds, or arrays that cannot belong together.
    """
    heads = {}
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        # SciPy and the connectivity hold an array twice for a moment
        declared = 2 * sum(member.file_size for member in members)
        if declared > available_memory():
            raise MemoryError
        for member in members:
            if member.filename.endswith(".npy"):
                heads[member.filename.removesuffix(".npy")] = _head(archive, member)
    if {"data", "indices"} <= set(heads):
        counts = [heads[name].shape[0] for name in ("data", "indices") if heads[name].shape]
        if len(set(counts)) > 1:
            received = Said(f"{counts[0]} values for {counts[1]} indices")
            raise bad_argument("data", received, "one value for each")
    return heads


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Head:
    """Shape and type of a member; an empty shape where its head cannot be read."""
    readers: dict[Any, Any] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)  # type: ignore[no-untyped-call]
        if version not in readers:
            return _Head((), np.dtype(np.void))
        shape, _, dtype = readers[version](file)
    if not dtype.hasobject and dtype.itemsize * prod(shape) > available_memory():
        raise MemoryError
    return _Head(shape, dtype)


def _ours(arrays: dict[str, Any]) -> Connectivity:
    if missing := {"shape", "indptr", "indices", "data"} - set(arrays):
        fault = Said(f"a file without {sorted(missing)[0]!r}")
        raise bad_argument("path", fault, "every array write_npz wrote")
    shape = arrays["shape"]
    indptr = arrays["indptr"]
    if shape.shape != (2,) or shape.dtype.kind not in "iu":
        raise bad_argument("shape", shape, "two whole numbers, [n_pre, n_post]")
    if indptr.shape != (int(shape[0]) + 1,):
        expected = f"one pointer more than the rows of shape {shape.tolist()}"
        raise bad_argument("indptr", indptr, expected)
    weight = arrays.get(OURS + "weight", arrays["data"])
    delay_steps = arrays.get(OURS + "delay", np.array(0))
    for name, array in (("weight", weight), ("delay_steps", delay_steps)):
        if array.dtype.kind not in "iuf":
            raise bad_argument(name, array, "numbers")
    return Connectivity(
        indptr,
        arrays["indices"],
        int(shape[1]),
        weight=float(weight) if weight.ndim == 0 else weight,
        delay_steps=delay_steps.item() if delay_steps.ndim == 0 else delay_steps,
        edge_order=arrays.get(OURS + "order"),
    )


def _foreign(path: pathlib.Path) -> Connectivity:
    from scipy.sparse import load_npz as load

    with reading(path, "a matrix of scipy.sparse.save_npz"):
        matrix = load(path)
        if matrix.dtype.kind in "biuf":
            # True is a synapse of weight 1
            matrix.data = single_precision(matrix.data)
        return Connectivity.from_scipy(matrix, duplicates="keep")
