"""SONATA spikes: time stamps and node ids of a population."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.errors import Said, bad_argument
from neurosparse.io.sonata.hdf5 import (
    h5py_or_refuse,
    inside,
    milliseconds,
    new_sonata,
    numbers_in,
    old_sonata,
    plain_name,
    population_in,
    whole_numbers_in,
)
from neurosparse.typing import Float64, Int64, Path

_SORTING = {"none": 0, "by_id": 1, "by_time": 2}


class SonataSpikes(NamedTuple):
    """Time stamps in ms `[k]` and node ids `[k]`, as they stand in the file."""

    time: Float64
    node: Int64


def write_sonata_spikes(
    path: Path, time: npt.ArrayLike, node: npt.ArrayLike, *, population: str = "default"
) -> None:
    """Write spikes as they come; the file says how they are sorted.

    Args:
        path: of the HDF5 file.
        time: of each spike, `[k]`, ms.
        node: which neuron fired, `[k]`.
        population: name of the population.

    Raises:
        ValueError: times that are not finite, or not one node a time.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/spikes.h5"
    >>> write_sonata_spikes(path, [0.5, 0.25], [1, 0])
    >>> read_sonata_spikes(path)
    SonataSpikes(time=array([0.5 , 0.25]), node=array([1, 0]))
    """
    h5py = h5py_or_refuse()
    times = np.asarray(time, np.float64)
    nodes = np.asarray(node)
    counts = not nodes.size or (nodes.dtype.kind in "iu" and nodes.min() >= 0)
    if times.ndim != 1 or times.shape != nodes.shape or not counts:
        raise bad_argument(
            "node", nodes, f"one node 0, 1, … per time, shape {list(times.shape)}"
        )
    if not np.isfinite(times).all():
        raise bad_argument("time", Said("NaN or infinity"), "finite times in ms")
    with new_sonata(path) as file:
        group = file.create_group(f"spikes/{plain_name(population)}")
        kind = h5py.enum_dtype(_SORTING, basetype="u1")
        group.attrs.create("sorting", _SORTING[_order(times, nodes)], dtype=kind)
        group.create_dataset("timestamps", data=times).attrs["units"] = "ms"
        group.create_dataset("node_ids", data=nodes.astype(np.uint64))


def _order(times: Float64, nodes: npt.NDArray[np.integer]) -> str:
    if (times[1:] >= times[:-1]).all():
        return "by_time"
    return "by_id" if (nodes[1:] >= nodes[:-1]).all() else "none"


def read_sonata_spikes(path: Path, population: str | None = None) -> SonataSpikes:
    """Read the spikes of a population in the order of the file; times in s are turned into ms.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: h5py is missing.
        ValueError: not SONATA, another unit, or not one id a time stamp.
    """
    with old_sonata(path) as file:
        spikes = inside(file, "spikes")
        # older files have no populations
        if hasattr(spikes, "keys") and {"gids", "timestamps"} <= set(spikes):
            group, ids = spikes, "gids"
        else:
            group, ids = population_in(file, "spikes", population), "node_ids"
        time = numbers_in(group, "timestamps").astype(np.float64)
        node = whole_numbers_in(group, ids)
        factor = milliseconds(group["timestamps"], "timestamps")
        if time.shape != node.shape:
            raise bad_argument(ids, node, f"one id per time stamp, {len(time)}")
        return SonataSpikes(time * factor, node)
