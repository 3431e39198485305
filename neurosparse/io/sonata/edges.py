"""SONATA edges: the synapses between two populations, with weights and delays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from neurosparse.checks import positive
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.io.sonata.groups import EdgeValues
from neurosparse.io.sonata.hdf5 import (
    new_population,
    new_sonata,
    nodes_named,
    old_sonata,
    population_in,
    whole_numbers_in,
)
from neurosparse.io.sonata.index import edges_of_nodes
from neurosparse.io.sonata.types import Types, read_sonata_types
from neurosparse.store.exact import single_precision
from neurosparse.typing import Array, Float64, Int64, Path

# how far a delay may lie from a whole step: as a share of itself, since many are of 32 bits, and at
# most, in steps
TOLERANCE = 1e-6
MOST_OFF = 0.05


def write_sonata_edges(
    path: Path,
    connectivity: Connectivity,
    *,
    dt: float,
    population: str = "default_to_default",
    source: str = "default",
    target: str = "default",
    types: npt.ArrayLike = 0,
    indices: bool = False,
) -> None:
    """Write a connectivity in the caller's order; delays become steps x `dt` ms.

    Args:
        path: of the HDF5 file.
        connectivity: what to write.
        dt: length of a step in ms.
        population, source, target: names of the edges and of the nodes at both ends.
        types: type of each edge `[nnz]` in the caller's order, or of all; see
            `write_sonata_types`.
        indices: whether to add the indices by which readers find the edges of a node.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/edges.h5"
    >>> pair = Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=2, delay_steps=[3, 15])
    >>> write_sonata_edges(path, pair, dt=0.1)
    >>> read_sonata_edges(path, dt=0.1).delay_steps_array("caller").tolist()
    [3, 15]
    """
    dt = positive("dt", dt, "ms")
    kinds = np.asarray(types)
    if kinds.dtype.kind not in "iu" or kinds.shape not in ((), (connectivity.nnz,)):
        raise bad_argument(
            "types", kinds, f"whole numbers, one or shape [{connectivity.nnz}]"
        )
    pre, post = connectivity.edges("caller")
    delays = connectivity.delay_steps_array("caller").astype(np.float64) * dt
    with new_sonata(path) as file:
        group = new_population(file, "edges", population, connectivity.nnz, kinds)
        _write_end(group, "source", source, pre, connectivity.n_pre)
        _write_end(group, "target", target, post, connectivity.n_post)
        if indices:
            _write_index(group, "source_to_target", pre, connectivity.n_pre)
            _write_index(group, "target_to_source", post, connectivity.n_post)
        group["0"].create_dataset("syn_weight", data=connectivity.weights_array("caller"))
        group["0"].create_dataset("delay", data=delays)


def _write_end(group: Any, end: str, population: str, ids: Array, n: int) -> None:
    item = group.create_dataset(f"{end}_node_id", data=ids.astype(np.uint64))
    item.attrs["node_population"] = population
    # the nodes file knows it; without that file, neurons that no edge names would be lost
    item.attrs["neurosparse_size"] = np.uint64(n)


def _write_index(group: Any, name: str, ids: Array, n: int) -> None:
    for part, values in edges_of_nodes(ids, n)._asdict().items():
        group.create_dataset(f"indices/{name}/{part}", data=values)


def read_sonata_edges(
    path: Path,
    *,
    dt: float,
    population: str | None = None,
    n_pre: int | None = None,
    n_post: int | None = None,
    types: Types | Path | None = None,
    weight: float | str | None = None,
    delay: float | None = None,
) -> Connectivity:
    """Read an edge population; every edge is kept, in the order of the file.

    Delays in ms become whole steps of `dt` ms, off by at most a millionth of themselves and 0.05 of
    a step: others are refused, as rounding them would change the network. Sizes are those our
    writer noted, else `n_pre` and `n_post`, else the largest id + 1. Weights count `nsyns` times,
    the synapses that an edge stands for. What neither an edge nor its type says is weight 1 and
    delay 0 where no edge has a type, and else refused.

    Args:
        path: of the HDF5 file.
        dt: length of a step in ms.
        population: its name; the only one there is when left out.
        n_pre, n_post: sizes, where the file does not note them.
        types: the table of edge types, or its file: weights and delays that an edge does not have
            itself are those of its type; 1 and 0 where no type has any.
        weight: of edges that have none in the file or its table; or the name of an attribute that
            holds the weights, such as "conductance".
        delay: of edges that have none, ms.

    Raises:
        ImportError: h5py is missing.
        ValueError: not SONATA, a missing or mis-typed data set, a delay between two steps, a type
            that the table lacks, weights that only some edges have, that have another name, or
            that must stand in a table that was not given.
    """
    dt = positive("dt", dt, "ms")
    table = None if types is None else _table(types)
    with old_sonata(path) as file:
        group = population_in(file, "edges", population)
        pre = whole_numbers_in(group, "source_node_id")
        post = whole_numbers_in(group, "target_node_id")
        n_pre = nodes_named(group["source_node_id"], pre, n_pre)
        n_post = nodes_named(group["target_node_id"], post, n_post)
        values = EdgeValues(group, len(pre), table)
        weights = values.weights(weight) * values.synapses()
        delays = values.known("delay", 0.0, delay)
        return Connectivity.from_edges(
            pre,
            post,
            n_pre=n_pre,
            n_post=n_post,
            weight=single_precision(weights, "syn_weight"),
            delay_steps=_steps(delays, dt),
            duplicates="keep",
        )


def _table(types: Types | Path) -> Types:
    return types if isinstance(types, Mapping) else read_sonata_types(types)


def _steps(delays: Float64, dt: float) -> Int64:
    steps = np.rint(delays / dt)
    with np.errstate(invalid="ignore"):  # infinite delays
        off = np.abs(delays / dt - steps)
    bound = np.minimum(TOLERANCE * np.maximum(steps, 1.0), MOST_OFF)
    # NaN is not below the bound either
    if not (off <= bound).all():
        worst = float(delays[np.argmax(off - bound)])
        raise bad_argument(
            "dt", dt, f"a step that divides every delay, {worst:g} ms among them"
        )
    return steps.astype(np.int64)


def read_sonata_edge_types(path: Path, population: str | None = None) -> Int64:
    """Read the type of each edge `[nnz]` in the order of the file.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/edges.h5"
    >>> pair = Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=2)
    >>> write_sonata_edges(path, pair, dt=0.1, types=[101, 100])
    >>> read_sonata_edge_types(path).tolist()
    [101, 100]
    """
    with old_sonata(path) as file:
        return whole_numbers_in(population_in(file, "edges", population), "edge_type_id")
