"""SONATA: the HDF5 files of nodes, edges and spikes that NEST, NetPyNE, BMTK and libsonata
exchange.

Populations, ids and attributes as in the SONATA developer guide: every file says `magic` 0x0A7A and
its
`version`; node ids are uint64, delays and time stamps in ms, weights `syn_weight` in the unit of
the model.

Source: K. Dai et al., PLoS Comput. Biol. 16 (2020), doi:10.1371/journal.pcbi.1007696.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, missing_extra, unknown_name
from neurosparse.io.sonata_types import Types, index_of, of_types, read_types
from neurosparse.store.single import believable, new_file, old_file, reading

MAGIC = 0x0A7A
VERSION = (0, 1)
_SORTING = {"none": 0, "by_id": 1, "by_time": 2}


class SpikeData(NamedTuple):
    """Time stamps in ms `[k]` and node ids `[k]`, as they stand in the file."""

    time: npt.NDArray[np.float64]
    node: npt.NDArray[np.int64]


def write_nodes(
    path: str | Path,
    n: int,
    attributes: Mapping[str, npt.ArrayLike] | None = None,
    *,
    population: str = "default",
) -> None:
    """Write a population of `n` nodes with attributes `[n]` each (numbers or strings).

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "nodes.h5"
    >>> write_nodes(name, 2, {"x": [0.0, 1.5], "kind": ["a", "b"]})
    >>> read_nodes(name)["kind"].tolist()
    ['a', 'b']
    """
    h5py = _h5py()
    if not isinstance(n, int | np.integer) or n < 0:
        raise bad_argument("n", n, "a number of nodes, 0 or more")
    columns = {
        _name(key, "attributes"): np.asarray(values) for key, values in (attributes or {}).items()
    }
    for key, values in columns.items():
        if values.shape != (n,) or values.dtype.kind not in "iufbU":
            raise bad_argument(f"attributes[{key!r}]", values, f"numbers or strings, shape [{n}]")
    with _new(path) as file:
        group = _population(file, "nodes", population, n, "node")
        for key, values in columns.items():
            text = values.dtype.kind == "U"
            group["0"].create_dataset(
                key,
                data=values.astype(object) if text else values,
                dtype=h5py.string_dtype() if text else None,
            )


def read_nodes(path: str | Path, population: str | None = None) -> dict[str, npt.NDArray[Any]]:
    """Read the attributes of a population, one array `[n]` each; `node_type_id` always among them."""
    with _old(path) as file:
        group = _chosen(file, "nodes", population)
        found = {"node_type_id": _numbers(group, "node_type_id")}
        attributes = _group(group, "0", "group") if "0" in group else {}
        for key in attributes:
            item = _inside(attributes, key)
            if getattr(getattr(item, "dtype", None), "kind", "") == "O":
                _refuse_absurd(item, key)
                found[key] = item.asstr()[:].astype(str)
            elif hasattr(item, "shape"):
                found[key] = _numbers(attributes, key)
        return found


def write_edges(
    path: str | Path, connectivity: Connectivity, *, dt: float, population: str = "default_to_default",
    source: str = "default", target: str = "default", types: npt.ArrayLike = 0, indices: bool = False,
) -> None:  # fmt: skip
    """Write a connectivity in the caller's order; delays become steps x `dt` ms.

    Args:
        path: of the HDF5 file.
        connectivity: what to write.
        dt: length of a step in ms.
        population, source, target: names of the edges and of the nodes at both ends.
        types: type of each edge `[nnz]` in the caller's order, or of all; see
            `sonata_types.write_types`.
        indices: whether to add the indices by which readers find the edges of a node.

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "edges.h5"
    >>> write_edges(name, Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=2, delay_steps=[3, 15]), dt=0.1)
    >>> read_edges(name, dt=0.1).delay_steps_array("caller").tolist()
    [3, 15]
    """
    _check_dt(dt)
    pre, post = connectivity.edges("caller")
    kinds = np.asarray(types)
    if kinds.dtype.kind not in "iu" or kinds.shape not in ((), (connectivity.nnz,)):
        raise bad_argument("types", kinds, f"whole numbers, one or shape [{connectivity.nnz}]")
    with _new(path) as file:
        group = _population(file, "edges", population, connectivity.nnz, "edge", kinds)
        for key, ids, nodes, n in (
            ("source", pre, source, connectivity.n_pre), ("target", post, target, connectivity.n_post)
        ):  # fmt: skip
            stored = group.create_dataset(f"{key}_node_id", data=ids.astype(np.uint64))
            stored.attrs["node_population"] = nodes
            # the nodes file knows it; without that file, neurons that no edge names would be lost
            stored.attrs["neurosparse_size"] = np.uint64(n)
            if indices:
                found = index_of(ids, n)
                name = "source_to_target" if key == "source" else "target_to_source"
                for part, values in found._asdict().items():
                    group.create_dataset(f"indices/{name}/{part}", data=values)
        group["0"].create_dataset("syn_weight", data=connectivity.weights_array("caller"))
        group["0"].create_dataset(
            "delay", data=connectivity.delay_steps_array("caller").astype(np.float64) * dt
        )


def read_edges(
    path: str | Path, *, dt: float, population: str | None = None, n_pre: int | None = None,
    n_post: int | None = None, types: Types | str | Path | None = None,
) -> Connectivity:  # fmt: skip
    """Read an edge population; every synapse is kept, in the order of the file.

    `types` is the table of edge types, or its file: weights and delays that an edge does not have
    itself are those of its type.

    Delays in ms become whole steps of `dt` ms, at most 1e-6 steps off: others are refused, as
    rounding them would change the network. Sizes are those our writer noted, those given, or the
    largest id + 1.

    Raises:
        ImportError: h5py is missing.
        ValueError: not SONATA, a missing or mis-typed data set, a delay between two steps.
    """
    _check_dt(dt)
    table = {} if types is None else types if isinstance(types, Mapping) else read_types(types)
    with _old(path) as file:
        group = _chosen(file, "edges", population)
        pre, post = (_whole(group, f"{key}_node_id") for key in ("source", "target"))
        sizes = {
            key: _size(group[f"{side}_node_id"], ids, given)
            for key, side, ids, given in (
                ("n_pre", "source", pre, n_pre),
                ("n_post", "target", post, n_post),
            )
        }
        kinds = _whole(group, "edge_type_id") if table else np.zeros(len(pre), np.int64)
        weight = _attribute(group, "syn_weight", of_types(table, "syn_weight", kinds, 1.0))
        delay = _attribute(group, "delay", of_types(table, "delay", kinds, 0.0))
    steps = np.rint(delay / dt)
    with np.errstate(invalid="ignore"):  # infinite delays
        off = np.abs(delay / dt - steps)
    if not (off <= 1e-6).all():
        worst = float(delay[np.argmax(off)])
        raise bad_argument("dt", dt, f"a step that divides every delay, {worst:g} ms among them")
    return Connectivity.from_edges(
        pre,
        post,
        **sizes,
        weight=weight.astype(np.float32),
        delay_steps=steps.astype(np.int64),
        duplicates="keep",
    )


def read_edge_types(path: str | Path, population: str | None = None) -> npt.NDArray[np.int64]:
    """Read the type of each edge `[nnz]` in the order of the file.

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "edges.h5"
    >>> write_edges(name, Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=2), dt=0.1, types=[101, 100])
    >>> read_edge_types(name).tolist()
    [101, 100]
    """
    with _old(path) as file:
        return _whole(_chosen(file, "edges", population), "edge_type_id")


def write_spikes(
    path: str | Path, time: npt.ArrayLike, index: npt.ArrayLike, *, population: str = "default"
) -> None:
    """Write spikes (time in ms `[k]`, node `[k]`) as they come; the file says how they are sorted.

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "spikes.h5"
    >>> write_spikes(name, [0.5, 0.25], [1, 0])
    >>> read_spikes(name)
    SpikeData(time=array([0.5 , 0.25]), node=array([1, 0]))
    """
    h5py = _h5py()
    when = np.asarray(time, np.float64)
    who = np.asarray(index)
    if (
        when.ndim != 1
        or when.shape != who.shape
        or (who.size and (who.dtype.kind not in "iu" or who.min() < 0))
    ):
        raise bad_argument("index", who, f"one node 0, 1, … per time, shape {list(when.shape)}")
    if not np.isfinite(when).all():
        raise bad_argument("time", Said("NaN or infinity"), "finite times in ms")
    order = (
        "by_time"
        if (when[1:] >= when[:-1]).all()
        else "by_id"
        if (who[1:] >= who[:-1]).all()
        else "none"
    )
    with _new(path) as file:
        group = file.create_group(f"spikes/{_name(population)}")
        group.attrs.create(
            "sorting", _SORTING[order], dtype=h5py.enum_dtype(_SORTING, basetype="u1")
        )
        group.create_dataset("timestamps", data=when).attrs["units"] = "ms"
        group.create_dataset("node_ids", data=who.astype(np.uint64))


def read_spikes(path: str | Path, population: str | None = None) -> SpikeData:
    """Read the spikes of a population in the order of the file; times in s are turned into ms."""
    with _old(path) as file:
        group = _chosen(file, "spikes", population)
        time = _numbers(group, "timestamps").astype(np.float64)
        index = _whole(group, "node_ids")
        units = group["timestamps"].attrs.get("units", "ms")
    units = units.decode() if isinstance(units, bytes) else str(units)
    if units not in ("ms", "s"):
        raise bad_argument("timestamps", units, "the unit 'ms' or 's'")
    if time.shape != index.shape:
        raise bad_argument("node_ids", index, f"one id per time stamp, {len(time)}")
    return SpikeData(time * (1000.0 if units == "s" else 1.0), index)


def _population(
    file: Any, kind: str, name: str, count: int, word: str, types: npt.ArrayLike = 0
) -> Any:
    """One population whose members have the types `types` and their attributes in group 0."""
    group = file.create_group(f"{kind}/{_name(name)}")
    group.create_dataset(
        f"{word}_type_id", data=np.broadcast_to(np.asarray(types, np.int64), count)
    )
    group.create_dataset(f"{word}_group_id", data=np.zeros(count, np.uint32))
    group.create_dataset(f"{word}_group_index", data=np.arange(count, dtype=np.uint64))
    group.create_group("0")
    return group


def _chosen(file: Any, kind: str, name: str | None) -> Any:
    if kind not in file or not hasattr(_inside(file, kind), "keys"):
        raise bad_argument("path", Said(f"a file without /{kind}"), f"a SONATA file of {kind}")
    names = list(file[kind])
    if name is None and len(names) != 1:
        raise bad_argument("population", name, f"one of {', '.join(names) or '(there are none)'}")
    if name is not None and name not in names:
        raise unknown_name("population", name, names)
    chosen = names[0] if name is None else name
    return _group(file[kind], chosen)


def _group(within: Any, name: str, what: str = "population") -> Any:
    """A group that lies in the file itself."""
    found = _inside(within, name)
    if not hasattr(found, "keys"):
        raise bad_argument(what, name, "a group of data sets inside this file")
    return found


def _attribute(group: Any, name: str, default: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """An edge attribute `[count]`, gathered from all groups; `default` `[count]` in groups that lack it."""
    values = default
    count = len(default)
    groups = {key: _group(group, key, "group") for key in sorted(group) if key.isdecimal()}
    if "edge_group_id" not in group or "edge_group_index" not in group:
        which = np.zeros(count, np.int64)
        place = np.arange(count)
    else:
        which = _whole(group, "edge_group_id")
        place = _whole(group, "edge_group_index")
        for key, numbers in (("edge_group_id", which), ("edge_group_index", place)):
            if len(numbers) != count or numbers.min(initial=0) < 0:
                raise bad_argument(
                    key, numbers, f"one number, 0 or more, for each of {count} edges"
                )
    for key, held in groups.items():
        if name in held:
            stored = _numbers(held, name)
            chosen = which == int(key)
            if (place[chosen] >= len(stored)).any():
                raise bad_argument(
                    f"{key}/{name}", stored, "as many values as edge_group_index asks for"
                )
            values[chosen] = stored[place[chosen]]
    return values


def _inside(group: Any, name: str) -> Any:
    """What has a name in a group, or None: a link may lead into another file, read only what lies in this one."""
    import h5py

    return group.get(name) if isinstance(group.get(name, getlink=True), h5py.HardLink) else None


def _whole(group: Any, name: str) -> npt.NDArray[np.int64]:
    found = _numbers(group, name)
    if found.dtype.kind == "f" and not (
        np.isfinite(found).all() and (found == np.floor(found)).all()
    ):
        raise bad_argument(name, Said("fractions, NaN or infinity"), "whole numbers")
    if len(found) and not (found.min() >= -(2**62) and found.max() < 2**62):
        raise bad_argument(name, Said(f"{found.min()} to {found.max()}"), "numbers below 2^62")
    return found.astype(np.int64)


def _numbers(group: Any, name: str) -> npt.NDArray[Any]:
    item = _inside(group, name)
    if item is not None and getattr(item, "external", None):
        raise bad_argument(name, Said("data stored in another file"), "data inside this file")
    if item is None or not hasattr(item, "shape"):
        raise bad_argument(
            "path", Said(f"{group.name} without {name!r}"), "every data set SONATA asks for"
        )
    if item.ndim != 1 or item.dtype.kind not in "iuf":
        raise bad_argument(
            name, Said(f"{item.dtype} {list(item.shape)}"), "a flat data set of numbers"
        )
    _refuse_absurd(item, name)
    return np.asarray(item[:])


def _refuse_absurd(item: Any, name: str) -> None:
    """A file of a few bytes may declare any length; no packing makes this much of so little."""
    if item.nbytes > max(1 << 26, 10_000 * Path(item.file.filename).stat().st_size):
        raise bad_argument(
            name,
            Said(f"{item.size} {'texts' if item.dtype.kind == 'O' else 'numbers'} declared"),
            "as many as the file can hold",
        )


def _size(item: Any, ids: npt.NDArray[np.int64], given: int | None) -> int:
    name = "neurosparse_size"
    if name not in item.attrs:
        return (
            believable("node_id", int(ids.max(initial=-1)) + 1, len(ids))
            if given is None
            else given
        )
    noted = np.asarray(item.attrs[name])
    if noted.size != 1 or noted.dtype.kind not in "iu":
        raise bad_argument(name, Said(f"{item.attrs[name]!r}"), "a whole number of nodes")
    return believable(name, int(noted.ravel()[0]), len(ids))


def _name(name: str, what: str = "population") -> str:
    if not name or "/" in name or name in (".", ".."):
        raise bad_argument(what, name, "a name without slashes")
    return name


def _check_dt(dt: float) -> None:
    if not (np.isfinite(dt) and dt > 0):
        raise bad_argument("dt", dt, "the length of a step in ms, above 0")


@contextlib.contextmanager
def _new(path: str | Path) -> Iterator[Any]:
    h5py = _h5py()
    with new_file(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["magic"] = np.uint32(MAGIC)
        file.attrs["version"] = np.array(VERSION, np.uint32)
        yield file
        file.flush()


@contextlib.contextmanager
def _old(path: str | Path) -> Iterator[Any]:
    h5py = _h5py()
    path = old_file(path, "a SONATA file")
    with reading(path, "an HDF5 file of SONATA"), h5py.File(path, "r") as file:
        # spike files of older writers have no magic; what is there must be right
        magic = np.asarray(file.attrs.get("magic", MAGIC))
        if magic.size != 1 or magic.dtype.kind not in "iu" or int(magic.ravel()[0]) != MAGIC:
            raise bad_argument(
                "magic", Said(f"{file.attrs['magic']!r}"), f"{MAGIC}, which marks SONATA files"
            )
        yield file


def _h5py() -> Any:
    try:
        import h5py
    except ImportError:
        raise missing_extra("h5py", "io") from None
    return h5py
