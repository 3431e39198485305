"""`neurosparse convert IN OUT`: a graph from one file format into another."""

from pathlib import Path
from typing import Annotated

import typer


def convert(
    source: Annotated[str, typer.Argument(metavar="IN", help="a file, or larva_brain, celegans[:WHICH]")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="its ending says the format")],
    dt: Annotated[float, typer.Option(help="step in ms, for SONATA files, whose delays are in ms")] = 0.1,
    force: Annotated[bool, typer.Option("--force", help="replace OUT where it exists")] = False,
) -> None:
    """Convert a graph: npz, csv, parquet, graphml, gexf, h5 (SONATA) and zarr; all keep order, weights and delays."""
    from neurosparse.cli.graphs import load
    from neurosparse.io.formats import ending, write_graph

    ending(target)
    if target.exists() and not force:
        raise FileExistsError(f"{target}: is there already; choose another name, or --force to replace it")
    graph = load(source, dt).connectivity
    write_graph(target, graph, dt=dt)
    print(f"{target}: {graph.n_pre:,} to {graph.n_post:,} neurons, {graph.nnz:,} synapses")
