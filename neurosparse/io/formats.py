"""A connectivity from any file and into any: the format follows from the ending of the name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument, bad_type
from neurosparse.store import edge_table
from neurosparse.store.single import ending_of
from neurosparse.typing import Path

if TYPE_CHECKING:
    from neurosparse.io.sonata.types import Types

ENDINGS = {
    ".npz": "SciPy sparse matrix",
    **dict.fromkeys(edge_table.ENDINGS, "edge list"),
    ".graphml": "GraphML",
    ".gexf": "GEXF",
    ".h5": "SONATA edges",
    ".hdf5": "SONATA edges",
    ".sonata": "SONATA edges",
    ".zarr": "Zarr group",
}
"""Endings and what they mean."""


def ending(path: Path) -> str:
    """Return the ending that says the format.

    >>> ending("a/Graph.NPZ")
    '.npz'
    """
    suffix = ending_of(path)
    if suffix not in ENDINGS:
        raise bad_argument("path", str(path), f"a name ending in {', '.join(ENDINGS)}")
    return suffix


Progress = Callable[[int, int], object]


def read_graph(
    path: Path,
    *,
    dt: float = 0.1,
    progress: Progress | None = None,
    population: str | None = None,
    types: Types | Path | None = None,
    columns: Mapping[str, str] | None = None,
    sep: str | None = None,
    ids: bool = False,
) -> Connectivity:
    """Read a connectivity in the format that its name says.

    Args:
        path: see `ENDINGS`.
        dt: length of a step in ms; only SONATA writes delays in ms.
        progress: called as `progress(done, total)` now and then by the formats that take long,
            GraphML and GEXF.
        population, types: of SONATA edges, see `read_sonata_edges`.
        columns, sep, ids: of edge lists, see `read_edgelist`.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: a package that reads the format is missing.
        ValueError: an unknown ending, an option of another format, or content that is not of the
            format; the field is named.
    """
    suffix = ending(path)
    sonata: dict[str, object] = {"population": population, "types": types}
    table: dict[str, object] = {"columns": columns, "sep": sep, "ids": ids or None}
    kind = ENDINGS[suffix]
    _refuse_options(suffix, {} if kind == "SONATA edges" else sonata, "SONATA edges")
    _refuse_options(suffix, {} if kind == "edge list" else table, "edge lists")
    match kind:
        case "SciPy sparse matrix":
            from neurosparse.io.npz import read_npz

            return read_npz(path)
        case "edge list":
            from neurosparse.io.edgelist import read_edgelist

            return read_edgelist(path, columns=columns, sep=sep, ids=ids)
        case "GraphML" | "GEXF":
            from neurosparse.io.graphml import read_graphml

            return read_graphml(path, progress=progress)
        case "Zarr group":
            from neurosparse.io.zarr_graph import load_zarr

            return load_zarr(path)
    from neurosparse.io.sonata.edges import read_sonata_edges

    return read_sonata_edges(path, dt=dt, population=population, types=types)


def _refuse_options(suffix: str, options: Mapping[str, object], kind: str) -> None:
    """Refuse options that a file of this ending does not have."""
    for name, value in options.items():
        if value is not None:
            raise bad_argument(
                name, value, f"nothing for a {suffix} file", f"{kind} have it"
            )


def write_graph(
    path: Path,
    connectivity: Connectivity,
    *,
    dt: float = 0.1,
    progress: Progress | None = None,
) -> None:
    """Write a connectivity in the format that the name says; reading it back gives the same, in the
    same order.

    Args:
        path: see `ENDINGS`; a file there is replaced when the new one is whole.
        connectivity: what to write.
        dt: length of a step in ms; only SONATA writes delays in ms.
        progress: as in `read_graph`.

    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> pair = Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=2, delay_steps=[3, 4])
    >>> for suffix in (".npz", ".csv", ".zarr", ".graphml"):
    ...     write_graph(f"{folder}/pair{suffix}", pair)
    """
    if not isinstance(connectivity, Connectivity):
        remedy = "make one with Connectivity.from_…"
        raise bad_type("connectivity", connectivity, "a Connectivity", remedy)
    match ENDINGS[ending(path)]:
        case "SciPy sparse matrix":
            from neurosparse.io.npz import write_npz

            write_npz(path, connectivity)
        case "edge list":
            from neurosparse.io.edgelist import write_edgelist

            write_edgelist(path, connectivity)
        case "GraphML" | "GEXF":
            from neurosparse.io.graphml import write_graphml

            write_graphml(path, connectivity, progress=progress)
        case "Zarr group":
            from neurosparse.io.zarr_graph import save_zarr

            save_zarr(path, connectivity)
        case _:
            from neurosparse.io.sonata.edges import write_sonata_edges

            write_sonata_edges(path, connectivity, dt=dt)
