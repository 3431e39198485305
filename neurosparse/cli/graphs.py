"""A graph named on the command line: a file of any format, or a data set of the package."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

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


Types = Annotated[
    Path | None, typer.Option(help="SONATA: table of edge types, with weights and delays")
]
Population = Annotated[
    str | None, typer.Option(help="SONATA: which edges, where a file holds several")
]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="edge list: its names for pre, post, weight, delay, as source,target or weight=w",
    ),
]
Separator = Annotated[
    str | None, typer.Option("--sep", help="CSV: between cells, such as ';' or tab")
]
Ids = Annotated[
    bool,
    typer.Option(
        "--ids", help="edge list: neurons have names, or numbers that do not begin at 0"
    ),
]
Within = Annotated[
    bool,
    typer.Option(
        "--within",
        help="graphs are on one population, also where a list names more neurons on one side",
    ),
]


class ReadOptions(NamedTuple):
    """How to read a file, as `read_graph` takes it."""

    types: Path | None = None
    population: str | None = None
    columns: dict[str, str] | None = None
    sep: str | None = None
    ids: bool = False


_NO_OPTIONS = ReadOptions()


def read_options(
    types: Path | None,
    population: str | None,
    columns: str | None,
    sep: str | None,
    ids: bool,
) -> ReadOptions:
    """Collect options of the command line.

    >>> read_options(None, None, "source,target,delay=d", "tab", False).columns
    {'pre': 'source', 'post': 'target', 'delay': 'd'}
    """
    character = {"tab": "\t", "\\t": "\t", "space": " "}.get(sep or "", sep)
    return ReadOptions(types, population, _columns(columns), character, ids)


def _columns(text: str | None) -> dict[str, str] | None:
    """Names in our order, or each by ours."""
    if text is None:
        return None
    names = iter(("pre", "post", "weight", "delay"))
    columns: dict[str, str] = {}
    for part in text.split(","):
        ours, equals, theirs = part.partition("=")
        name = ours.strip() if equals else next(names, None)
        if name is None or name in columns or not part.strip():
            fault = f"columns: got {text!r}"
            raise ValueError(
                f"{fault}, wants pre,post,weight,delay or some of them as weight=w"
            )
        columns[name] = (theirs if equals else ours).strip()
    return columns


def squared(graph: "Connectivity") -> "Connectivity":
    """The same synapses, in the caller's order, among as many neurons on both sides."""
    from neurosparse.connectivity import Connectivity

    n = max(graph.shape)
    pre, post = graph.edges("caller")
    return Connectivity.from_edges(
        pre,
        post,
        n_pre=n,
        n_post=n,
        weight=graph.weights_array("caller"),
        delay_steps=graph.delay_steps_array("caller"),
        duplicates="keep",
    )


def load(
    source: str,
    dt: float,
    *,
    progress: "Progress | None" = None,
    options: ReadOptions = _NO_OPTIONS,
) -> NamedGraph:
    """Read a graph; a file wins over a data set of that name.

    Args:
        source: a file, larva_brain, or celegans[:WHICH].
        dt: length of a step in ms, as in `read_graph`.
        progress: as in `read_graph`.
        options: as in `read_graph`; for files only.

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
        graph = read_graph(path, dt=dt, progress=progress, **options._asdict())
        return NamedGraph(path.stem, graph)
    if options != _NO_OPTIONS and path.suffix == "":
        names = [name for name, value in options._asdict().items() if value]
        raise ValueError(
            f"{names[0]}: got an option for {source}, wants it for a file only"
        )
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
