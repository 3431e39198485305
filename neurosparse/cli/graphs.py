"""A graph named on the command line: a file of any format of ours, or a data set that comes with
the package.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity
    from neurosparse.io.formats import Progress


class Named(NamedTuple):
    """A connectivity, what to call it, and a group label per neuron `[n]` where the source has
    them.
    """

    name: str
    connectivity: "Connectivity"
    groups: Any = None


def load(source: str, dt: float, *, progress: "Progress | None" = None) -> Named:
    """Read `source`; a file wins over a data set of that name. `progress` as in
    `io.formats.read_graph`.

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
    if path.is_file() or (path.is_dir() and path.suffix):  # a folder of a data set has its name
        return Named(path.stem, read_graph(path, dt=dt, progress=progress))
    name, _, which = source.partition(":")
    if name == "larva_brain" and not which:
        from neurosparse.datasets import larva_brain

        brain = larva_brain()
        return Named(source, brain.connectivity, brain.cell_type)
    if name == "celegans":
        from neurosparse.datasets import c_elegans

        return Named(source, c_elegans(which or "varshney_chem").connectivity)  # type: ignore[arg-type]
    raise _neither(source)


def _neither(source: str) -> Exception:
    from neurosparse.datasets import DATASETS
    from neurosparse.io.formats import ENDINGS

    if any(card.name == source for card in DATASETS):
        return ValueError(
            f"graph: {source} holds samples, not a graph; graphs are larva_brain and celegans[:WHICH]"
        )
    return FileNotFoundError(
        f"graph: got {source!r}, wants a file that exists ({', '.join(ENDINGS)}) or the data set larva_brain or "
        "celegans[:WHICH]"
    )
