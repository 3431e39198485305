"""A graph named on the command line: a file of any format, or a data set of the package."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity
    from neurosparse.io.formats import Progress


class NamedGraph(NamedTuple):
    """A connectivity and what is known of it.

    Attributes:
        name: what to call it.
        connectivity: the graph.
        groups: label of each neuron `[n]`, where the source has them.
    """

    name: str
    connectivity: "Connectivity"
    groups: Any = None


def load(source: str, dt: float, *, progress: "Progress | None" = None) -> NamedGraph:
    """Read a graph; a file wins over a data set of that name.

    Args:
        source: a file, larva_brain, or celegans[:WHICH].
        dt: length of a step in ms, as in `read_graph`.
        progress: as in `read_graph`.

    Raises:
        FileNotFoundError: it is neither.
        ValueError: it is no graph, or cannot be read as what its name says.

    >>> load("larva_brain", 0.1).connectivity.nnz
    110677
    >>> load("celegans:varshney_gap", 0.1).name
    'celegans:varshney_gap'
    """
    from neurosparse.io import read_graph

    path = Path(source)
    if path.is_file() or (
        path.is_dir() and path.suffix
    ):  # a folder of a data set has its name
        return NamedGraph(path.stem, read_graph(path, dt=dt, progress=progress))
    name, _, which = source.partition(":")
    if name == "larva_brain" and not which:
        from neurosparse.datasets import larva_brain

        brain = larva_brain()
        return NamedGraph(source, brain.connectivity, brain.cell_type)
    if name == "celegans":
        from neurosparse.datasets import c_elegans

        # c_elegans refuses a name that is none
        worm = c_elegans(which or "varshney_chem")  # type: ignore[arg-type]
        return NamedGraph(source, worm.connectivity)
    raise _neither(source)


def _neither(source: str) -> Exception:
    from neurosparse.datasets import DATASETS
    from neurosparse.io.formats import ENDINGS

    if any(card.name == source for card in DATASETS):
        graphs = "graphs are larva_brain and celegans[:WHICH]"
        return ValueError(f"graph: {source} holds samples, not a graph; {graphs}")
    return FileNotFoundError(
        f"graph: got {source!r}, wants a file that exists ({', '.join(ENDINGS)}) "
        "or the data set larva_brain or celegans[:WHICH]"
    )
