"""A connectivity as one Zarr v3 group that xarray opens: the compressed rows, named and labelled.

Arrays `indptr` (bound), `post` and, where synapses differ, `weight` and `delay` (synapse), all in
row order; `edge_order` (synapse) where the caller's order is another. Where all are alike, the one
number stands in the attributes, beside `n_pre`, `n_post` and what the numbers mean.
"""

import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.store.atomic import new_folder, standing_name
from neurosparse.store.single import reading
from neurosparse.store.zarr_store import (
    create_array,
    create_root,
    library_versions,
    open_root,
    refuse_foreign,
    tile_rows,
)
from neurosparse.typing import Array, Path

if TYPE_CHECKING:
    import zarr

FORMAT = "neurosparse-connectivity"
FORMAT_VERSION = 1
# a count beyond this is no count
MOST = 2**48
_REMEDY = "a connectivity replaces only connectivities: choose another path"
_DTYPES = {
    "indptr": ("int64",),
    "post": ("int32",),
    "weight": ("float32",),
    "delay": ("uint8", "uint16"),
    "edge_order": ("int32", "int64"),
}


def save_zarr(path: Path, connectivity: Connectivity) -> None:
    """Write a connectivity to the Zarr group `path`, replacing an older one of ours in one step.

    Raises:
        FileExistsError: `path` holds something else.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/graph.zarr"
    >>> save_zarr(path, Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=3, weight=[0.5, 2]))
    >>> load_zarr(path).weights_array("caller").tolist()
    [0.5, 2.0]
    """
    path = pathlib.Path(path)
    refuse_foreign(path, FORMAT, FORMAT_VERSION, _REMEDY)
    arrays: dict[str, Any] = {"indptr": connectivity.indptr, "post": connectivity.indices}
    attributes: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "n_pre": connectivity.n_pre,
        "n_post": connectivity.n_post,
        "nnz": connectivity.nnz,
        "versions": library_versions(),
    }
    for name, values in (
        ("weight", connectivity.weight),
        ("delay", connectivity.delay_steps),
    ):
        if np.ndim(values):
            arrays[name] = values
        else:
            attributes[name] = np.asarray(values).item()
    if connectivity.edge_order is not None:
        arrays["edge_order"] = connectivity.edge_order
    attributes["arrays"] = sorted(arrays)
    with new_folder(path) as folder:
        group = create_root(folder, attributes)
        for name, values in arrays.items():
            _put(group, name, np.asarray(values))


def load_zarr(path: Path) -> Connectivity:
    """Read what `save_zarr` wrote, checked as any connectivity is.

    Raises:
        FileNotFoundError: there is nothing.
        ValueError: something else is there, an array is damaged or of another kind, or arrays do
            not fit.
    """
    path = standing_name(pathlib.Path(path))
    # it names the folder itself
    group = open_root(path, FORMAT, FORMAT_VERSION)
    with reading(path, "a graph that save_zarr wrote", OSError):
        return _load(path, group)


def _load(path: pathlib.Path, group: "zarr.Group") -> Connectivity:
    about: dict[str, Any] = dict(group.attrs)
    sizes = {name: _count(about, name) for name in ("n_pre", "n_post", "nnz")}
    listed = about.get("arrays", ())
    texts = isinstance(listed, list) and all(isinstance(name, str) for name in listed)
    if not texts or {"indptr", "post"} - set(listed) or set(listed) - set(_DTYPES):
        expected = f"indptr, post and perhaps {', '.join(list(_DTYPES)[2:])}"
        raise bad_argument("arrays", listed, expected)
    shapes = {
        name: sizes["n_pre"] + 1 if name == "indptr" else sizes["nnz"] for name in listed
    }
    arrays = {name: _get(path, group, name, size) for name, size in shapes.items()}
    try:
        return Connectivity(
            arrays["indptr"],
            arrays["post"],
            sizes["n_post"],
            # one number for all stands in the attributes
            arrays.get("weight", about.get("weight", 1.0)),
            arrays.get("delay", about.get("delay", 0)),
            arrays.get("edge_order"),
        )
    except TypeError as error:
        fault = Said(f"{path.name}: {error}")
        raise bad_argument("path", fault, "numbers for weight and delay") from None


_MEANING = {
    "indptr": {"long_name": "where the synapses of each presynaptic neuron begin"},
    "post": {"long_name": "postsynaptic neuron"},
    "weight": {"long_name": "weight in the unit of the model"},
    "delay": {"long_name": "delay in simulation steps"},
    "edge_order": {"long_name": "position of each synapse in the caller's order"},
}


def _put(group: "zarr.Group", name: str, values: Array) -> None:
    tiling = tile_rows(len(values))
    tiling = tiling._replace(shard=tiling.shard[1:], chunk=tiling.chunk[1:])
    dims = ("bound",) if name == "indptr" else ("synapse",)
    array = create_array(
        group, name, values.dtype, values.shape, tiling, dims, _MEANING[name]
    )
    array[...] = values


def _get(path: pathlib.Path, group: "zarr.Group", name: str, size: int) -> Array:
    import zarr

    try:
        array = group.get(name)
    except Exception as error:  # its description may be any text
        fault = Said(f"a damaged zarr.json ({error})")
        raise bad_argument(name, fault, "what save_zarr wrote") from error
    expected = f"{' or '.join(_DTYPES[name])}, shape [{size}]"
    if not isinstance(array, zarr.Array):
        raise bad_argument(name, Said("no array"), expected)
    if array.shape != (size,) or array.dtype.name not in _DTYPES[name]:
        raise bad_argument(name, Said(f"{array.dtype} {list(array.shape)}"), expected)
    shard = (array.shards or array.chunks)[0]
    _count_files(path / name / "c", name, -(-size // shard))
    try:
        return np.asarray(array[...])
    except (
        Exception
    ) as error:  # codecs raise what they like: RuntimeError, ValueError, OSError
        fault = Said(f"a damaged array ({error})")
        raise bad_argument(name, fault, "the bytes that save_zarr wrote") from error


def _count_files(folder: pathlib.Path, name: str, needed: int) -> None:
    """Refuse an array some of whose files are missing or empty: Zarr reads those as zeros."""
    names = set()
    if folder.is_dir():
        names = {entry.name for entry in folder.iterdir() if entry.stat().st_size}
    count = sum(str(k) in names for k in range(needed))
    if count < needed:
        fault = Said(f"{count} of {needed} files")
        raise bad_argument(name, fault, "every file save_zarr wrote", "copy it again")


def _count(about: dict[str, Any], name: str) -> int:
    try:
        return whole_number(name, about.get(name), 0, MOST)
    except TypeError as error:
        raise ValueError(f"{error}; it stands in the attributes") from None
