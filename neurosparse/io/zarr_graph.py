"""A connectivity as one Zarr v3 group that xarray opens: the arrays of the compressed rows, named
and labelled.

Arrays `indptr` (bound), `post` and, where synapses differ, `weight` and `delay` (synapse), all in
row order;
`edge_order` (synapse) where the caller's order is another. Where all are alike, the one number
stands in the attributes, beside `n_pre`, `n_post` and what the numbers mean.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.store.atomic import new_folder
from neurosparse.store.zarr_store import (
    create_array,
    create_root,
    library_versions,
    open_root,
    tile_rows,
)

if TYPE_CHECKING:
    import zarr

FORMAT = "neurosparse-connectivity"
FORMAT_VERSION = 1
_DTYPES = {
    "indptr": ("int64",),
    "post": ("int32",),
    "weight": ("float32",),
    "delay": ("uint8", "uint16"),
    "edge_order": ("int32", "int64"),
}


def save_zarr(path: str | Path, connectivity: Connectivity) -> None:
    """Write a connectivity to the Zarr group `path`, replacing an older one of ours in one step.

    Raises:
        FileExistsError: `path` holds something else.

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "graph.zarr"
    >>> save_zarr(name, Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=3, weight=[0.5, 2]))
    >>> load_zarr(name).weights_array("caller").tolist()
    [0.5, 2.0]
    """
    path = Path(path)
    _refuse_foreign(path)
    arrays: dict[str, Any] = {"indptr": connectivity.indptr, "post": connectivity.indices}
    attributes: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "n_pre": connectivity.n_pre,
        "n_post": connectivity.n_post,
        "nnz": connectivity.nnz,
        "versions": library_versions(),
    }
    for name, values in (("weight", connectivity.weight), ("delay", connectivity.delay_steps)):
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


def load_zarr(path: str | Path) -> Connectivity:
    """Read what `save_zarr` wrote, checked as any connectivity is.

    Raises:
        FileNotFoundError: there is nothing.
        ValueError: something else is there, an array is damaged or of another kind, or arrays do
            not fit.
    """
    path = Path(path)
    group = open_root(path, FORMAT, FORMAT_VERSION)
    about: dict[str, Any] = dict(group.attrs)
    sizes = {name: _count(about, name) for name in ("n_pre", "n_post", "nnz")}
    listed = about.get("arrays", ())
    texts = isinstance(listed, list) and all(isinstance(name, str) for name in listed)
    if not texts or {"indptr", "post"} - set(listed) or set(listed) - set(_DTYPES):
        raise bad_argument(
            "arrays", listed, f"indptr, post and perhaps {', '.join(list(_DTYPES)[2:])}"
        )
    shapes = {name: sizes["n_pre"] + 1 if name == "indptr" else sizes["nnz"] for name in listed}
    arrays = {name: _get(path, group, name, size) for name, size in shapes.items()}
    try:
        weight, delay = (arrays.get(name, about.get(name, otherwise)) for name, otherwise in _ALIKE)
        return Connectivity(
            arrays["indptr"],
            arrays["post"],
            sizes["n_post"],
            weight,
            delay,
            arrays.get("edge_order"),
        )
    except TypeError as error:
        raise bad_argument(
            "path", Said(f"{path.name}: {error}"), "numbers for weight and delay"
        ) from None


_ALIKE = (("weight", 1.0), ("delay", 0))
_MEANING = {
    "indptr": {"long_name": "where the synapses of each presynaptic neuron begin"},
    "post": {"long_name": "postsynaptic neuron"},
    "weight": {"long_name": "weight in the unit of the model"},
    "delay": {"long_name": "delay in simulation steps"},
    "edge_order": {"long_name": "position of each synapse in the caller's order"},
}


def _put(group: "zarr.Group", name: str, values: NDArray[Any]) -> None:
    tiling = tile_rows(len(values))
    tiling = tiling._replace(shard=tiling.shard[1:], chunk=tiling.chunk[1:])
    dims = ("bound",) if name == "indptr" else ("synapse",)
    create_array(group, name, values.dtype, values.shape, tiling, dims, _MEANING[name])[...] = (
        values
    )


def _get(path: Path, group: "zarr.Group", name: str, size: int) -> NDArray[Any]:
    import zarr

    try:
        array = group.get(name)
    except Exception as error:  # its description may be any text
        raise bad_argument(
            name, Said(f"a damaged zarr.json ({error})"), "what save_zarr wrote"
        ) from error
    if (
        not isinstance(array, zarr.Array)
        or array.shape != (size,)
        or array.dtype.name not in _DTYPES[name]
    ):
        found = Said(
            f"{array.dtype} {list(array.shape)}" if isinstance(array, zarr.Array) else "no array"
        )
        raise bad_argument(name, found, f"{' or '.join(_DTYPES[name])}, shape [{size}]")
    # Zarr reads a missing or empty file as zeros: count the files before believing them
    shard = (array.shards or array.chunks)[0]
    needed = -(-size // shard)
    folder = path / name / "c"
    files = (
        [entry.name for entry in folder.iterdir() if entry.stat().st_size]
        if folder.is_dir()
        else []
    )
    there = sum(
        file.isdecimal() and file == str(int(file)) and int(file) < needed for file in files
    )
    if there < needed:
        raise bad_argument(
            name, Said(f"{there} of {needed} files"), "every file save_zarr wrote", "copy it again"
        )
    try:
        return np.asarray(array[...])
    except Exception as error:  # codecs raise what they like: RuntimeError, ValueError, OSError
        raise bad_argument(
            name, Said(f"a damaged array ({error})"), "the bytes that save_zarr wrote"
        ) from error


def _count(about: dict[str, Any], name: str) -> int:
    value = about.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**48:
        raise bad_argument(name, value, "a count, 0 or more, in the attributes")
    return value


def _refuse_foreign(path: Path) -> None:
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    try:
        open_root(path, FORMAT, FORMAT_VERSION)
    except ValueError as error:
        raise FileExistsError(
            f"{error}; a connectivity replaces only connectivities: choose another path"
        ) from None
